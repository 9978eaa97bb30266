"""What is wrong with the dates of a query, which shows only on a day and in a place."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from core.query import Query, parse
from core.query_parts import Filter, Problem, quoted
from core.when import bounds, span


def checked(query: Query, *, now: datetime, timezone: ZoneInfo) -> Query:
    """The query with the problems of its dates added: a day that the calendar of ``timezone``
    left out, and a beginning that is not before the end. One that has problems is left as it is.
    """
    if query.problems:
        return query
    dated = [part for part in query.filters if part.name in ("after", "before", "on")]
    for part in dated:
        if span(part.value, now=now, timezone=timezone) is None:
            return replace(query, problems=(_left_out(part, timezone),))
    if _is_backwards(query, now, timezone):
        return replace(query, problems=(_backwards(query, now, timezone),))
    return query


def _is_backwards(query: Query, now: datetime, timezone: ZoneInfo) -> bool:
    asked = bounds(query.filters, now=now, timezone=timezone)
    return bool(asked.after and asked.before and asked.after >= asked.before)


def _left_out(part: Filter, timezone: ZoneInfo) -> Problem:
    return Problem(
        kind="bad date",
        start=part.start,
        end=part.end,
        message=f"There was no {quoted(part.value)} in {timezone.key}; "
        "take the day before or after.",
        message_ko=f"{timezone.key}에는 {quoted(part.value)} 날짜가 없었습니다. "
        "하루 앞이나 뒤로 적어 주세요.",
    )


def _backwards(query: Query, now: datetime, timezone: ZoneInfo) -> Problem:
    """With one of each, they are the wrong way round."""
    edges = [part for part in query.filters if part.name in ("after", "before")]
    better: str | None = None
    if len(edges) == 2 and not any(part.negated for part in edges):
        swapped = _swapped(query, *edges)
        if not swapped.problems and not _is_backwards(swapped, now, timezone):
            better = swapped.text
    last = edges[-1]
    return Problem(
        kind="wrong order",
        start=last.start,
        end=last.end,
        message="The beginning (after:) is not before the end (before:), so nothing can be found; "
        "swap them or take one out.",
        message_ko="시작(이후:)이 끝(이전:)보다 앞서지 않아 찾을 수 있는 것이 없습니다. "
        "둘을 바꾸거나 하나를 빼 주세요.",
        corrected=better,
    )


def _swapped(query: Query, first: Filter, second: Filter) -> Query:
    """What stands behind the two names as it was typed, the other way round: a name that takes its
    day in (``through:``) still does."""
    text = query.text
    one, other = (text[part.start : part.end] for part in (first, second))
    one_value, other_value = first.behind_name(one), second.behind_name(other)
    return parse(
        text[: first.start]
        + one.removesuffix(one_value)
        + other_value
        + text[first.end : second.start]
        + other.removesuffix(other_value)
        + one_value
        + text[second.end :]
    )
