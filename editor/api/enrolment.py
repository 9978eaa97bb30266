"""Pictures of people: what a browser drops, as one form with files."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request

from core.people import PeopleOutcome
from editor.access import actor
from editor.api.inputs import EnrolInput, check
from editor.enrolment import MOST_BYTES, MOST_PICTURES, enrol
from editor.language import sentence
from editor.people_documents import outcome_document
from editor.services import services
from editor.translation import ngettext

blueprint = Blueprint("api_enrolment", __name__)


@blueprint.post("/people/pictures")
def add() -> Response:
    """``group``, ``name``, ``idempotency_key``, ``preview`` and any number of ``pictures``."""
    request.max_content_length = MOST_BYTES
    request.max_form_parts = MOST_PICTURES + 10
    try:
        return _add()
    finally:
        request.close()  # large pictures came in as temporary files


def _add() -> Response:
    form = request.form.to_dict()
    body = check(EnrolInput, form | {"preview": form.get("preview") == "true"})
    handles = services()
    done = enrol(
        handles.config,
        handles.database,
        handles.registry,
        request.files.getlist("pictures"),
        group=body.group,
        name=body.name,
        by=actor(),
        idempotency_key=body.idempotency_key,
        preview=body.preview,
    )
    nothing = PeopleOutcome(change_id=None, appearances=0, segments=0)
    document = outcome_document(done.outcome or nothing, preview=body.preview)
    pictures = [asdict(one) | {"problem": sentence(one.problem)} for one in done.pictures]
    new = sum(one.status == "enrolled" for one in done.pictures)
    words = f"{_counted(new, preview=body.preview)} {document['sentence']}"
    return jsonify(document | {"pictures": pictures, "new": new, "sentence": words})


def _counted(new: int, *, preview: bool) -> str:
    if preview:
        return ngettext("%(num)d picture can be added.", "%(num)d pictures can be added.", new)
    return ngettext("%(num)d picture added.", "%(num)d pictures added.", new)
