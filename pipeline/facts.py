"""What is known of a segment before a sentence is made of it: people, how they move, the scene."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.types import Box, SegmentKind
from pipeline.motion import Gate, Motion, Phase, Place, gate_of, main_motion, main_place, phases_of
from pipeline.tracks import LIKELY_PERSON, Observation, Track, clothing_shares

AT_START_MS = 600
"""Somebody seen this soon after the stretch begins was there before."""

FEWEST_HERE = 2
"""Once in a segment is a foot over its border."""

LEGS_SHARE, LEGS_PROPORTION = 0.8, 2.55
"""Of a track's greatest proportion (height over shoulders) where legs are in view; and the least
proportion of anybody with legs: people at a table with their elbows out have 2.59."""

CLEAR_SHARE, CLEAR_LEAD = 0.42, 0.08
"""A colour is named when it has this share of the cloth and this much more than the next."""

LEADING_SHARE, LEADING_LEAD = 0.34, 0.18
"""Less will do where nothing else comes near: a vest with bright strips over a blue shirt."""

BLACK_SHARE = 0.6
"""Half black and half grey is dark cloth of any dye, dark jeans among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """``movement`` 0..1, mean share of the picture that changes between frames; ``movement_at``
    its centre; ``light`` 0..1; ``colours`` the one or two that fill most of the picture."""

    movement: float = 0.0
    movement_at: tuple[float, float] | None = None
    light: float = 0.0
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """One person within one segment. Colours are names of core.vocabulary or None (not visible,
    too few pixels, mixed). ``enters`` and ``leaves`` are None when that was not seen;
    ``appears`` and ``disappears`` mean: in the middle of the picture."""

    start_ms: int
    end_ms: int
    upper: str | None
    lower: str | None
    enters: Gate | None
    leaves: Gate | None
    appears: bool
    disappears: bool
    motion: Motion
    place: Place
    phases: tuple[Phase, ...]
    best: Observation
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectFacts:
    """Things of one kind within one segment. ``label`` is one of core.objects; ``count`` the most
    in one frame, ``boxes`` theirs at ``at_ms``, surest first; ``score`` that of the surest."""

    label: str
    count: int
    start_ms: int
    end_ms: int
    at_ms: int
    score: float
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentFacts:
    """Everything measured in [start_ms, end_ms). ``at_once`` is the largest number of people in
    one frame. ``looked`` is False when no person detector could be used (a moving camera);
    ``objects`` are there where the detector knows things besides people."""

    start_ms: int
    end_ms: int
    kind: SegmentKind
    people: tuple[PersonFacts, ...]
    at_once: int
    scene: Scene
    looked: bool = True
    objects: tuple[ObjectFacts, ...] = ()


def person_facts(
    track: Track, *, start_ms: int, end_ms: int, seen_from_ms: int, seen_to_ms: int, aspect: float
) -> PersonFacts | None:
    """The part of ``track`` in [start_ms, end_ms), or None when it has none.

    ``seen_from_ms`` and ``seen_to_ms`` are the first and last frame looked at without a break
    around this segment: somebody there at those moments was not seen coming or going.
    ``aspect`` is picture width / height.
    """
    part = [o for o in track.observations if start_ms <= o.at_ms < end_ms]
    likely = [o for o in part if o.score >= LIKELY_PERSON]
    if len(likely) < FEWEST_HERE:
        return None
    upper = _clear(clothing_shares(likely).upper)
    whole = track.observations
    before = sum(o.at_ms < start_ms for o in whole)
    after = sum(o.at_ms >= end_ms for o in whole)
    comes = before < FEWEST_HERE and track.start_ms - seen_from_ms > AT_START_MS
    goes = after < FEWEST_HERE and seen_to_ms - track.end_ms > AT_START_MS
    enters = gate_of(whole[:4], aspect) if comes else None
    leaves = gate_of(whole[-4:][::-1], aspect) if goes else None
    phases = phases_of(part, aspect)
    return PersonFacts(
        start_ms=part[0].at_ms,
        end_ms=max(part[-1].at_ms, part[0].at_ms + 1),
        upper=upper,
        lower=_lower_colour(likely, track, upper),
        enters=enters,
        leaves=leaves,
        appears=comes and enters is None,
        disappears=goes and leaves is None,
        motion=main_motion(phases),
        place=main_place(phases),
        phases=phases,
        best=max(likely, key=worth_showing),
        score=float(np.mean([o.score for o in likely])),
    )


def worth_showing(observation: Observation) -> float:
    """Big, whole, sharp and surely a person."""
    area = observation.box.width * observation.box.height
    whole = 0.45 ** len(observation.cut)
    return float(area**0.5 * whole * observation.score * (0.5 + observation.sharpness))


def _lower_colour(likely: Sequence[Observation], track: Track, upper: str | None) -> str | None:
    """Read where the body is about as long as it ever is: at other times a counter, a shelf or
    trousers the colour of the floor hide the legs. A body never long enough for legs, in one
    colour all over, is a torso."""
    known = [o.proportion for o in track.observations if o.proportion and o.score >= LIKELY_PERSON]
    if not known:
        return _clear(clothing_shares(likely).lower)
    longest = float(np.percentile(known, 85))
    whole = [o for o in likely if o.proportion and o.proportion >= LEGS_SHARE * longest]
    lower = _clear(clothing_shares(whole).lower)
    return None if lower == upper and longest < LEGS_PROPORTION else lower


def _clear(shares: Mapping[str, float]) -> str | None:
    ordered = sorted(shares.items(), key=lambda item: -item[1])
    if not ordered:
        return None
    name, share = ordered[0]
    runner_up, next_share = ordered[1] if len(ordered) > 1 else ("", 0.0)
    if name == "black" and runner_up == "grey" and share < BLACK_SHARE:
        return None
    lead = share - next_share
    wide = share >= LEADING_SHARE and lead >= LEADING_LEAD
    return name if wide or (share >= CLEAR_SHARE and lead >= CLEAR_LEAD) else None


def at_once(people: Sequence[Track], start_ms: int, end_ms: int) -> int:
    """Largest number of tracks that overlap in time within [start_ms, end_ms)."""
    steps: list[tuple[int, int]] = []
    for track in people:
        first, last = max(track.start_ms, start_ms), min(track.end_ms + 1, end_ms)
        if first < last:
            steps += [(first, 1), (last, -1)]
    level = highest = 0
    for _, change in sorted(steps):
        level += change
        highest = max(highest, level)
    return highest
