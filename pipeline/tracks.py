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

CLOTHES_WEIGHT, OTHER_CLOTHES = 0.8, 0.8
"""What unlike clothes add to the cost of a link, in body heights; and from where on (0..1) it is
somebody else."""

REJOIN_MS, REJOIN_HEIGHTS, REJOIN_HEIGHTS_PER_SECOND = 6_000, 1.0, 0.8
"""Two tracks are one person when the second begins this soon and this near, in like clothes."""

FRAGMENT_GAP, FRAGMENT_MS = 0.3, 3_000
"""A track no longer than this, beside another by less than this many heights all its time, is a
piece of that body: legs apart from a coat by a counter, a pale sleeve."""

LIKE_CLOTHES = 0.45
REMEMBERED = 16

MERGED_AREA, HIDDEN_MS = 1.25, 3_000
"""A blob that much larger than each of two people expected in it shows both, for so long."""

LIKELY_PERSON, LIKELY_SHARE, FEWEST_SIGHTINGS = 0.5, 0.55, 4
LEAST_SWAY = 0.012


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
            larger = _area(new.box) >= MERGED_AREA * _area(alone[-1].box)
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
        pieces = sorted([*self._closed, *self._open], key=lambda piece: piece[0].at_ms)
        self._open, self._closed = [], []
        whole = self._without_fragments(self._rejoined(pieces))
        return [Track(observations=tuple(track)) for track in whole]

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
        clothes = clothing_distance(_spread(track), [new])
        if clothes > OTHER_CLOTHES:
            return None
        return distance + 0.4 * growth + CLOTHES_WEIGHT * clothes

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
                _take_in(min(earlier, key=lambda track: self._unlike(track, piece)), piece)
            else:
                joined.append(list(piece))
        return joined

    def _continues(self, track: list[Observation], piece: list[Observation]) -> bool:
        last, first = track[-1], piece[0]
        gap_ms = first.at_ms - last.at_ms
        if not 0 < gap_ms <= REJOIN_MS or {"left", "right"} & last.cut:
            return self._hands_over(track, piece)
        if not (_shows_clothes(track) and _shows_clothes(piece)) and gap_ms > LOST_AFTER_MS:
            return False
        reach = REJOIN_HEIGHTS + REJOIN_HEIGHTS_PER_SECOND * gap_ms / 1_000
        return self._apart(last, first) <= reach and self._unlike(track, piece) < LIKE_CLOTHES

    def _hands_over(self, track: list[Observation], piece: list[Observation]) -> bool:
        """``piece`` begins beside ``track`` just before that ends: a body that fell into two
        blobs, of which the track followed the smaller."""
        if not -FRAGMENT_MS / 3 <= piece[0].at_ms - track[-1].at_ms <= 0:
            return False
        if track[0].at_ms >= piece[0].at_ms or track[-1].at_ms >= piece[-1].at_ms:
            return False
        by_time = {o.at_ms: o for o in track}
        together = [(o, by_time[o.at_ms]) for o in piece if o.at_ms in by_time]
        beside = all(self._gap(a.box, b.box) <= FRAGMENT_GAP for a, b in together)
        return beside and self._unlike(track, piece) < LIKE_CLOTHES

    def _unlike(self, track: list[Observation], piece: list[Observation]) -> float:
        return clothing_distance(_spread(track), _spread(piece))

    def _apart(self, a: Observation, b: Observation) -> float:
        """Distance of two heads in body heights."""
        (ax, ay), (bx, by) = self._place(a.box), self._place(b.box)
        return float(np.hypot(ax - bx, ay - by)) / max(a.box.height, b.box.height)

    def _without_fragments(self, tracks: list[list[Observation]]) -> list[list[Observation]]:
        """Short tracks taken into the body they are a piece of."""
        kept: list[list[Observation]] = []
        for track in sorted(tracks, key=len, reverse=True):
            body = next((other for other in kept if self._is_piece_of(track, other)), None)
            if body is None:
                kept.append(track)
            else:
                _take_in(body, track)
        return sorted(kept, key=lambda track: track[0].at_ms)

    def _is_piece_of(self, track: list[Observation], body: list[Observation]) -> bool:
        if track[-1].at_ms - track[0].at_ms > FRAGMENT_MS:
            return False
        by_time = {o.at_ms: o for o in body}
        together = [(o, by_time[o.at_ms]) for o in track if o.at_ms in by_time]
        if 2 * len(together) < len(track):
            return False
        touching = [self._gap(a.box, b.box) <= FRAGMENT_GAP for a, b in together]
        return all(touching) and clothing_distance(track, body) < LIKE_CLOTHES

    def _gap(self, a: Box, b: Box) -> float:
        """Free space between two boxes in heights of the higher one; 0 when they touch."""
        aside = max(a.left, b.left) - min(a.left + a.width, b.left + b.width)
        above = max(a.top, b.top) - min(a.top + a.height, b.top + b.height)
        free = np.hypot(max(aside, 0.0) * self._aspect, max(above, 0.0))
        return float(free) / max(a.height, b.height)


def _spread(track: Sequence[Observation]) -> Sequence[Observation]:
    """About REMEMBERED observations over all its time: the last few may show two people at once."""
    return track[:: max(1, len(track) // REMEMBERED)]


def _shows_clothes(track: Sequence[Observation]) -> bool:
    return any(o.clothing.upper for o in track)


def _share_inside(part: Box, whole: Box) -> float:
    """Share of ``part`` that lies in ``whole``."""
    wide = min(part.left + part.width, whole.left + whole.width) - max(part.left, whole.left)
    high = min(part.top + part.height, whole.top + whole.height) - max(part.top, whole.top)
    return max(wide, 0.0) * max(high, 0.0) / max(_area(part), 1e-9)


def _inside_picture(box: Box) -> Box:
    left, top = min(max(box.left, 0.0), 0.99), min(max(box.top, 0.0), 0.99)
    return Box(left=left, top=top, width=min(box.width, 1 - left), height=min(box.height, 1 - top))


def _take_in(body: list[Observation], fragment: list[Observation]) -> None:
    """Merge in place: at each time the larger of the two, in time order."""
    by_time = {o.at_ms: o for o in body}
    for new in fragment:
        old = by_time.get(new.at_ms)
        if old is None or _area(new.box) > _area(old.box):
            by_time[new.at_ms] = new
    body[:] = [by_time[at_ms] for at_ms in sorted(by_time)]


def _area(box: Box) -> float:
    return box.width * box.height


def is_person(track: Track, *, judges_motion: bool) -> bool:
    """Enough frames that look like a person and, with ``judges_motion``, a body that walks or
    sways: a bottle has a head and shoulders too, but stands like a bottle."""
    seen = [o for o in track.observations if o.score > 0 or o.outline is not None]
    likely = [o for o in seen if o.score >= LIKELY_PERSON]
    if len(likely) < FEWEST_SIGHTINGS or len(likely) < LIKELY_SHARE * len(seen):
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
