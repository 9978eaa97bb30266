"""The known name somebody meant who typed another: edit distance, by letters of the alphabet.

Korean is compared by its letters (카매라 is one letter from 카메라, not one of three syllables).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from core.names import folded


def nearest(word: str, known: Iterable[str], *, most: int | None = None) -> str | None:
    """The known name most like ``word``, spelled as it is known, or None where none is like it.

    ``most`` is the greatest distance (letters put in, left out, changed or swapped with the
    next); without it, what ``allowed`` says for the longer of the two. A name that begins with
    the word counts as one letter away.
    """
    found = alike(word, known, most=most)
    return found[0] if found else None


def alike(word: str, known: Iterable[str], *, most: int | None = None) -> tuple[str, ...]:
    """Every known name as near as ``nearest`` asks, nearest first; among equals the one nearer in
    length, then the one that begins with the same letter, then the one given first."""
    letters = letters_of(word)
    if not letters:
        return ()
    ranked: list[tuple[int, int, bool, int, str]] = []
    for index, name in enumerate(known):
        other = letters_of(name)
        limit = allowed(max(len(letters), len(other))) if most is None else most
        away = _away(letters, other, limit)
        if away is not None:
            gap = abs(len(letters) - len(other))
            ranked.append((away, gap, letters[:1] != other[:1], index, name))
    return tuple(name for *_, name in sorted(ranked))


def letters_of(text: str) -> str:
    """Folded text in single letters, Korean too, accents behind their letters."""
    return unicodedata.normalize("NFD", folded(text))


def allowed(length: int) -> int:
    """How many letters may be wrong in a word of that many."""
    return 0 if length < 3 else 1 if length < 6 else 2 if length < 12 else 3


def distance(one: str, other: str, *, most: int) -> int | None:
    """Letters to put in, leave out, change or swap with the next, to make one of the other; None
    for more than ``most``. Optimal string alignment (Boytsov, "Indexing methods for approximate
    dictionary searching", 2011, section 2.1): no letter is touched twice."""
    if abs(len(one) - len(other)) > most or len(set(one) - set(other)) > most:
        return None
    far = most + 1
    before: list[int] = []
    row = [min(j, far) for j in range(len(other) + 1)]
    for i, letter in enumerate(one, start=1):
        # Away from the diagonal by more than most, every cell is too far.
        two_before, before, row = before, row, [min(i, far), *([far] * len(other))]
        for j in range(max(1, i - most), min(len(other), i + most) + 1):
            cost = before[j - 1] + (letter != other[j - 1])
            cost = min(cost, before[j] + 1, row[j - 1] + 1)
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == other[j - 1]:
                cost = min(cost, two_before[j - 2] + 1)
            row[j] = cost
        if min(row) > most and min(before) >= most:
            return None
    return row[-1] if row[-1] <= most else None


def _away(letters: str, other: str, most: int) -> int | None:
    begins = len(letters) >= 3 and other.startswith(letters) and letters != other
    if begins and most >= 1:
        return 1
    return distance(letters, other, most=most)
