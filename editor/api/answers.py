"""The answer to every write: the operation, and the timeline as it is now."""

from __future__ import annotations

from flask import Response, jsonify

from core.types import EditResult
from editor.access import actor_name
from editor.services import now, services
from editor.timeline import read_state, timeline_of


def timeline(video_id: int) -> Response:
    """The state of a video, and this reader noted as looking at it."""
    handles, name = services(), actor_name()
    others = handles.presence.seen(video_id, name, now())
    with handles.database.transaction() as conn:
        state = read_state(conn, video_id)
    return jsonify(timeline_of(state, name=name, others=others))


def done(result: EditResult) -> Response:
    """What an edit did and left behind."""
    handles, name = services(), actor_name()
    others = handles.presence.seen(result.video_id, name, now())
    with handles.database.transaction() as conn:
        state = read_state(conn, result.video_id)
    document = timeline_of(state, name=name, others=others)
    touched = [segment.id for segment in result.segments]
    return jsonify(document | {"change_set_id": result.change_set_id, "touched": touched})
