"""Taking back one operation on people, and keeping what was done since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.config import Config
from core.errors import EditRefused
from core.people import PeopleChange, PeopleItem, PeopleOutcome
from core.types import Actor
from db import people_history
from db.pool import Database
from db.rows import Connection, Row
from pipeline.people_frame import Work, operate


def undo(
    config: Config,
    database: Database,
    change_id: int,
    *,
    by: Actor,
    idempotency_key: str,
    reason: str = "",
    preview: bool = False,
) -> PeopleOutcome:
    """Take back one operation; an undo can be taken back the same way.

    What it changed goes back to how it was before, everything else stays. Raises EditRefused where
    something later builds on it (the message names the operation to undo first), and for what
    cannot be undone: forgetting somebody.
    """

    def write(work: Work) -> None:
        target = people_history.get_change(work.conn, change_id)
        _require_undoable(target)
        work.concern(*_people(target))
        steps = [step for one in target.items if (step := _step(work.conn, target, one))]
        # What goes away goes first: two live decisions on one face cannot stand side by side.
        steps.sort(key=lambda step: step[1].get("state") != "removed")
        for item, values in steps:
            people_history.restore(work.conn, item, values)
        people_history.mark_reverted(work.conn, target.id, reverted_by=work.change_id)
        if target.reverts is not None:
            people_history.mark_reverted(work.conn, target.reverts, reverted_by=None)

    with database.transaction() as conn:
        people_history.get_change(conn, change_id)  # NotFound, before anything refers to it
    return operate(
        config, database, "undo", write,
        by=by, idempotency_key=idempotency_key, reason=reason, reverts=change_id, preview=preview,
    )  # fmt: skip


def _require_undoable(target: PeopleChange) -> None:
    if target.kind == "forget":
        raise EditRefused("Forgetting cannot be undone: nothing of that person is left.")
    if target.kind == "ingest":
        raise EditRefused("What an ingest found cannot be undone; reject or merge instead.")
    if target.reverted_by is not None:
        raise EditRefused(f"This was undone already, by operation {target.reverted_by}.")
    if not target.items:
        raise EditRefused("Whom this operation touched was forgotten; it cannot be undone.")


def _step(
    conn: Connection, target: PeopleChange, one: PeopleItem
) -> tuple[PeopleItem, Mapping[str, Any]] | None:
    """The columns of a row to set back; None where it stays as it is."""
    now = people_history.current(conn, one)
    if now is None or one.after is None:
        raise EditRefused("Somebody this operation touched was forgotten; it cannot be undone.")
    if one.before is None:
        if _is_by_product(target, one) and _is_in_use(conn, target, one, now):
            return None
        _require_unchanged(conn, target, one, now, set(one.after))
        if one.item == "person":
            _refuse_for(people_history.built_on(conn, one.id, target.id))
        return one, {"state": "removed"}
    changed = {name for name, value in one.after.items() if one.before.get(name) != value}
    _require_unchanged(conn, target, one, now, changed)
    return one, {name: one.before[name] for name in changed}


def _is_by_product(target: PeopleChange, one: PeopleItem) -> bool:
    """Somebody unknown made because nobody else was left for a face, or that one's face."""
    if one.item == "gallery_face":
        owners = {item.id for item in target.items if _is_stranger(item)}
        return one.after is not None and one.after["person_id"] in owners
    return _is_stranger(one)


def _is_stranger(one: PeopleItem) -> bool:
    made = one.before is None and one.after is not None
    return made and one.item == "person" and one.after["name"] is None  # type: ignore[index]


def _is_in_use(conn: Connection, target: PeopleChange, one: PeopleItem, now: Row) -> bool:
    """Named, merged or decided about since: then they stay, whatever made them."""
    if one.item == "gallery_face":
        owner = next(item for item in target.items if item.id == now["person_id"]
                     and item.item == "person")  # fmt: skip
        row = people_history.current(conn, owner)
        return row is None or _is_in_use(conn, target, owner, row)
    return now != one.after or people_history.built_on(conn, one.id, target.id) is not None


def _require_unchanged(
    conn: Connection, target: PeopleChange, one: PeopleItem, now: Row, names: set[str]
) -> None:
    assert one.after is not None
    if any(now.get(name) != one.after[name] for name in names):
        _refuse_for(people_history.touched_later(conn, one, target.id))


def _refuse_for(later: int | None) -> None:
    if later is not None:
        raise EditRefused(f"Operation {later} builds on this one; undo that one first.")


def _people(target: PeopleChange) -> list[int]:
    found: list[int] = []
    for one in target.items:
        for state in (one.before, one.after):
            if state is None:
                continue
            mine = (one.id, state.get("merged_into")) if one.item == "person" else (
                state["person_id"],)  # fmt: skip
            found += [person_id for person_id in mine if person_id is not None]
    return list(dict.fromkeys(found))
