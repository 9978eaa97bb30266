"""Days, weeks, months and years as people type them, as dates ``[first, behind the last)``."""

from __future__ import annotations

import re
from datetime import date, timedelta

from core.when_words import DAYS_AGO, MONTH_OF, PERIODS, WEEKDAY_OF, Unit

Days = tuple[date, date]

FIRST_YEAR, LAST_YEAR = 1900, 2200


def days_in(words: str, today: date) -> Days | None:
    """What a folded text names, seen from ``today``; None where it names no days."""
    if words in DAYS_AGO:
        return unit_from(today - timedelta(days=DAYS_AGO[words]), "day")
    if words in PERIODS:
        unit, back = PERIODS[words]
        return unit_from(shifted(_begin(today, unit), unit, -back), unit)
    return _weekday(words, today) or _numbers(words, today) or _named_month(words, today)


def unit_from(first: date, unit: Unit) -> Days:
    return first, shifted(first, unit, 1)


def shifted(day: date, unit: Unit, count: int) -> date:
    """``count`` days, weeks, months or years on; the last of the month where it is shorter."""
    if unit in ("month", "year"):
        months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
        year, month = divmod(months, 12)
        last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
        return date(year, month + 1, min(day.day, last))
    return day + timedelta(days=count * (7 if unit == "week" else 1))


_LAST_WEEKDAY = re.compile(r"(?:last|지난|저번)\s?(\S+)")
_YEAR_FIRST = re.compile(r"(\d{4})\s?([-/.])\s?(\d{1,2})(?:\s?\2\s?(\d{1,2}))?\.?")
_COMPACT = re.compile(r"(\d{4})()(\d{2})(\d{2})")
_YEAR = re.compile(r"(\d{4})\s?년?")
_MONTH_DAY = re.compile(r"(\d{1,2})\s?[-/.]\s?(\d{1,2})\.?")
_KOREAN = re.compile(r"(?:(\d{4})\s?년\s?)?(\d{1,2})\s?월(?:\s?(\d{1,2})\s?일)?")
_MONTH_NAME = r"(?P<month>[a-z]{3,9})\.?"
_DAY_NUMBER = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NAMED = tuple(
    re.compile(rf"{pattern}(?:\s(?P<year>\d{{4}}))?")
    for pattern in (
        rf"{_MONTH_NAME}\s?{_DAY_NUMBER}",
        rf"{_DAY_NUMBER}\s?(?:of )?{_MONTH_NAME}",
        rf"{_MONTH_NAME}(?P<day>)",
    )
)


def _begin(day: date, unit: Unit) -> date:
    """The first day of the week (from Monday), month or year that ``day`` is in."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _weekday(words: str, today: date) -> Days | None:
    """``Monday``: the last one, maybe today; ``last Monday``: not today; ``지난주 월요일``."""
    for period, (unit, back) in PERIODS.items():
        rest = words.removeprefix(period).strip()
        if unit == "week" and rest != words and rest in WEEKDAY_OF:
            monday = shifted(_begin(today, "week"), "week", -back)
            return unit_from(monday + timedelta(days=WEEKDAY_OF[rest]), "day")
    last = _LAST_WEEKDAY.fullmatch(words)
    weekday = WEEKDAY_OF.get(last[1] if last else words)
    if weekday is None:
        return None
    ago = (today.weekday() - weekday) % 7
    return unit_from(today - timedelta(days=7 if last and ago == 0 else ago), "day")


def _numbers(words: str, today: date) -> Days | None:
    found = _YEAR_FIRST.fullmatch(words) or _COMPACT.fullmatch(words)
    if found:
        return _calendar(int(found[1]), int(found[3]), int(found[4]) if found[4] else None)
    year = _YEAR.fullmatch(words)
    if year:
        return _calendar(int(year[1]), None, None)
    short = _MONTH_DAY.fullmatch(words)
    if short:
        return _last(int(short[1]), int(short[2]), today)
    korean = _KOREAN.fullmatch(words)
    if korean is None:
        return None
    day = int(korean[3]) if korean[3] else None
    if korean[1]:
        return _calendar(int(korean[1]), int(korean[2]), day)
    return _last(int(korean[2]), day, today)


def _named_month(words: str, today: date) -> Days | None:
    for pattern in _NAMED:
        found = pattern.fullmatch(words)
        month = MONTH_OF.get(found["month"]) if found else None
        if found and month:
            day = int(found["day"]) if found["day"] else None
            if found["year"]:
                return _calendar(int(found["year"]), month, day)
            return _last(month, day, today)
    return None


def _last(month: int, day: int | None, today: date) -> Days | None:
    """The last such month or day that has begun; 29 February may be up to eight years back."""
    for year in range(today.year, today.year - 9, -1):
        found = _calendar(year, month, day)
        if found and found[0] <= today:
            return found
    return None


def _calendar(year: int, month: int | None, day: int | None) -> Days | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        first = date(year, month or 1, day or 1) if day != 0 and month != 0 else None
    except ValueError:
        return None
    if first is None:
        return None
    return unit_from(first, "day" if day else "month" if month else "year")
