"""Whether this editor can do its work."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from db.rows import fetch_value
from editor.services import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def show() -> Response:
    """200 when the database answers, 503 when not; ``search`` says if the encoder is loaded."""
    handles = services()
    with handles.database.transaction() as conn:
        fetch_value(conn, "SELECT 1")
    return jsonify({"status": "ok", "search": handles.searcher.ready()})
