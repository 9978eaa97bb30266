"""What a search found, with the reasons each answer matched, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.garments import korean_garment
from core.objects import korean_label
from core.outfits import Bilingual, outfit_words
from core.people import Appearance
from core.timecode import format_ms
from core.types import Detection, Hit
from core.vocabulary import has_korean, korean_colour
from db.search import Found, Worn

PARTS = {"upper": ("top", "상의"), "lower": ("bottoms", "하의")}
ATTRIBUTES = {"lower": ("lower_kind", "lower"), "feet": ("shoes", "shoes_colour")}
"""Part of the body -> where its kind and its colour are kept; else those of the upper body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Whom and what a query names: labels by the keys of ``Found.named``."""

    labels: Mapping[str, Bilingual]

    def reason(self, key: str, at_ms: int) -> Bilingual | None:
        if key not in self.labels:
            return None
        english, korean = self.labels[key]
        at = format_ms(at_ms)
        return f"{english} at {at}", f"{at}에 {korean}"


def object_names(labels: Sequence[str]) -> dict[str, Bilingual]:
    """Keys and names of things a query names."""
    return {f"object {label}": (label, korean_label(label)) for label in labels}


def hit(
    found: Found,
    *,
    words: str,
    worn: Sequence[Worn],
    names: Names,
    appearances: Sequence[Appearance],
    best: float,
) -> Hit:
    """One answer; ``appearances`` are those in its segment, ``best`` the score of a perfect one."""
    people = list(dict.fromkeys(_people(found.segment.detections, appearances)))
    reasons = list(_reasons(found, words, worn, names))
    return Hit(
        segment=found.segment,
        video_title=found.title,
        source=found.source,
        camera=found.camera,
        recorded_at=found.recorded_at,
        people=tuple(en for en, _ in people),
        people_ko=tuple(ko for _, ko in people),
        score=round(found.score / best, 4),
        reasons=tuple(en for en, _ in reasons),
        reasons_ko=tuple(ko for _, ko in reasons),
    )


def _people(
    detections: Sequence[Detection], appearances: Sequence[Appearance]
) -> Sequence[Bilingual]:
    """Who was recognised, then what the people in view wear."""
    people: list[Bilingual] = []
    for one in appearances:
        if one.person is not None:
            people.append((one.person.label_in("en"), one.person.label_in("ko")))
        elif one.group is not None:
            people.append((one.group, one.group))
    for detection in detections:
        worn = outfit_words(detection.attributes) if detection.label == "person" else None
        if worn is not None:
            people.append(worn)
    return people


def _reasons(found: Found, words: str, worn: Sequence[Worn], names: Names) -> Sequence[Bilingual]:
    """Strongest first."""
    named = (names.reason(key, at_ms) for key, at_ms in found.named)
    reasons = [reason for reason in named if reason is not None]
    if found.worn_at_ms is not None:
        colours = [worn[index] for index in found.matched_clothes if worn[index].part != "feet"]
        reasons += _colour_reasons(colours, found.worn_at_ms)
    reasons += _garment_reasons(found.segment.detections, worn)
    matched = _matched_words(words, found.matched_terms)
    if matched:
        listed = ", ".join(matched)
        reasons.append((f"caption says: {listed}", f"설명에 있는 말: {listed}"))
    if found.vector_rank is not None:
        rank = found.vector_rank
        reasons.append((f"meaning: number {rank} of all", f"의미 유사도 {rank}위"))
    if found.video_rank is not None:
        rank = found.video_rank
        reasons.append((f"looks like it: number {rank}", f"화면 유사도 {rank}위"))
    return reasons


def _colour_reasons(worn: Sequence[Worn], at_ms: int) -> list[Bilingual]:
    """The colours seen on whoever fits best here, by the part of the body they were measured on."""
    at = format_ms(at_ms)
    reasons: list[Bilingual] = []
    for one in worn:
        if one.colour is not None:
            part = PARTS.get(one.part, ("clothes", "옷"))
            korean = f"{at}에 {korean_colour(one.colour)} {part[1]}"
            reasons.append((f"{one.colour} {part[0]} at {at}", korean))
    return reasons


def _garment_reasons(detections: Sequence[Detection], worn: Sequence[Worn]) -> list[Bilingual]:
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


def _wears(one: Detection, garment: Worn) -> bool:
    """As the clothes leg has it: what was not made out speaks against nobody."""
    kind, colour = ATTRIBUTES.get(garment.part, ("upper_kind", "upper"))
    seen_kind, seen_colour = one.attributes.get(kind), one.attributes.get(colour)
    if garment.colour is not None and seen_colour not in (None, garment.colour):
        return False
    in_colour = garment.part == "feet" and garment.colour and seen_colour == garment.colour
    return seen_kind == garment.kind or (seen_kind is None and bool(in_colour))


def _matched_words(words: str, terms: Sequence[str]) -> list[str]:
    """The words of the query that stand behind the matched terms (``'walk'``, ``'옷':*``)."""
    stems = [term.removesuffix(":*").strip("'") for term in terms]
    return [
        word
        for word in dict.fromkeys(words.split())
        if any(_stands_behind(word.lower(), stem) for stem in stems)
    ]


def _stands_behind(word: str, stem: str) -> bool:
    """Pairs of syllables stand anywhere in a word; one syllable, or an English stem, begins it."""
    begins = word.startswith(stem if has_korean(stem) else stem[:-1] or stem)
    return begins or (len(stem) > 1 and stem in word)
