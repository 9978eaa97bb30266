"""Captions made again by the configured model: proposed, looked at, taken as one operation."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import Conflict

from core.errors import ModelError
from db.drafts import Draft, list_drafts
from db.history import find_idempotent
from db.videos import get_video
from editor.access import actor
from editor.api.answers import done
from editor.api.inputs import ProposalsInput, Write, parse
from editor.language import sentence
from editor.services import services
from editor.translation import gettext, ngettext

blueprint = Blueprint("api_captions", __name__)

NO_CAPTIONER = (
    "The builtin profile has no model that captions pictures; set models.profile to cpu "
    'or gpu, or models.overrides.captioner, for example to "blip".'
)


@blueprint.get("/videos/<int:video_id>/proposals")
def index(video_id: int) -> Response:
    """What is proposed beside what is there, and how far the model is."""
    with services().database.transaction() as conn:
        get_video(conn, video_id)
        drafts = list_drafts(conn, [video_id])
    return jsonify(_document(video_id, drafts))


@blueprint.post("/videos/<int:video_id>/proposals")
def propose(video_id: int) -> tuple[Response, int]:
    """Have the model look at every segment; the answer comes before its words do."""
    parse(Write)
    handles = services()
    if not handles.registry.has("captioner"):
        raise ModelError(NO_CAPTIONER)
    with handles.database.transaction() as conn:
        video = get_video(conn, video_id)
        drafts = list_drafts(conn, [video_id])
    handles.drafting.start(video)
    return jsonify(_document(video_id, drafts)), 202


@blueprint.post("/videos/<int:video_id>/proposals/take")
def take(video_id: int) -> Response:
    """Make these proposals the captions, as one operation. 409 where one of them is no longer
    what the person saw."""
    from pipeline.recaption import take as take_proposals  # loads what looks at pictures

    body = parse(ProposalsInput)
    chosen = _chosen(video_id, body)
    taken = take_proposals(
        services().database,
        video_id,
        by=actor(),
        idempotency_key=body.idempotency_key,
        segment_ids=chosen,
    )
    answer = done(taken.result)
    document: dict[str, Any] = answer.get_json()
    number = len(taken.result.segments)
    words = ngettext("%(num)d caption changed", "%(num)d captions changed", number)
    if taken.left:
        left = ngettext("%(num)d left alone", "%(num)d left alone", len(taken.left))
        words = gettext("%(changed)s; %(left)s: changed meanwhile", changed=words, left=left)
    return jsonify(document | {"sentence": words, "left": list(taken.left)})


@blueprint.post("/videos/<int:video_id>/proposals/drop")
def drop(video_id: int) -> Response:
    """Forget every proposal for the video."""
    from pipeline.recaption import drop as drop_proposals

    parse(Write)
    dropped = drop_proposals(services().database, video_id)
    return jsonify(_document(video_id, []) | {"dropped": dropped})


def _chosen(video_id: int, body: ProposalsInput) -> list[int]:
    """The segments whose proposals the tokens stand for."""
    with services().database.transaction() as conn:
        if find_idempotent(conn, body.idempotency_key) is not None:
            return []
        present = {_token(one): one.segment_id for one in list_drafts(conn, [video_id])}
    if not set(body.tokens) <= set(present):
        raise Conflict(
            gettext("The proposals changed meanwhile; look at them again before you apply them.")
        )
    return [present[token] for token in body.tokens]


def _document(video_id: int, drafts: list[Draft]) -> dict[str, Any]:
    handles = services()
    run = handles.drafting.run_of(video_id)
    configured = handles.registry.has("captioner")
    return {
        "configured": configured,
        "sentence": "" if configured else sentence(NO_CAPTIONER),
        "busy": run is not None and run.busy,
        "progress": run.progress if run is not None else 0.0,
        "error": sentence(run.error) if run is not None and run.error else "",
        "rows": [_row(one) for one in drafts],
    }


def _row(one: Draft) -> dict[str, Any]:
    return {
        "token": _token(one),
        "segment_id": one.segment_id,
        "start_ms": one.start_ms,
        "end_ms": one.end_ms,
        "thumbnail": f"/thumbnails/{one.segment_id}.jpg?at={one.thumbnail_ms}",
        "before": one.before,
        "before_ko": one.before_ko,
        "before_author": one.before_author,
        "caption": one.caption,
        "caption_ko": one.caption_ko,
        "author": one.author,
        "stale": one.stale,
    }


def _token(one: Draft) -> str:
    """Stands for one proposal as it reads; another one for the segment has another token."""
    facts = (one.segment_id, one.revision, one.caption, one.caption_ko, one.author)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
