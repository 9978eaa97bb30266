"""Dates and times as people type them, in English and Korean, as stretches of UTC.

Everything is read in a timezone and from a moment ``now``; a stretch is half-open. A day lasts
from its local midnight to the next, 23 or 25 hours where the clocks change. Weeks begin on
Monday. What is named without its year (``11/1``, ``November``), its date (``14:30``) or its week
(``Monday``) is the last one that has begun. ``3h`` is the three hours until now, ``2 days ago``
the whole day two days back. ``3시`` without 오전 or 오후 is on the 24-hour clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.clock import Clock, without_clock
from core.days import days_in, shifted, unit_from
from core.errors import InputError
from core.names import folded
from core.when_words import COUNT_OF, COUNTED, UNIT_OF

if TYPE_CHECKING:
    from core.query_parts import Filter

Span = tuple[datetime, datetime]

LONGEST_BACK = timedelta(days=36_600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """When footage must have been recorded: not before ``after``, before ``before``, within one
    of ``within`` where there are any, within none of ``outside``. All in UTC, half-open."""

    after: datetime | None = None
    before: datetime | None = None
    within: tuple[Span, ...] = ()
    outside: tuple[Span, ...] = ()


def span(text: str, *, now: datetime, timezone: ZoneInfo) -> Span | None:
    """The stretch of UTC that a text means, or None where it is no date.

    None too for a day that the calendar of the timezone left out (Samoa, 30 December 2011).
    """
    local = now.astimezone(timezone)
    words = _plain(text)
    inclusive = _INCLUSIVE.fullmatch(words)
    if inclusive:
        words = inclusive[1] or inclusive[2]
    found = _relative(words, local) or _dated(words, local)
    if found is None:
        return None
    start, end = (moment.astimezone(UTC) for moment in found)
    if start >= end:
        return None
    return start, end


def bounds(filters: Iterable[Filter], *, now: datetime, timezone: ZoneInfo) -> Bounds:
    """What ``after:``, ``before:`` and ``on:`` ask for together; other filters do not count.

    ``after:X`` is from the beginning of X on, X included. ``before:X`` is until the beginning of
    X, X not included; ``before:"through X"`` and ``까지:X`` are until its end. ``on:X`` is within
    X, and several of them are within any. With a minus each is the rest: ``-after:X`` is
    ``before:X``. Of several after or before the narrowest holds.

    Raises InputError for a value that is no date (``core.query.parse`` says so first).
    """
    after: list[datetime] = []
    before: list[datetime] = []
    within: list[Span] = []
    outside: list[Span] = []
    for part in filters:
        if part.name not in ("after", "before", "on"):
            continue
        found = span(part.value, now=now, timezone=timezone)
        if found is None:
            raise InputError(f"{part.value!r} is no date; try 2026-11-01, yesterday or 3h.")
        if part.name == "on":
            (outside if part.negated else within).append(found)
        else:
            edge = found[1] if part.name == "before" and is_inclusive(part.value) else found[0]
            (after if (part.name == "after") != part.negated else before).append(edge)
    return Bounds(
        after=max(after, default=None),
        before=min(before, default=None),
        within=tuple(within),
        outside=tuple(outside),
    )


def is_inclusive(value: str) -> bool:
    """True for ``through friday`` and ``금요일까지``: the end of what is named, not its begin."""
    return last_day(value) is not None


def last_day(value: str) -> str | None:
    """``friday`` of ``through friday``, ``금요일`` of ``금요일까지``; None for any other date."""
    inclusive = _INCLUSIVE.fullmatch(_plain(value))
    return None if inclusive is None else inclusive[1] or inclusive[2]


def is_date(text: str) -> bool:
    """True for what ``span`` reads, whatever the day and place."""
    return span(text, now=datetime(2024, 7, 1, 12, tzinfo=UTC), timezone=_UTC) is not None


_UTC = ZoneInfo("UTC")
_AMOUNT = re.compile(
    r"(?:(?:the )?(?:last|past)\s|(?:지난|최근)\s?)?"
    rf"(\d{{1,9}}|{'|'.join(COUNT_OF)})\s?([a-z]+|[가-힣]+?)(?:\s?(ago|전))?"
)
_COUNTED = re.compile(rf"(?<!\w)(?:{'|'.join(COUNTED)})")
_INCLUSIVE = re.compile(r"(?:through|thru)\s(.+)|(.+?)\s?까지")
_PARTICLE = re.compile(r"(?<=[가-힣0-9])\s?(?:에서부터|에서|부터|이후로?|에|의)$")


def _plain(text: str) -> str:
    """Lower case, no commas, no particle behind a date (11월 1일에, 어제의, 오늘부터)."""
    words = " ".join(folded(text).replace(",", " ").split()).rstrip("?!。 ").removeprefix("the ")
    return _PARTICLE.sub("", words)


def _relative(words: str, now: datetime) -> Span | None:
    """``3h`` is until now; ``3h ago`` lasts an hour, ``2 days ago`` the whole day."""
    found = _AMOUNT.fullmatch(_COUNTED.sub(lambda day: COUNTED[day[0]], words))
    unit = UNIT_OF.get(found[2]) if found else None
    if found is None or unit is None:
        return None
    count = COUNT_OF.get(found[1]) or int(found[1])
    per_unit = _SECONDS[unit]
    if not 0 < count * per_unit <= LONGEST_BACK.total_seconds():
        return None
    if unit in ("second", "minute", "hour"):
        start = now.astimezone(UTC) - timedelta(seconds=count * per_unit)
        return start, start + timedelta(seconds=per_unit) if found[3] else now
    day = shifted(now.date(), unit, -count)
    if found[3]:
        return _whole(*unit_from(day, unit), now)
    return datetime.combine(day, now.timetz()), now


def _dated(words: str, now: datetime) -> Span | None:
    """Days, a time on a day, or a time alone."""
    days = days_in(words, now.date())
    if days is not None:
        return _whole(*days, now)
    found = without_clock(words)
    if found is None:
        return None
    rest, clock = found
    if not rest:
        today = _at(now.date(), clock, now)
        return today if today[0] <= now else _at(now.date() - timedelta(days=1), clock, now)
    days = days_in(rest.removesuffix(" at").removeprefix("on "), now.date())
    if days is None or days[1] - days[0] != timedelta(days=1):
        return None
    return _at(days[0], clock, now)


def _whole(first: date, behind: date, now: datetime) -> Span:
    """From local midnight to local midnight."""
    return (
        datetime.combine(first, time(), now.tzinfo),
        datetime.combine(behind, time(), now.tzinfo),
    )


def _at(day: date, clock: Clock, now: datetime) -> Span:
    """A time on a day, both of them where the clocks are set back over it."""
    moment = time(clock.hour, clock.minute, clock.second, tzinfo=clock.zone or now.tzinfo)
    first = datetime.combine(day, moment).astimezone(UTC)
    second = datetime.combine(day, moment.replace(fold=1)).astimezone(UTC)
    return first, max(first, second) + clock.lasts


_SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 7 * 86_400,
    "month": 31 * 86_400,
    "year": 366 * 86_400,
}
