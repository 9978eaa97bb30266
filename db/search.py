"""The search statement: vector, text, clothes, named and video legs fused by reciprocal rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.lexicon import COLOUR_WORDS
from core.types import Leg, Segment
from db import legs
from db.conditions import Conditions
from db.queries import queries
from db.rows import Connection, execute, fetch_all, fetch_value
from db.scope import Worn
from db.segments import segment_from_snapshot
from db.spaces import OPERATORS, IndexKind, Space, order_by_index, vector_literal
from db.vocabulary import Vocabulary, read_vocabulary

__all__ = ["Found", "Moment", "Wanted", "Weights", "Worn", "details", "search"]

SQL, SPACES = queries("search"), queries("spaces")
# With 160 half precision found .99 of the ten nearest captions in a million segments but .95 of the
# ten nearest segments: a caption that is missed may be that of several (docs/scaling.md).
EF_SEARCH = 320
# What the index gives of signs only, to be ordered by the exact distances.
BIT_CANDIDATES = 400
# An index scan that filters goes on until it has enough, or has read so many vectors.
MAX_SCAN_TUPLES = 20_000
# What each leg brings forward; in the fusion a leg counts for its hundredth a third of its first.
CANDIDATES = 100
CLOTHES_CANDIDATES = 100
TEXT_CANDIDATES = 140
SEEN_CANDIDATES = 200
# Segments that share one vector, the newest: more of them say nothing new.
ALIKE = 20
# Rows of an ordered index a leg reads at most while a filter lets few through.
READ = 1_000
# Answers ranked and kept; beyond them a hit stands in no leg's first hundred.
MOST = 300
NOWHERE = -1e9
"""A distance that nothing is as near as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each leg counts in the fusion ``weight / (k + rank)``."""

    k: int
    vector: float
    text: float
    clothes: float
    seen: float
    video: float

    def best(self, wanted: Wanted) -> float:
        """The score of a segment that is first in every leg the query has something for."""
        return (
            self.text
            + (self.vector if wanted.vector is not None else 0)
            + (self.clothes if wanted.worn else 0)
            + (self.seen if wanted.names_any else 0)
            + (self.video if wanted.video_vector is not None else 0)
        ) / (self.k + 1)

    def part(self, leg: Leg, rank: int) -> float:
        """What a rank in a leg adds to the score."""
        weight: float = getattr(self, leg)
        return weight / (self.k + rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look for. ``vector`` (of the caption space) and ``video_vector`` are None where the
    query has none; ``people`` (with everybody merged into them), ``groups`` and things (``labels``
    of core.objects) are those the words name; where ``only`` names people, segments without any of
    them are no answer. What only the vector leg or only the video leg finds is a near miss beyond
    ``farthest`` and ``video_farthest`` (distances of their spaces)."""

    words: str
    vector: Sequence[float] | None
    worn: tuple[Worn, ...]
    farthest: float
    video_vector: Sequence[float] | None = None
    video_farthest: float = NOWHERE
    people: tuple[int, ...] = ()
    only: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def names_any(self) -> bool:
        return bool(self.people or self.groups or self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A segment (``quiet``: nobody in it) with its rank in each leg (one it is not in is missing)
    and what matched there;
    ``strong`` is an answer, else it is a near miss. ``named`` are ``person <id>``, ``group <id>``
    and ``object <label>``, each with the time (ms) it is first seen in the segment; ``worn_at_ms``
    is when somebody dressed as wanted is, and ``matched_clothes`` are those whose colour was seen,
    as indices into ``Wanted.worn``. ``distance`` is that of the vector leg; ``second_rank`` is the
    place a second look at the pictures gave it."""

    segment_id: int
    video_id: int
    start_ms: int
    end_ms: int
    quiet: bool = False
    score: float
    strong: bool = True
    ranks: Mapping[Leg, int]
    distance: float | None = None
    matched_terms: tuple[str, ...] = ()
    matched_clothes: tuple[int, ...] = ()
    worn_at_ms: int | None = None
    named: tuple[tuple[str, int], ...] = ()
    second_rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A segment as an answer shows it; ``happened_at`` is when it was recorded, or added where
    nobody knows."""

    segment: Segment
    title: str
    source: str
    camera: str | None
    recorded_at: datetime | None
    happened_at: datetime


LEGS: tuple[Leg, ...] = ("vector", "text", "clothes", "seen", "video")
RANKS = tuple((leg, f"{leg}_rank") for leg in LEGS)
OPEN = Conditions(sql="true")


def search(
    conn: Connection,
    wanted: Wanted,
    *,
    space: Space | None,
    weights: Weights,
    video_space: Space | None = None,
    scope: Conditions = OPEN,
    vocabulary: Vocabulary | None = None,
    most: int = MOST,
) -> list[Found]:
    """Best first, answers before near misses. ``space`` and ``video_space`` are those the vectors
    of ``wanted`` are of; ``vocabulary`` is read where none is given."""
    rows = fetch_all(conn, SQL["terms"], {"words": wanted.words}) if wanted.words else []
    terms = [row["term"] for row in rows]
    space = space if wanted.vector is not None else None
    video_space = video_space if wanted.video_vector is not None else None
    near = space is not None or video_space is not None
    words = (vocabulary or read_vocabulary(conn)).chosen(terms, near=near)
    bits = any(one is not None and one.index_kind == "bit" for one in (space, video_space))
    values = {
        **scope.values,
        "scope": list(scope.members or ()),
        "vector": _literal(wanted.vector),
        "video_vector": _literal(wanted.video_vector),
        "candidates": BIT_CANDIDATES if bits else CANDIDATES,
        "kept": CANDIDATES,
        "alike": ALIKE,
        "read": READ,
        "terms": terms,
        "needed": _needed(conn, wanted) if terms else "",
        "all_terms": words.together,
        "telling": list(words.telling),
        "text_candidates": TEXT_CANDIDATES,
        "clothes_candidates": CLOTHES_CANDIDATES,
        "seen_candidates": SEEN_CANDIDATES,
        "farthest": wanted.farthest,
        "video_farthest": wanted.video_farthest,
        "colours": [one.colour for one in wanted.worn],
        "parts": [one.part for one in wanted.worn],
        "kinds": [one.kind for one in wanted.worn],
        "people": list(wanted.people),
        "groups": list(wanted.groups),
        "labels": list(wanted.labels),
        "only": [f"person {one}" for one in wanted.only],
        "k": weights.k,
        **{f"{leg}_weight": getattr(weights, leg) for leg in LEGS},
        "most": most,
    }
    tune(conn, bits=bits)
    sql = (
        SQL["fused"]
        .replace("{passing}", f"{scope.passing}," if scope.passing else "")
        .replace("{vector_source}", legs.nearest(space, "%(vector)s", scope))
        .replace("{video_source}", legs.nearest(video_space, "%(video_vector)s", scope))
        .replace("{clothes_source}", legs.clothes(wanted.worn, scope))
        .replace("{named_source}", legs.sightings(scope, wanted=wanted.names_any))
        .replace("{text_source}", legs.texts(words, scope))
    )
    return [_found(row, terms) for row in fetch_all(conn, sql, values)]


def _needed(conn: Connection, wanted: Wanted) -> str:
    """The colours of clothes a query asks for, each in any of its spellings; "" for none."""
    colours = sorted({one.colour for one in wanted.worn if one.colour is not None})
    spelled = [(n, word) for n, colour in enumerate(colours) for word in COLOUR_WORDS[colour]]
    if not spelled:
        return ""
    entries, words = zip(*spelled, strict=True)
    values = {"entries": list(entries), "words": list(words)}
    return str(fetch_value(conn, SQL["spellings"], values))


def tune(conn: Connection, *, bits: bool = False) -> None:
    """Set the planner and the index up for searches, until the end of the transaction. ``bits``:
    an index of signs brings more to choose from."""
    ef_search = max(EF_SEARCH, BIT_CANDIDATES) if bits else EF_SEARCH
    values = {"ef_search": str(ef_search), "max_scan_tuples": str(MAX_SCAN_TUPLES)}
    execute(conn, SQL["tune"], values)


def tune_details(conn: Connection) -> None:
    """Set the planner up to read what a page of answers shows, until the end of the transaction."""
    execute(conn, SQL["tune_details"])


def nearest_distances(
    conn: Connection, space: Space, vector: Sequence[float], kind: IndexKind | None, most: int
) -> list[float]:
    """The distances to the nearest vectors of a space: as its index of a kind finds them, or
    (None) exactly, which reads every vector."""
    numbers = {"space_id": space.id, "dim": space.dim, "operator": OPERATORS[space.distance][0]}
    values = {"vector": vector_literal(vector), "most": most, "candidates": CANDIDATES}
    if kind is None:
        sql = SPACES["nearest_exactly"].format(**numbers)
    else:
        tune(conn, bits=kind == "bit")
        by_index = order_by_index(replace(space, index_kind=kind), "%(vector)s")
        sql = SPACES["nearest_by_index"].replace("{by_index}", by_index).format(**numbers)
        values["candidates"] = BIT_CANDIDATES if kind == "bit" else CANDIDATES
    return [row["distance"] for row in fetch_all(conn, sql, values)]


def details(conn: Connection, segment_ids: Sequence[int]) -> dict[int, Moment]:
    """What answers show of segments, by id."""
    return {
        row["id"]: Moment(
            segment=segment_from_snapshot(row["snapshot"]),
            title=row["title"],
            source=row["source"],
            camera=row["camera"],
            recorded_at=row["recorded_at"],
            happened_at=row["happened_at"],
        )
        for row in fetch_all(conn, SQL["details"], {"segment_ids": list(segment_ids)})
    }


def happened(conn: Connection, segment_ids: Sequence[int]) -> dict[int, datetime]:
    """When each segment happened, by id."""
    rows = fetch_all(conn, SQL["happened"], {"segment_ids": list(segment_ids)})
    return {row["id"]: row["at"] for row in rows}


def _found(row: Mapping[str, Any], terms: Sequence[str]) -> Found:
    return Found(
        segment_id=row["segment_id"],
        video_id=row["video_id"],
        start_ms=row["start_ms"],
        end_ms=row["end_ms"],
        quiet=row["quiet"],
        score=float(row["score"]),
        strong=row["strong"],
        ranks={leg: row[rank] for leg, rank in RANKS if row[rank] is not None},
        distance=row["distance"],
        matched_terms=tuple(terms[position - 1] for position in sorted(row["matched"] or ())),
        matched_clothes=tuple(int(p) - 1 for p in row["positions"] or ()),
        worn_at_ms=row["at_ms"],
        named=tuple(zip(row["named"] or (), row["named_at_ms"] or (), strict=True)),
    )


def _literal(vector: Sequence[float] | None) -> str | None:
    return None if vector is None else vector_literal(vector)
