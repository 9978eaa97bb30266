"""What a search found, with the reasons each answer matched, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.objects import korean_label
from core.outfits import Bilingual, outfit_words
from core.people import Appearance
from core.timecode import format_ms
from core.types import Detection, Hit, Leg, Part, Segment
from core.vocabulary import has_korean
from core.windows import Window
from db.scope import Worn
from db.search import Found, Moment, Weights
from pipeline.clothes_reasons import colour_reasons, garment_reasons, outfit_reasons

LEG_NAMES: Mapping[Leg, Bilingual] = {
    "vector": ("meaning", "의미"),
    "text": ("words", "낱말"),
    "clothes": ("clothes", "옷차림"),
    "seen": ("people and things", "인물·사물"),
    "video": ("pictures", "화면"),
}
NEAR: Mapping[Leg, Bilingual] = {
    "vector": ("meaning", "의미 유사도"),
    "video": ("looks like it", "화면 유사도"),
}
PASSES = ("passes the filters", "조건에 맞음")


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
    """What the answers are explained by: its words, the clothes they want (``worn``) and those its
    filters want, each outfit on one person, the names in both, whether any filter is set, the score
    of a perfect answer, the weights, and how many moments there are."""

    words: str
    worn: Sequence[Worn]
    outfits: Sequence[Sequence[Worn]]
    filtered: bool
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
    """Strongest first, each once. Of an answer something is always said, of a near miss nothing
    but what matched."""
    names = _as_recognised(query.names, appearances)
    at = {**_seen(moment.segment, appearances), **dict(found.named)}
    named = (names.reason(key, at_ms) for key, at_ms in at.items())
    reasons = [reason for reason in named if reason is not None]
    reasons += _clothes(found, moment.segment.detections, query)
    matched = _matched_words(query.words, found.matched_terms)
    if matched:
        listed = ", ".join(matched)
        reasons.append((f"caption says: {listed}", f"설명에 있는 말: {listed}"))
    reasons += _places(found, query.moments)
    if found.second_rank is not None:
        place = found.second_rank
        reasons.append((f"fits the picture: number {place}", f"화면에 맞는 순서 {place}위"))
    if not reasons and found.strong:
        reasons = [PASSES] if query.filtered else _places(found, query.moments, anywhere=True)
    return list(dict.fromkeys(reasons))


def _clothes(found: Found, detections: Sequence[Detection], query: Query) -> list[Bilingual]:
    reasons: list[Bilingual] = []
    if found.worn_at_ms is not None:
        matched = [query.worn[index] for index in found.matched_clothes]
        reasons += colour_reasons(matched, found.worn_at_ms)
    reasons += garment_reasons(detections, query.worn)
    for outfit in query.outfits:
        reasons += outfit_reasons(detections, outfit)
    return reasons


def _places(found: Found, moments: int, *, anywhere: bool = False) -> list[Bilingual]:
    """The places among all by what is alike; one in the worse half is none, unless ``anywhere``."""
    return [
        _nearness(*NEAR[leg], found.ranks[leg], moments)
        for leg in NEAR
        if leg in found.ranks
        and (anywhere or not moments or found.ranks[leg] <= (moments + 1) // 2)
    ]


def _nearness(english: str, korean: str, rank: int, moments: int) -> Bilingual:
    """A place among all: a cosine says nothing that carries over from one query to the next.
    ``moments`` 0: the place is among those the filters let through."""
    if not moments:
        return f"{english}: number {rank} of what passes", f"{korean}: 조건에 맞는 것 중 {rank}위"
    share = f"{100 * rank / moments:.2g}" if rank < moments / 10 else f"{100 * rank / moments:.0f}"
    told = moments >= 20 and rank <= (moments + 1) // 2
    top = f" (top {share} %)" if told else ""
    top_ko = f" (상위 {share}%)" if told else ""
    return (
        f"{english}: number {rank} of {moments:,}{top}",
        f"{korean}: {moments:,}개 중 {rank}위{top_ko}",
    )


def _as_recognised(names: Names, appearances: Sequence[Appearance]) -> Names:
    """A filter knows a person as typed; the answer calls them as everywhere else."""
    people = [one.person for one in appearances if one.person is not None]
    labels = {f"person {one.id}": (one.label_in("en"), one.label_in("ko")) for one in people}
    called = {key: label for key, label in labels.items() if key in names.labels}
    return replace(names, labels={**names.labels, **called})


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


def _matched_words(words: str, terms: Sequence[str]) -> list[str]:
    """What of the words of the query stands behind the matched terms (``'walk'``, ``'옷':*``): of
    ``color:red`` the red alone, where only that matched."""
    stems = [term.removesuffix(":*").strip("'") for term in terms]
    whole = [stem for stem in stems if not stem.isalnum()]
    matched: list[str] = []
    for word in words.split():
        typed = _EDGES.sub("", word)
        if any(_stands_behind(typed.lower(), stem) for stem in whole):
            matched.append(typed)
            continue
        pieces = _PIECES.findall(typed)
        matched += [one for one in pieces if any(_stands_behind(one.lower(), s) for s in stems)]
    return list(dict.fromkeys(matched))


_PIECES = re.compile(r"[^\W_]+")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


def _stands_behind(word: str, stem: str) -> bool:
    """Pairs of syllables stand anywhere in a word; one syllable, or an English stem, begins it. The
    last letter of a stem may be another (``happy``, ``happi``) or one too many (``hoping``)."""
    if has_korean(stem):
        return word.startswith(stem) or (len(stem) > 1 and stem in word)
    return word.startswith(stem) or (stem[-1:] in "eiy" and word.startswith(stem[:-1]))
