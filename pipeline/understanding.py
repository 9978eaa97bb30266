"""From a video and its segments to what each shows: people, objects, motion, a first caption in
two languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from core.types import Detection, SegmentKind, VideoFacts
from pipeline.describer import describe
from pipeline.facts import (
    ObjectFacts,
    PersonFacts,
    SegmentFacts,
    at_once,
    person_facts,
    worth_showing,
)
from pipeline.frames import Frame, Progress
from pipeline.looking import Eyes, Glance, NoDetector, View, Witness, Work
from pipeline.ports import PersonDetector
from pipeline.reading_ahead import Waiting
from pipeline.registry import Registry
from pipeline.tracks import Track

SegmentSpan = tuple[int, int, SegmentKind]

SAMPLES, LONGEST_SAMPLE_GAP_MS = 40, 15_000
"""Frames that show a fixed camera's view over the whole video, and at least this often."""

QUIET_GAP_MS, QUIET_FRAMES = 8_000, 3
"""A quiet stretch is glanced at this often, and at least so many times: nobody moving is not
nobody there."""

SHOT_FRAMES = 48
"""Frames of one shot kept at once; a longer shot is looked at less often."""


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
    detector: PersonDetector | None = None,
    witnesses: Sequence[Witness] = (),
    waiting: Waiting | None = None,
) -> list[Understanding]:
    """Look once through the stretches of ``segments`` and describe each, in the order given.

    A fixed camera's empty view is learnt from frames spread over the whole video first; edited
    footage is looked at shot by shot, and by a detector that compares with the empty view only
    where the camera is at rest. ``detector`` stands in for the configured one. ``witnesses`` see
    the same frames. Raises UnreadableMedia for a
    file that cannot be decoded, ModelError for a model that cannot load.
    """
    work = Work(
        path=path,
        facts=facts,
        registry=registry,
        fps=sample_fps,
        progress=progress,
        detector=detector or registry.person_detector(),
        witnesses=tuple(witnesses),
        waiting=waiting or Waiting(),
    )
    seen = _fixed(work, segments) if fixed_camera else _edited(work, segments)
    progress(1.0)
    return [_understanding(one) for one in seen]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A stretch looked at without a break: its tracks, and what each of its segments shows."""

    start_ms: int
    end_ms: int
    people: tuple[Track, ...]
    glances: dict[SegmentSpan, Glance]
    looked: bool = True


def _fixed(work: Work, segments: Sequence[SegmentSpan]) -> list[SegmentFacts]:
    detector = work.detector
    watch = detector.watch(_samples(work) if detector.needs_samples else ())
    done_ms, total_ms = 0, sum(end - start for start, end, _ in segments) or 1
    seen: dict[SegmentSpan, SegmentFacts] = {}
    for stretch in _without_gaps(segments):
        eyes = Eyes(work, watch)
        glances: dict[SegmentSpan, Glance] = {}
        for segment in stretch:
            start_ms, end_ms, kind = segment
            fps = _quiet_fps(work.fps, end_ms - start_ms) if kind == "quiet" else work.fps
            views = work.views(fps=fps, start_ms=start_ms, end_ms=end_ms)
            glances[segment] = eyes.look(views)
            done_ms += end_ms - start_ms
            work.progress(0.05 + 0.95 * done_ms / total_ms)
        look = _Look(
            start_ms=stretch[0][0],
            end_ms=stretch[-1][1],
            people=eyes.people(),
            glances=glances,
            looked=_looks(detector),
        )
        for segment in stretch:
            seen[segment] = _segment_facts(work, segment, look)
    return [seen[segment] for segment in segments]


def _edited(work: Work, segments: Sequence[SegmentSpan]) -> list[SegmentFacts]:
    """Shot by shot; a shot in which the camera rests is its own little fixed camera."""
    detector = work.detector
    found: list[SegmentFacts] = []
    for number, segment in enumerate(segments):
        start_ms, end_ms, _ = segment
        fps = min(work.fps, SHOT_FRAMES * 1_000 / max(end_ms - start_ms, 1))
        views = list(work.views(fps=fps, start_ms=start_ms, end_ms=end_ms))
        looked = _looks(detector) and (not detector.needs_samples or _is_steady(views))
        samples = [view.detected for view in views] if detector.needs_samples and looked else []
        # Unready, such a detector sees nobody; the scene is measured and witnesses look anyway.
        eyes = Eyes(work, detector.watch(samples))
        glance = eyes.look(views)
        look = _Look(
            start_ms=start_ms,
            end_ms=end_ms,
            people=eyes.people(),
            glances={segment: glance},
            looked=looked,
        )
        found.append(_segment_facts(work, segment, look))
        work.progress((number + 1) / len(segments))
    return found


def _looks(detector: PersonDetector) -> bool:
    return not isinstance(detector, NoDetector)


def _is_steady(views: Sequence[View]) -> bool:
    from pipeline.models.scene import SceneMeter

    meter = SceneMeter()
    for view in views:
        meter.add(view.small)
    return meter.steady


def _segment_facts(work: Work, segment: SegmentSpan, look: _Look) -> SegmentFacts:
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
    glance = look.glances[segment]
    return SegmentFacts(
        start_ms=start_ms,
        end_ms=end_ms,
        kind=kind,
        people=tuple(person for person in people if person),
        at_once=at_once(look.people, start_ms, end_ms),
        scene=glance.scene,
        looked=look.looked,
        objects=glance.objects,
    )


def _samples(work: Work) -> Iterator[Frame]:
    duration_ms = max(work.facts.duration_ms, 1)
    count = max(SAMPLES, duration_ms / LONGEST_SAMPLE_GAP_MS)
    fps = min(count * 1_000 / duration_ms, work.fps * 2)
    return (view.detected for view in work.views(fps=fps, alone=True))


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


def _understanding(facts: SegmentFacts) -> Understanding:
    caption = describe(facts)
    people = [_person_detection(person) for person in facts.people]
    return Understanding(
        start_ms=facts.start_ms,
        end_ms=facts.end_ms,
        caption=caption.en,
        caption_ko=caption.ko,
        author=caption.author,
        detections=(*people, *map(_object_detection, facts.objects)),
        thumbnail_ms=_thumbnail_ms(facts),
    )


def _person_detection(person: PersonFacts) -> Detection:
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


def _object_detection(seen: ObjectFacts) -> Detection:
    """``count`` things at ``at_ms``; ``boxes`` are all of them, ``box`` is the surest."""
    return Detection(
        label=seen.label,
        start_ms=seen.start_ms,
        end_ms=seen.end_ms,
        at_ms=seen.at_ms,
        score=round(seen.score, 3),
        box=seen.boxes[0],
        attributes={"count": seen.count, "boxes": [asdict(box) for box in seen.boxes]},
    )


def _thumbnail_ms(facts: SegmentFacts) -> int:
    """The best look at anybody, else at most things; the middle where nothing is."""
    if facts.people:
        best = max((person.best for person in facts.people), key=worth_showing)
        return best.at_ms
    if facts.objects:
        return max(facts.objects, key=lambda seen: seen.count).at_ms
    return (facts.start_ms + facts.end_ms) // 2
