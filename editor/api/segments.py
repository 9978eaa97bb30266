"""Segments: read one, and every edit on them."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from db import edits
from db.segments import get_segment
from editor.access import actor
from editor.api.answers import done
from editor.api.inputs import (
    BorderInput,
    CaptionInput,
    CreateInput,
    MergeInput,
    SplitInput,
    TrimInput,
    Versioned,
    parse,
)
from editor.border import move_border
from editor.documents import segment_document
from editor.services import services

blueprint = Blueprint("api_segments", __name__)


@blueprint.get("/segments/<int:segment_id>")
def show(segment_id: int) -> Response:
    """One segment, deleted ones too."""
    with services().database.transaction() as conn:
        return jsonify(segment_document(get_segment(conn, segment_id)))


@blueprint.post("/videos/<int:video_id>/segments")
def create(video_id: int) -> Response:
    """A new segment where none is."""
    body = parse(CreateInput).model_dump()
    return done(edits.create(services().database, video_id, by=actor(), **body))


@blueprint.post("/segments/<int:segment_id>/caption")
def edit_caption(segment_id: int) -> Response:
    """Other words in one language or both."""
    body = parse(CaptionInput).model_dump()
    return done(edits.edit_caption(services().database, segment_id, by=actor(), **body))


@blueprint.post("/segments/<int:segment_id>/split")
def split(segment_id: int) -> Response:
    """Two segments out of one, cut at ``at_ms``."""
    body = parse(SplitInput).model_dump()
    return done(edits.split(services().database, segment_id, by=actor(), **body))


@blueprint.post("/segments/<int:segment_id>/merge")
def merge(segment_id: int) -> Response:
    """One segment out of this and the next, each as the person saw it."""
    body = parse(MergeInput).model_dump()
    return done(edits.merge_with_next(services().database, segment_id, by=actor(), **body))


@blueprint.post("/segments/<int:segment_id>/trim")
def trim(segment_id: int) -> Response:
    """Other edges."""
    body = parse(TrimInput).model_dump()
    return done(edits.trim(services().database, segment_id, by=actor(), **body))


@blueprint.post("/segments/<int:segment_id>/border")
def border(segment_id: int) -> Response:
    """The edge shared with the next segment."""
    body = parse(BorderInput).model_dump()
    return done(move_border(services().database, segment_id, by=actor(), **body))


@blueprint.post("/segments/<int:segment_id>/delete")
def delete(segment_id: int) -> Response:
    """Away, until it is restored."""
    body = parse(Versioned).model_dump()
    return done(edits.delete(services().database, segment_id, by=actor(), **body))


@blueprint.post("/segments/<int:segment_id>/restore")
def restore(segment_id: int) -> Response:
    """A deleted segment comes back."""
    body = parse(Versioned).model_dump()
    return done(edits.restore(services().database, segment_id, by=actor(), **body))
