"""What people do with the answers of a search: opened, played, shared, edited, fits or not."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from db import feedback
from editor.access import actor, actor_name
from editor.api.inputs import MarkFields, MarkInput, parse
from editor.services import services

blueprint = Blueprint("api_marks", __name__)


@blueprint.post("/marks")
def keep() -> Response:
    """Make a mark, or take one back (``on`` false); what is marked after that. The same twice is
    one."""
    body = parse(MarkInput)
    return jsonify({"marks": sorted(mark(body))})


def mark(body: MarkFields) -> frozenset[str]:
    """Every mark of this reader on that segment under that query, after this one.

    Raises NotFound for a segment that does not exist, InputError for no query.
    """
    with services().database.transaction() as conn:
        if body.on:
            feedback.record(
                conn,
                query=body.query,
                segment_id=body.segment_id,
                kind=body.kind,
                by=actor(),
                rank=body.rank,
            )
        else:
            feedback.withdraw(
                conn,
                query=body.query,
                segment_id=body.segment_id,
                kind=body.kind,
                by=actor(),
            )
        marks = feedback.marks_of(conn, body.query, actor_name())
    return frozenset(marks.get(body.segment_id, frozenset()))
