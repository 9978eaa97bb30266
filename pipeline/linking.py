"""Linking as frames come: which box in this frame is the person of the last one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from core.types import Box
from pipeline.joining import joined
from pipeline.tracks import Observation, Track, area, clothing_distance, head_of, remembered

LOST_AFTER_MS = 1_600
"""A track waits this long for its person to come out from behind something."""

REACH_HEIGHTS, REACH_HEIGHTS_PER_SECOND = 0.35, 2.6
"""How far a body may be from where it was: a little always, and as far as a sprint."""

CLOTHES_WEIGHT, OTHER_CLOTHES = 0.8, 0.8
"""What unlike clothes add to the cost of a link, in body heights; and from where on (0..1) it is
somebody else."""

MERGED_AREA, HIDDEN_MS = 1.25, 3_000
"""A blob that much larger than each of two people expected in it shows both, for so long."""


class Tracker:
    """Greedy linking by predicted place, size and clothes. ``aspect`` is picture width / height."""

    def __init__(self, *, aspect: float) -> None:
        self._aspect = aspect
        self._open: list[list[Observation]] = []
        self._closed: list[list[Observation]] = []
        self._last_ms = 0

    def update(self, at_ms: int, observations: Sequence[Observation]) -> None:
        """Add one frame; call with an empty sequence too, so that tracks end."""
        self._close(at_ms)
        free_tracks = set(range(len(self._open)))
        free = set(range(len(observations)))
        for index in sorted(free):
            together = self._walking_into(observations[index], free_tracks)
            if len(together) > 1:
                for number in together:
                    track = self._open[number]
                    track.append(self._hidden(track, at_ms))
                    free_tracks.discard(number)
                free.discard(index)
        for _, number, index in sorted(self._candidates(observations)):
            if number in free_tracks and index in free:
                self._open[number].append(observations[index])
                free_tracks.discard(number)
                free.discard(index)
        self._open.extend([observations[index]] for index in sorted(free))

    def _walking_into(self, new: Observation, numbers: set[int]) -> list[int]:
        """The tracks that this one blob now shows together: most of where each is expected lies
        in it, it is clearly larger than each, and each was seen alone a moment ago."""
        found: list[int] = []
        for number in sorted(numbers):
            track = self._open[number]
            alone = [o for o in track if o.score > 0]
            if len(track) < 3 or not alone or new.at_ms - alone[-1].at_ms > HIDDEN_MS:
                continue
            expected = self._hidden(track, new.at_ms).box
            larger = area(new.box) >= MERGED_AREA * area(alone[-1].box)
            if larger and _share_inside(expected, new.box) >= 0.7:
                found.append(number)
        return found

    def _hidden(self, track: list[Observation], at_ms: int) -> Observation:
        """Where the track's person should be, unseen."""
        last = track[-1]
        x, y = self._expected(track, at_ms)
        left = x / self._aspect - last.box.width / 2
        box = Box(left=left, top=y, width=last.box.width, height=last.box.height)
        return Observation(at_ms=at_ms, box=_inside_picture(box), score=0.0)

    def finish(self) -> list[Track]:
        """Every track, by start; pieces of one person joined."""
        pieces = [*self._closed, *self._open]
        self._open, self._closed = [], []
        return [Track(observations=tuple(track)) for track in joined(pieces, aspect=self._aspect)]

    def _close(self, at_ms: int) -> None:
        # Where frames are far apart (a quiet stretch) a track must outlive two of them.
        patience_ms = max(LOST_AFTER_MS, 2 * (at_ms - self._last_ms))
        self._last_ms = at_ms
        still: list[list[Observation]] = []
        for track in self._open:
            lost = at_ms - track[-1].at_ms > patience_ms
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
        x, y = head_of(new.box, self._aspect)
        distance = float(np.hypot(x - expected[0], y - expected[1])) / height
        here = head_of(last.box, self._aspect)
        moved = float(np.hypot(x - here[0], y - here[1])) / height
        if moved > reach:
            return None
        growth = abs(float(np.log(new.box.height / last.box.height)))
        if growth > 0.9 and not (last.cut or new.cut):
            return None
        clothes = clothing_distance(remembered(track), [new])
        if clothes > OTHER_CLOTHES:
            return None
        return distance + 0.4 * growth + CLOTHES_WEIGHT * clothes

    def _expected(self, track: list[Observation], at_ms: int) -> tuple[float, float]:
        """Where the track would be at its recent speed, damped: people stop more than they turn."""
        last = track[-1]
        x, y = head_of(last.box, self._aspect)
        earlier = next((o for o in reversed(track) if last.at_ms - o.at_ms >= 400), None)
        if earlier is None:
            return x, y
        from_x, from_y = head_of(earlier.box, self._aspect)
        share = 0.7 * min(at_ms - last.at_ms, 1_000) / (last.at_ms - earlier.at_ms)
        return x + (x - from_x) * share, y + (y - from_y) * share


def _share_inside(part: Box, whole: Box) -> float:
    """Share of ``part`` that lies in ``whole``."""
    wide = min(part.left + part.width, whole.left + whole.width) - max(part.left, whole.left)
    high = min(part.top + part.height, whole.top + whole.height) - max(part.top, whole.top)
    return max(wide, 0.0) * max(high, 0.0) / max(area(part), 1e-9)


def _inside_picture(box: Box) -> Box:
    left, top = min(max(box.left, 0.0), 0.99), min(max(box.top, 0.0), 0.99)
    return Box(left=left, top=top, width=min(box.width, 1 - left), height=min(box.height, 1 - top))
