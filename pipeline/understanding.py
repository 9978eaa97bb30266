"""From a video and its segments to what each shows: people, motion, a caption in two languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.types import Detection, SegmentKind, VideoFacts
from pipeline.facts import (
    PersonFacts,
    Scene,
    SegmentFacts,
    at_once,
    person_facts,
    worth_showing,
)
from pipeline.frames import Frame, Progress
from pipeline.linking import Tracker
from pipeline.ports import ClothingReader, Evidence, PersonDetector, PersonWatch
from pipeline.registry import Registry
from pipeline.tracks import Track, is_person

SegmentSpan = tuple[int, int, SegmentKind]

WIDTH = 480
"""Frames are looked at this wide: a person of a ninth of the height has 30 rows of pixels."""

SAMPLES, LONGEST_SAMPLE_GAP_MS = 40, 15_000
"""Frames that show a fixed camera's view over the whole video, and at least this often."""

QUIET_GAP_MS, QUIET_FRAMES = 8_000, 3
"""A quiet stretch is glanced at this often, and at least so many times: nobody moving is not
nobody there."""

SHOT_FRAMES = 48
"""Frames of one shot kept at once; a longer shot is looked at less often."""

BATCH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """One segment understood. ``thumbnail_ms`` is the best moment to show; ``author`` names what
    wrote the captions, ``name@revision``."""

    start_ms: int
    end_ms: int
    caption: str
    caption_ko: str
    author: str
    detections: tuple[Detection, ...]
    thumbnail_ms: int


def understand(
    path: Path,
    facts: VideoFacts,
    segments: Sequence[SegmentSpan],
    *,
    registry: Registry,
    fixed_camera: bool,
    sample_fps: float,
    progress: Progress,
) -> list[Understanding]:
    """Look once through the stretches of ``segments`` and caption each, in the order given.

    A fixed camera's empty view is learnt from frames spread over the whole video first; edited
    footage is looked at shot by shot, people only where the camera is at rest. Raises
    UnreadableMedia for a file that cannot be decoded, ModelError for a model that cannot load.
    """
    work = _Work(path=path, facts=facts, registry=registry, fps=sample_fps, progress=progress)
    seen = _fixed(work, segments) if fixed_camera else _edited(work, segments)
    captioner = registry.captioner()
    captions = captioner.caption(
        [Evidence(facts=one, keyframes=_keyframes(work, one, captioner.keyframes)) for one in seen]
    )
    progress(1.0)
    return [
        Understanding(
            start_ms=one.start_ms,
            end_ms=one.end_ms,
            caption=caption.en,
            caption_ko=caption.ko,
            author=caption.author,
            detections=tuple(_detection(person) for person in one.people),
            thumbnail_ms=_thumbnail_ms(one),
        )
        for one, caption in zip(seen, captions, strict=True)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    path: Path
    facts: VideoFacts
    registry: Registry
    fps: float
    progress: Progress

    @property
    def aspect(self) -> float:
        return self.facts.width / self.facts.height

    def frames(
        self, *, fps: float, start_ms: int = 0, end_ms: int | None = None
    ) -> Iterator[Frame]:
        from pipeline.video import sample_frames

        return sample_frames(self.path, fps=fps, width=WIDTH, start_ms=start_ms, end_ms=end_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A stretch looked at without a break: its tracks, and the scene of each of its segments."""

    start_ms: int
    end_ms: int
    people: tuple[Track, ...]
    scenes: dict[SegmentSpan, Scene]
    looked: bool = True


def _fixed(work: _Work, segments: Sequence[SegmentSpan]) -> list[SegmentFacts]:
    detector = work.registry.person_detector()
    watch = detector.watch(_samples(work) if detector.needs_samples else ())
    done_ms, total_ms = 0, sum(end - start for start, end, _ in segments) or 1
    seen: dict[SegmentSpan, SegmentFacts] = {}
    for stretch in _without_gaps(segments):
        eyes = _Eyes(work, detector, watch)
        scenes: dict[SegmentSpan, Scene] = {}
        for segment in stretch:
            start_ms, end_ms, kind = segment
            fps = _quiet_fps(work.fps, end_ms - start_ms) if kind == "quiet" else work.fps
            scenes[segment] = eyes.look(work.frames(fps=fps, start_ms=start_ms, end_ms=end_ms))
            done_ms += end_ms - start_ms
            work.progress(0.05 + 0.95 * done_ms / total_ms)
        look = _Look(
            start_ms=stretch[0][0],
            end_ms=stretch[-1][1],
            people=eyes.people(),
            scenes=scenes,
        )
        for segment in stretch:
            seen[segment] = _segment_facts(work, segment, look)
    return [seen[segment] for segment in segments]


def _edited(work: _Work, segments: Sequence[SegmentSpan]) -> list[SegmentFacts]:
    """Shot by shot; a shot in which the camera rests is its own little fixed camera."""
    from pipeline.models.scene import SceneMeter

    detector = work.registry.person_detector()
    found: list[SegmentFacts] = []
    for number, segment in enumerate(segments):
        start_ms, end_ms, _ = segment
        fps = min(work.fps, SHOT_FRAMES * 1_000 / max(end_ms - start_ms, 1))
        frames = list(work.frames(fps=fps, start_ms=start_ms, end_ms=end_ms))
        meter = SceneMeter()
        for frame in frames:
            meter.add(frame)
        looked = meter.steady or not detector.needs_samples
        people: tuple[Track, ...] = ()
        if looked:
            watch = detector.watch(frames if detector.needs_samples else ())
            eyes = _Eyes(work, detector, watch)
            eyes.look(frames)
            people = eyes.people()
        look = _Look(
            start_ms=start_ms,
            end_ms=end_ms,
            people=people,
            scenes={segment: meter.scene()},
            looked=looked,
        )
        found.append(_segment_facts(work, segment, look))
        work.progress((number + 1) / len(segments))
    return found


class _Eyes:
    """Detector, clothing reader and tracker over one stretch."""

    def __init__(self, work: _Work, detector: PersonDetector, watch: PersonWatch) -> None:
        self._watch = watch
        self._reader: ClothingReader = work.registry.clothing_reader()
        self._aspect = work.aspect
        self._tracker = Tracker(aspect=work.aspect)
        self._from_ms: int | None = None
        self._to_ms = 0
        self._judges_motion = detector.judges_motion

    def look(self, frames: Iterable[Frame]) -> Scene:
        """Follow people through ``frames``; the scene measured on the way."""
        from pipeline.models.observing import observe
        from pipeline.models.scene import SceneMeter

        meter = SceneMeter()
        for batch in _batches(frames):
            for frame, sightings in zip(batch, self._watch.look(batch), strict=True):
                meter.add(frame)
                self._from_ms = frame.at_ms if self._from_ms is None else self._from_ms
                self._to_ms = frame.at_ms
                self._tracker.update(frame.at_ms, observe(frame, sightings, self._reader))
        return meter.scene()

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


def _segment_facts(work: _Work, segment: SegmentSpan, look: _Look) -> SegmentFacts:
    start_ms, end_ms, kind = segment
    people = [
        person_facts(
            track,
            start_ms=start_ms,
            end_ms=end_ms,
            seen_from_ms=look.start_ms,
            seen_to_ms=look.end_ms,
            aspect=work.aspect,
        )
        for track in look.people
    ]
    return SegmentFacts(
        start_ms=start_ms,
        end_ms=end_ms,
        kind=kind,
        people=tuple(person for person in people if person),
        at_once=at_once(look.people, start_ms, end_ms),
        scene=look.scenes[segment],
        looked=look.looked,
    )


def _samples(work: _Work) -> Iterator[Frame]:
    duration_ms = max(work.facts.duration_ms, 1)
    count = max(SAMPLES, duration_ms / LONGEST_SAMPLE_GAP_MS)
    return work.frames(fps=min(count * 1_000 / duration_ms, work.fps * 2))


def _quiet_fps(fps: float, duration_ms: int) -> float:
    return min(fps, max(1_000 / QUIET_GAP_MS, QUIET_FRAMES * 1_000 / max(duration_ms, 1)))


def _without_gaps(segments: Sequence[SegmentSpan]) -> list[list[SegmentSpan]]:
    """Neighbours that touch, together, in time order."""
    stretches: list[list[SegmentSpan]] = []
    for segment in sorted(segments):
        if stretches and stretches[-1][-1][1] == segment[0]:
            stretches[-1].append(segment)
        else:
            stretches.append([segment])
    return stretches


def _batches(frames: Iterable[Frame]) -> Iterator[list[Frame]]:
    batch: list[Frame] = []
    for frame in frames:
        batch.append(frame)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _detection(person: PersonFacts) -> Detection:
    return Detection(
        label="person",
        start_ms=person.start_ms,
        end_ms=person.end_ms,
        at_ms=person.best.at_ms,
        score=round(person.score, 3),
        box=person.best.box,
        attributes={
            "upper": person.upper,
            "lower": person.lower,
            "enters": person.enters,
            "leaves": person.leaves,
            "motion": person.motion,
            "place": person.place,
        },
    )


def _thumbnail_ms(facts: SegmentFacts) -> int:
    """The best look at anybody; the middle where nobody is."""
    if not facts.people:
        return (facts.start_ms + facts.end_ms) // 2
    best = max((person.best for person in facts.people), key=worth_showing)
    return best.at_ms


def _keyframes(work: _Work, facts: SegmentFacts, count: int) -> tuple[Frame, ...]:
    """``count`` frames spread over the segment, the thumbnail's moment first."""
    if count == 0:
        return ()
    from pipeline.video import frame_at

    step = (facts.end_ms - facts.start_ms) / count
    spread = [round(facts.start_ms + (index + 0.5) * step) for index in range(count - 1)]
    moments = [_thumbnail_ms(facts), *spread]
    return tuple(frame_at(work.path, at_ms, width=WIDTH) for at_ms in moments)
