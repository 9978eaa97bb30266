"""Sightings linked over time: which box in this frame is the person of the last one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.types import Box
from pipeline.ports import Clothing

Side = Literal["left", "right", "top", "bottom"]

LOST_AFTER_MS = 1_600
"""A track waits this long for its person to come out from behind something."""

REACH_HEIGHTS, REACH_HEIGHTS_PER_SECOND = 0.35, 2.6
"""How far a body may be from where it was expected: a little always, and as far as a sprint."""

REJOIN_MS, REJOIN_HEIGHTS = 6_000, 1.2
"""Two tracks are one person when the second begins this soon and this near, in like clothes."""

LIKELY_PERSON, LIKELY_SHARE, FEWEST_SIGHTINGS = 0.5, 0.4, 3
LEAST_SWAY = 0.012


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One sighting of a track. ``cut`` are the picture's edges it touches. ``outline`` float32
    (24, 12), the silhouette scaled to one size, or None. ``sharpness`` grows with detail."""

    at_ms: int
    box: Box
    score: float
    clothing: Clothing = field(default_factory=Clothing)
    cut: frozenset[Side] = frozenset()
    outline: NDArray[np.float32] | None = None
    sharpness: float = 0.0


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


class Tracker:
    """Greedy linking by predicted place, size and clothes. ``aspect`` is picture width / height."""

    def __init__(self, *, aspect: float) -> None:
        self._aspect = aspect
        self._open: list[list[Observation]] = []
        self._closed: list[list[Observation]] = []

    def update(self, at_ms: int, observations: Sequence[Observation]) -> None:
        """Add one frame; call with an empty sequence too, so that tracks end."""
        self._close(at_ms)
        free_tracks = set(range(len(self._open)))
        free = set(range(len(observations)))
        for _, track, index in sorted(self._candidates(observations)):
            if track in free_tracks and index in free:
                self._open[track].append(observations[index])
                free_tracks.discard(track)
                free.discard(index)
        self._open.extend([observations[index]] for index in sorted(free))

    def finish(self) -> list[Track]:
        """Every track, by start; pieces of one person joined."""
        pieces = sorted([*self._closed, *self._open], key=lambda piece: piece[0].at_ms)
        self._open, self._closed = [], []
        return [Track(observations=tuple(piece)) for piece in self._rejoined(pieces)]

    def _close(self, at_ms: int) -> None:
        still: list[list[Observation]] = []
        for track in self._open:
            lost = at_ms - track[-1].at_ms > _patience_ms(track)
            (self._closed if lost else still).append(track)
        self._open = still

    def _candidates(self, observations: Sequence[Observation]) -> Iterable[tuple[float, int, int]]:
        for number, track in enumerate(self._open):
            for index, new in enumerate(observations):
                cost = self._cost(track, new)
                if cost is not None:
                    yield cost, number, index

    def _cost(self, track: list[Observation], new: Observation) -> float | None:
        last = track[-1]
        seconds = (new.at_ms - last.at_ms) / 1_000
        height = max(last.box.height, new.box.height)
        reach = REACH_HEIGHTS + REACH_HEIGHTS_PER_SECOND * min(seconds, 1.0)
        expected = self._expected(track, new.at_ms)
        x, y = self._place(new.box)
        distance = float(np.hypot(x - expected[0], y - expected[1])) / height
        here = self._place(last.box)
        moved = float(np.hypot(x - here[0], y - here[1])) / height
        if moved > reach:
            return None
        growth = abs(float(np.log(new.box.height / last.box.height)))
        if growth > 0.9 and not (last.cut or new.cut):
            return None
        return distance + 0.4 * growth + 0.5 * clothing_distance([last], [new])

    def _expected(self, track: list[Observation], at_ms: int) -> tuple[float, float]:
        """Where the track would be at its recent speed, damped: people stop more than they turn."""
        last = track[-1]
        x, y = self._place(last.box)
        earlier = next((o for o in reversed(track) if last.at_ms - o.at_ms >= 400), None)
        if earlier is None:
            return x, y
        from_x, from_y = self._place(earlier.box)
        share = 0.7 * min(at_ms - last.at_ms, 1_000) / (last.at_ms - earlier.at_ms)
        return x + (x - from_x) * share, y + (y - from_y) * share

    def _place(self, box: Box) -> tuple[float, float]:
        """Middle of the upper edge, in picture heights: heads stay in view when legs do not."""
        return (box.left + box.width / 2) * self._aspect, box.top

    def _rejoined(self, pieces: list[list[Observation]]) -> list[list[Observation]]:
        joined: list[list[Observation]] = []
        for piece in pieces:
            earlier = [track for track in joined if self._continues(track, piece)]
            if earlier:
                max(earlier, key=lambda track: track[-1].at_ms).extend(piece)
            else:
                joined.append(list(piece))
        return joined

    def _continues(self, track: list[Observation], piece: list[Observation]) -> bool:
        last, first = track[-1], piece[0]
        gap_ms = first.at_ms - last.at_ms
        if not 0 < gap_ms <= REJOIN_MS or {"left", "right"} & last.cut:
            return False
        a, b = self._place(last.box), self._place(first.box)
        height = max(last.box.height, first.box.height)
        near = np.hypot(a[0] - b[0], a[1] - b[1]) <= REJOIN_HEIGHTS * height
        return bool(near) and clothing_distance(track[-8:], piece[:8]) < 0.5


def is_person(track: Track, *, judges_motion: bool) -> bool:
    """Enough frames that look like a person and, with ``judges_motion``, a body that walks or
    sways: a bottle has a head and shoulders too, but stands like a bottle."""
    likely = [o for o in track.observations if o.score >= LIKELY_PERSON]
    if len(likely) < FEWEST_SIGHTINGS or len(likely) < LIKELY_SHARE * len(track.observations):
        return False
    return not judges_motion or sway(likely) >= LEAST_SWAY


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


def clothing_distance(a: Sequence[Observation], b: Sequence[Observation]) -> float:
    """0 (same colours) to 1; 0.25 when there is nothing to compare."""
    one, other = clothing_shares(a), clothing_shares(b)
    parts = [(one.upper, other.upper), (one.lower, other.lower)]
    distances = [
        1 - sum(min(x.get(name, 0), y.get(name, 0)) for name in x) for x, y in parts if x and y
    ]
    return float(np.mean(distances)) if distances else 0.25


def _mean_shares(readings: Sequence[Mapping[str, float]]) -> dict[str, float]:
    read = [reading for reading in readings if reading]
    names = {name for reading in read for name in reading}
    return {name: sum(r.get(name, 0) for r in read) / len(read) for name in names}


def _patience_ms(track: list[Observation]) -> int:
    """Where frames are far apart (a quiet stretch) a track must outlive two of them."""
    if len(track) < 2:
        return LOST_AFTER_MS
    return max(LOST_AFTER_MS, 2 * (track[-1].at_ms - track[-2].at_ms))
