"""Lengths of time as people type them: 10, 10s, 1m30s, 1:30, 1분 30초."""

from __future__ import annotations

import re

from core.names import folded

LONGEST_MS = 7 * 24 * 3600 * 1000

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2}(?:\.\d{1,3})?)")
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,3})?")
_UNITS = re.compile(
    r"(?:(\d{1,6}(?:\.\d{1,3})?)\s?(?:h|hr|hrs|hours?|시간)\s?)?"
    r"(?:(\d{1,6}(?:\.\d{1,3})?)\s?(?:m|min|mins|minutes?|분)\s?)?"
    r"(?:(\d{1,6}(?:\.\d{1,3})?)\s?(?:s|sec|secs|seconds?|초))?"
)


def length_ms(text: str) -> int | None:
    """Milliseconds, 0 to a week; a plain number is seconds. None where it is no length.

    ``1:30`` is a minute and a half, ``1:00:00`` an hour; ``이상`` and ``+`` behind it are
    understood (10초 이상, 10s+).
    """
    words = re.sub(r"\s?(?:이상|초과|\+)$", "", folded(text))
    if _NUMBER.fullmatch(words):
        parts: tuple[str | None, ...] = (None, None, words)
    else:
        found = _CLOCK.fullmatch(words) or _UNITS.fullmatch(words)
        if found is None or not any(found.groups()):
            return None
        parts = found.groups()
    hours, minutes, seconds = (float(part) if part else 0.0 for part in parts)
    total_ms = round((hours * 3600 + minutes * 60 + seconds) * 1000)
    return total_ms if total_ms <= LONGEST_MS else None
