"""The one edge where errors become answers: a sentence and a status, as a page or as JSON."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from core.errors import (
    ClipOpsError,
    EditRefused,
    GaveUp,
    InputError,
    NotFound,
    RevertBlocked,
    ServiceUnavailable,
    StaleRevision,
)
from db.history import segment_history
from editor.conflicts import ReadsDifferently
from editor.documents import change_set_document, segment_document
from editor.language import here, sentence
from editor.services import services
from editor.translation import gettext

log = structlog.get_logger()

RETRY_AFTER_S = "3"
# No standard has a number for this; nginx writes it into its logs. Nobody reads the answer.
HUNG_UP = 499
# Changes looked at to tell who made them; a segment that changed more often was edited.
MOST_LOOKED_AT = 50


def register(app: Flask) -> None:
    """Answer every error the app lets through."""
    app.register_error_handler(ClipOpsError, _own_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _own_error(error: ClipOpsError) -> Response:
    status = _status(error)
    if status >= 500:
        log.warning("request_failed", path=request.path, error=type(error).__name__)
    response = _answer(sentence(str(error)), status, _details(error))
    if status == 503:
        response.headers["Retry-After"] = RETRY_AFTER_S
    return response


def _status(error: ClipOpsError) -> int:
    match error:
        case NotFound():
            return 404
        case StaleRevision():
            return 409
        case InputError() | EditRefused():
            return 422
        case ServiceUnavailable():
            return 503
        case GaveUp():
            return HUNG_UP
        case _:
            return 500


def _details(error: ClipOpsError) -> dict[str, Any]:
    """What a program needs beside the sentence: both versions, or what stands in the way."""
    match error:
        case StaleRevision():
            return {
                "yours": request.get_json(silent=True),
                "current": segment_document(error.current),
                "changed_by_pipeline": _changed_by_pipeline(error),
            }
        case RevertBlocked():
            return {"dependents": [change_set_document(item) for item in error.dependents]}
        case _:
            return {}


def _changed_by_pipeline(error: StaleRevision) -> bool:
    """True where nobody but the pipeline has changed the segment since the expected revision."""
    current, expected = error.current, error.expected_revision
    count = current.revision - expected
    if not 0 < count <= MOST_LOOKED_AT:
        return False
    try:
        with services().database.transaction() as conn:
            past = segment_history(conn, current.id, limit=count)
    except ServiceUnavailable:
        return False
    return bool(past) and all(change.actor.origin == "pipeline" for change in past)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    own = {
        404: gettext("There is no such page."),
        405: gettext("This address does not take that kind of request."),
        413: gettext("That is more text than one request may carry."),
    }
    details = {"current": error.current} if isinstance(error, ReadsDifferently) else {}
    text = own.get(status) or sentence(error.description or error.name)
    response = _answer(text, status, details)
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("request_broke", reference=reference, path=request.path, exc_info=error)
    text = gettext("Something broke. Reference %(reference)s", reference=reference)
    return _answer(text, 500, {"reference": reference})


def _answer(text: str, status: int, details: dict[str, Any]) -> Response:
    if request.path.startswith("/api/"):
        response = jsonify({"error": text, **details})
    else:
        # What was sent with the request is gone; an address can be asked again.
        again = here() if status == 503 and request.method == "GET" else None
        page = render_template("error.html", sentence=text, status=status, again=again)
        response = make_response(page)
    response.status_code = status
    return response
