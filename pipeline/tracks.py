"""Sightings of one thing over time, and whether that thing is a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.types import Box
from pipeline.ports import Clothing

Side = Literal["left", "right", "top", "bottom"]

LIKELY_PERSON, LIKELY_SHARE, FEWEST_SIGHTINGS = 0.5, 0.55, 4
"""A score that means a person in one frame; the share of such frames in a person's track (real
people 0.75 to 1, a hand putting bottles back at most 0.45); and how many are needed."""

LEAST_SWAY, STEADY_HEIGHT = 0.012, 0.25
"""Of a body; a bottle on a shelf sways by less. And how much (logarithm, upper quartile) its height
may change from frame to frame: 0.00 to 0.24 for people, 0.3 and more for arms that reach in."""

LEAST_WALK, AT_ONCE_MS = 0.3, 600
"""Body heights somebody moves who comes and goes; and how soon after the first frame looked at a
track begins whose beginning was not seen."""

REMEMBERED = 16
"""Observations by which a track's clothes are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One sighting of a track. ``cut`` are the picture's edges it touches. ``outline`` float32
    (24, 12), the silhouette scaled to one size, or None. ``sharpness`` 0..1 grows with detail.
    ``proportion`` is height over width of the shoulders, None without a silhouette."""

    at_ms: int
    box: Box
    score: float
    clothing: Clothing = field(default_factory=Clothing)
    cut: frozenset[Side] = frozenset()
    outline: NDArray[np.float32] | None = None
    sharpness: float = 0.0
    proportion: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Observations of one thing in time order, at least one."""

    observations: tuple[Observation, ...]

    @property
    def start_ms(self) -> int:
        return self.observations[0].at_ms

    @property
    def end_ms(self) -> int:
        """The time of the last observation (it was still there then)."""
        return self.observations[-1].at_ms


def is_person(
    track: Track, *, judges_motion: bool, aspect: float, from_ms: int, to_ms: int
) -> bool:
    """Enough frames that look like a person and, with ``judges_motion``, a body that walks or
    sways: a bottle has a head and shoulders too, but stands like a bottle and is put there by a
    hand. ``aspect`` is picture width / height; frames were looked at from ``from_ms`` to
    ``to_ms``."""
    seen = [o for o in track.observations if o.score > 0 or o.outline is not None]
    likely = [o for o in seen if o.score >= LIKELY_PERSON]
    if len(likely) < FEWEST_SIGHTINGS or len(likely) < LIKELY_SHARE * len(seen):
        return False
    if not judges_motion:
        return True
    if sway(likely) < LEAST_SWAY or _reaches_in(seen, likely):
        return False
    came_and_went = track.start_ms - from_ms > AT_ONCE_MS and to_ms - track.end_ms > AT_ONCE_MS
    return not came_and_went or _moves_about(likely, aspect)


def _moves_about(likely: Sequence[Observation], aspect: float) -> bool:
    """Who came and went has walked in view, or was cut by an edge while coming in."""
    if any(o.cut - {"top"} for o in likely):
        return True
    heads = np.array([head_of(o.box, aspect) for o in likely])
    height = float(np.median([o.box.height for o in likely]))
    return bool(np.ptp(heads, axis=0).max() >= LEAST_WALK * height)


def _reaches_in(seen: Sequence[Observation], likely: Sequence[Observation]) -> bool:
    """An arm from above looks like a body without its head, and its length changes in jumps."""
    if sum("top" in o.cut for o in likely) < 0.5 * len(likely):
        return False
    jumps = [abs(float(np.log(b.box.height / a.box.height))) for a, b in pairwise(seen)]
    return float(np.percentile(jumps, 75)) > STEADY_HEIGHT


def sway(observations: Sequence[Observation]) -> float:
    """How much the silhouette changes from one frame to the next, share of its pixels: 0 for a
    thing, about 0.03 for somebody standing, 0.1 and more for somebody walking."""
    changes = [
        float(np.abs(a.outline - b.outline).mean())
        for a, b in pairwise(observations)
        if a.outline is not None and b.outline is not None
    ]
    return float(np.mean(changes)) if changes else 0.0


def clothing_shares(observations: Sequence[Observation]) -> Clothing:
    """Mean shares over the observations that show each part."""
    return Clothing(
        upper=_mean_shares([o.clothing.upper for o in observations]),
        lower=_mean_shares([o.clothing.lower for o in observations]),
    )


def clothing_distance(
    a: Sequence[Observation], b: Sequence[Observation], *, lower: bool = True
) -> float:
    """0 (same colours) to 1; 0.25 when there is nothing to compare. The upper body counts double:
    something hides the lower one more often. Without ``lower`` only the upper body counts."""
    one, other = clothing_shares(a), clothing_shares(b)
    total = weight = 0.0
    for x, y, counts in ((one.upper, other.upper, 2), (one.lower, other.lower, int(lower))):
        if x and y:
            total += counts * (1 - sum(min(x.get(name, 0), y.get(name, 0)) for name in x))
            weight += counts
    return total / weight if weight else 0.25


def _mean_shares(readings: Sequence[Mapping[str, float]]) -> dict[str, float]:
    read = [reading for reading in readings if reading]
    names = {name for reading in read for name in reading}
    return {name: sum(r.get(name, 0) for r in read) / len(read) for name in names}


def remembered(track: Sequence[Observation]) -> Sequence[Observation]:
    """About REMEMBERED observations over all its time: the last few may show two people at once."""
    return track[:: max(1, len(track) // REMEMBERED)]


def shows_clothes(track: Sequence[Observation]) -> bool:
    """True when the colours of an upper body were read in any of them."""
    return any(o.clothing.upper for o in track)


def head_of(box: Box, aspect: float) -> tuple[float, float]:
    """Middle of the upper edge, in picture heights: heads stay in view when legs do not.
    ``aspect`` is picture width / height."""
    return (box.left + box.width / 2) * aspect, box.top


def apart(a: Box, b: Box, aspect: float) -> float:
    """Distance of two heads in heights of the larger body."""
    (ax, ay), (bx, by) = head_of(a, aspect), head_of(b, aspect)
    return float(np.hypot(ax - bx, ay - by)) / max(a.height, b.height)


def gap(a: Box, b: Box, aspect: float) -> float:
    """Free space between two boxes in picture heights; 0 when they touch."""
    aside = max(a.left, b.left) - min(a.left + a.width, b.left + b.width)
    above = max(a.top, b.top) - min(a.top + a.height, b.top + b.height)
    return float(np.hypot(max(aside, 0.0) * aspect, max(above, 0.0)))


def area(box: Box) -> float:
    """Share of the picture."""
    return box.width * box.height
