"""From ranked segments to what people read: neighbours joined, a page of them, with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.giving_up import GivingUp
from core.types import Hit, SearchResult
from core.windows import Stretch, Window, windows
from db.appearances import people_of_segments
from db.conditions import Conditions
from db.scope import Scope
from db.search import OPEN, Found, Weights, details, tune_details
from pipeline.hits import Names, hit, object_names
from pipeline.hits import Query as Explained
from pipeline.prepared import Prepared, Tools

# Near misses shown where there is no answer.
NEAREST = 3
ADDED_COUNTS = (
    "Where no recording time is known, the day it was added counts.",
    "촬영 시각을 모르는 영상은 추가한 날을 기준으로 했습니다.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Answers best first, and near misses; ``scope`` is what they were looked for in."""

    answers: Sequence[Found]
    misses: Sequence[Found] = ()
    scope: Conditions = field(default_factory=lambda: OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which answers to show."""

    limit: int
    offset: int


def answered(
    tools: Tools,
    result: SearchResult,
    prepared: Prepared,
    ranked: Ranked,
    weights: Weights,
    page: Page,
    giving_up: GivingUp | None,
) -> SearchResult:
    """``result`` with one page of windows, or with the nearest misses."""
    joined = joined_windows(tools, ranked.answers)
    shown = joined[page.offset : page.offset + page.limit]
    misses = [] if ranked.answers else _alone(ranked.misses[:NEAREST])
    by_id = {one.segment_id: one for one in (*ranked.answers, *ranked.misses)}
    with tools.database.transaction(giving_up) as conn:
        tune_details(conn)
        moments = details(conn, [window.best.segment_id for window in (*shown, *misses)])
        segments = [one.segment for one in moments.values()]
        appearances = people_of_segments(conn, segments) if segments else {}
    query = _explained(prepared, ranked.scope, weights)

    def explain(window: Window) -> Hit:
        best = window.best.segment_id
        return hit(by_id[best], window, moments[best], query, appearances.get(best, ()))

    # A segment deleted between the statements is no answer any more.
    found = replace(
        result,
        hits=tuple(explain(one) for one in shown if one.best.segment_id in moments),
        nearest=tuple(explain(one) for one in misses if one.best.segment_id in moments),
        total=len(joined),
    )
    if not _dated(prepared.asked.scope) or all(
        one.recorded_at is not None for one in (*found.hits, *found.nearest)
    ):
        return found
    english, korean = ADDED_COUNTS
    return replace(found, notes=(*found.notes, english), notes_ko=(*found.notes_ko, korean))


def joined_windows(tools: Tools, found: Sequence[Found]) -> list[Window]:
    """Answers in their order, neighbours of one video joined."""
    return windows([_stretch(one) for one in found], gap_ms=tools.config.search.merge_gap_ms)


def _dated(scope: Scope) -> bool:
    """True where a moment passes by when it happened."""
    return bool(scope.after or scope.before or scope.within or scope.outside)


def _alone(found: Sequence[Found]) -> list[Window]:
    stretches = [_stretch(one) for one in found]
    return [Window(best=one, members=(one,)) for one in stretches]


def _stretch(one: Found) -> Stretch:
    return Stretch(
        segment_id=one.segment_id,
        video_id=one.video_id,
        start_ms=one.start_ms,
        end_ms=one.end_ms,
        quiet=one.quiet,
    )


def _explained(prepared: Prepared, scope: Conditions, weights: Weights) -> Explained:
    asked = prepared.asked
    labels = {
        **prepared.spoken.names.labels,
        **{f"person {one}": (name, name) for one, name in asked.people.items()},
        **{f"group {name}": (name, name) for name in asked.groups.values()},
        **object_names(asked.things),
    }
    if scope.members is not None:
        moments = len(scope.members)
    else:
        moments = 0 if scope.values else prepared.moments
    return Explained(
        words=asked.query.words,
        worn=prepared.wanted.worn,
        outfits=asked.scope.clothes,
        filtered=not asked.scope.is_open,
        names=Names(labels=labels),
        best=weights.best(prepared.wanted),
        weights=weights,
        moments=moments,
    )
