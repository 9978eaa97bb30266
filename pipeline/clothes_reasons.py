"""What somebody wears as the reason of an answer, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from core.garments import korean_garment
from core.outfits import Bilingual
from core.timecode import format_ms
from core.types import Detection
from core.vocabulary import korean_colour
from db.scope import Worn

PARTS = {"upper": ("top", "상의"), "lower": ("bottoms", "하의")}
ATTRIBUTES = {"lower": ("lower_kind", "lower"), "feet": ("shoes", "shoes_colour")}
"""Part of the body -> where its kind and its colour are kept; else those of the upper body."""


def colour_reasons(worn: Sequence[Worn], at_ms: int) -> list[Bilingual]:
    """The colours seen on whoever fits best here, by the part of the body they were measured on;
    those of shoes are said with their kind."""
    at = format_ms(at_ms)
    reasons: list[Bilingual] = []
    for one in worn:
        if one.colour is not None and one.part != "feet":
            part = PARTS.get(one.part, ("clothes", "옷"))
            korean = f"{at}에 {korean_colour(one.colour)} {part[1]}"
            reasons.append((f"{one.colour} {part[0]} at {at}", korean))
    return reasons


def garment_reasons(detections: Sequence[Detection], worn: Sequence[Worn]) -> list[Bilingual]:
    """The kinds of garments a query names and the image-text model saw on somebody here."""
    reasons: list[Bilingual] = []
    for garment in worn:
        seen = next((d for d in detections if _wears(d, garment)), None)
        if garment.kind is None or seen is None:
            continue
        english, korean = garment.kind, korean_garment(garment.kind)
        colour = seen.attributes.get("shoes_colour") if garment.part == "feet" else None
        if colour is not None and colour == garment.colour:
            english, korean = f"{colour} {english}", f"{korean_colour(colour)} {korean}"
        at = format_ms(seen.at_ms)
        reasons.append((f"{english} at {at}", f"{at}에 {korean}"))
    return reasons


def outfit_reasons(detections: Sequence[Detection], outfit: Sequence[Worn]) -> list[Bilingual]:
    """What a filter asked for on one person, and where it was seen on them."""
    wearer = next((d for d in detections if all(_passes(d, one) for one in outfit)), None)
    if wearer is None:
        return []
    seen = [_measured(wearer, one) for one in outfit]
    return [*colour_reasons(seen, wearer.at_ms), *garment_reasons([wearer], outfit)]


def _passes(one: Detection, garment: Worn) -> bool:
    """As the filter has it (``clothes`` of db/sql/scope.sql)."""
    kind, colour = ATTRIBUTES.get(garment.part, ("upper_kind", "upper"))
    colours = ("upper", "lower") if garment.part == "any" else (colour,)
    if garment.colour is None:
        return bool(one.attributes.get(kind) == garment.kind)
    if all(one.attributes.get(name) != garment.colour for name in colours):
        return False
    return garment.kind is None or one.attributes.get(kind) in (None, garment.kind)


def _measured(one: Detection, garment: Worn) -> Worn:
    """A colour asked for anywhere, where it was seen; on both halves it is that of the clothes."""
    if garment.part != "any" or garment.colour is None:
        return garment
    upper, lower = (one.attributes.get(name) == garment.colour for name in ("upper", "lower"))
    if upper and lower:
        return garment
    return Worn(part="upper" if upper else "lower", colour=garment.colour, kind=garment.kind)


def _wears(one: Detection, garment: Worn) -> bool:
    """As the clothes leg has it: what was not made out speaks against nobody."""
    kind, colour = ATTRIBUTES.get(garment.part, ("upper_kind", "upper"))
    seen_kind, seen_colour = one.attributes.get(kind), one.attributes.get(colour)
    if garment.colour is not None and seen_colour not in (None, garment.colour):
        return False
    in_colour = garment.part == "feet" and garment.colour and seen_colour == garment.colour
    return seen_kind == garment.kind or (seen_kind is None and bool(in_colour))
