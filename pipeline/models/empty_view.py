"""How a fixed camera's view looks with nobody in it, learnt from frames with people in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.frames import Frame

BLOCK_FRAMES = 48
"""Samples that make one view: enough to outvote people, few enough to follow the daylight."""

STATES = 4
"""Appearances kept per pixel. More never changed the result on real footage."""

SAME_APPEARANCE = 26
"""Largest difference (of 255, worst channel) at which a pixel still shows the same thing; camera
noise after a 3x3 blur stays under 12, folds of one jacket under 20."""

RECURRENCE_WEIGHT, SHARE_WEIGHT = 1.0, 2.0
"""A pixel's empty state is the one that keeps coming back: after each visitor it returns, while a
visitor who stands for a minute is there once. Share of time alone (a median) calls the visitor
the background at the place where everybody stands."""


RETURN_MS = 1_500
"""Away for this long before a state counts as coming back: a striped car passing is one visit."""

GHOST_SHARE, GHOST_EDGES = 0.002, 1.3
"""Smallest share of the picture, and how much stronger its outline must be in the view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyView:
    """``image`` uint8 (h, w, 3) BGR, lightly blurred, valid from ``from_ms`` to ``to_ms``."""

    from_ms: int
    to_ms: int
    image: NDArray[np.uint8]


def learn(samples: Iterable[Frame]) -> list[EmptyView]:
    """Views in time order, one per BLOCK_FRAMES samples; empty for no samples.

    Only one block of frames is held in memory at a time.
    """
    return [_learn_block(block) for block in _blocks(samples)]


def soften(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The blur under which frames and views are compared."""
    return np.asarray(cv2.GaussianBlur(image, (3, 3), 0), dtype=np.uint8)


def _blocks(samples: Iterable[Frame]) -> Iterator[list[Frame]]:
    """Blocks of BLOCK_FRAMES; a short rest joins the last block instead of making a poor view."""
    waiting: list[Frame] = []
    for frame in samples:
        waiting.append(frame)
        if len(waiting) == 2 * BLOCK_FRAMES:
            yield waiting[:BLOCK_FRAMES]
            waiting = waiting[BLOCK_FRAMES:]
    if waiting:
        yield waiting


def _learn_block(frames: list[Frame]) -> EmptyView:
    stack = np.stack([soften(frame.image) for frame in frames])
    middle = np.median(stack[:: max(1, len(stack) // 16)], axis=0).astype(np.uint8)
    for image in stack:
        image[...] = relit(image, middle)
    changing = _worst(stack.max(axis=0) - stack.min(axis=0)) > SAME_APPEARANCE
    view = np.median(stack, axis=0).astype(np.uint8) if not changing.any() else middle.copy()
    times_ms = np.array([frame.at_ms for frame in frames])
    view[changing] = _recurring_colours(stack[:, changing], times_ms)
    for index in {0, len(stack) // 2, len(stack) - 1}:
        _take_out_ghosts(view, stack[index])
    return EmptyView(from_ms=frames[0].at_ms, to_ms=frames[-1].at_ms, image=view)


def relit(image: NDArray[np.uint8], like: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``image`` under the exposure of ``like``: a camera that closes its iris for a white car
    darkens the whole street. One gain per channel, the median over a grid of pixels, so that up to
    half of the picture may show something else."""
    seen = image[::6, ::6].reshape(-1, 3).astype(np.float32) + 1
    wanted = like[::6, ::6].reshape(-1, 3).astype(np.float32) + 1
    usable = (seen < 250) & (wanted < 250) & (seen > 12) & (wanted > 12)
    gain = np.ones(3)
    for channel in range(3):
        ratios = (wanted[:, channel] / seen[:, channel])[usable[:, channel]]
        if len(ratios) >= 50:
            gain[channel] = np.median(ratios)
    if np.abs(gain - 1).max() < 0.02:
        return image
    levels = np.arange(256)[:, None] * gain
    table = levels.round().clip(0, 255).astype(np.uint8)[:, None]
    return np.asarray(cv2.LUT(image, table), dtype=np.uint8)


def _recurring_colours(
    colours: NDArray[np.uint8], times_ms: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """(samples, pixels, 3) -> (pixels, 3): online clustering per pixel (after the codebook idea
    of Kim et al., 2005), then the state with the best mix of recurrence and share of time."""
    pixels = colours.shape[1]
    mean = np.zeros((STATES, pixels, 3), np.float32)
    count = np.zeros((STATES, pixels), np.float32)
    runs = np.zeros((STATES, pixels), np.float32)
    last_ms = np.full((STATES, pixels), -RETURN_MS, np.int64)
    at = np.arange(pixels)
    for colour, now_ms in zip(colours.astype(np.float32), times_ms, strict=True):
        difference = _worst(np.abs(mean - colour))
        difference[count == 0] = np.inf
        nearest = difference.argmin(axis=0)
        known = difference[nearest, at] <= SAME_APPEARANCE
        # An unknown appearance takes the place of the one seen least.
        slot = np.where(known, nearest, count.argmin(axis=0))
        seen = np.where(known, count[slot, at], 0)
        returned = ~known | (now_ms - last_ms[slot, at] >= RETURN_MS)
        runs[slot, at] = np.where(known, runs[slot, at], 0) + returned
        mean[slot, at] += (colour - mean[slot, at]) / (seen + 1)[:, None]
        mean[slot[~known], at[~known]] = colour[~known]
        count[slot, at] = seen + 1
        last_ms[slot, at] = now_ms
    score = RECURRENCE_WEIGHT * np.minimum(runs, 8) + SHARE_WEIGHT * count / len(colours)
    return mean[score.argmax(axis=0), at].round().astype(np.uint8)


def _take_out_ghosts(view: NDArray[np.uint8], sample: NDArray[np.uint8]) -> None:
    """Where ``sample`` differs from ``view``, one of the two shows a thing and the other the
    place without it. The thing has its outline where they differ; if that outline is in the view,
    the view holds a ghost and takes over the sample's pixels. Changes ``view``."""
    differs = _worst(cv2.absdiff(sample, view)) > 2 * SAME_APPEARANCE
    mask = cv2.morphologyEx(differs.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    edges_view, edges_sample = _edges(view), _edges(sample)
    for label in range(1, count):
        if stats[label, cv2.CC_STAT_AREA] < GHOST_SHARE * mask.size:
            continue
        thing = (labels == label).astype(np.uint8)
        outline = cv2.morphologyEx(thing, cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8)) > 0
        if edges_view[outline].mean() > GHOST_EDGES * edges_sample[outline].mean():
            whole = cv2.dilate(thing, np.ones((9, 9), np.uint8)) > 0
            view[whole] = sample[whole]


def _worst(channels: NDArray[Any]) -> NDArray[Any]:
    """(..., 3) -> (...): the largest channel, much faster than max over so short an axis."""
    return np.asarray(np.maximum(np.maximum(channels[..., 0], channels[..., 1]), channels[..., 2]))


def _edges(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    dx, dy = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    return np.asarray(cv2.magnitude(dx, dy), dtype=np.float32)
