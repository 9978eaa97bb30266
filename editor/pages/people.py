"""People: who is in the footage, one person, and what was done about them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from db import people_history
from editor.access import actor_name
from editor.characters import without_control
from editor.people import (
    NAMED_PAGE,
    REMEMBERED,
    SEEN_PAGE,
    UNKNOWN_PAGE,
    read_people,
    read_person,
)
from editor.people_documents import appearance_document, summary_document
from editor.people_wording import appearance_words, entry, person_name
from editor.query import whole_number
from editor.services import services
from editor.undo import undo_state

blueprint = Blueprint("people", __name__)

HISTORY_PAGE = 60


@blueprint.app_context_processor
def words() -> dict[str, Any]:
    """What the templates about people say people with."""
    return {
        "appearance_document": appearance_document,
        "appearance_words": appearance_words,
        "person_name": person_name,
        "summary_document": summary_document,
    }


@blueprint.get("/people")
def show() -> str:
    """Named people by group, faces between two people, and a page of unknown ones."""
    return render_template("people.html", **_people())


@blueprint.get("/parts/people")
def everybody() -> str:
    """Only what an operation changes."""
    return render_template("parts/people.html", **_people())


@blueprint.get("/people/<int:person_id>")
def person(person_id: int) -> str | Response:
    """One person; the address of somebody merged leads to who they are now."""
    found = _person(person_id)
    root = found["person"]
    if root.id != person_id:
        return redirect(f"/people/{root.id}")
    return render_template("person.html", **found)


@blueprint.get("/parts/people/<int:person_id>")
def one(person_id: int) -> str:
    """Only what an operation changes."""
    return render_template("parts/person.html", **_person(person_id))


@blueprint.get("/people/history")
def history() -> str:
    """Every operation on people, newest first; ``?before=`` pages on."""
    return render_template("people_history.html", **_history())


@blueprint.get("/parts/people/history")
def operations() -> str:
    """Only what an operation changes."""
    return render_template("parts/people_history.html", **_history())


def _people() -> dict[str, Any]:
    wanted = " ".join(without_control(request.args.get("q", "")).split())
    offset = max(whole_number("offset", 0), 0)
    unknown = max(whole_number("unknown", 0), 0)
    with services().database.transaction() as conn:
        found = read_people(conn, wanted=wanted, named_offset=offset, unknown_offset=unknown)
    return {
        "people": found,
        "wanted": wanted,
        "offset": offset,
        "page": NAMED_PAGE,
        "unknown_offset": unknown,
        "unknown_page": UNKNOWN_PAGE,
        **_steps(),
    }


def _person(person_id: int) -> dict[str, Any]:
    offset = max(whole_number("offset", 0), 0)
    with services().database.transaction() as conn:
        found = read_person(conn, person_id, offset=offset)
    return {
        "found": found,
        "person": found.summary.person,
        "document": summary_document(found.summary),
        "entries": [entry(item) for item in found.history],
        "offset": offset,
        "page": SEEN_PAGE,
        **_steps(),
    }


def _history() -> dict[str, Any]:
    before_id = whole_number("before")
    with services().database.transaction() as conn:
        past = people_history.list_changes(conn, limit=HISTORY_PAGE, before_id=before_id)
        receipts = {
            item.id: people_history.receipt_of(conn, item.id)
            for item in past
            if item.kind == "forget"
        }
    return {
        "entries": [entry(item, receipts.get(item.id)) for item in past],
        "older": past[-1].id if len(past) == HISTORY_PAGE else None,
        **_steps(),
    }


def _steps() -> dict[str, Any]:
    """Whether this reader has something to undo and redo, and whether faces are looked for."""
    with services().database.transaction() as conn:
        state = undo_state(people_history.list_changes(conn, limit=REMEMBERED), actor_name())
    return {
        "can_undo": state.undo is not None,
        "can_redo": state.redo is not None,
        "faces_on": services().registry.has("face_analyzer"),
    }
