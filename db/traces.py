"""Everything that was made of somebody's face, and its removal; only forgetting does that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from db import galleries
from db.queries import queries
from db.rows import Connection, execute, fetch_all, fetch_one

SQL = queries("traces")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Ids of rows with a face of theirs, their name or their likeness. ``segments`` counts the live
    segments that showed them; ``undecided`` are other people's appearances that may have been
    them."""

    appearances: Sequence[int]
    gallery_faces: Sequence[int]
    decisions: Sequence[int]
    undecided: Sequence[int]
    segments: int


def of_people(conn: Connection, person_ids: Iterable[int]) -> Traces:
    """What there is of these people: a decision on a face of theirs counts, whomever it names, and
    a gallery face that came from such a decision."""
    row = fetch_one(conn, SQL["of_people"], {"person_ids": list(person_ids)})
    assert row is not None
    return Traces(**row)


def strangers_like(conn: Connection, person_ids: Sequence[int], *, least: float) -> list[int]:
    """Unknown people who appear nowhere and whose face has a cosine of at least ``least`` to a
    gallery face or an appearance of these people."""
    found: set[int] = set()
    for model in galleries.list_models(conn):
        values = {
            "person_ids": list(person_ids),
            "model_id": model.id,
            "farthest": 1 - least,
        }
        rows = fetch_all(conn, SQL["strangers_like"].format(dim=model.dim), values)
        found |= {row["person_id"] for row in rows}
    return sorted(found)


def delete(conn: Connection, traces: Traces) -> None:
    """Remove these rows. The people themselves go after their history."""
    execute(conn, SQL["delete_gallery_faces"], {"ids": list(traces.gallery_faces)})
    execute(conn, SQL["delete_decisions"], {"ids": list(traces.decisions)})
    execute(conn, SQL["delete_appearances"], {"ids": list(traces.appearances)})


def captions_with(conn: Connection, names: Collection[str]) -> list[tuple[int, str]]:
    """Segments, deleted ones too, with one of the names somewhere in their captions, both captions
    as one text."""
    if not names:
        return []
    rows = fetch_all(conn, SQL["captions_with"], {"names": [name.lower() for name in names]})
    return [(row["id"], row["words"]) for row in rows]
