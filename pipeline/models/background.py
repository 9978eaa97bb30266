"""What moves in front of a fixed camera, at low resolution: compared with the usual picture of some
minutes, so a person who stands still stays in front of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.frames import Frame

WIDTH = 160
"""Pixels across; a person far away is still some ten pixels tall, sensor noise is averaged out."""

MEDIAN_OF = 151
"""Pictures the median is taken over: more change nothing visible and cost time."""

TILES = (10, 6)
"""The background is chosen for this many tiles across and down."""

ALIKE = 5.0
"""Root mean square levels (of 255) up to which two looks of a tile are one state."""

MOST_STAYS = 4
"""Coming back more often than this makes a state no more usual."""

LEAST_DIFFERENCE = 16
"""Levels (of 255) a pixel must differ; below lies compression noise of quiet real footage."""

NOISE_FACTOR = 5.0
"""... or this many times the pixel's own noise."""

LEAST_AREA = 0.0025
"""Share of the picture a thing must cover; the digits of a burnt-in clock cover less."""

RESTLESS = 0.3
"""A pixel that enters or leaves the foreground in this share of the steps is a clock, a screen or
leaves in the wind, not a visit."""

RESTLESS_FROM = 20
"""Samples below which no such share can be told."""

HOLD_MS = 30_000
"""Something that does not move at all for longer has become part of the scene."""

SETTLED_MS = 5_000
"""The same at the start or the end of the stretch, where its past or future is not known."""

NEGLIGIBLE = 3.0
"""Per cent of a region that may flicker while it stands still; a breathing person moves more."""

STILL_MS = 1_500
"""A changed region without movement this long is looked at: a thing taken away is no activity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Per sample: ``at_ms`` int64; ``area`` float64, share of the picture something is in front
    of the background; ``movement`` float64, share that changed since the sample before; ``centre``
    float64 (n, 2), where (x, y in 0..1), nan where nothing is."""

    at_ms: npt.NDArray[np.int64]
    area: npt.NDArray[np.float64]
    movement: npt.NDArray[np.float64]
    centre: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Steadiness:
    """Shares of the picture, 0..1: in front of the background in the median sample and at most;
    changed from one sample to the next at most."""

    usual_front: float
    most_front: float
    biggest_jump: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Samples of a stretch of time and, per sample, masks bool (n, height, width): what is in
    front of the background, and what changed since the sample before."""

    frames: tuple[Frame, ...]
    front: npt.NDArray[np.bool_]
    moved: npt.NDArray[np.bool_]
    background: npt.NDArray[np.uint8]


def background_of(
    images: Sequence[npt.NDArray[np.uint8]],
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """(background uint8 (height, width, 3), its noise float32 (height, width)) of some minutes.

    A plain median takes the person at the till for the till when someone stands there half of the
    time. So tile by tile the state that is seen long *and* comes back wins: the empty place is
    there before and after a visit. The median is taken over the pictures in that state.
    """
    chosen = np.linspace(0, len(images) - 1, min(len(images), MEDIAN_OF)).round().astype(int)
    stack = np.stack([images[index] for index in chosen])
    middle = np.median(stack, axis=0).astype(np.uint8)
    level = np.stack([_shift(image, middle) for image in stack])
    background = np.empty_like(stack[0])
    noise = np.empty(stack.shape[1:3], dtype=np.float32)
    rows = np.linspace(0, stack.shape[1], TILES[1] + 1).round().astype(int)
    columns = np.linspace(0, stack.shape[2], TILES[0] + 1).round().astype(int)
    for top, bottom in pairwise(rows):
        for left, right in pairwise(columns):
            tile = stack[:, top:bottom, left:right]
            usual = tile[_usual_state(tile, level)]
            look = np.median(usual, axis=0)
            background[top:bottom, left:right] = look
            spread = np.abs(usual - look).max(axis=3)
            noise[top:bottom, left:right] = 1.4826 * np.median(spread, axis=0)
    return background, noise


def layers_of(frames: Sequence[Frame]) -> Layers:
    """Part samples of one camera, WIDTH pixels wide, into background and what is before it."""
    background, noise = background_of([frame.image for frame in frames])
    limit = np.maximum(LEAST_DIFFERENCE, NOISE_FACTOR * noise)
    front = np.zeros((len(frames), *noise.shape), dtype=bool)
    moved = np.zeros_like(front)
    for index, frame in enumerate(frames):
        front[index] = _clean(_difference(frame.image, background) > limit)
        if index:
            moved[index] = _clean(_difference(frame.image, frames[index - 1].image) > limit)
    if len(front) >= RESTLESS_FROM:
        restless = np.mean(front[1:] ^ front[:-1], axis=0) > RESTLESS
        front &= ~restless
        moved &= ~restless
    return Layers(frames=tuple(frames), front=front, moved=moved, background=background)


def steadiness(layers: Layers) -> Steadiness:
    """How well one background explains pictures spread over a whole clip."""
    front, moved = layers.front.mean(axis=(1, 2)), layers.moved.mean(axis=(1, 2))
    return Steadiness(
        usual_front=float(np.median(front)),
        most_front=float(front.max()),
        biggest_jump=float(moved.max()),
    )


def measure_activity(layers: Layers, *, starts: bool, ends: bool) -> Activity:
    """Measure some minutes of one fixed camera. ``starts`` and ``ends`` say that they begin or
    end the clip."""
    frames = layers.frames
    at_ms = np.array([frame.at_ms for frame in frames], dtype=np.int64)
    past_ms = HOLD_MS - SETTLED_MS if starts else 0
    future_ms = HOLD_MS - SETTLED_MS if ends else 0
    last, following = _movement_times(layers.moved, at_ms, past_ms, future_ms)
    edges = _edges(layers.background)
    area, centre = np.zeros(len(frames)), np.full((len(frames), 2), np.nan)
    for index in np.flatnonzero(layers.front.mean(axis=(1, 2)) >= LEAST_AREA).tolist():
        present = np.zeros(layers.front.shape[1:], dtype=bool)
        for blob in _blobs(layers.front[index]):
            since = np.percentile(last[index][blob], 100 - NEGLIGIBLE)
            until = np.percentile(following[index][blob], NEGLIGIBLE)
            still_ms = until - since
            hole = still_ms >= STILL_MS and _is_hole(blob, frames[index].image, edges)
            if still_ms <= HOLD_MS and not hole:
                present |= blob
        area[index] = present.mean()
        if present.any():
            rows, columns = np.nonzero(present)
            centre[index] = columns.mean() / WIDTH, rows.mean() / len(present)
    return Activity(at_ms=at_ms, area=area, movement=layers.moved.mean(axis=(1, 2)), centre=centre)


def _shift(image: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """How much brighter the whole ``image`` is per colour, float32 (3,): the median difference of
    every ninth pixel, so that a change of exposure is told from a change of the scene."""
    signed = np.subtract(image[1::3, 1::3], other[1::3, 1::3], dtype=np.float32)
    return np.median(signed.reshape(-1, 3), axis=0).astype(np.float32)


def _usual_state(
    tile: npt.NDArray[np.uint8], level: npt.NDArray[np.float32]
) -> npt.NDArray[np.int64]:
    """Indices of the pictures in which this tile, uint8 (n, h, w, 3), looks as it usually does."""
    small = tile[:, ::2, ::2].astype(np.float32) - level[:, None, None, :]
    vectors = small.reshape(len(tile), -1)
    # OpenCV's product: numpy's wakes a thread per core for it, which costs more than it saves.
    products = cv2.gemm(vectors, vectors, 1, None, 0, flags=cv2.GEMM_2_T)
    lengths = np.diagonal(products)
    squares = np.maximum(lengths[:, None] + lengths[None] - 2 * products, 0)
    distance = np.sqrt(squares / vectors.shape[1])
    steps = np.diagonal(distance, offset=1)
    limit = max(ALIKE, 3 * float(np.percentile(steps, 25))) if len(steps) else ALIKE
    alike = distance <= limit
    stays = np.minimum(_stays(alike), MOST_STAYS)
    return np.flatnonzero(alike[np.argmax(alike.sum(axis=1) * stays**2)])


def _stays(alike: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """How often each row, bool (n, times), comes to be True; breaks of up to three are none."""
    before, after = alike.copy(), alike.copy()
    for step in (1, 2):
        before[:, step:] |= alike[:, :-step]
        after[:, :-step] |= alike[:, step:]
    there = before & after
    stays: npt.NDArray[np.int64] = there[:, 0] + (there[:, 1:] & ~there[:, :-1]).sum(axis=1)
    return stays


def _difference(
    image: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float32]:
    """Largest difference over the colours, float32 (height, width), blind to exposure."""
    signed = np.subtract(image, other, dtype=np.float32)
    signed -= _shift(image, other)
    np.abs(signed, out=signed)
    return np.maximum(np.maximum(signed[..., 0], signed[..., 1]), signed[..., 2])


def _clean(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Without single pixels."""
    return cv2.medianBlur(mask.astype(np.uint8), 3).astype(bool)


def _movement_times(
    moved: npt.NDArray[np.bool_], at_ms: npt.NDArray[np.int64], past_ms: int, future_ms: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Per sample and pixel, int32 ms, the last and the next time something moved there; where
    nothing did, ``past_ms`` before the first and ``future_ms`` after the last sample."""
    times = at_ms.astype(np.int32)[:, None, None]
    last = np.where(moved, times, times[0] - past_ms)
    np.maximum.accumulate(last, axis=0, out=last)
    end = times[-1] + future_ms
    following = np.where(moved, times, end)[::-1]
    np.minimum.accumulate(following, axis=0, out=following)
    later = following[::-1][1:]
    return last, np.concatenate((later, np.broadcast_to(end, (1, *moved.shape[1:]))))


def _blobs(mask: npt.NDArray[np.bool_]) -> Iterator[npt.NDArray[np.bool_]]:
    """Connected regions of at least LEAST_AREA; parts a few pixels apart are one."""
    joined = cv2.dilate(mask.astype(np.uint8), np.ones((5, 3), np.uint8))
    count, labels, _, _ = cv2.connectedComponentsWithStats(joined)
    for label in range(1, count):
        blob = (labels == label) & mask
        if blob.mean() >= LEAST_AREA:
            yield blob


def _edges(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    return np.asarray(cv2.magnitude(across, down), dtype=np.float32)


def _is_hole(
    blob: npt.NDArray[np.bool_],
    image: npt.NDArray[np.uint8],
    background_edges: npt.NDArray[np.float32],
) -> bool:
    """True where the outline of a changed region is seen in the background and not in the
    picture: something was taken away."""
    shape = blob.astype(np.uint8)
    kernel = np.ones((3, 3), np.uint8)
    outline = cv2.dilate(shape, kernel) != cv2.erode(shape, kernel)
    return bool(background_edges[outline].mean() > 1.3 * _edges(image)[outline].mean())
