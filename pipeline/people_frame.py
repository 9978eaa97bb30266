"""The frame of every operation on people: one at a time, done once per key, decided anew where it
matters, counted; or tried out and rolled back, which is what a preview is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from core.config import Config
from core.people import Crop, PeopleChangeKind, PeopleOutcome, Person
from core.types import Actor
from db import appearances, people, people_history
from db.pool import Database
from db.rows import Connection, execute
from pipeline import crop_files
from pipeline.matching import settle


@dataclass(slots=True)
class Work:
    """One operation under way. ``concern`` people before writing what changes how they read, put
    staged pictures in ``pictures``."""

    conn: Connection
    change_id: int
    people: list[int] = field(default_factory=list)
    pictures: dict[Crop, Path] = field(default_factory=dict)

    def concern(self, *person_ids: int) -> None:
        """What shows these people, or anybody merged with them, is counted where it changes; they
        are in the outcome."""
        appearances.watch_people(self.conn, person_ids)
        self.people.extend(person_ids)


def operate(
    config: Config,
    database: Database,
    kind: PeopleChangeKind,
    write: Callable[[Work], None],
    *,
    by: Actor,
    idempotency_key: str,
    reason: str = "",
    reverts: int | None = None,
    preview: bool = False,
) -> PeopleOutcome:
    """Run ``write`` and decide again about every appearance it may concern, in one transaction.

    A key used before gives what was done then. With ``preview`` everything is done the same way,
    counted and taken back: the numbers are those of the operation itself.
    """
    with database.transaction() as conn:
        people_history.lock(conn)
        if not preview:
            first = people_history.find_done(conn, idempotency_key, kind=kind, by=by)
            if first is not None:
                return _as_done(conn, first.id)
        execute(conn, "SAVEPOINT before_operation")
        change_id = people_history.open_change(
            conn,
            kind=kind,
            by=by,
            reason=reason,
            reverts=reverts,
            idempotency_key=None if preview else idempotency_key,
        )
        work = Work(conn, change_id)
        write(work)
        settle(conn, config.people, change_id)
        counted, segments = appearances.count_changed(conn)
        outcome = PeopleOutcome(
            change_id=None if preview else change_id,
            appearances=counted,
            segments=segments,
            people=_in_order(conn, work.people),
        )
        if preview:
            execute(conn, "ROLLBACK TO SAVEPOINT before_operation")
        else:
            people_history.close_change(conn, change_id, appearances=counted, segments=segments)
            crop_files.place(config, work.pictures)
        return outcome


def _as_done(conn: Connection, change_id: int) -> PeopleOutcome:
    change = people_history.get_change(conn, change_id)
    touched = [one.id for one in change.items if one.item == "person"]
    touched += [state["person_id"] for one in change.items if one.item != "person"
                if (state := one.after or one.before)]  # fmt: skip
    return PeopleOutcome(
        change_id=change.id,
        appearances=change.appearances,
        segments=change.segments,
        people=_in_order(conn, touched),
    )


def _in_order(conn: Connection, person_ids: Iterable[int]) -> tuple[Person, ...]:
    found = people.get_people(conn, person_ids)
    return tuple(found[one] for one in dict.fromkeys(person_ids) if one in found)
