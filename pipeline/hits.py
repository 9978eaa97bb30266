"""What a search found, with the reasons each answer matched, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.garments import korean_garment
from core.objects import korean_label
from core.outfits import Bilingual, outfit_words
from core.people import Appearance
from core.timecode import format_ms
from core.types import Detection, Hit, Leg, Part, Segment
from core.vocabulary import has_korean, korean_colour
from core.windows import Window
from db.scope import Worn
from db.search import Found, Moment, Weights

PARTS = {"upper": ("top", "상의"), "lower": ("bottoms", "하의")}
ATTRIBUTES = {"lower": ("lower_kind", "lower"), "feet": ("shoes", "shoes_colour")}
"""Part of the body -> where its kind and its colour are kept; else those of the upper body."""
LEG_NAMES: Mapping[Leg, Bilingual] = {
    "vector": ("meaning", "의미"),
    "text": ("words", "낱말"),
    "clothes": ("clothes", "옷차림"),
    "seen": ("people and things", "인물·사물"),
    "video": ("pictures", "화면"),
}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What the answers are explained by: its words, the clothes and names it wants (those of its
    filters too), the score of a perfect answer, the weights, and how many moments there are."""

    words: str
    worn: Sequence[Worn]
    names: Names
    best: float
    weights: Weights
    moments: int


def hit(
    found: Found,
    window: Window,
    moment: Moment,
    query: Query,
    appearances: Sequence[Appearance],
) -> Hit:
    """One answer: the window with ``found`` as its best segment, shown by ``moment``;
    ``appearances`` are those in that segment."""
    people = list(dict.fromkeys(_people(moment.segment.detections, appearances)))
    parts = _parts(found, query.weights)
    reasons = [*_reasons(found, moment, query, appearances), *_joined(window), *_shares(parts)]
    return Hit(
        segment=moment.segment,
        video_title=moment.title,
        source=moment.source,
        camera=moment.camera,
        recorded_at=moment.recorded_at,
        people=tuple(en for en, _ in people),
        people_ko=tuple(ko for _, ko in people),
        score=round(found.score / query.best, 4) if query.best else 0.0,
        reasons=tuple(en for en, _ in reasons),
        reasons_ko=tuple(ko for _, ko in reasons),
        start_ms=window.start_ms,
        end_ms=window.end_ms,
        segment_ids=tuple(one.segment_id for one in window.members),
        parts=parts,
        weak=not found.strong,
    )


def _parts(found: Found, weights: Weights) -> tuple[Part, ...]:
    """What each leg gave, most first."""
    given = {leg: weights.part(leg, rank) for leg, rank in found.ranks.items()}
    total = sum(given.values())
    parts = [
        Part(leg=leg, rank=found.ranks[leg], share=round(amount / total, 4))
        for leg, amount in given.items()
        if total
    ]
    return tuple(sorted(parts, key=lambda part: -part.share))


def _shares(parts: Sequence[Part]) -> list[Bilingual]:
    """How much each leg counts, where there is more than one."""
    if len(parts) < 2:
        return []
    english = ", ".join(f"{LEG_NAMES[p.leg][0]} {p.share:.0%}" for p in parts)
    korean = ", ".join(f"{LEG_NAMES[p.leg][1]} {p.share:.0%}" for p in parts)
    return [(f"counts: {english}", f"비중: {korean}")]


def _joined(window: Window) -> list[Bilingual]:
    count = len(window.members)
    if count == 1:
        return []
    return [(f"{count} moments in a row", f"이어지는 순간 {count}개")]


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
    found: Found, moment: Moment, query: Query, appearances: Sequence[Appearance]
) -> Sequence[Bilingual]:
    """Strongest first."""
    at = {**_seen(moment.segment, appearances), **dict(found.named)}
    named = (query.names.reason(key, at_ms) for key, at_ms in at.items())
    reasons = [reason for reason in named if reason is not None]
    if found.worn_at_ms is not None:
        colours = [query.worn[index] for index in found.matched_clothes]
        shown = [one for one in colours if one.part != "feet"]
        reasons += _colour_reasons(shown, found.worn_at_ms)
    reasons += _garment_reasons(moment.segment.detections, query.worn)
    matched = _matched_words(query.words, found.matched_terms)
    if matched:
        listed = ", ".join(matched)
        reasons.append((f"caption says: {listed}", f"설명에 있는 말: {listed}"))
    if "vector" in found.ranks:
        reasons.append(_nearness("meaning", "의미 유사도", found.ranks["vector"], query.moments))
    if "video" in found.ranks:
        reasons.append(
            _nearness("looks like it", "화면 유사도", found.ranks["video"], query.moments)
        )
    if found.second_rank is not None:
        place = found.second_rank
        reasons.append((f"fits the picture: number {place}", f"화면에 맞는 순서 {place}위"))
    return reasons


def _nearness(english: str, korean: str, rank: int, moments: int) -> Bilingual:
    """A place among all: a cosine says nothing that carries over from one query to the next.
    ``moments`` 0: the place is among those the filters let through."""
    if not moments:
        return f"{english}: number {rank} of what passes", f"{korean}: 조건에 맞는 것 중 {rank}위"
    share = f"{100 * rank / moments:.2g}" if rank < moments / 10 else f"{100 * rank / moments:.0f}"
    top = "" if moments < 20 else f" (top {share} %)"
    top_ko = "" if moments < 20 else f" (상위 {share}%)"
    return (
        f"{english}: number {rank} of {moments:,}{top}",
        f"{korean}: {moments:,}개 중 {rank}위{top_ko}",
    )


def _seen(segment: Segment, appearances: Sequence[Appearance]) -> dict[str, int]:
    """Whom and what the segment shows by the keys of ``Found.named``, each with when it is first
    seen in it (ms): what the filters asked for."""
    at: dict[str, int] = {}
    for one in appearances:
        who = one.person.id if one.person is not None else None
        key = f"person {who}" if who is not None else f"group {one.group}"
        at.setdefault(key, max(one.start_ms, segment.start_ms))
        if one.person is not None and one.person.group:
            at.setdefault(f"group {one.person.group}", max(one.start_ms, segment.start_ms))
    for detection in segment.detections:
        if detection.label != "person":
            at.setdefault(f"object {detection.label}", detection.at_ms)
    return at


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
