"""What is known of a segment before a sentence is made of it: people, how they move, the scene."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.types import SegmentKind
from pipeline.tracks import LIKELY_PERSON, Observation, Track, clothing_shares

Place = Literal["left", "centre", "right"]
Gate = Literal["left", "right", "front", "back"]
Motion = Literal["stands", "walks", "runs"]

WALKS_FROM, RUNS_FROM = 0.22, 1.45
"""Body heights a second. People walk at 0.5 to 1.0 (1.4 m/s, 1.7 m) and run from 1.5."""

DEPTH_NOISE, DEPTH_FASTEST = 0.25, 1.0
"""Body heights a second that a silhouette's height flickers by, and the most that is believed of
it: who runs straight at the camera is said to walk."""

RUN_MS, STAND_MS = 700, 1_200
"""Shorter than this is a stumble or a pause, not worth a word."""

EDGE = 0.03
"""A box this near to a side of the picture (share of its width) is at that side."""

AT_START_MS = 600
"""Somebody seen this soon after the stretch begins was there before."""

LEGS_SHARE, LEGS_PROPORTION = 0.8, 2.55
"""Of a track's greatest proportion (height over shoulders) where legs are in view; and the least
proportion of anybody with legs: people at a table with their elbows out have 2.59."""

CLEAR_SHARE, CLEAR_LEAD = 0.42, 0.08
"""A colour is named when it has this share of the cloth and this much more than the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """``movement`` 0..1, mean share of the picture that changes between frames; ``movement_at``
    its centre; ``light`` 0..1; ``colours`` the one or two that fill most of the picture."""

    movement: float = 0.0
    movement_at: tuple[float, float] | None = None
    light: float = 0.0
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of one person's time in which they move one way. ``towards`` is the side they
    move to, ``place`` where they are (at its end)."""

    motion: Motion
    start_ms: int
    end_ms: int
    place: Place
    towards: Gate | None


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
class SegmentFacts:
    """Everything measured in [start_ms, end_ms). ``at_once`` is the largest number of people in
    one frame. ``looked`` is False when no person detector could be used (a moving camera)."""

    start_ms: int
    end_ms: int
    kind: SegmentKind
    people: tuple[PersonFacts, ...]
    at_once: int
    scene: Scene
    looked: bool = True


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
    if not likely:
        return None
    upper = _clear(clothing_shares(likely).upper)
    comes = part[0] is track.observations[0] and part[0].at_ms - seen_from_ms > AT_START_MS
    goes = part[-1] is track.observations[-1] and seen_to_ms - part[-1].at_ms > AT_START_MS
    enters = _gate(part[:4], aspect) if comes else None
    leaves = _gate(part[-4:][::-1], aspect) if goes else None
    phases = _phases(part, aspect)
    return PersonFacts(
        start_ms=part[0].at_ms,
        end_ms=max(part[-1].at_ms, part[0].at_ms + 1),
        upper=upper,
        lower=_lower_colour(likely, track, upper),
        enters=enters,
        leaves=leaves,
        appears=comes and enters is None,
        disappears=goes and leaves is None,
        motion=_main_motion(phases),
        place=_main_place(phases),
        phases=phases,
        best=max(likely, key=worth_showing),
        score=float(np.mean([o.score for o in likely])),
    )


def place_of(x: float) -> Place:
    """Third of the picture for a fraction of its width."""
    return "left" if x < 0.36 else "right" if x > 0.64 else "centre"


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
    if not ordered or ordered[0][1] < CLEAR_SHARE:
        return None
    second = ordered[1][1] if len(ordered) > 1 else 0.0
    return ordered[0][0] if ordered[0][1] - second >= CLEAR_LEAD else None


def _gate(first: Sequence[Observation], aspect: float) -> Gate | None:
    """The side somebody comes in by, from their first observations (leaving: the last ones,
    backwards)."""
    boxes = [o.box for o in first]
    for box in boxes[:2]:
        if box.left <= EDGE:
            return "left"
        if box.left + box.width >= 1 - EDGE:
            return "right"
    if "bottom" in first[0].cut or boxes[0].top + boxes[0].height >= 0.985:
        return "front"
    if len(boxes) < 2:
        return None
    # Not at the edge yet in the first frame looked at, but one step away from it, moving inwards.
    step = (boxes[-1].left + boxes[-1].width / 2) - (boxes[0].left + boxes[0].width / 2)
    slack = 0.45 * boxes[0].height / aspect
    if step > 0.02 and boxes[0].left <= slack:
        return "left"
    if step < -0.02 and boxes[0].left + boxes[0].width >= 1 - slack:
        return "right"
    return None


def _phases(part: Sequence[Observation], aspect: float) -> tuple[Phase, ...]:
    """Stretches of standing, walking and running, short ones taken into their neighbours."""
    if len(part) < 2:
        place = place_of(part[0].box.left + part[0].box.width / 2)
        only = part[0].at_ms
        return (Phase(motion="stands", start_ms=only, end_ms=only, place=place, towards=None),)
    speeds = _speeds(part, aspect)
    labels: list[Motion] = [
        "runs" if speed >= RUNS_FROM else "walks" if speed >= WALKS_FROM else "stands"
        for speed in speeds
    ]
    runs: list[list[int]] = []
    for index, label in enumerate(labels):
        if runs and labels[runs[-1][0]] == label:
            runs[-1].append(index)
        else:
            runs.append([index])
    for run in runs:
        span_ms = part[min(run[-1] + 1, len(part) - 1)].at_ms - part[run[0]].at_ms
        label = labels[run[0]]
        if (label == "runs" and span_ms < RUN_MS) or (label == "stands" and span_ms < STAND_MS):
            for index in run:
                labels[index] = "walks"
    phases: list[Phase] = []
    start = 0
    for index in range(1, len(part) + 1):
        if index == len(part) or labels[index] != labels[start]:
            phases.append(_phase(part[start : min(index + 1, len(part))], labels[start]))
            start = index
    return tuple(phases)


def _phase(stretch: Sequence[Observation], motion: Motion) -> Phase:
    xs = [o.box.left + o.box.width / 2 for o in stretch]
    grows = np.log(stretch[-1].box.height / stretch[0].box.height)
    towards: Gate | None = None
    if motion != "stands":
        if abs(xs[-1] - xs[0]) >= 0.08:
            towards = "right" if xs[-1] > xs[0] else "left"
        elif abs(grows) >= 0.15:
            towards = "front" if grows > 0 else "back"
    x = float(np.median(xs)) if motion == "stands" else xs[-1]
    return Phase(
        motion=motion,
        start_ms=stretch[0].at_ms,
        end_ms=stretch[-1].at_ms,
        place=place_of(x),
        towards=towards,
    )


def _speeds(part: Sequence[Observation], aspect: float) -> list[float]:
    """Body heights a second at each observation, over about a second and a half around it.

    Across the picture the head leads: it stays in view when a shelf or the edge hides the legs.
    Towards the camera a body grows: at a picture angle of about 55 degrees somebody ``h`` picture
    heights tall stands 1 / h body heights away, so growing from h1 to h2 is 1/h1 - 1/h2.
    """
    heights = _whole_heights(part)
    x = np.array([(o.box.left + o.box.width / 2) * aspect for o in part])
    y = np.array([o.box.top for o in part])
    at = np.array([o.at_ms for o in part]) / 1_000
    cut = np.array([bool(o.cut) for o in part])
    speeds: list[float] = []
    for index, now in enumerate(at):
        near = np.flatnonzero(np.abs(at - now) <= 0.76)
        if len(near) < 2:
            near = np.arange(max(index - 1, 0), min(index + 2, len(part)))
        seconds = at[near[-1]] - at[near[0]]
        if seconds <= 0:
            speeds.append(0.0)
            continue
        local = float(np.percentile(heights[np.abs(at - now) <= 2.5], 75))
        across = float(np.hypot(_slope(at[near], x[near]), _slope(at[near], y[near]))) / local
        deep = 0.0 if cut[near].any() else abs(_slope(at[near], 1 / heights[near]))
        speeds.append(float(np.hypot(across, np.clip(deep - DEPTH_NOISE, 0, DEPTH_FASTEST))))
    return speeds


def _whole_heights(part: Sequence[Observation]) -> NDArray[np.float64]:
    """Box heights; where an edge cuts the body, at least what it is soon after or before."""
    heights = np.array([o.box.height for o in part])
    whole = np.array([not o.cut for o in part])
    if whole.any():
        at = np.arange(len(part))
        heights = np.where(
            whole, heights, np.maximum(heights, np.interp(at, at[whole], heights[whole]))
        )
    return np.asarray(heights)


def _slope(at: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    """Least-squares change of ``values`` per second."""
    centred = at - at.mean()
    return float((centred * (values - values.mean())).sum() / (centred**2).sum())


def _main_motion(phases: Sequence[Phase]) -> Motion:
    """Running is worth telling however short; otherwise what takes most of the time."""
    spent = {"stands": 0, "walks": 0, "runs": 0}
    for phase in phases:
        spent[phase.motion] += phase.end_ms - phase.start_ms
    if spent["runs"]:
        return "runs"
    return "walks" if spent["walks"] > spent["stands"] else "stands"


def _main_place(phases: Sequence[Phase]) -> Place:
    """Where they stand longest, else where they are at the middle of their way."""
    standing = [phase for phase in phases if phase.motion == "stands"]
    if standing:
        return max(standing, key=lambda phase: phase.end_ms - phase.start_ms).place
    return phases[len(phases) // 2].place


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
