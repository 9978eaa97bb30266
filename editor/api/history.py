"""History: read it, take back one operation, undo and redo one's own."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from core.errors import EditRefused
from core.types import ChangeSet
from db import edits
from db.history import video_history
from editor.access import actor, actor_name
from editor.api.answers import done
from editor.api.inputs import RevertInput, parse
from editor.documents import change_set_document
from editor.query import whole_number
from editor.services import services
from editor.timeline import REMEMBERED
from editor.translation import gettext
from editor.undo import UndoState, undo_state

blueprint = Blueprint("api_history", __name__)

PAGE = 50


@blueprint.get("/videos/<int:video_id>/history")
def show(video_id: int) -> Response:
    """Operations, newest first; ``?before=<id>`` pages on."""
    before_id = whole_number("before")
    with services().database.transaction() as conn:
        found = video_history(conn, video_id, limit=PAGE, before_id=before_id)
    return jsonify({"operations": [change_set_document(item) for item in found]})


@blueprint.post("/change-sets/<int:change_set_id>/revert")
def revert(change_set_id: int) -> Response:
    """Take back one operation, on request together with what was built on it."""
    body = parse(RevertInput)
    return _revert(change_set_id, body)


@blueprint.post("/videos/<int:video_id>/undo")
def undo(video_id: int) -> Response:
    """Take back this person's last action."""
    body = parse(RevertInput)
    target = _state(video_id).undo
    return _step(target, body, gettext("There is nothing of yours to undo."))


@blueprint.post("/videos/<int:video_id>/redo")
def redo(video_id: int) -> Response:
    """Do again what this person last undid."""
    body = parse(RevertInput)
    target = _state(video_id).redo
    return _step(target, body, gettext("There is nothing to redo."))


def _state(video_id: int) -> UndoState[ChangeSet]:
    with services().database.transaction() as conn:
        return undo_state(video_history(conn, video_id, limit=REMEMBERED), actor_name())


def _step(target: ChangeSet | None, body: RevertInput, nothing: str) -> Response:
    if target is None:
        raise EditRefused(nothing)
    return _revert(target.id, body)


def _revert(change_set_id: int, body: RevertInput) -> Response:
    return done(edits.revert(services().database, change_set_id, by=actor(), **body.model_dump()))
