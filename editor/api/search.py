"""Search: the same function, and so the same answers, as in Slack."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from editor.documents import search_document
from editor.services import services

blueprint = Blueprint("api_search", __name__)

MOST = 100


@blueprint.get("/search")
def show() -> Response:
    """``?q=`` words, ``limit`` and ``offset``."""
    limit = min(max(request.args.get("limit", 20, type=int), 1), MOST)
    offset = max(request.args.get("offset", 0, type=int), 0)
    result = services().searcher.search(request.args.get("q", ""), limit=limit, offset=offset)
    return jsonify(search_document(result))
