"""Decisions people made about faces: this is, or is not, that person. They outlive the appearance
they were made on; ``appearance_id`` links them to the one that shows that face now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from core.people import Verdict
from core.types import Box
from db.queries import queries
from db.rows import Connection, Row, execute, fetch_all, fetch_value

SQL = queries("decisions")
_BOX_NAMES = tuple(f.name for f in fields(Box))


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceDecision:
    """Where and whose face it was decided about. ``embedding`` is the face's vector by the model
    ``model_id``."""

    id: int
    video_id: int
    model_id: int
    person_id: int
    verdict: Verdict
    start_ms: int
    end_ms: int
    at_ms: int
    box: Box
    embedding: tuple[float, ...]
    appearance_id: int | None
    removed: bool


def insert_decision(
    conn: Connection, appearance_id: int, person_id: int, *, verdict: Verdict
) -> int:
    """Decide about an appearance; its place and face are kept with the decision."""
    values = {"appearance_id": appearance_id, "person_id": person_id, "verdict": verdict}
    return int(fetch_value(conn, SQL["insert"], values))


def decisions_of_video(conn: Connection, video_id: int) -> list[FaceDecision]:
    """Newest first; removed ones too, which undoing may bring back."""
    return [_decision(row) for row in fetch_all(conn, SQL["of_video"], {"video_id": video_id})]


def decisions_on(
    conn: Connection, appearance_id: int, *, verdict: Verdict, person_ids: Iterable[int] = ()
) -> list[int]:
    """Live decisions on an appearance: of one verdict, about these people where any are given."""
    values = {
        "appearance_id": appearance_id,
        "verdict": verdict,
        "person_ids": list(person_ids),
    }
    return [row["id"] for row in fetch_all(conn, SQL["on_appearance"], values)]


def remove_decisions(conn: Connection, decision_ids: Iterable[int]) -> None:
    """Decide so no more; undoing the operation brings them back."""
    execute(conn, SQL["remove"], {"decision_ids": list(decision_ids)})


def link(conn: Connection, decision_id: int, appearance_id: int) -> None:
    """The face of this decision is shown by this appearance now."""
    execute(conn, SQL["link"], {"decision_id": decision_id, "appearance_id": appearance_id})


def linked(conn: Connection, decision_ids: Iterable[int]) -> list[int]:
    """The appearances these decisions are linked to."""
    rows = fetch_all(conn, SQL["linked"], {"decision_ids": list(decision_ids)})
    return [row["appearance_id"] for row in rows]


def settle_manual(conn: Connection, appearance_ids: Sequence[int]) -> None:
    """Appearances with a live "is" decision show that person; the others are automatic again."""
    values = {"appearance_ids": list(appearance_ids)}
    execute(conn, SQL["make_manual"], values)
    execute(conn, SQL["make_automatic"], values)


def vectors_of(conn: Connection, decision_ids: Iterable[int]) -> dict[int, list[str]]:
    """Model id -> the vectors (as text) of the "is not" decisions among these, removed ones too."""
    found: dict[int, list[str]] = {}
    for row in fetch_all(conn, SQL["vectors_of"], {"decision_ids": list(decision_ids)}):
        found.setdefault(row["model_id"], []).append(row["vector"])
    return found


def _decision(row: Row) -> FaceDecision:
    box = Box(**{name: row.pop(f"box_{name}") for name in _BOX_NAMES})
    vector = row.pop("vector")
    embedding = tuple(float(number) for number in vector.strip("[]").split(","))
    return FaceDecision(box=box, embedding=embedding, **row)
