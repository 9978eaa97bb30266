"""Videos: the library and the state of one."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from db.appearances import appearances_of_video
from db.videos import get_video, list_videos
from editor.access import actor_name
from editor.api.answers import timeline
from editor.documents import people_version, video_document
from editor.query import whole_number
from editor.services import now, services
from editor.timeline import latest_change

blueprint = Blueprint("api_videos", __name__)

MOST = 200


@blueprint.get("/videos")
def index() -> Response:
    """Every video, newest first, with its progress."""
    offset = max(whole_number("offset", 0), 0)
    with services().database.transaction() as conn:
        found = list_videos(conn, limit=MOST, offset=offset)
    return jsonify({"videos": [video_document(video) for video in found]})


@blueprint.get("/videos/<int:video_id>/timeline")
def show(video_id: int) -> Response:
    """Segments, undo and who else is here; 204 when the reader's ``?after=`` is the newest, the
    faces read as in ``?people=``, and the video is not being processed."""
    after = whole_number("after")
    handles = services()
    if after is not None:
        others = ",".join(handles.presence.seen(video_id, actor_name(), now()))
        with handles.database.transaction() as conn:
            settled = get_video(conn, video_id).status in ("ready", "failed")
            known = others == request.args.get("others", "")
            people = request.args.get("people")
            same = people is None or people == people_version(appearances_of_video(conn, video_id))
            if settled and known and same and latest_change(conn, video_id) == after:
                return Response(status=204)
    return timeline(video_id)
