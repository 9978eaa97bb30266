"""Looking through footage anew for people: somebody who stands there for a minute is one stay.

Sightings are joined by time, place and the colours of clothes. That works from one frame in
several seconds on, where following a body from frame to frame does not; it is not exact when two
people dressed alike change places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from core.types import VideoFacts
from pipeline.facts import worth_showing
from pipeline.frames import Frame, Progress
from pipeline.person_crops import WIDTH, large_enough, person_crop
from pipeline.ports import Clothing, ClothingReader, PersonDetector, PersonWatch
from pipeline.tracks import (
    LEAST_SWAY,
    Observation,
    apart,
    clothing_distance,
    clothing_shares,
    remembered,
    sway,
)
from pipeline.understanding import LONGEST_SAMPLE_GAP_MS, SAMPLES

if TYPE_CHECKING:
    from pipeline.ports import Image

BATCH = 8

PATIENCE_MS, PATIENCE_FRAMES = 4_000, 1.5
"""A stay waits this long for its person to be seen again, and at least for the next frame: rather
one person twice than two as one, of whom one would never be found."""

REACH, REACH_PER_SECOND, FARTHEST_REACH = 0.5, 1.5, 4.0
"""Body heights somebody may have moved since: at once, per second, and at most."""

OTHER_CLOTHES, OTHER_CLOTHES_LATER, SOON_MS = 0.55, 0.25, 1_500
"""Difference of clothes (0..1) from which on it is somebody else, within SOON_MS and after it: at a
counter one comes where another stood a few seconds before."""

KEPT = 64
"""Observations of a stay that are remembered."""


@dataclass(slots=True, kw_only=True)
class Stay:
    """Somebody in view, from ``start_ms`` to ``end_ms``. ``crop`` is cut at ``best``, the moment
    that shows most of them."""

    observations: list[Observation] = field(default_factory=list)
    best: Observation
    crop: Image
    start_ms: int
    end_ms: int

    @property
    def clothing(self) -> Clothing:
        """Mean shares of colours over the stay."""
        return clothing_shares(self.observations)


def find_stays(
    path: Path,
    facts: VideoFacts,
    *,
    detector: PersonDetector,
    reader: ClothingReader,
    fps: float,
    confidence: float,
    progress: Progress,
) -> Iterator[Stay]:
    """Everybody in the video who is large and sure enough, as soon as they are gone.

    Raises UnreadableMedia for a file that cannot be decoded.
    """
    from pipeline.models.observing import observe
    from pipeline.models.scaling import scaled

    watch = _watch(path, facts, detector)
    watcher = _Watcher(aspect=facts.width / facts.height, interval_ms=1_000 / fps)
    film = _frames(path, fps=fps, width=max(WIDTH, detector.frame_width))
    while frames := list(islice(film, BATCH)):
        smaller = [scaled(frame, detector.frame_width) for frame in frames]
        for frame, small, sightings in zip(frames, smaller, watch.look(smaller), strict=True):
            height, width = frame.image.shape[:2]
            people = [
                one
                for one in sightings
                if one.label == "person"
                and one.score >= confidence
                and large_enough(one.box, width, height)
            ]
            watcher.see(frame, observe(small, people, reader))
        progress(min(frames[-1].at_ms / max(facts.duration_ms, 1), 1.0))
        yield from _alive(watcher.take_gone(), detector)
    yield from _alive(watcher.take_all(), detector)


class _Watcher:
    """Joins the observations of one frame after another to stays."""

    def __init__(self, *, aspect: float, interval_ms: float) -> None:
        self._aspect = aspect
        self._patience_ms = max(PATIENCE_MS, PATIENCE_FRAMES * interval_ms)
        self._open: list[Stay] = []
        self._now_ms = 0

    def see(self, frame: Frame, observations: Sequence[Observation]) -> None:
        self._now_ms = frame.at_ms
        costs = [
            (cost, number, index)
            for number, stay in enumerate(self._open)
            for index, seen in enumerate(observations)
            if (cost := self._cost(stay, seen)) is not None
        ]
        taken: set[int] = set()
        joined: set[int] = set()
        for _, number, index in sorted(costs):
            if number not in joined and index not in taken:
                _add(self._open[number], observations[index], frame)
                joined.add(number)
                taken.add(index)
        self._open += [
            Stay(
                observations=[seen],
                best=seen,
                crop=person_crop(frame.image, seen.box),
                start_ms=seen.at_ms,
                end_ms=seen.at_ms,
            )
            for index, seen in enumerate(observations)
            if index not in taken
        ]

    def take_gone(self) -> list[Stay]:
        """Those nobody can join any more."""
        left_ms = self._now_ms - self._patience_ms
        gone = [stay for stay in self._open if stay.end_ms < left_ms]
        self._open = [stay for stay in self._open if stay.end_ms >= left_ms]
        return gone

    def take_all(self) -> list[Stay]:
        left, self._open = self._open, []
        return left

    def _cost(self, stay: Stay, seen: Observation) -> float | None:
        """None where it is somebody else."""
        last = stay.observations[-1]
        unseen_ms = seen.at_ms - last.at_ms
        away = apart(last.box, seen.box, self._aspect)
        reach = min(REACH + REACH_PER_SECOND * unseen_ms / 1_000, FARTHEST_REACH)
        if unseen_ms > self._patience_ms or away > reach:
            return None
        clothes = clothing_distance(remembered(stay.observations), [seen])
        if clothes > (OTHER_CLOTHES if unseen_ms <= SOON_MS else OTHER_CLOTHES_LATER):
            return None
        return away + clothes


def _add(stay: Stay, seen: Observation, frame: Frame) -> None:
    stay.end_ms = seen.at_ms
    stay.observations.append(seen)
    if len(stay.observations) > KEPT:
        stay.observations = [*stay.observations[: KEPT // 2 : 2], *stay.observations[KEPT // 2 :]]
    if worth_showing(seen) > worth_showing(stay.best):
        stay.best, stay.crop = seen, person_crop(frame.image, seen.box)


def _alive(stays: Iterable[Stay], detector: PersonDetector) -> Iterator[Stay]:
    """Without what only looks like a person, where the detector leaves that to be judged."""
    for stay in sorted(stays, key=lambda one: one.start_ms):
        thing = len(stay.observations) > 1 and sway(stay.observations) < LEAST_SWAY
        if not (detector.judges_motion and thing):
            yield stay


def _frames(path: Path, *, fps: float, width: int) -> Iterator[Frame]:
    from pipeline.reading_ahead import read_ahead
    from pipeline.video import sample_frames

    return read_ahead(sample_frames(path, fps=fps, width=width))


def _watch(path: Path, facts: VideoFacts, detector: PersonDetector) -> PersonWatch:
    if not detector.needs_samples:
        return detector.watch(())
    duration_ms = max(facts.duration_ms, 1)
    count = max(SAMPLES, duration_ms / LONGEST_SAMPLE_GAP_MS)
    samples = _frames(path, fps=count * 1_000 / duration_ms, width=detector.frame_width)
    return detector.watch(samples)
