"""What was done about people: operations, and the rows before and after that triggers wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg2.errors
from psycopg2.extras import Json

from core.errors import Busy, EditRefused, NotFound
from core.people import PeopleChange, PeopleChangeKind, PeopleItem, Person, Receipt
from core.types import Actor
from db.queries import queries
from db.rows import Connection, Row, execute, fetch_all, fetch_one, fetch_value

SQL = queries("people_history")
WAIT_S = 15.0
"""A person waits so long for the operations before theirs; an ingest as long as they take."""
SUBJECTS, EVERYBODY = 20, 1_000_000_000
"""People a list names of one operation, those it touched first; and all of them."""
_SOMETHING_ELSE = "Something done since stands in the way; undo that first."
_IN_THE_WAY = {
    "people_name": "Somebody else has that name now; rename or merge them first.",
    "people_never_circle": "They were merged the other way round since; un-merge that first.",
    "one_enrolment_per_picture": "The picture was enrolled again since; undo that first.",
    "one_person_per_appearance": "Somebody decided about this face since; undo that first.",
}


def lock(conn: Connection, *, wait_s: float | None = WAIT_S) -> None:
    """One operation on people at a time, until this transaction ends: what a face matches depends
    on every other operation. ``wait_s`` None waits for as long as the one before takes.

    Raises Busy where the others are not done in time; the transaction is of no use then.
    """
    # Waiting is not what the statement timeout is against: it would cut it short, and with the
    # wrong words.
    execute(conn, SQL["wait"], {"lock_timeout": f"{round((wait_s or 0) * 1_000)}ms"})
    try:
        execute(conn, SQL["lock"])
    except psycopg2.errors.LockNotAvailable as error:
        raise Busy(
            "Somebody's face is being worked through the library; try again in a minute."
        ) from error
    execute(conn, SQL["usual_statement_timeout"])
    execute(conn, SQL["usual_lock_timeout"])


def open_change(
    conn: Connection,
    *,
    kind: PeopleChangeKind,
    by: Actor,
    reason: str = "",
    reverts: int | None = None,
    idempotency_key: str | None = None,
) -> int:
    """Start an operation: what this transaction writes of people is recorded under it."""
    values = {
        "kind": kind,
        "actor": by.name,
        "origin": by.origin,
        "reason": reason,
        "reverts": reverts,
        "idempotency_key": idempotency_key,
    }
    change_id = int(fetch_value(conn, SQL["open_change"], values))
    execute(conn, SQL["use_change"], {"change_id": str(change_id)})
    return change_id


def close_change(conn: Connection, change_id: int, *, appearances: int, segments: int) -> None:
    """Keep how much the operation changed."""
    values = {"change_id": change_id, "appearances": appearances, "segments": segments}
    execute(conn, SQL["close_change"], values)


def drop_if_empty(conn: Connection, change_id: int) -> None:
    """An operation that touched nothing leaves no entry."""
    execute(conn, SQL["drop_if_empty"], {"change_id": change_id})


def find_done(
    conn: Connection, idempotency_key: str, *, kind: PeopleChangeKind, by: Actor
) -> PeopleChange | None:
    """What was done under this key before. Raises EditRefused where that was something else."""
    row = fetch_one(conn, SQL["find_idempotent"], {"idempotency_key": idempotency_key})
    if row is None:
        return None
    first = get_change(conn, row["id"])
    if (first.kind, first.actor) != (kind, by):
        raise EditRefused("This idempotency key was used for another operation; use a new one.")
    return first


def mark_reverted(conn: Connection, change_id: int, *, reverted_by: int | None) -> None:
    """Say which operation took this one back; None when that one was taken back itself."""
    values = {"change_id": change_id, "reverted_by": reverted_by}
    execute(conn, SQL["mark_reverted"], values)


def get_change(conn: Connection, change_id: int) -> PeopleChange:
    """Raises NotFound."""
    rows = fetch_all(conn, SQL["get_change"], {"change_id": change_id})
    if not rows:
        raise NotFound(f"There is no operation {change_id} on people.")
    return _changes(conn, rows, _items(conn, [change_id]), most=EVERYBODY)[0]


def list_changes(
    conn: Connection,
    *,
    limit: int = 50,
    before_id: int | None = None,
    person_id: int | None = None,
) -> list[PeopleChange]:
    """Newest first, of everybody or of one person; page on with ``before_id`` of the last one.

    What ingests found by themselves is left out. Of the items only people given another name are
    read, of the subjects at most SUBJECTS; ``get_change`` reads them all.
    """
    values = {"limit": limit, "before_id": before_id, "person_id": person_id}
    which = "list_changes" if person_id is None else "list_changes_of"
    rows = fetch_all(conn, SQL[which], values)
    renamed = _items(conn, [row["id"] for row in rows], "renamed_in")
    return _changes(conn, rows, renamed, most=SUBJECTS)


def items_of(conn: Connection, change_id: int) -> list[PeopleItem]:
    """The rows a change touched so far, in the order it touched them."""
    return _items(conn, [change_id])[change_id]


def touched_later(conn: Connection, item: PeopleItem, change_id: int) -> int | None:
    """The newest operation after ``change_id`` that touched the same row."""
    values = {"item": item.item, "item_id": item.id, "change_id": change_id}
    found = fetch_value(conn, SQL["touched_later"], values)
    return None if found is None else int(found)


def built_on(conn: Connection, person_id: int, change_id: int) -> int | None:
    """The newest operation after ``change_id`` whose effect on this person still stands: faces or
    decisions given to them, somebody merged into them."""
    values = {"person_id": person_id, "change_id": change_id}
    found = fetch_value(conn, SQL["built_on"], values)
    return None if found is None else int(found)


def restore(conn: Connection, item: PeopleItem, values: Mapping[str, Any]) -> None:
    """Set columns of a row back; ``values`` are some of the row's columns by name.

    Raises EditRefused where another row has taken its place since, or where people would be merged
    in a circle.
    """
    row = {"id": item.id, "values": Json(dict(values))}
    try:
        execute(conn, SQL[f"restore_{item.item}"], row)
    except (psycopg2.errors.UniqueViolation, psycopg2.errors.CheckViolation) as error:
        raise EditRefused(
            _IN_THE_WAY.get(error.diag.constraint_name or "", _SOMETHING_ELSE)
        ) from error


def current(conn: Connection, item: PeopleItem) -> Row | None:
    """The row as it is now, in the shape history keeps; None once it was forgotten."""
    found = fetch_one(conn, SQL[f"current_{item.item}"], {"id": item.id})
    return None if found is None else dict(found["row"])


def begin_forgetting(conn: Connection) -> None:
    """From here to the end of the transaction rows may be deleted, and history of them too."""
    execute(conn, SQL["begin_forgetting"])


def scrub(conn: Connection, items: Mapping[str, Sequence[int]]) -> int:
    """Remove what history says of these rows, and the reasons people gave; returns how many
    entries are gone."""
    gone = 0
    for item, ids in items.items():
        values = {"item": item, "item_ids": list(ids)}
        execute(conn, SQL["scrub_reasons"], values)
        gone += execute(conn, SQL["scrub_items"], values)
    return gone


def insert_receipt(
    conn: Connection,
    receipt_id: str,
    change_id: int,
    removed: Mapping[str, int],
    left_captions: Sequence[int],
) -> None:
    values = {
        "id": receipt_id,
        "change_id": change_id,
        "removed": Json(dict(removed)),
        "left_captions": list(left_captions),
    }
    execute(conn, SQL["insert_receipt"], values)


def receipt_of(conn: Connection, change_id: int) -> Receipt:
    """The receipt of a forget operation. Raises NotFound."""
    row = fetch_one(conn, SQL["receipt_of"], {"change_id": change_id})
    if row is None:
        raise NotFound(f"Operation {change_id} has no receipt; only forgetting gives one.")
    return _receipt(row)


def list_receipts(conn: Connection, *, limit: int = 100) -> list[Receipt]:
    """Newest first."""
    return [_receipt(row) for row in fetch_all(conn, SQL["list_receipts"], {"limit": limit})]


def _receipt(row: Row) -> Receipt:
    return Receipt(
        id=row["id"],
        change_id=row["change_id"],
        at=row["at"],
        by=Actor(name=row["actor"], origin=row["origin"]),
        removed=row["removed"],
        left_captions=tuple(row["left_captions"]),
    )


def _changes(
    conn: Connection, rows: Sequence[Row], items: Mapping[int, Sequence[PeopleItem]], *, most: int
) -> list[PeopleChange]:
    subjects: dict[int, list[str]] = defaultdict(list)
    values = {"change_ids": [row["id"] for row in rows], "most": most}
    for row in fetch_all(conn, SQL["subjects_of"], values):
        person = Person(id=row["id"], group=row["group_name"], name=row["name"])
        subjects[row["change_id"]].append(person.label)
    return [
        PeopleChange(
            id=row["id"],
            kind=row["kind"],
            actor=Actor(name=row["actor"], origin=row["origin"]),
            reason=row["reason"],
            at=row["at"],
            reverts=row["reverts"],
            reverted_by=row["reverted_by"],
            appearances=row["appearances"],
            segments=row["segments"],
            subjects=tuple(subjects[row["id"]]),
            items=tuple(items.get(row["id"], ())),
        )
        for row in rows
    ]


def _items(
    conn: Connection, change_ids: Sequence[int], which: str = "items_of"
) -> dict[int, list[PeopleItem]]:
    found: dict[int, list[PeopleItem]] = defaultdict(list)
    for row in fetch_all(conn, SQL[which], {"change_ids": list(change_ids)}):
        found[row["change_id"]].append(
            PeopleItem(
                item=row["item"], id=row["item_id"], before=row["before"], after=row["after"]
            )
        )
    return found
