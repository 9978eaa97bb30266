"""What people did with answers as query-segment pairs, in the format of the query files.

An explicit mark decides: where more people say relevant than not, the grade is the highest, where
fewer, it is 0; where as many, the later ones are right. Without one, the strongest thing somebody
did counts. A mark follows its stretch of the video to the segments that are there now, however they
were split, merged or trimmed since; what is deleted drops out.

Clicks and plays are biased by position: people look at the first answer first, and never click what
was not shown. Pairs made of them favour the ranking they were collected with; ``positions`` says
how much of them comes from the first place, so that nobody takes them for judgements.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.script import QueryLanguage
from db.feedback import FeedbackKind, pairs
from db.relevance import Stretch, segments_in
from db.rows import Connection
from db.segments import get_segments
from pipeline.evaluation.queries import Judged

GRADES: dict[FeedbackKind, float] = {"relevant": 3, "share": 2, "edit": 2, "play": 1, "click": 1}
IMPLICIT: tuple[FeedbackKind, ...] = ("share", "edit", "play", "click")
SEEN_FIRST: tuple[FeedbackKind, ...] = ("click", "play")


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A live segment under a query; ``kinds`` counts the people per kind of mark."""

    segment_id: int
    stretch: Stretch
    grade: float
    kinds: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedQuery:
    """A query with the live segments people marked under it, best grade first; ``shown_at`` are
    the places of what was clicked or played, where known."""

    query: str
    language: QueryLanguage
    segments: tuple[Graded, ...]
    shown_at: tuple[int, ...]

    @property
    def usable(self) -> bool:
        """False where nothing is relevant: such a query cannot be asked for anything."""
        return any(one.grade > 0 for one in self.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Positions:
    """Where clicked and played answers stood: ``first`` of ``known``."""

    known: int
    first: int


@dataclass(slots=True)
class _Marks:
    counts: Counter[FeedbackKind] = field(default_factory=Counter)
    latest: dict[FeedbackKind, datetime] = field(default_factory=dict)


def marked_queries(conn: Connection) -> list[MarkedQuery]:
    """Every query with marks on something that still is there, in the order of their words."""
    marked = pairs(conn)
    stretches = [
        Stretch(video_id=one.video_id, start_ms=one.start_ms, end_ms=one.end_ms) for one in marked
    ]
    by_query: dict[tuple[str, QueryLanguage], dict[int, _Marks]] = {}
    shown_at: dict[tuple[str, QueryLanguage], list[int]] = {}
    for pair, here in zip(marked, segments_in(conn, stretches), strict=True):
        key = (pair.query, pair.language)
        for segment_id in here:
            marks = by_query.setdefault(key, {}).setdefault(segment_id, _Marks())
            marks.counts[pair.kind] += pair.actors
            latest = marks.latest.get(pair.kind, pair.latest_at)
            marks.latest[pair.kind] = max(latest, pair.latest_at)
        if here and pair.kind in SEEN_FIRST:
            shown_at.setdefault(key, []).extend(pair.ranks)
    live = get_segments(conn, {number for marks in by_query.values() for number in marks})
    found = []
    for (query, language), marks in sorted(by_query.items()):
        graded = [
            Graded(
                segment_id=segment_id,
                stretch=Stretch(
                    video_id=live[segment_id].video_id,
                    start_ms=live[segment_id].start_ms,
                    end_ms=live[segment_id].end_ms,
                ),
                grade=_grade(one),
                kinds=dict(sorted(one.counts.items())),
            )
            for segment_id, one in marks.items()
        ]
        graded.sort(key=lambda one: (-one.grade, one.segment_id))
        places = tuple(sorted(shown_at.get((query, language), ())))
        found.append(
            MarkedQuery(query=query, language=language, segments=tuple(graded), shown_at=places)
        )
    return found


def judged(queries: Sequence[MarkedQuery]) -> list[Judged]:
    """The queries that can be asked, for ``retrieval.evaluate``."""
    return [
        Judged(
            query=one.query,
            language=one.language,
            relevant={seen.segment_id: seen.grade for seen in one.segments if seen.grade > 0},
        )
        for one in queries
        if one.usable
    ]


def line(one: MarkedQuery) -> dict[str, Any]:
    """The query as ``queries.read_queries`` reads it: by stretch, since numbers change."""
    return {
        "query": one.query,
        "language": one.language,
        "relevant": [
            {
                "video": seen.stretch.video_id,
                "start_ms": seen.stretch.start_ms,
                "end_ms": seen.stretch.end_ms,
                "grade": seen.grade,
            }
            for seen in one.segments
        ],
        "note": {
            "shown_at": list(one.shown_at),
            "marks": [dict(seen.kinds) for seen in one.segments],
        },
    }


def positions(queries: Sequence[MarkedQuery]) -> Positions:
    """Where people found what they clicked or played."""
    places = [place for one in queries for place in one.shown_at]
    return Positions(known=len(places), first=places.count(1))


def _grade(marks: _Marks) -> float:
    yes, no = marks.counts["relevant"], marks.counts["not_relevant"]
    if yes or no:
        if yes == no:
            return GRADES["relevant"] * (marks.latest["relevant"] > marks.latest["not_relevant"])
        return GRADES["relevant"] if yes > no else 0.0
    return max(GRADES[kind] for kind in IMPLICIT if marks.counts[kind])
