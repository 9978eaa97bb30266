"""Looking through a stretch of frames once: people followed, objects counted, the scene measured.

One decode feeds everybody: the frames are read ahead in the sizes that are wanted, and witnesses
(the shelf, the face watch) see them in the same pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from core.types import VideoFacts
from pipeline.facts import ObjectFacts, Scene
from pipeline.frames import Frame, Progress
from pipeline.linking import Tracker
from pipeline.objects import ObjectTally
from pipeline.ports import ClothingReader, PersonDetector, PersonWatch, Sighting
from pipeline.reading_ahead import Waiting, read_ahead
from pipeline.registry import Registry
from pipeline.tracks import LIKELY_PERSON, Track, is_person

WIDTH = 480
"""People are followed and their clothes read this wide: a person of a ninth of the height has 30
rows of pixels."""

BATCH = 8


class NoDetector:
    """A person detector that knows nobody, for footage whose detector cannot be used."""

    name, revision = "none", "0"
    needs_samples = judges_motion = False
    frame_width = WIDTH

    def watch(self, samples: Iterable[Frame]) -> NoDetector:
        del samples
        return self

    def look(self, frames: Sequence[Frame]) -> list[tuple[Sighting, ...]]:
        return [() for _ in frames]


class Witness(Protocol):
    """Somebody who wants to see the frames of the one pass, ``width`` pixels wide."""

    width: int

    def see(self, frames: Sequence[Frame], anybody: Sequence[bool]) -> None:
        """Frames in time order; ``anybody`` says of each whether a person seems to be in it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One frame in the sizes that are wanted of it."""

    wide: Frame
    detected: Frame
    small: Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One video being looked at."""

    path: Path
    facts: VideoFacts
    registry: Registry
    fps: float
    progress: Progress
    detector: PersonDetector
    witnesses: tuple[Witness, ...] = ()
    waiting: Waiting = field(default_factory=Waiting)

    @property
    def aspect(self) -> float:
        return self.facts.width / self.facts.height

    def views(
        self, *, fps: float, start_ms: int = 0, end_ms: int | None = None, alone: bool = False
    ) -> Iterator[View]:
        """Frames of [start_ms, end_ms), read ahead; ``alone``: no witness will see them."""
        from pipeline.models.scaling import scaled
        from pipeline.video import sample_frames

        detector_width = self.detector.frame_width
        widths = [] if alone else [witness.width for witness in self.witnesses]
        widest = max([WIDTH, detector_width, *widths])
        frames = sample_frames(self.path, fps=fps, width=widest, start_ms=start_ms, end_ms=end_ms)
        views = (
            View(wide=one, detected=scaled(one, detector_width), small=scaled(one, WIDTH))
            for one in frames
        )
        return read_ahead(views, waiting=self.waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What one segment shows besides the people in it."""

    scene: Scene
    objects: tuple[ObjectFacts, ...]


class Eyes:
    """Detector, clothing reader and tracker over one stretch."""

    def __init__(self, work: Work, watch: PersonWatch) -> None:
        self._watch = watch
        self._reader: ClothingReader = work.registry.clothing_reader()
        self._aspect = work.aspect
        self._tracker = Tracker(aspect=work.aspect)
        self._from_ms: int | None = None
        self._to_ms = 0
        self._judges_motion = work.detector.judges_motion
        self._witnesses = work.witnesses

    def look(self, views: Iterable[View]) -> Glance:
        """Follow people through ``views``, which are one segment."""
        from pipeline.models.observing import observe
        from pipeline.models.scene import SceneMeter

        meter, tally = SceneMeter(), ObjectTally()
        for batch in _batches(views):
            looks = self._watch.look([view.detected for view in batch])
            for view, sightings in zip(batch, looks, strict=True):
                frame = view.small
                people = [one for one in sightings if one.label == "person"]
                meter.add(frame)
                tally.add(frame.at_ms, sightings)
                self._from_ms = frame.at_ms if self._from_ms is None else self._from_ms
                self._to_ms = frame.at_ms
                self._tracker.update(frame.at_ms, observe(frame, people, self._reader))
            anybody = [any(map(_likely_person, sightings)) for sightings in looks]
            for witness in self._witnesses:
                witness.see([view.wide for view in batch], anybody)
        return Glance(scene=meter.scene(), objects=tally.objects())

    def people(self) -> tuple[Track, ...]:
        """The tracks that are people, by start."""
        return tuple(
            track
            for track in self._tracker.finish()
            if is_person(
                track,
                judges_motion=self._judges_motion,
                aspect=self._aspect,
                from_ms=self._from_ms or 0,
                to_ms=self._to_ms,
            )
        )


def _likely_person(sighting: Sighting) -> bool:
    return sighting.label == "person" and sighting.score >= LIKELY_PERSON


def _batches(views: Iterable[View]) -> Iterator[list[View]]:
    batch: list[View] = []
    for view in views:
        batch.append(view)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
