"""People: every operation on them, tried out first where it is asked for, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, jsonify

from core.errors import EditRefused, InputError
from core.names import folded
from core.people import PeopleChange, PeopleOutcome
from db import people_history
from db.people import list_groups, list_people, summary_of
from db.segments import get_segments
from editor.access import actor, actor_name
from editor.api.inputs import (
    ForgetInput,
    MergeIntoInput,
    NameInput,
    PersonWrite,
    Write,
    parse,
)
from editor.conflicts import unchanged_people
from editor.people import EVERYBODY, REMEMBERED
from editor.people_documents import (
    outcome_document,
    receipt_document,
    summary_document,
)
from editor.people_wording import person_name, title
from editor.services import services
from editor.translation import gettext
from editor.undo import UndoState, undo_state
from pipeline import people as use_cases

blueprint = Blueprint("api_people", __name__)


@blueprint.get("/people")
def index() -> Response:
    """Every group, and everybody: named people first, then unknown ones, most seen first."""
    with services().database.transaction() as conn:
        groups, everybody = list_groups(conn), list_people(conn, limit=EVERYBODY)
    found = [summary_document(one) for one in everybody]
    return jsonify({"groups": list(groups), "people": found})


@blueprint.get("/people/<int:person_id>")
def show(person_id: int) -> Response:
    """One person, whoever they were merged into."""
    with services().database.transaction() as conn:
        return jsonify(summary_document(summary_of(conn, person_id)))


@blueprint.post("/people/<int:person_id>/name")
def name(person_id: int) -> Response:
    """Say who an unknown person is; somebody who exists takes them in."""
    body = parse(NameInput)
    seen = {person_id: body.expected_version}
    with unchanged_people("name", body.idempotency_key, seen, preview=body.preview):
        outcome = use_cases.name(
            services().config,
            services().database,
            person_id,
            body.label,
            by=actor(),
            idempotency_key=body.idempotency_key,
            reason=body.reason,
            preview=body.preview,
        )
    return done(outcome, preview=body.preview)


@blueprint.post("/people/<int:person_id>/rename")
def rename(person_id: int) -> Response:
    """Another name or group."""
    body = parse(NameInput)
    seen = {person_id: body.expected_version}
    with unchanged_people("rename", body.idempotency_key, seen, preview=body.preview):
        outcome = use_cases.rename(
            services().config,
            services().database,
            person_id,
            body.label,
            by=actor(),
            idempotency_key=body.idempotency_key,
            reason=body.reason,
            preview=body.preview,
        )
    return done(outcome, preview=body.preview)


@blueprint.post("/people/<int:person_id>/merge")
def merge(person_id: int) -> Response:
    """Say that two people are one; ``into_id`` takes this one in."""
    body = parse(MergeIntoInput)
    seen = {person_id: body.expected_version, body.into_id: body.into_version}
    with unchanged_people("merge", body.idempotency_key, seen, preview=body.preview):
        outcome = use_cases.merge(
            services().config,
            services().database,
            person_id,
            body.into_id,
            by=actor(),
            idempotency_key=body.idempotency_key,
            reason=body.reason,
            preview=body.preview,
        )
    return done(outcome, preview=body.preview)


@blueprint.post("/people/<int:person_id>/unmerge")
def unmerge(person_id: int) -> Response:
    """Take this one out of the person they were merged into."""
    body = parse(PersonWrite)
    seen = {person_id: body.expected_version}
    with unchanged_people("unmerge", body.idempotency_key, seen, preview=body.preview):
        outcome = use_cases.unmerge(
            services().config,
            services().database,
            person_id,
            by=actor(),
            idempotency_key=body.idempotency_key,
            reason=body.reason,
            preview=body.preview,
        )
    return done(outcome, preview=body.preview)


@blueprint.post("/people/<int:person_id>/forget")
def forget(person_id: int) -> Response:
    """Remove everything made of somebody's face, for good; ``confirm`` is their name, typed."""
    body = parse(ForgetInput)
    config, database = services().config, services().database
    seen = {person_id: body.expected_version}
    with unchanged_people("forget", body.idempotency_key, seen, preview=body.preview):
        if body.preview:
            receipt = use_cases.preview_forget(config, database, person_id)
        else:
            _require_typed(person_id, body)
            receipt = use_cases.forget(
                config, database, person_id, by=actor(), idempotency_key=body.idempotency_key
            )
    with database.transaction() as conn:
        left = get_segments(conn, receipt.left_captions)
    links = [f"/videos/{one.video_id}?segment={one.id}" for one in left.values()]
    return jsonify(receipt_document(receipt) | {"left_links": links})


@blueprint.get("/people-changes")
def history() -> Response:
    """What was done about people, newest first."""
    with services().database.transaction() as conn:
        found = people_history.list_changes(conn, limit=REMEMBERED)
    return jsonify({"operations": [_change_document(one) for one in found]})


@blueprint.post("/people-changes/<int:change_id>/undo")
def undo(change_id: int) -> Response:
    """Take back one operation; one that was an undo does again what was undone."""
    return _undo(change_id, parse(Write))


@blueprint.post("/people-changes/undo")
def undo_last() -> Response:
    """Take back this reader's last operation on people."""
    body, target = parse(Write), _state().undo
    if target is None:
        raise EditRefused(gettext("There is nothing of yours to undo."))
    return _undo(target.id, body)


@blueprint.post("/people-changes/redo")
def redo_last() -> Response:
    """Do again what this reader last undid."""
    body, target = parse(Write), _state().redo
    if target is None:
        raise EditRefused(gettext("There is nothing to redo."))
    return _undo(target.id, body)


def done(outcome: PeopleOutcome, *, preview: bool = False) -> Response:
    """The answer to a write."""
    return jsonify(outcome_document(outcome, preview=preview))


def _undo(change_id: int, body: Write) -> Response:
    config, database = services().config, services().database
    return done(
        use_cases.undo(
            config, database, change_id, by=actor(), idempotency_key=body.idempotency_key
        )
    )


def _state() -> UndoState[PeopleChange]:
    with services().database.transaction() as conn:
        past: Sequence[PeopleChange] = people_history.list_changes(conn, limit=REMEMBERED)
    return undo_state(past, actor_name())


def _require_typed(person_id: int, body: ForgetInput) -> None:
    """Nobody is forgotten by a slip of the mouse."""
    by = actor()
    with services().database.transaction() as conn:
        if people_history.find_done(conn, body.idempotency_key, kind="forget", by=by):
            return
        wanted = person_name(summary_of(conn, person_id).person)
    if folded(body.confirm) != folded(wanted):
        raise InputError(gettext("Type “%(name)s” to forget this person for good.", name=wanted))


def _change_document(change: PeopleChange) -> dict[str, object]:
    return {
        "id": change.id,
        "kind": change.kind,
        "title": title(change),
        "actor": change.actor.name,
        "origin": change.actor.origin,
        "reason": change.reason,
        "at": change.at.isoformat(),
        "reverts": change.reverts,
        "reverted_by": change.reverted_by,
        "appearances": change.appearances,
        "segments": change.segments,
        "people": list(change.subjects),
    }
