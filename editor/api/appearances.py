"""Appearances: whose face it is, and whose it is not."""

from __future__ import annotations

from flask import Blueprint, Response

from editor.access import actor
from editor.api.inputs import AssignInput, RejectInput, parse
from editor.api.people import done
from editor.conflicts import unchanged_appearance
from editor.services import services
from pipeline import people as use_cases

blueprint = Blueprint("api_appearances", __name__)


@blueprint.post("/appearances/<int:appearance_id>/assign")
def assign(appearance_id: int) -> Response:
    """Say whose face it is: ``person_id``, or a group and a name."""
    body = parse(AssignInput)
    key, version = body.idempotency_key, body.expected_version
    with unchanged_appearance("assign", key, appearance_id, version, preview=body.preview):
        outcome = use_cases.assign(
            services().config,
            services().database,
            appearance_id,
            body.person_id or body.label,
            by=actor(),
            idempotency_key=key,
            reason=body.reason,
            preview=body.preview,
        )
    return done(outcome, preview=body.preview)


@blueprint.post("/appearances/<int:appearance_id>/reject")
def reject(appearance_id: int) -> Response:
    """Say that it is not this person: ``person_id``, or whom it shows now."""
    body = parse(RejectInput)
    key, version = body.idempotency_key, body.expected_version
    with unchanged_appearance("reject", key, appearance_id, version, preview=body.preview):
        outcome = use_cases.reject(
            services().config,
            services().database,
            appearance_id,
            body.person_id,
            by=actor(),
            idempotency_key=key,
            reason=body.reason,
            preview=body.preview,
        )
    return done(outcome, preview=body.preview)
