"""The filters of a query, looked up in the library: what a moment has to be, and the chips that
say so. A name nobody has is a problem with the nearest one there is, never left out silently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from core import when
from core.lengths import length_ms
from core.lexicon import COLOUR_WORDS
from core.names import without_particle_candidates
from core.nearest import nearest
from core.objects import LABELS, NAMES, labels_in
from core.query import Filter, Problem, Query
from core.query_calendar import checked
from core.query_words import FILTER_WORDS
from core.types import Chip
from db import known
from db.conditions import all_terms
from db.scope import Scope
from pipeline.spoken import worn_in

if TYPE_CHECKING:
    from core.query import FilterName, Term
    from db.rows import Connection
    from db.scope import Worn

KOREAN_FILTERS: Mapping[str, str] = {
    name: next(word for word in words if not word.isascii()) for name, words in FILTER_WORDS.items()
}
NOT_THERE: Mapping[str, tuple[str, str]] = {
    "person": ("nobody called {value}", "{value} 인물이 없습니다"),
    "group": ("no group called {value}", "{value} 그룹이 없습니다"),
    "camera": ("no camera called {value}", "{value} 카메라가 없습니다"),
    "video": ("no video called {value}", "{value} 영상이 없습니다"),
    "object": ("no thing called {value} to look for", "{value}: 찾을 수 없는 물건입니다"),
    "clothes": ("no colour or garment in {value}", "{value}에 아는 색이나 옷이 없습니다"),
}  # fmt: skip
WHAT_NEXT: Mapping[str, tuple[str, str]] = {
    "person": ("see the People page for who there is", "인물 페이지에서 이름을 확인해 주세요"),
    "group": ("see the People page for the groups", "인물 페이지에서 그룹을 확인해 주세요"),
    "camera": ("see the library for the cameras", "라이브러리에서 카메라 이름을 확인해 주세요"),
    "video": ("see the library for the titles", "라이브러리에서 제목을 확인해 주세요"),
    "object": ("try car, bicycle, dog, backpack", "자동차, 자전거, 개, 배낭 등을 적어 보세요"),
    "clothes": ("try red jacket or blue jeans", "빨간 재킷, 청바지 등을 적어 보세요"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a query asks for besides its words. ``people``, ``groups`` and ``things`` are the names
    its filters brought, for the reasons of the answers; ``worn`` is what ``clothes:`` wants."""

    query: Query
    scope: Scope
    chips: tuple[Chip, ...]
    problems: tuple[Problem, ...]
    people: Mapping[int, str] = field(default_factory=dict)
    groups: Mapping[int, str] = field(default_factory=dict)
    things: tuple[str, ...] = ()
    worn: tuple[Worn, ...] = ()


def ask(
    conn: Connection, query: Query, *, now: datetime, timezone: ZoneInfo, chipped: bool = True
) -> Asked:
    """Look the filters of a query up; ``chipped`` makes the chips that say so."""
    query = checked(query, now=now, timezone=timezone)
    lookup = _Lookup(conn, query)
    wanted = {
        f"{'not_' if negated else ''}{plural}": lookup.each(name, find, negated=negated)
        for name, plural, find in (
            ("person", "people", lookup.people),
            ("group", "groups", lookup.groups),
            ("object", "labels", lookup.labels),
            ("clothes", "clothes", lookup.clothes),
        )
        for negated in (False, True)
    }
    any_of = {
        f"{'not_' if negated else ''}{plural}": tuple(
            one for found in lookup.each(name, find, negated=negated) for one in found
        )
        for name, plural, find in (
            ("camera", "cameras", lookup.cameras),
            ("video", "videos", lookup.videos),
        )
        for negated in (False, True)
    }
    problems = (*query.problems, *lookup.problems, *_untellable(conn, query))
    scope = Scope(**wanted, **any_of, **_words(query.terms))  # type: ignore[arg-type]
    if not problems:
        bounds = when.bounds(query.filters, now=now, timezone=timezone)
        scope = replace(
            scope,
            after=bounds.after,
            before=bounds.before,
            within=bounds.within,
            outside=bounds.outside,
            longer_ms=max(_lengths(query, negated=False), default=None),
            shorter_ms=min(_lengths(query, negated=True), default=None),
        )
    return Asked(
        query=query,
        scope=scope,
        chips=chips(query) if chipped else (),
        problems=problems,
        people=lookup.known_people,
        groups=lookup.known_groups,
        things=tuple(label for labels in scope.labels for label in labels),
        worn=tuple(one for outfit in scope.clothes for one in outfit),
    )


def chips(query: Query) -> tuple[Chip, ...]:
    """One for each filter, phrase and word that is not wanted: what narrows a search."""
    found: list[Chip] = []
    for part in query.parts:
        if isinstance(part, Filter):
            english, korean = _said(part)
        elif part.phrase or part.negated:
            english = korean = f"“{part.text}”" if part.phrase else part.text
        else:
            continue
        if part.negated:
            english, korean = f"not {english}", f"제외: {korean}"
        name = part.name if isinstance(part, Filter) else "phrase" if part.phrase else "word"
        without = query.without(part).text
        found.append(Chip(name=name, label=english, label_ko=korean, without=without))
    return tuple(found)


def _said(part: Filter) -> tuple[str, str]:
    """A filter as its chip says it; ``through:`` takes its day in, where ``before:`` does not."""
    through = when.last_day(part.value) if part.name == "before" else None
    if through is not None:
        return f"through: {through}", f"까지: {through}"
    return f"{part.name}: {part.value}", f"{_korean(part.name)}: {part.value}"


class _Lookup:
    """One query's filters in one library; collects what is not there."""

    def __init__(self, conn: Connection, query: Query) -> None:
        self._conn = conn
        self._query = query
        self.problems: list[Problem] = []
        self.known_people: dict[int, str] = {}
        self.known_groups: dict[int, str] = {}

    def each(
        self, name: FilterName, find: Callable[[str], tuple[Any, ...]], *, negated: bool
    ) -> tuple[tuple[Any, ...], ...]:
        """What each filter of a name means, a Korean particle behind it or not; a problem for one
        that means nothing here."""
        found: list[tuple[Any, ...]] = []
        for part in self._query.named(name, negated=negated):
            if not part.value:
                continue  # said by the grammar
            spellings = without_particle_candidates(part.value)
            meant = next(filter(None, map(find, spellings)), None)
            if meant:
                found.append(meant)
            else:
                self.problems.append(self._missing(part))
        return tuple(found)

    def people(self, value: str) -> tuple[int, ...]:
        found = known.people(self._conn, value)
        self.known_people |= found
        return tuple(found)

    def groups(self, value: str) -> tuple[int, ...]:
        found = known.groups(self._conn, value)
        self.known_groups |= found
        return tuple(found)

    def cameras(self, value: str) -> tuple[int, ...]:
        return tuple(known.cameras(self._conn, value))

    def videos(self, value: str) -> tuple[int, ...]:
        return known.videos(self._conn, value)

    def labels(self, value: str) -> tuple[str, ...]:
        return labels_in(value)

    def clothes(self, value: str) -> tuple[Worn, ...]:
        return worn_in(value)

    def _missing(self, part: Filter) -> Problem:
        near = nearest(part.value, self._names(part))
        better = None if near is None else self._query.with_value(part, near)
        english, korean = (text.format(value=part.value) for text in NOT_THERE[part.name])
        if near is None:
            next_en, next_ko = WHAT_NEXT[part.name]
            message, message_ko = f"There is {english}; {next_en}.", f"{korean}. {next_ko}."
        else:
            message = f"There is {english}; did you mean {near}?"
            message_ko = f"{korean}. 혹시 {near}인가요?"
        return Problem(
            kind="unknown name",
            start=part.start,
            end=part.end,
            message=message,
            message_ko=message_ko,
            corrected=None if better is None else better.text,
        )

    def _names(self, part: Filter) -> Sequence[str]:
        if part.name == "object":
            return [*LABELS, *(name for names in NAMES.values() for name in names)]
        if part.name == "clothes":
            return [word for words in COLOUR_WORDS.values() for word in words]
        return known.names(self._conn, part.name, part.value)


def _untellable(conn: Connection, query: Query) -> tuple[Problem, ...]:
    """A phrase, or a word that is not wanted, of words that stand everywhere tells nothing."""
    return tuple(
        Problem(
            kind="empty value",
            start=term.start,
            end=term.end,
            message=f"“{term.text}” stands nearly everywhere; add a word that tells more, or take "
            "it out.",
            message_ko=f"“{term.text}”: 거의 어디에나 있는 말입니다. 다른 말을 더하거나 빼 주세요.",
            corrected=query.without(term).text or None,
        )
        for term in query.terms
        if (term.phrase or term.negated) and not all_terms(conn, term.text)
    )


def _words(terms: Sequence[Term]) -> dict[str, tuple[str, ...]]:
    return {
        "phrases": tuple(t.text for t in terms if t.phrase and not t.negated),
        "not_phrases": tuple(t.text for t in terms if t.phrase and t.negated),
        "not_words": tuple(t.text for t in terms if t.negated and not t.phrase),
    }


def _lengths(query: Query, *, negated: bool) -> list[int]:
    found = (length_ms(part.value) for part in query.named("longer", negated=negated))
    return [length for length in found if length is not None]


def _korean(name: str) -> str:
    return KOREAN_FILTERS[name]
