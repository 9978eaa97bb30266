"""What is wrong with a query, said so that a person knows what to do next."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.lengths import length_ms
from core.nearest import nearest
from core.query_parts import Filter, Problem, ProblemKind, Term, quoted
from core.query_scan import Stranger
from core.query_text import tidy
from core.query_words import EXAMPLES, FILTER_OF, ORDER_OF, FilterName
from core.vocabulary import has_korean
from core.when import is_date
from core.when_words import DATE_WORDS

LONGEST_QUERY = 500
LONGEST_READ = 10_000

SHORTEST_MISTYPED = 5
"""A shorter English name is guessed only where the value suits it: ``srot:time`` is a filter,
``rate:5`` and ``year:two`` are text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Repair:
    """What to put in place of a stretch of the typed text."""

    start: int
    end: int
    text: str


_Found = tuple[Problem, _Repair | None]


def problems_in(
    text: str,
    terms: Sequence[Term],
    filters: Sequence[Filter],
    strangers: Sequence[Stranger],
) -> tuple[Problem, ...]:
    """Every problem that shows without a calendar or a database, in the order of the text. Each
    that can be corrected carries the query with all of them corrected."""
    count = len(text) if len(text) > LONGEST_READ else len(tidy(text))
    if count > LONGEST_QUERY:
        return (_too_long(text, count),)
    if not terms and all(part.name == "sort" for part in filters):
        return (_nothing(text),)
    found = [
        *(_stranger(stranger) for stranger in strangers),
        *(_value(part, text, terms) for part in filters),
        *_two_orders(filters),
        _lengths(filters),
    ]
    return corrected(text, [pair for pair in found if pair is not None])


def corrected(text: str, found: Sequence[_Found]) -> tuple[Problem, ...]:
    """The problems by place, each that can be repaired with the query where all are repaired."""
    repairs = sorted((r for _, r in found if r), key=lambda r: (r.start, r.end), reverse=True)
    better, beginning = text, len(text)
    for repair in repairs:
        if repair.end <= beginning:
            better = better[: repair.start] + repair.text + better[repair.end :]
            beginning = repair.start
    better = " ".join(better.split())
    problems = [replace(p, corrected=better) if repair else p for p, repair in found]
    return tuple(sorted(problems, key=lambda problem: problem.start))


def caret(problem: Problem, text: str) -> str:
    """Two lines to show in one width of letter: the query, and carets under what is wrong.

    Korean and other wide letters count two columns, accents and what is not seen none; blanks of
    every kind and control characters are shown as one blank.
    """
    shown = "".join(" " if _control(c) else c for c in text)
    before = sum(_columns(c) for c in shown[: problem.start])
    under = sum(_columns(c) for c in shown[problem.start : problem.end])
    return f"{shown}\n{' ' * before}{'^' * max(under, 1)}"


def _control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Zs", "Zl", "Zp")


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    if "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _too_long(text: str, count: int) -> Problem:
    return Problem(
        kind="too long",
        start=LONGEST_QUERY,
        end=len(text),
        message=f"A query can have at most {LONGEST_QUERY} characters; this one has {count}. "
        "Keep the words that matter.",
        message_ko=f"검색어는 {LONGEST_QUERY}자까지 쓸 수 있는데 {count}자입니다. "
        "중요한 말만 남겨 주세요.",
    )


def _nothing(text: str) -> Problem:
    return Problem(
        kind="nothing",
        start=0,
        end=len(text),
        message="Say what to look for, for example: red jacket, or camera:door on:today.",
        message_ko="무엇을 찾을지 적어 주세요. 예: 빨간 재킷, 또는 카메라:정문 날짜:오늘",
    )


def _stranger(stranger: Stranger) -> _Found | None:
    """A name that is like no filter's is a word of the text."""
    meant = _meant(stranger)
    if stranger.value_at is None or meant is None:
        return None
    problem = _problem(
        "unknown filter",
        stranger,
        f"There is no filter {stranger.name}:, did you mean {meant}:? "
        "To look for the words themselves, put them in quotes.",
        f"{stranger.name}: 필터는 없습니다. {meant}: 말씀이신가요? "
        "글자 그대로 찾으려면 따옴표로 묶어 주세요.",
    )
    return problem, _Repair(start=stranger.start, end=stranger.value_at, text=f"{meant}:")


def _meant(stranger: Stranger) -> str | None:
    if has_korean(stranger.name):
        return nearest(stranger.name, (w for w in FILTER_OF if len(w) > 1), most=1)
    long = [word for word in FILTER_OF if len(word) >= SHORTEST_MISTYPED]
    short = [
        word
        for word, name in FILTER_OF.items()
        if 2 < len(word) < SHORTEST_MISTYPED and _suits(name, stranger.value)
    ]
    return nearest(stranger.name, [*long, *short])


def _suits(name: FilterName, value: str) -> bool:
    """True where a value can hardly be meant for anything but such a filter."""
    if name == "sort":
        return value.lower() in ORDER_OF
    return name in ("after", "before", "on") and is_date(value)


def _value(part: Filter, text: str, terms: Sequence[Term]) -> _Found | None:
    if not part.value:
        return _empty(part, text, terms)
    if part.name in ("after", "before", "on") and not is_date(part.value):
        return _bad_date(part, text)
    if part.name == "longer" and length_ms(part.value) is None:
        problem = _problem(
            "bad length",
            part,
            f"{quoted(part.value)} is no length of time; write 10s, 1m or 1:30.",
            f"{quoted(part.value)}: 길이로 읽을 수 없습니다. 10초, 1분, 1:30처럼 적어 주세요.",
        )
        return problem, None
    if part.name == "sort" and (part.negated or part.value.lower() not in ORDER_OF):
        return _bad_order(part, text)
    return None


def _empty(part: Filter, text: str, terms: Sequence[Term]) -> _Found:
    """Where a word follows after a blank (``person: jimin``), that was meant."""
    example, example_ko = EXAMPLES[part.name]
    problem = _problem(
        "empty value",
        part,
        f"{part.name}: needs its value right behind it, without a blank: {example}.",
        f"{text[part.start : part.end].strip('-')} 바로 뒤에 띄지 말고 값을 적어 주세요: "
        f"{example_ko}",
    )
    follower = next((t for t in terms if t.start >= part.end and not t.negated), None)
    if follower is None or text[part.end : follower.start].strip():
        return problem, None
    return problem, _Repair(start=part.end, end=follower.start, text="")


def _bad_date(part: Filter, text: str) -> _Found:
    problem = _problem(
        "bad date",
        part,
        f"{quoted(part.value)} is no date; write 2026-11-01, 11/1, yesterday, 3h or 2d.",
        f"{quoted(part.value)}: 날짜로 읽을 수 없습니다. "
        "2026-11-01, 11/1, 11월 1일, 어제, 3시간처럼 적어 주세요.",
    )
    meant = nearest(part.value, DATE_WORDS)
    return problem, _with_value(part, meant, text) if meant and is_date(meant) else None


def _bad_order(part: Filter, text: str) -> _Found:
    problem = _problem(
        "bad order",
        part,
        "Results can be sorted by sort:best, sort:time (newest first) or sort:oldest.",
        "정렬은 정렬:관련, 정렬:최신, 정렬:오래된 가운데 하나로 적어 주세요.",
    )
    value = part.value.lower()
    meant = value if value in ORDER_OF else nearest(value, ORDER_OF)
    return problem, _with_value(replace(part, negated=False), meant, text) if meant else None


def _two_orders(filters: Sequence[Filter]) -> list[_Found]:
    """The last one stands."""
    orders = [part for part in filters if part.name == "sort"]
    return [
        (
            _problem(
                "two orders",
                part,
                "Results can be sorted in one way only; keep one sort:.",
                "정렬은 하나만 쓸 수 있습니다. 하나만 남겨 주세요.",
            ),
            _Repair(start=part.start, end=part.end, text=""),
        )
        for part in orders[:-1]
    ]


def _lengths(filters: Sequence[Filter]) -> _Found | None:
    """``longer:1m -longer:10s`` asks for what cannot be."""
    given = [(part, length_ms(part.value)) for part in filters if part.name == "longer"]
    least = [ms for part, ms in given if ms is not None and not part.negated]
    for part, most in given:
        if part.negated and most is not None and least and max(least) >= most:
            problem = _problem(
                "wrong order",
                part,
                f"No moment is at least {max(least) / 1000:g} s long and shorter than "
                f"{most / 1000:g} s; take one of the two out.",
                f"{max(least) / 1000:g}초 이상이면서 {most / 1000:g}초 미만인 구간은 없습니다. "
                "둘 가운데 하나를 빼 주세요.",
            )
            return problem, None
    return None


def _with_value(part: Filter, value: str, text: str) -> _Repair:
    changed = replace(part, value=value).named_as(text[part.start : part.end])
    return _Repair(start=part.start, end=part.end, text=changed)


def _problem(kind: ProblemKind, where: Filter | Stranger, message: str, message_ko: str) -> Problem:
    return Problem(
        kind=kind, start=where.start, end=where.end, message=message, message_ko=message_ko
    )
