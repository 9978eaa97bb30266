"""Search: the answers Slack gives, with pictures."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from core.types import SearchResult
from editor.characters import without_control
from editor.query import whole_number
from editor.services import services

blueprint = Blueprint("search", __name__)

PAGE = 20


@blueprint.get("/search")
def show() -> str:
    """Hits for ``?q=``, best first; without words the page says what can be asked."""
    query = " ".join(without_control(request.args.get("q", "")).split())
    offset = max(whole_number("offset", 0), 0)
    result: SearchResult | None = None
    if query:
        result = services().searcher.search(query, limit=PAGE, offset=offset)
    return render_template("search.html", query=query, result=result, offset=offset, page=PAGE)
