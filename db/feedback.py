"""What people did with the answers of a search: the raw material of query-segment pairs.

A mark remembers the video and the stretch it was made on, not only the segment: segments are
split, merged and trimmed later, what was to be seen stays where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.errors import InputError, NotFound
from core.query import LONGEST_QUERY
from core.query_text import tidy
from core.script import QueryLanguage, language_of
from core.types import Actor
from db.queries import queries
from db.rows import Connection, execute, fetch_all, fetch_one, fetch_value

SQL = queries("feedback")

FeedbackKind = Literal["click", "play", "share", "edit", "relevant", "not_relevant"]
# Somebody who says the opposite has changed their mind.
OPPOSITE: dict[FeedbackKind, FeedbackKind] = {
    "relevant": "not_relevant",
    "not_relevant": "relevant",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A query and a stretch of a video under it, with one kind of mark. ``actors`` is how many
    people made it, ``ranks`` where they were shown it (1 is first; only where that is known)."""

    query: str
    language: QueryLanguage
    video_id: int
    title: str
    start_ms: int
    end_ms: int
    kind: FeedbackKind
    actors: int
    ranks: tuple[int, ...]
    latest_at: datetime


def record(
    conn: Connection,
    *,
    query: str,
    segment_id: int,
    kind: FeedbackKind,
    by: Actor,
    rank: int | None = None,
) -> bool:
    """Remember a mark; True where it is new, False where this person had made it already.

    ``rank`` is the place the segment was shown at, from 1. ``relevant`` takes ``not_relevant``
    of the same person back, and the other way round. Raises NotFound for a segment that does not
    exist, InputError for an empty or endless query or a rank below 1.
    """
    if rank is not None and rank < 1:
        raise InputError("The rank of a hit counts from 1.")
    values = {
        "query": _normal(query),
        "language": language_of(query),
        "segment_id": segment_id,
        "kind": kind,
        "opposite": OPPOSITE.get(kind),
        "actor": by.name,
        "origin": by.origin,
        "rank": rank,
    }
    execute(conn, SQL["withdraw_opposite"], values)
    if fetch_one(conn, SQL["record"], values) is not None:
        return True
    if not fetch_value(conn, SQL["segment_exists"], values):
        raise NotFound(f"There is no segment {segment_id}.")
    return False


def withdraw(
    conn: Connection, *, query: str, segment_id: int, kind: FeedbackKind, by: Actor
) -> bool:
    """Take a mark back; False where there was none."""
    values = {
        "query": _normal(query),
        "segment_id": segment_id,
        "kind": kind,
        "actor": by.name,
    }
    return execute(conn, SQL["withdraw"], values) > 0


def marks_of(conn: Connection, query: str, actor: str) -> dict[int, frozenset[FeedbackKind]]:
    """What this person (``Actor.name``) did with the answers to this query, by segment."""
    rows = fetch_all(conn, SQL["marks_of"], {"query": _normal(query), "actor": actor})
    return {row["segment_id"]: frozenset(row["kinds"]) for row in rows}


def pairs(conn: Connection) -> Sequence[Pair]:
    """Every marked stretch under every query (upper and lower case are one), in a fixed order."""
    return [
        Pair(ranks=tuple(row.pop("ranks") or ()), **row) for row in fetch_all(conn, SQL["pairs"])
    ]


def _normal(query: str) -> str:
    text = tidy(query)
    if not text:
        raise InputError("A mark belongs to a query; this one is empty.")
    if len(text) > LONGEST_QUERY:
        raise InputError(f"A query can have at most {LONGEST_QUERY} characters.")
    return text
