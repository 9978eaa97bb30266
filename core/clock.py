"""Times of day as people type them: 14:30, 3pm, 오후 3시 반, noon."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone, tzinfo

from core.when_words import CLOCK_WORDS, DAY_PARTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day as exact as it was given; ``zone`` only where the text names one."""

    hour: int
    minute: int = 0
    second: int = 0
    lasts: timedelta
    zone: tzinfo | None = None


def without_clock(words: str) -> tuple[str, Clock] | None:
    """What is left of a folded text without its time of day, and that; None where it has none,
    or one that no clock shows (``25:00``)."""
    for pattern in (_NUMERIC, _ENGLISH, _KOREAN, _NAMED):
        for found in pattern.finditer(words):
            rest = f"{words[: found.start()]} {words[found.end() :]}"
            clock = _clock(found)
            return None if clock is None else (" ".join(rest.split()), clock)
    return None


_PARTS = "오전|오후|새벽|아침|낮|저녁|밤"
_NUMERIC = re.compile(
    rf"(?:(?<=\d)t|(?<![\w:])(?:at )?)(?:(?P<part>{_PARTS})\s?)?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s?(?P<half>am|pm|a\.m\.|p\.m\.)?(?P<zone>z|[+-]\d{2}:?\d{2})?(?![\w:])"
)
_ENGLISH = re.compile(r"(?<!\w)(?:at )?(?P<hour>\d{1,2})\s?(?P<half>am|pm|a\.m\.|p\.m\.)(?!\w)")
_KOREAN = re.compile(
    rf"(?:(?P<part>{_PARTS})\s?|(?<!\w))(?P<hour>\d{{1,2}})\s?시(?!간)"
    r"(?:\s?(?:(?P<minute>\d{1,2})\s?분(?:\s?(?P<second>\d{1,2})\s?초)?|(?P<thirty>반)))?(?!\w)"
)
_NAMED = re.compile(rf"(?<!\w)(?:at )?(?P<name>{'|'.join(CLOCK_WORDS)})(?!\w)")


def _clock(found: re.Match[str]) -> Clock | None:
    given = found.groupdict()
    if "name" in given:
        return Clock(hour=CLOCK_WORDS[given["name"]], lasts=timedelta(minutes=1))
    hour: int | None = int(given["hour"])
    part = (given.get("part") or given.get("half") or "").replace(".", "")
    if part:
        hour = DAY_PARTS[part].get(int(given["hour"]))
    minute = 30 if given.get("thirty") else int(given.get("minute") or 0)
    second = int(given.get("second") or 0)
    if hour is None or hour > 23 or minute > 59 or second > 59:
        return None
    exact = "second" if given.get("second") else "minute" if _has_minute(given) else "hour"
    return Clock(
        hour=hour,
        minute=minute,
        second=second,
        lasts=timedelta(**{f"{exact}s": 1}),
        zone=_zone(given.get("zone")),
    )


def _has_minute(given: dict[str, str | None]) -> bool:
    return given.get("minute") is not None or given.get("thirty") is not None


def _zone(text: str | None) -> tzinfo | None:
    """``z`` or ``+09:00``."""
    if text is None:
        return None
    if text == "z":
        return UTC
    away = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-away if text[0] == "-" else away) if away < timedelta(hours=24) else UTC
