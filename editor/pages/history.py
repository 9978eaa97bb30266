"""History of a video: who changed what, when, from where, and the way back."""

from __future__ import annotations

from flask import Blueprint, render_template

from db import history, videos
from editor.query import whole_number
from editor.services import services
from editor.wording import entry

blueprint = Blueprint("history", __name__)

PAGE = 100
PART = 40


@blueprint.get("/videos/<int:video_id>/history")
def show(video_id: int) -> str:
    """A page of its own, newest first; ``?before=`` pages on."""
    before_id = whole_number("before")
    with services().database.transaction() as conn:
        video = videos.get_video(conn, video_id)
        past = history.video_history(conn, video_id, limit=PAGE, before_id=before_id)
    return render_template(
        "history.html",
        video=video,
        entries=[entry(item) for item in past],
        older=past[-1].id if len(past) == PAGE else None,
    )


@blueprint.get("/parts/videos/<int:video_id>/history")
def entries(video_id: int) -> str:
    """Only the newest operations, for the panel beside the player."""
    with services().database.transaction() as conn:
        video = videos.get_video(conn, video_id)
        past = history.video_history(conn, video_id, limit=PART)
    return render_template(
        "parts/history.html",
        video=video,
        entries=[entry(item) for item in past],
        more_history=len(past) == PART,
    )
