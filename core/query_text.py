"""Typed text in plain characters, each of which knows where it was typed.

Phones, word processors and Korean keyboards put other characters in for quotes, blanks, colons
and minus signs, and some systems write Korean in single letters. A query is read from the plain
form; its positions point into the text as typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

QUOTE, APOSTROPHE, MINUS, DASH, DOT = '"', "'", "-", "—", "·"

_QUOTES = "“”„‟«»「」『』〈〉《》〝〞〟＂｢｣"
_APOSTROPHES = "‘’‚‛′＇´`"
_MINUSES = "‐‑‒–−－﹣"
_DASHES = "—―"
_DOTS = "ㆍ・･‧•∙⋅"
# Letters by their category, but nothing is seen of them.
_FILLERS = "\u115f\u1160\u3164\uffa0\u2800"
_SINGLE = str.maketrans(
    {
        **dict.fromkeys(_QUOTES, QUOTE),
        **dict.fromkeys(_APOSTROPHES, APOSTROPHE),
        **dict.fromkeys(_MINUSES, MINUS),
        **dict.fromkeys(_DASHES, DASH),
        # Before NFKC, which would make a Korean vowel of the first.
        **dict.fromkeys(_DOTS, DOT),
        **dict.fromkeys(_FILLERS, " "),
    }
)


# Most of what people type: ASCII without the backtick, and composed Korean syllables.
_PLAIN_ALREADY = re.compile("[ -_a-~가-힣]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainText:
    """``text`` in NFKC with one kind of each: ``"``, ``'``, ``-``, ``—`` (long dash), ``·``, blank;
    ``starts[i]`` and ``ends[i]`` say where in the typed text its character ``i`` is."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def typed(self, start: int, end: int) -> tuple[int, int]:
        """The typed stretch that the plain stretch ``[start, end)``, not empty, stands for."""
        return self.starts[start], self.ends[end - 1]


def plain(typed: str) -> PlainText:
    """Letters are composed; what joins or marks without being seen (zero-width, direction) goes;
    control characters and lone surrogates are blanks."""
    if _PLAIN_ALREADY.fullmatch(typed):
        return PlainText(text=typed, starts=range(len(typed)), ends=range(1, len(typed) + 1))
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for cluster, start, end in _clusters(typed):
        for character in unicodedata.normalize("NFKC", cluster).translate(_SINGLE):
            if _unseen(character):
                continue
            characters.append(" " if _is_blank(character) else character)
            starts.append(start)
            ends.append(end)
    return PlainText(text="".join(characters), starts=tuple(starts), ends=tuple(ends))


def tidy(text: str) -> str:
    """Plain text with single blanks and none around it."""
    return " ".join(plain(text).text.split())


def _clusters(typed: str) -> list[tuple[str, int, int]]:
    """Characters that compose with one another, with their stretch of the typed text."""
    clusters: list[tuple[str, int, int]] = []
    for at, character in enumerate(typed):
        if _unseen(character):
            continue
        character = character.translate(_SINGLE)
        if clusters and not character.isascii() and _composes(character):
            before, start, _ = clusters[-1]
            clusters[-1] = before + character, start, at + 1
        else:
            clusters.append((character, at, at + 1))
    return clusters


def _composes(character: str) -> bool:
    """True for what may join the character before: accents, and Korean vowels and final letters
    however they are encoded."""
    first = unicodedata.normalize("NFKC", character)[0]
    return unicodedata.combining(first) != 0 or "\u1160" <= first <= "\u11ff"


def _unseen(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"


def _is_blank(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Zs", "Zl", "Zp")
