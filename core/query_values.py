"""Dates and lengths whose value goes on behind a blank: ``on:Nov 1``, ``이후:어제 오후 3시``.

Nobody writes quotes around a date. Words behind such a filter belong to its value as far as all of
it together is a date or a length; ``on:"today" 3pm`` keeps them apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from core.lengths import length_ms
from core.query_parts import Filter, Part, Term, quoted
from core.query_text import APOSTROPHE, QUOTE, plain, tidy
from core.query_words import INCLUSIVE
from core.when import is_date
from core.when_words import MONTH_OF

MOST_WORDS = 6
"""2026년 11월 1일 오후 3시 30분 is a value and five words."""

_DATES = ("after", "before", "on")
_REST_OF_DATE = re.compile(
    r"\d{1,2}(?:일|시|시\d{1,2}분|st|nd|rd|th)|\d{1,2}(?::\d{2})?(?:am|pm)|\d{1,2}:\d{2}"
)


def joined(text: str, parts: Sequence[Part]) -> list[Part]:
    """The parts of ``text`` with each date and length as long as it goes on."""
    found: list[Part] = []
    rest = list(parts)
    while rest:
        part = rest.pop(0)
        if isinstance(part, Filter) and part.name in (*_DATES, "longer"):
            if part.value and not _is_quoted(part, text):
                part, taken = _as_far_as_it_goes(part, rest, text)
                del rest[:taken]
            part = _inclusive(part, text)
        found.append(part)
    return found


def printed(parts: Sequence[Part]) -> str:
    """The parts as text; a date that words behind it would prolong has quotes."""
    texts: list[str] = []
    for index, part in enumerate(parts):
        text = str(part)
        if isinstance(part, Filter) and part.value and not text.endswith(QUOTE):
            words = _words_behind(parts[index + 1 :])
            if (words and _belongs(part, words[0].text)) or any(
                _is_value(part, " ".join([part.value, *(word.text for word in words[:count])]))
                for count in range(1, len(words) + 1)
            ):
                text = f"{'-' * part.negated}{part.name}:{quoted(part.value)}"
        texts.append(text)
    return " ".join(texts)


def _as_far_as_it_goes(part: Filter, behind: Sequence[Part], text: str) -> tuple[Filter, int]:
    """The filter with the most words that make a value, and how many those are."""
    words = _words_behind(behind)
    for count in range(len(words), 0, -1):
        last = words[count - 1]
        stretch = plain(text[part.end : last.end]).text
        value = tidy(part.value + stretch)
        bare = " ".join([part.value, *(word.text for word in words[:count])])
        if value.replace(",", "") == bare and _is_value(part, value):
            return replace(part, value=value, end=last.end), count
    if words and _belongs(part, words[0].text):
        value = tidy(f"{part.value} {words[0].text}")
        if tidy(plain(text[part.end : words[0].end]).text) == words[0].text:
            return replace(part, value=value, end=words[0].end), 1
    return part, 0


def _belongs(part: Filter, word: str) -> bool:
    """True for a word that can only be the rest of a date: with it the whole is none (``Nov 31``,
    ``11월 32일``), and to look through all of November instead would be a silent change."""
    if part.name not in _DATES:
        return False
    after_month = part.value.lower() in MONTH_OF and word.isdecimal() and len(word) <= 2
    return after_month or _REST_OF_DATE.fullmatch(word.lower()) is not None


def _words_behind(parts: Sequence[Part]) -> list[Term]:
    words: list[Term] = []
    for part in parts[:MOST_WORDS]:
        if not isinstance(part, Term) or part.phrase or part.negated:
            break
        words.append(part)
    return words


def _is_value(part: Filter, value: str) -> bool:
    if part.name in _DATES:
        return is_date(value)
    return part.name == "longer" and length_ms(value) is not None


def _is_quoted(part: Filter, text: str) -> bool:
    """A value without quotes never ends with one."""
    return tidy(text[part.start : part.end])[-1] in (QUOTE, APOSTROPHE)


def _inclusive(part: Filter, text: str) -> Filter:
    name = tidy(text[part.start : part.end]).lstrip("-—").partition(":")[0].lower()
    form = INCLUSIVE.get(name)
    return replace(part, value=form.format(part.value)) if form and part.value else part
