"""What somebody in view wears, in words, from the attributes of their detection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from core.garments import KINDS, korean_garment
from core.vocabulary import COLOURS, korean_colour

Bilingual = tuple[str, str]
"""English, Korean."""


def outfit_words(attributes: Mapping[str, Any]) -> Bilingual | None:
    """``black shirt, blue jeans, white shoes`` and ``검은 셔츠, 파란 청바지, 흰 신발`` as far as it
    was measured (pipeline.clothes names the attributes); None where nothing was.

    A part of which only the colour is known is a ``top`` or ``bottoms``. Of a dress or suit the
    colour is that of the upper body.
    """
    worn = list(_worn(attributes))
    if not worn:
        return None
    return ", ".join(en for en, _ in worn), ", ".join(ko for _, ko in worn)


def _worn(attributes: Mapping[str, Any]) -> Iterator[Bilingual]:
    upper_kind, upper = attributes.get("upper_kind"), attributes.get("upper")
    lower_kind, lower = attributes.get("lower_kind"), attributes.get("lower")
    yield from _garment(upper, upper_kind, ("top", "상의"))
    if upper_kind not in KINDS["whole"] or lower != upper:
        yield from _garment(lower, lower_kind, ("bottoms", "하의"))
    yield from _garment(attributes.get("shoes_colour"), attributes.get("shoes"), ("shoes", "신발"))


def _garment(colour: Any, kind: Any, nameless: Bilingual) -> Iterator[Bilingual]:
    named = colour in COLOURS
    if not (named or kind):
        return
    english, korean = (str(kind), korean_garment(str(kind))) if kind else nameless
    yield (
        (f"{colour} {english}", f"{korean_colour(colour)} {korean}") if named else (english, korean)
    )
