"""Search: the same function, and so the same answers, as in Slack."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from editor.characters import without_control
from editor.documents import search_document
from editor.query import whole_number
from editor.services import services

blueprint = Blueprint("api_search", __name__)

MOST = 100


@blueprint.get("/search")
def show() -> Response:
    """``?q=`` words, ``limit`` and ``offset``."""
    limit = min(max(whole_number("limit", 20), 1), MOST)
    offset = max(whole_number("offset", 0), 0)
    result = services().searcher.search(
        without_control(request.args.get("q", "")), limit=limit, offset=offset
    )
    return jsonify(search_document(result))
