"""The search statement: vector, text, clothes and named legs fused by reciprocal rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.types import Segment
from db.queries import queries
from db.rows import Connection, execute, fetch_all
from db.segments import segment_from_snapshot
from db.spaces import Space, vector_literal

SQL = queries("search")
# At 100,000 made-up captions a list of 320 found .80 of the ten nearest where 160 found .72, for
# less than a millisecond more: equal captions crowd the graph (recall@10 in tests/bench).
EF_SEARCH = 320
# What each leg brings forward; in the fusion a leg counts for its hundredth a third of its first.
CANDIDATES = 100
CLOTHES_CANDIDATES = 100
TEXT_CANDIDATES = 140
SEEN_CANDIDATES = 200
# A word in more segments than this share does not tell them apart.
TELLING = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each leg counts in the fusion ``weight / (k + rank)``."""

    k: int
    vector: float
    text: float
    clothes: float
    seen: float

    def best(self, wanted: Wanted) -> float:
        """The score of a segment that is first in every leg the query has something for."""
        named = wanted.people or wanted.groups or wanted.labels
        return (
            self.text
            + (self.vector if wanted.vector is not None else 0)
            + (self.clothes if wanted.colours else 0)
            + (self.seen if named else 0)
        ) / (self.k + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look for. ``vector`` is None where the query has none; ``colours[i]`` is worn on
    ``parts[i]`` (``upper``, ``lower`` or ``any``); ``people`` (with everybody merged into them),
    ``groups`` and things (``labels`` of core.objects) are those the words name. Hits of the vector
    leg alone are left out beyond ``farthest`` (cosine distance)."""

    words: str
    vector: Sequence[float] | None
    colours: tuple[str, ...]
    parts: tuple[str, ...]
    farthest: float
    people: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A segment with its rank in each leg (None: not in that leg) and what matched there;
    ``named`` are ``person <id>``, ``group <id>`` and ``object <label>``."""

    segment: Segment
    title: str
    source: str
    camera: str | None
    recorded_at: datetime | None
    score: float
    vector_rank: int | None
    distance: float | None
    text_rank: int | None
    matched_terms: tuple[str, ...]
    clothes_rank: int | None
    matched_clothes: tuple[int, ...]
    worn_at_ms: int | None
    seen_rank: int | None
    named: tuple[str, ...]
    seen_at_ms: int | None
    total: int


def search(
    conn: Connection,
    wanted: Wanted,
    *,
    space: Space | None,
    weights: Weights,
    limit: int,
    offset: int = 0,
) -> list[Found]:
    """Best first; ``matched_clothes`` are indices into ``wanted.colours``."""
    listed = fetch_all(conn, SQL["terms"], {"words": wanted.words})
    terms = [row["term"] for row in listed]
    telling = max(TELLING, min((row["frequency"] for row in listed), default=0.0))
    values = {
        "vector": None if wanted.vector is None else vector_literal(wanted.vector),
        "candidates": CANDIDATES,
        "terms": terms,
        "all_terms": " & ".join(terms),
        "telling": [row["frequency"] <= telling for row in listed],
        "text_candidates": TEXT_CANDIDATES,
        "clothes_candidates": CLOTHES_CANDIDATES,
        "seen_candidates": SEEN_CANDIDATES,
        "people": list(wanted.people),
        "groups": list(wanted.groups),
        "labels": list(wanted.labels),
        "colours": list(wanted.colours),
        "parts": list(wanted.parts),
        "farthest": wanted.farthest,
        "k": weights.k,
        "vector_weight": weights.vector,
        "text_weight": weights.text,
        "clothes_weight": weights.clothes,
        "seen_weight": weights.seen,
        "limit": limit,
        "offset": offset,
    }
    execute(conn, SQL["tune"], {"ef_search": str(EF_SEARCH)})
    if space is None or wanted.vector is None:
        source = SQL["nothing_near"]
    else:
        source = SQL["nearest"].format(space_id=space.id, dim=space.dim)
    rows = fetch_all(conn, SQL["fused"].replace("{vector_source}", source), values)
    return [
        Found(
            segment=segment_from_snapshot(row["snapshot"]),
            title=row["title"],
            source=row["source"],
            camera=row["camera"],
            recorded_at=row["recorded_at"],
            score=float(row["score"]),
            vector_rank=row["vector_rank"],
            distance=row["distance"],
            text_rank=row["text_rank"],
            matched_terms=tuple(row["matched"] or ()),
            clothes_rank=row["clothes_rank"],
            matched_clothes=tuple(int(p) - 1 for p in row["positions"] or ()),
            worn_at_ms=row["at_ms"],
            seen_rank=row["seen_rank"],
            named=tuple(row["named"] or ()),
            seen_at_ms=row["seen_at_ms"],
            total=row["total"],
        )
        for row in rows
    ]
