"""The search statement: vector, text, clothes, named and video legs fused by reciprocal rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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
# Whom the video leg alone may bring: real weights have no distance known to mean "nothing alike".
VIDEO_ALONE = 20
# Where a kind of garment is kept, with the colour beside it, and what is wanted there.
KINDS_OF_PARTS = (
    ("upper_kind", "upper", ("upper", "any")),
    ("lower_kind", "lower", ("lower",)),
    ("shoes", "shoes_colour", ("feet",)),
)
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
    video: float

    def best(self, wanted: Wanted) -> float:
        """The score of a segment that is first in every leg the query has something for."""
        named = wanted.people or wanted.groups or wanted.labels
        return (
            self.text
            + (self.vector if wanted.vector is not None else 0)
            + (self.clothes if wanted.worn else 0)
            + (self.seen if named else 0)
            + (self.video if wanted.video_vector is not None else 0)
        ) / (self.k + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worn:
    """Clothes to look for: a colour, a kind of core.garments, or one in the other."""

    part: Literal["upper", "lower", "any", "feet"]
    colour: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look for. ``vector`` (of the caption space) and ``video_vector`` are None where the
    query has none; ``people`` (with everybody merged into them), ``groups`` and things (``labels``
    of core.objects) are those the words name; where ``only`` names people, segments without any of
    them are no answer. Hits of the vector leg alone are left out beyond
    ``farthest`` (cosine distance), those of the video leg alone after the first
    ``video_alone``: no distance is known beyond which its real weights mean nothing."""

    words: str
    vector: Sequence[float] | None
    worn: tuple[Worn, ...]
    farthest: float
    video_vector: Sequence[float] | None = None
    video_alone: int = VIDEO_ALONE
    people: tuple[int, ...] = ()
    only: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A segment with its rank in each leg (None: not in that leg) and what matched there;
    ``named`` are ``person <id>``, ``group <id>`` and ``object <label>``, each with the time (ms) it
    is first seen in the segment; ``worn_at_ms`` is when somebody dressed as wanted is, and
    ``matched_clothes`` are those whose colour was seen, as indices into ``Wanted.worn``."""

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
    named: tuple[tuple[str, int], ...]
    video_rank: int | None
    total: int


def search(
    conn: Connection,
    wanted: Wanted,
    *,
    space: Space | None,
    weights: Weights,
    limit: int,
    offset: int = 0,
    video_space: Space | None = None,
) -> list[Found]:
    """Best first. ``space`` and ``video_space`` are those the vectors of ``wanted`` are of."""
    listed = fetch_all(conn, SQL["terms"], {"words": wanted.words})
    terms = [row["term"] for row in listed]
    telling = max(TELLING, min((row["frequency"] for row in listed), default=0.0))
    values = {
        "vector": _literal(wanted.vector),
        "video_vector": _literal(wanted.video_vector),
        "video_alone": wanted.video_alone,
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
        "colours": [one.colour for one in wanted.worn],
        "parts": [one.part for one in wanted.worn],
        "kinds": [one.kind for one in wanted.worn],
        "farthest": wanted.farthest,
        "only": [f"person {one}" for one in wanted.only],
        "k": weights.k,
        "vector_weight": weights.vector,
        "text_weight": weights.text,
        "clothes_weight": weights.clothes,
        "seen_weight": weights.seen,
        "video_weight": weights.video,
        "limit": limit,
        "offset": offset,
    }
    execute(conn, SQL["tune"], {"ef_search": str(EF_SEARCH)})
    rows = fetch_all(conn, _statement(wanted, space, video_space), values)
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
            named=tuple(zip(row["named"] or (), row["named_at_ms"] or (), strict=True)),
            video_rank=row["video_rank"],
            total=row["total"],
        )
        for row in rows
    ]


def _statement(wanted: Wanted, space: Space | None, video_space: Space | None) -> str:
    vector = SQL["nothing_near"]
    if space is not None and wanted.vector is not None:
        vector = SQL["nearest"].format(space_id=space.id, dim=space.dim)
    video = SQL["nothing_near"]
    if video_space is not None and wanted.video_vector is not None:
        nearest = SQL["nearest"].format(space_id=video_space.id, dim=video_space.dim)
        video = nearest.replace("%(vector)s", "%(video_vector)s")
    return (
        SQL["fused"]
        .replace("{vector_source}", vector)
        .replace("{video_source}", video)
        .replace("{group_source}", SQL["group_sightings"])
        .replace("{clothes_source}", _clothes_source(wanted))
    )


def _clothes_source(wanted: Wanted) -> str:
    """Only what the query has something for: planning a branch costs more than running it."""
    branches = []
    if any(one.colour and one.part != "feet" for one in wanted.worn):
        branches.append(SQL["in_colour"])
    for kind, colour, parts in KINDS_OF_PARTS:
        if any(one.kind and one.part in parts for one in wanted.worn):
            array = "{" + ",".join(parts) + "}"
            branches.append(SQL["of_kind"].format(kind=kind, colour=colour, parts=array))
    if any(one.colour and one.part == "feet" for one in wanted.worn):
        branches.append(SQL["in_shoe_colour"])
    return "\nUNION\n".join(branches) or SQL["nothing_worn"]


def _literal(vector: Sequence[float] | None) -> str | None:
    return None if vector is None else vector_literal(vector)
