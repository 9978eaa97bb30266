"""Neighbouring hits of one source as one window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_MS = 120_000
"""A window somebody still watches; a longer run of hits makes several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A hit's place: ``[start_ms, end_ms)`` of a video; ``quiet``: nobody is in it."""

    segment_id: int
    video_id: int
    start_ms: int
    end_ms: int
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Neighbouring hits by time; ``best`` is the one that came first among them."""

    best: Stretch
    members: tuple[Stretch, ...]

    @property
    def start_ms(self) -> int:
        return self.members[0].start_ms

    @property
    def end_ms(self) -> int:
        return self.members[-1].end_ms


def windows(
    ranked: Sequence[Stretch], *, gap_ms: int, longest_ms: int = LONGEST_MS
) -> list[Window]:
    """Hits in their order, neighbours joined into the place of the best of them.

    Two hits of a video are neighbours where at most ``gap_ms`` lie between them and both or neither
    are quiet: an empty room does not speak for whoever comes in. The best hit
    takes in neighbours, those before it first, while its window is at most ``longest_ms``
    long; what is left over makes windows of its own. Every hit is in exactly one window.
    """
    by_time = sorted(ranked, key=lambda one: (one.video_id, one.start_ms, one.segment_id))
    place = {one.segment_id: index for index, one in enumerate(by_time)}
    taken: set[int] = set()
    found: list[Window] = []
    for best in ranked:
        if best.segment_id in taken:
            continue
        first = last = place[best.segment_id]
        while True:
            before = _joins(by_time, first - 1, first, taken, gap_ms)
            after = _joins(by_time, last, last + 1, taken, gap_ms)
            start, end = by_time[first].start_ms, by_time[last].end_ms
            if before and end - by_time[first - 1].start_ms <= longest_ms:
                first -= 1
            elif after and by_time[last + 1].end_ms - start <= longest_ms:
                last += 1
            else:
                break
        members = tuple(by_time[first : last + 1])
        taken.update(one.segment_id for one in members)
        found.append(Window(best=best, members=members))
    return found


def _joins(by_time: Sequence[Stretch], left: int, right: int, taken: set[int], gap_ms: int) -> bool:
    """True where the hits at two places are neighbours and neither is spoken for."""
    if left < 0 or right >= len(by_time):
        return False
    one, other = by_time[left], by_time[right]
    if (
        one.video_id != other.video_id
        or one.quiet != other.quiet
        or one.segment_id in taken
        or other.segment_id in taken
    ):
        return False
    return other.start_ms - one.end_ms <= gap_ms
