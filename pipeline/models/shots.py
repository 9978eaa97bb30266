"""Shot borders of edited footage: hard cuts and fades by PySceneDetect, dissolves by our own test.

Measured on real footage with three hard cuts, a dissolve and a fade through black, at 12 frames a
second and 160 pixels: AdaptiveDetector finds the hard cuts exactly and nothing else (content and
hash detectors also fire inside the fade, the histogram one on passing cars), ThresholdDetector
finds the fade, none finds the dissolve.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
import numpy.typing as npt
from scenedetect import AdaptiveDetector, FrameTimecode, ThresholdDetector

from pipeline.frames import Frame

WIDTH = 160
"""Pixels across of the frames to give; more find the same cuts and cost more."""

FPS = 12.0
"""Frames a second to give."""

SMALL = (32, 18)
"""Size at which blends are tested: movement within a shot is smaller than such a pixel."""

SPANS_S = (0.5, 1.0, 2.0)
"""Lengths of a blend that are tried; a longer dissolve holds a shorter one."""

LEAST_CHANGE = 12.0
"""Root mean square levels (of 255) between the two sides of a dissolve."""

SEEN = 6.0
"""Levels a pixel must change between the two sides to count as changed."""

LEAST_SPREAD = 0.6
"""Share of pixels that must change."""

LEAST_HALF = 0.05
"""Share of pixels that must hold half of the change; with a car driving in it is 0.03."""

MOST_UNEXPLAINED = 0.12
"""Share of that change the frames between may hold that is not a mixture of the two sides."""

SAME_SCENE = 0.6
"""Correlation of the two sides from which on it is one scene, in other light or rearranged."""

APART_MS = 1_000
"""A dissolve nearer than this to a cut or fade is part of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """Times in ms, ascending. ``hard`` is the first sampled frame of the new shot, ``earliest``
    the last sampled frame of the old one: the true cut lies in (earliest, hard]; ``elsewhere``
    says that the two look like different places, not one in other light. Gradual transitions are
    placed at their middle."""

    hard: tuple[int, ...]
    earliest: tuple[int, ...]
    elsewhere: tuple[bool, ...]
    fades: tuple[int, ...]
    dissolves: tuple[int, ...]


def find_cuts(frames: Iterable[Frame], *, fps: float) -> Cuts:
    """Find the shot borders in consecutive frames, about ``fps`` a second and WIDTH wide."""
    rate = Fraction(fps).limit_denominator(1_000)
    adaptive = AdaptiveDetector(min_scene_len=2)
    threshold = ThresholdDetector(min_scene_len=2)
    at_ms: list[int] = []
    small: list[npt.NDArray[np.uint8]] = []
    hard: list[FrameTimecode] = []
    fades: list[FrameTimecode] = []
    for index, frame in enumerate(frames):
        time = FrameTimecode(index, rate)
        hard += adaptive.process_frame(time, frame.image)
        fades += threshold.process_frame(time, frame.image)
        at_ms.append(frame.at_ms)
        shrunk = cv2.resize(frame.image, SMALL, interpolation=cv2.INTER_AREA)
        small.append(np.asarray(shrunk, dtype=np.uint8))
    cut_indices = sorted({cut.frame_num for cut in hard if 0 < cut.frame_num < len(at_ms)})
    faded = tuple(at_ms[cut.frame_num] for cut in fades if cut.frame_num < len(at_ms))
    hard_ms = tuple(at_ms[index] for index in cut_indices)
    taken = np.array(hard_ms + faded, dtype=np.int64)
    return Cuts(
        hard=hard_ms,
        earliest=tuple(at_ms[index - 1] for index in cut_indices),
        elsewhere=tuple(_correlation(*_sides(small, index)) <= SAME_SCENE for index in cut_indices),
        fades=faded,
        dissolves=tuple(
            blend
            for blend in _dissolves(small, np.array(at_ms, dtype=np.int64), fps)
            if not len(taken) or np.abs(taken - blend).min() >= APART_MS
        ),
    )


def _sides(
    small: list[npt.NDArray[np.uint8]], index: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    before, after = small[index - 1], small[index]
    return before.astype(np.float32).ravel(), after.astype(np.float32).ravel()


def _dissolves(
    small: list[npt.NDArray[np.uint8]], at_ms: npt.NDArray[np.int64], fps: float
) -> list[int]:
    """Middles of the stretches whose frames are mixtures of the frames around them.

    In a dissolve of A into B every frame between is (1-a) A + a B with a rising from 0 to 1. So
    each frame is projected on the line from A to B: a must rise steadily and little may be left
    beside the line.
    """
    if not small:
        return []
    pictures = np.stack(small).astype(np.float32)
    pictures -= pictures.mean(axis=(1, 2), keepdims=True)  # a change of exposure is no dissolve
    pictures = pictures.reshape(len(small), -1)
    found: list[_Blend] = []
    for span_s in SPANS_S:
        span = max(4, round(span_s * fps))
        for start in range(len(pictures) - span):
            stretch = slice(start, start + span + 1)
            blend = _as_blend(pictures[stretch], at_ms[stretch])
            if blend is not None:
                found.append(blend)
    return _strongest(found)


@dataclass(frozen=True, slots=True)
class _Blend:
    start_ms: int
    end_ms: int
    middle_ms: int
    strength: float


def _as_blend(pictures: npt.NDArray[np.float32], at_ms: npt.NDArray[np.int64]) -> _Blend | None:
    """A run of pictures, float32 (n, pixels), as a blend of its two ends, if it is one."""
    first, last = pictures[0], pictures[-1]
    change = last - first
    energy = float(change @ change)
    strength = float(np.sqrt(energy / len(change)))
    if strength < LEAST_CHANGE or np.mean(np.abs(change) >= SEEN) < LEAST_SPREAD:
        return None
    if _correlation(first, last) > SAME_SCENE or _share_with_half(change) < LEAST_HALF:
        return None
    between = pictures[1:-1] - first
    share = between @ change / energy
    beside = between - share[:, None] * change
    if float((beside**2).sum(axis=1).mean()) > MOST_UNEXPLAINED * energy:
        return None
    whole = np.concatenate(([0.0], share, [1.0]))
    steps = np.diff(whole)
    if steps.min() < -0.05 or steps.max() > 0.5:
        return None
    middle = int(at_ms[np.argmax(whole >= 0.5)])
    return _Blend(int(at_ms[0]), int(at_ms[-1]), middle, strength)


def _share_with_half(change: npt.NDArray[np.float32]) -> float:
    largest_first = np.cumsum(np.sort(change**2)[::-1])
    return float(np.searchsorted(largest_first, largest_first[-1] / 2) / len(change))


def _correlation(first: npt.NDArray[np.float32], last: npt.NDArray[np.float32]) -> float:
    a, b = first - first.mean(), last - last.mean()
    length = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / length if length else 1.0


def _strongest(found: list[_Blend]) -> list[int]:
    """One time for each group of overlapping blends: the middle of its strongest one."""
    groups: list[list[_Blend]] = []
    for blend in sorted(found, key=lambda blend: blend.start_ms):
        if groups and blend.start_ms <= max(other.end_ms for other in groups[-1]):
            groups[-1].append(blend)
        else:
            groups.append([blend])
    return [max(group, key=lambda blend: blend.strength).middle_ms for group in groups]
