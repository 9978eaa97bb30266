"""Search: the same function, and so the same answers, as in Slack."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from core.query import parse
from core.query_problems import caret
from editor import filters
from editor.asking import query_text, wish
from editor.documents import search_document
from editor.language import language
from editor.pictures import sent_picture
from editor.query import whole_number

blueprint = Blueprint("api_search", __name__)

MOST = 100


@blueprint.get("/search")
def show() -> Response:
    """``?q=`` words, or ``?similar=`` a segment or ``?face=`` an appearance; ``limit``, ``offset``
    and ``timezone`` (an IANA name, for the dates in the query)."""
    result = wish().found(limit=_limit(), offset=max(whole_number("offset", 0), 0))
    return jsonify(search_document(result))


@blueprint.post("/search/picture")
def like_picture() -> Response:
    """Moments like the file ``picture`` of a form; the picture is not kept."""
    return jsonify(search_document(sent_picture().found(limit=_limit())))


@blueprint.get("/query")
def read() -> Response:
    """How ``?q=`` reads, with any of the form's fields written into it: the query, what each field
    shows for it, and what is wrong with it. Nothing is searched."""
    query = filters.written(parse(query_text("q")), request.args, language())
    problems = [
        {
            "message": one.message,
            "message_ko": one.message_ko,
            "caret": caret(one, query.text),
            "corrected": one.corrected,
        }
        for one in query.problems
    ]
    return jsonify({"query": query.text, "fields": filters.shown(query), "problems": problems})


def _limit() -> int:
    return min(max(whole_number("limit", 20), 1), MOST)
