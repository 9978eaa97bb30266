"""Cutting a video into segments: shots of edited footage, visits in front of fixed cameras.

Segments cover [0, duration) without gap or overlap; the same file always gives the same segments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.config import IngestConfig
from core.types import SegmentKind, VideoFacts
from pipeline.frames import Frame, Progress
from pipeline.visits import activity_segments

if TYPE_CHECKING:
    from pipeline.models.background import Activity, Layers

MIN_SEGMENT_MS = 800
"""Shorter stretches say nothing and cannot be clicked; they join a neighbour."""

CAMERA_FPS = 2.0
"""Samples a second of a fixed camera: borders are right to half a second."""

CAMERA_WINDOW_MS = 300_000
"""A background is made anew about every five minutes, so it follows the daylight."""

SHORT_CLIP_MS = 10_000
"""In a clip this short nothing tells the background from people who sit still: it is one activity,
unless the camera is known."""

CHECK_SAMPLES = 150
"""Samples, spread over the clip, that tell a fixed camera from edited footage."""

USUAL_FRONT = 0.2
"""Share of the picture in front of the background, in the median sample, up to which the camera
stands. Real fixed cameras measure 0.00-0.10, a film of six shots from fixed cameras 0.26."""

BUSY_FRONT = 0.35
"""The same where no cut was found: a busy place."""

CALM = 0.45
"""With no sample further from the background, or from the one before, there is no cut to look for.
Fixed cameras measure up to 0.33."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentDraft:
    """A stretch [start_ms, end_ms) before anything is known about it."""

    start_ms: int
    end_ms: int
    kind: SegmentKind


def cut(
    path: Path,
    facts: VideoFacts,
    *,
    fixed_camera: bool | None,
    config: IngestConfig,
    progress: Progress,
) -> list[SegmentDraft]:
    """Cut the video. ``fixed_camera`` None finds out. Raises UnreadableMedia.

    Edited footage: "shot" segments between hard cuts, fades and dissolves; a shot longer than
    ``max_segment_ms`` is cut into equal parts. Fixed camera: "activity" and "quiet" stretches; an
    activity longer than that is cut where least happens.
    """
    verdict = _Verdict(fixed=bool(fixed_camera), cuts_ms=None, layers=None)
    if fixed_camera is None:
        verdict = _judge(path, facts)
        if verdict.fixed and facts.duration_ms < SHORT_CLIP_MS:
            return [SegmentDraft(start_ms=0, end_ms=facts.duration_ms, kind="activity")]
    progress(0.1)
    if verdict.fixed:
        segments = _camera_segments(path, facts, verdict.layers, config, progress)
    else:
        cuts_ms = verdict.cuts_ms
        if cuts_ms is None:
            cuts_ms = _cuts(path, facts, progress)[0]
        segments = _shots(cuts_ms, facts, config)
    progress(1.0)
    return segments


def is_fixed_camera(path: Path, facts: VideoFacts) -> bool:
    """True where one background explains most of the picture most of the time."""
    return _judge(path, facts).fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    """What kind of footage it is, and what was measured on the way: shot borders, or the layers of
    the whole clip where the check looked at it as closely as the cutting does."""

    fixed: bool
    cuts_ms: list[int] | None
    layers: Layers | None


def _judge(path: Path, facts: VideoFacts) -> _Verdict:
    from pipeline.models.background import WIDTH, layers_of, steadiness
    from pipeline.video import sample_frames

    fps = min(CAMERA_FPS, CHECK_SAMPLES * 1_000 / facts.duration_ms)
    layers = layers_of(list(sample_frames(path, fps=fps, width=WIDTH)))
    found = steadiness(layers)
    kept = layers if fps == CAMERA_FPS else None
    if found.usual_front <= USUAL_FRONT and max(found.most_front, found.biggest_jump) <= CALM:
        return _Verdict(fixed=True, cuts_ms=None, layers=kept)
    cuts_ms, elsewhere = _cuts(path, facts, lambda _: None)
    fixed = not any(elsewhere) and found.usual_front <= BUSY_FRONT
    return _Verdict(fixed=fixed, cuts_ms=cuts_ms, layers=kept)


def _camera_segments(
    path: Path,
    facts: VideoFacts,
    layers: Layers | None,
    config: IngestConfig,
    progress: Progress,
) -> list[SegmentDraft]:
    from pipeline.models.background import layers_of, measure_activity

    stretches = iter([layers]) if layers else map(layers_of, _windows(path, facts))
    parts: list[Activity] = []
    for stretch in stretches:
        last_ms = stretch.frames[-1].at_ms
        ends = last_ms >= facts.duration_ms - 2_000 / CAMERA_FPS
        parts.append(measure_activity(stretch, starts=not parts, ends=ends))
        progress(0.1 + 0.9 * min(1.0, last_ms / facts.duration_ms))
    found = activity_segments(
        np.concatenate([part.at_ms for part in parts]),
        area=np.concatenate([part.area for part in parts]),
        movement=np.concatenate([part.movement for part in parts]),
        centre=np.concatenate([part.centre for part in parts]),
        duration_ms=facts.duration_ms,
        merge_gap_ms=max(config.merge_gap_ms, MIN_SEGMENT_MS),
        min_ms=MIN_SEGMENT_MS,
        max_ms=config.max_segment_ms,
    )
    return [
        SegmentDraft(start_ms=start, end_ms=end, kind="activity" if active else "quiet")
        for start, end, active in found
    ]


def _windows(path: Path, facts: VideoFacts) -> Iterator[list[Frame]]:
    """Samples in stretches of equal length, each about CAMERA_WINDOW_MS, none empty."""
    from pipeline.models.background import WIDTH
    from pipeline.video import sample_frames

    count = max(1, round(facts.duration_ms / CAMERA_WINDOW_MS))
    length_ms = facts.duration_ms / count
    window: list[Frame] = []
    for frame in sample_frames(path, fps=CAMERA_FPS, width=WIDTH):
        if window and frame.at_ms // length_ms > window[0].at_ms // length_ms:
            yield window
            window = []
        window.append(frame)
    if window:
        yield window


def _shots(cuts_ms: list[int], facts: VideoFacts, config: IngestConfig) -> list[SegmentDraft]:
    borders = [0]
    for cut_ms in sorted(cuts_ms):
        if cut_ms - borders[-1] >= MIN_SEGMENT_MS and facts.duration_ms - cut_ms >= MIN_SEGMENT_MS:
            borders.append(cut_ms)
    borders.append(facts.duration_ms)
    drafts = []
    for start, end in pairwise(borders):
        parts = -(-(end - start) // config.max_segment_ms)
        inner = [start + (end - start) * part // parts for part in range(parts + 1)]
        drafts += [SegmentDraft(start_ms=a, end_ms=b, kind="shot") for a, b in pairwise(inner)]
    return drafts


def _cuts(path: Path, facts: VideoFacts, progress: Progress) -> tuple[list[int], list[bool]]:
    """(times of all shot borders in ms, for each whether another place follows).

    An encoder starts a new group at a cut, so a keyframe between the two samples around a cut is
    where it really is.
    """
    from pipeline.models.shots import FPS, WIDTH, find_cuts
    from pipeline.video import packet_sizes, sample_frames

    fps = min(FPS, max(facts.fps, 1.0))
    frames = _reporting(sample_frames(path, fps=fps, width=WIDTH), facts, progress)
    found = find_cuts(frames, fps=fps)
    at_ms, _, is_keyframe = packet_sizes(path)
    keys = at_ms[is_keyframe]
    hard = []
    for earliest, latest in zip(found.earliest, found.hard, strict=True):
        between = keys[(keys > earliest) & (keys <= latest)]
        hard.append(int(between[0]) if len(between) else latest)
    gradual = [*found.fades, *found.dissolves]
    return hard + gradual, [*found.elsewhere, *(True for _ in gradual)]


def _reporting(frames: Iterator[Frame], facts: VideoFacts, progress: Progress) -> Iterator[Frame]:
    for frame in frames:
        progress(0.1 + 0.9 * min(1.0, frame.at_ms / facts.duration_ms))
        yield frame
