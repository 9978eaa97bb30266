"""Reading typed text from left to right into words, phrases and filters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.query_parts import AROUND, Filter, Part, Term, hangs_on
from core.query_text import APOSTROPHE, DASH, DOT, MINUS, QUOTE, PlainText
from core.query_words import FILTER_OF

LONGEST_FILTER_NAME = 20
LONGEST_IN_APOSTROPHES = 100

_NAME = re.compile(rf"([^\W\d_]{{1,{LONGEST_FILTER_NAME}}}):")
_LINK = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*://[^\s"]*')
_VALUE = re.compile(r'[^\s"]*')
# These part words wherever they stand, those of the second set not between digits (1,000).
_PARTING = frozenset(f" {QUOTE}{DASH};、。…")
_PARTING_WORDS = frozenset(f",{DOT}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A word with ``name:`` before it where no filter has that name: ``[start, end)`` of the
    typed text is the name. What may be its ``value`` begins at ``value_at``, if it has one."""

    name: str
    value: str
    value_at: int | None
    start: int
    end: int


def read(text: PlainText) -> Iterator[Part | Stranger]:
    """The parts in order; before a word that might be meant as a filter comes its Stranger."""
    at = 0
    while at < len(text.text):
        at, found = _next(text, at)
        yield from found


def _next(text: PlainText, at: int) -> tuple[int, tuple[Part | Stranger, ...]]:
    """The part that begins at ``at``, if one does, and where to go on."""
    plain = text.text
    start, negated = at, False
    while at < len(plain):
        character = plain[at]
        if character.isspace():
            return at + 1, ()
        if character == QUOTE or (character == APOSTROPHE and _closing(plain, at) is not None):
            return _phrase(text, start, at, negated)
        if character in (MINUS, DASH):
            if not negated:
                start, negated = at, True
        elif character not in AROUND:
            return _word_or_filter(text, start if negated else at, at, negated)
        at += 1
    return at, ()


def _phrase(text: PlainText, start: int, at: int, negated: bool) -> tuple[int, tuple[Part, ...]]:
    """From the quote at ``at``; nothing but punctuation in quotes is no phrase."""
    content, after = _in_quotes(text.text, at)
    first, last = text.typed(start if negated else at, after)
    if not content.strip("".join(AROUND) + MINUS + DASH + " "):
        return after, ()
    return after, (Term(text=content, phrase=True, negated=negated, start=first, end=last),)


def _in_quotes(plain: str, at: int) -> tuple[str, int]:
    """What the quote at ``at`` holds, single blanks, and where its end is; one that is never
    closed closes at the end."""
    if plain[at] == QUOTE:
        found = plain.find(QUOTE, at + 1)
        close = len(plain) if found < 0 else found
    else:
        close = _closing(plain, at) or len(plain)
    return " ".join(plain[at + 1 : close].split()), min(close + 1, len(plain))


def _closing(plain: str, at: int) -> int | None:
    """Where the single quote at ``at`` is closed: by one that ends a word. None where it is an
    apostrophe ('90s)."""
    limit = min(len(plain), at + LONGEST_IN_APOSTROPHES)
    quote = plain.find(QUOTE, at, limit)
    limit = limit if quote < 0 else quote
    close = plain.find(APOSTROPHE, at + 1, limit)
    while close >= 0:
        ends = close + 1 == len(plain) or plain[close + 1] == " " or plain[close + 1] in AROUND
        if ends and close > at + 1 and plain[close - 1] != " ":
            return close
        close = plain.find(APOSTROPHE, close + 1, limit)
    return None


def _word_or_filter(
    text: PlainText, start: int, at: int, negated: bool
) -> tuple[int, tuple[Part | Stranger, ...]]:
    link = _LINK.match(text.text, at)
    if link:
        return _word(text, start, at, link.end(), negated)
    end = _word_end(text.text, at)
    name = _NAME.match(text.text, at)
    if name is None:
        return _word(text, start, at, end, negated)
    if name[1].lower() in FILTER_OF:
        return _filter(text, start, name.end(), name[1].lower(), negated)
    first, last = text.typed(at, name.end() - 1)
    behind = len(text.text) - len(text.text[name.end() :].lstrip())
    value_at = text.starts[behind] if behind < len(text.text) else None
    found = _VALUE.match(text.text, behind)
    value = found[0] if found else ""
    stranger = Stranger(name=name[1], value=value, value_at=value_at, start=first, end=last)
    after, words = _word(text, start, at, max(end, name.end()), negated)
    return after, (stranger, *words)


def _word(
    text: PlainText, start: int, at: int, end: int, negated: bool
) -> tuple[int, tuple[Part, ...]]:
    """``[at, end)`` without what stands behind it."""
    last = end
    while text.text[last - 1] in AROUND:
        last -= 1
    typed_start, typed_end = text.typed(start, last)
    word = Term(text=text.text[at:last], negated=negated, start=typed_start, end=typed_end)
    # A quote right behind a word, with nothing behind it, is a sign of inches or left over.
    stray = end < len(text.text) and text.text[end] == QUOTE
    if stray and (end + 1 == len(text.text) or text.text[end + 1] == " "):
        end += 1
    return end, (word,)


def _word_end(plain: str, at: int) -> int:
    while at < len(plain) and plain[at] not in _PARTING:
        if plain[at] in _PARTING_WORDS and not (
            plain[at - 1 : at].isdigit() and plain[at + 1 : at + 2].isdigit()
        ):
            break
        at += 1
    return at


def _filter(
    text: PlainText, start: int, at: int, word: str, negated: bool
) -> tuple[int, tuple[Part, ...]]:
    """The filter named ``word`` whose value begins at ``at``, behind its colon."""
    plain = text.text
    if at < len(plain) and (
        plain[at] == QUOTE or (plain[at] == APOSTROPHE and _closing(plain, at) is not None)
    ):
        value, end = _in_quotes(plain, at)
        last = end
    else:
        found = _VALUE.match(plain, at)
        last = end = at if found is None else found.end()
        while last > at and hangs_on(plain[at:last]):
            last -= 1
        value = plain[at:last]
    first, typed_end = text.typed(start, last)
    part = Filter(name=FILTER_OF[word], value=value, negated=negated, start=first, end=typed_end)
    return end, (part,)
