"""What a search found, with the reasons each answer matched, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.garments import Garment, garments_in, korean_garment
from core.objects import korean_label
from core.outfits import Bilingual, outfit_words
from core.people import Appearance
from core.timecode import format_ms
from core.types import Detection, Hit
from core.vocabulary import AttributeTerm, korean_colour
from db.search import Found


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
    clothes: Sequence[AttributeTerm],
    names: Names,
    appearances: Sequence[Appearance],
    best: float,
) -> Hit:
    """One answer; ``appearances`` are those in its segment, ``best`` the score of a perfect one."""
    people = list(dict.fromkeys(_people(found.segment.detections, appearances)))
    reasons = list(_reasons(found, words, clothes, names))
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


def _reasons(
    found: Found, words: str, clothes: Sequence[AttributeTerm], names: Names
) -> Sequence[Bilingual]:
    """Strongest first."""
    reasons: list[Bilingual] = []
    if found.seen_at_ms is not None:
        named = (names.reason(key, found.seen_at_ms) for key in found.named)
        reasons += [reason for reason in named if reason is not None]
    if found.clothes_rank is not None and found.worn_at_ms is not None:
        at = format_ms(found.worn_at_ms)
        for index in found.matched_clothes:
            term = clothes[index]
            part = {"upper": ("top", "상의"), "lower": ("bottoms", "하의")}.get(
                term.part, ("clothes", "옷")
            )
            korean = f"{at}에 {korean_colour(term.colour)} {part[1]}"
            reasons.append((f"{term.colour} {part[0]} at {at}", korean))
    reasons += _garment_reasons(found.segment.detections, garments_in(words))
    matched = _matched_words(words, found.matched_terms)
    if matched:
        listed = ", ".join(matched)
        reasons.append((f"caption says: {listed}", f"설명에 있는 말: {listed}"))
    if found.vector_rank is not None:
        rank = found.vector_rank
        reasons.append((f"meaning: number {rank} of all", f"의미 유사도 {rank}위"))
    return reasons


def _garment_reasons(detections: Sequence[Detection], wanted: Sequence[Garment]) -> list[Bilingual]:
    """The kinds of garments a query names and the image-text model saw on somebody here."""
    reasons: list[Bilingual] = []
    for garment in wanted:
        attribute = {"feet": "shoes", "lower": "lower_kind"}.get(garment.part, "upper_kind")
        for one in detections:
            if one.attributes.get(attribute) == garment.kind:
                at = format_ms(one.at_ms)
                reasons.append(
                    (f"{garment.kind} at {at}", f"{at}에 {korean_garment(garment.kind)}")
                )
                break
    return reasons


def _matched_words(words: str, terms: Sequence[str]) -> list[str]:
    """The words of the query that stand behind the matched terms (``'walk'``, ``'옷':*``)."""
    stems = [term.removesuffix(":*").strip("'") for term in terms]
    return [
        word
        for word in dict.fromkeys(words.split())
        if any(s in word.lower() or word.lower().startswith(s[:-1] or s) for s in stems)
    ]
