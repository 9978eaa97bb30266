"""Which parts of a text are Korean and which are written in Latin letters.

``CCTV에서 빨간 jacket`` is Korean ``에서 빨간`` and English ``CCTV jacket``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

PARTICLE = 3
"""Syllables at most that, joined to a Latin word, are a particle and no word of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """``korean`` with the numbers and ``english`` in the order of the text, "" for none;
    ``korean_share`` 0..1 of the words."""

    korean: str
    english: str
    korean_share: float


def runs_of(text: str) -> Runs:
    """Text without any Hangul syllable is left as it is, all English."""
    normal = unicodedata.normalize("NFKC", text)
    if not _HANGUL.search(normal):
        return Runs(korean="", english=text, korean_share=0)
    latin = _LATIN.findall(normal)
    rest = _LATIN.sub(" ", normal)
    joined = sum(1 for _ in _JOINED.finditer(normal))
    words = max(len(_HANGUL_WORD.findall(normal)) - joined, 0)
    if not latin:
        return Runs(korean=rest, english="", korean_share=1)
    share = words / (words + len(latin))
    return Runs(korean=rest, english=" ".join(latin), korean_share=share)


_HANGUL = re.compile("[가-힣]")
_HANGUL_WORD = re.compile("[가-힣]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’-]*")
_JOINED = re.compile(rf"(?<=[A-Za-z])[가-힣]{{1,{PARTICLE}}}(?![가-힣])")
