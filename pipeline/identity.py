"""Whose face it is, decided in one step for group and member, and whether a new track is the one
somebody decided about before. Pure: candidates in, an identity out.

Open set: nobody is somebody until their cosine says so, and two who are equally near are said to
be two (DIR at a fixed false-alarm rate, Jain and Li, Handbook of Face Recognition, chapter 14).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.config import PeopleConfig
from core.people import Verdict
from core.types import Box
from db.appearances import Candidate, Identity

NOBODY = Identity()

SAME_PLACE = 0.3
"""Overlap (intersection over union) of two boxes from which they show the same face at one time."""

SAME_TRACK = 0.9
"""Cosine from which two tracks of one video that lie apart in time or place are one face found
again: another sampling or another cut moves a track, and hardly its mean vector."""


def floor(settings: PeopleConfig) -> float:
    """Who is less alike than this changes no decision."""
    return min(settings.same - settings.lead, settings.same_unknown)


def decide(candidates: Sequence[Candidate], settings: PeopleConfig) -> Identity:
    """Who it is.

    Named people come first: a member from ``same`` on with a lead of ``lead`` over every other
    named person; without that lead the group, where both are of one; else both are named as
    candidates and nobody is chosen. Where no named person could be meant, the nearest unknown one
    from ``same_unknown`` on. Somebody a person said it is not, or whose nearest rejected face is
    nearer than the nearest accepted one, is no candidate.
    """
    possible = [one for one in candidates if not one.ruled_out]
    named = sorted((one for one in possible if one.known), key=_nearest_first)
    if named and named[0].cosine >= settings.same:
        return _among(named, settings)
    unknown = sorted((one for one in possible if not one.known), key=_nearest_first)
    if unknown and unknown[0].cosine >= settings.same_unknown:
        return Identity(person_id=unknown[0].person_id, cosine=unknown[0].cosine)
    return NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and when a face was, with its vector. ``path`` are its boxes over time, at least one;
    ``embedding`` has length 1, or is None where it is of another face model."""

    start_ms: int
    end_ms: int
    path: tuple[tuple[int, Box], ...]
    embedding: Sequence[float] | None


def find_again(decided: Sequence[tuple[Verdict, Place]], tracks: Sequence[Place]) -> dict[int, int]:
    """Which track shows the face of each decision now: index of the decision -> index of the track.

    The same time and place first, else nearly the same face. ``decided`` comes newest first; two
    decisions "this is" never end on one track, there the older one stays without.
    """
    found: dict[int, int] = {}
    taken: set[int] = set()
    for index, (verdict, place) in enumerate(decided):
        free = [n for n in range(len(tracks)) if verdict == "is not" or n not in taken]
        likely = [(likeness, n) for n in free if (likeness := _likeness(place, tracks[n])) > 0]
        if likely:
            found[index] = max(likely, key=lambda pair: (pair[0], -pair[1]))[1]
            if verdict == "is":
                taken.add(found[index])
    return found


def _among(named: Sequence[Candidate], settings: PeopleConfig) -> Identity:
    best = named[0]
    if len(named) == 1 or best.cosine - named[1].cosine >= settings.lead:
        return Identity(person_id=best.person_id, cosine=best.cosine)
    close = [one for one in named if best.cosine - one.cosine < settings.lead]
    groups = {one.group_id for one in close}
    pair = tuple((one.root_id, one.cosine) for one in named[:2])
    if len(groups) == 1 and best.group_id is not None:
        return Identity(group_id=best.group_id, cosine=best.cosine, candidates=pair)
    return Identity(candidates=pair)


def _nearest_first(one: Candidate) -> tuple[float, int]:
    return -one.cosine, one.root_id


def _likeness(decided: Place, track: Place) -> float:
    """0: not the same. Above 2: at the same time and place; 1 to 2: the same face elsewhere."""
    alike = _cosine(decided.embedding, track.embedding)
    together = decided.start_ms < track.end_ms and track.start_ms < decided.end_ms
    if together:
        at_ms, box = decided.path[0]
        overlap = _overlap(box, _nearest_in_time(track.path, at_ms))
        if overlap >= SAME_PLACE:
            return 2 + overlap + max(alike, 0)
    return 1 + alike if alike >= SAME_TRACK else 0.0


def _nearest_in_time(path: Iterable[tuple[int, Box]], at_ms: int) -> Box:
    return min(path, key=lambda moment: abs(moment[0] - at_ms))[1]


def _cosine(a: Sequence[float] | None, b: Sequence[float] | None) -> float:
    if a is None or b is None:
        return 0.0
    return sum(x * y for x, y in zip(a, b, strict=True))


def _overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    across = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    down = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    if across <= 0 or down <= 0:
        return 0.0
    shared = across * down
    return shared / (a.width * a.height + b.width * b.height - shared)
