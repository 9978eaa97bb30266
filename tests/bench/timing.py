"""Durations of things that are measured in turn, so that a busy moment hits all of them alike."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """At least one duration, in seconds, in the order they were measured."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def least(self) -> float:
        return min(self.seconds)

    @property
    def most(self) -> float:
        return max(self.seconds)

    def percentile(self, share: float) -> float:
        """The smallest duration that ``share`` (0..1] of all do not exceed."""
        ordered = sorted(self.seconds)
        return ordered[max(math.ceil(share * len(ordered)), 1) - 1]


def seconds_of(work: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def interleaved(
    subjects: Mapping[str, Callable[[], object]], *, runs: int, warm_up: bool = True
) -> dict[str, Times]:
    """Call every subject in turn, ``runs`` times over (A B A B ...), after one round unmeasured."""
    if warm_up:
        for work in subjects.values():
            work()
    found: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(runs):
        for name, work in subjects.items():
            found[name].append(seconds_of(work))
    return {name: Times(tuple(seconds)) for name, seconds in found.items()}
