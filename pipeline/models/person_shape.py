"""Is this outline a person on their feet? One frame's evidence, from the silhouette alone.

The limits come from real footage: people at a table and in a hall (outline fills 0.45 to 0.70 of
its box, head 0.25 to 0.60 of the shoulders), cars from above (0.76 to 0.92, front 0.68 to 1.0).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

SHORTEST = 0.11
"""Height as a share of the picture below which nobody can tell a person from a bag."""

HEADS_APART, HEAD_RISES = 0.16, 0.10
"""Two heads in one blob are this far apart and rise this much over the dip, in blob heights."""


def person_score(body: Mask, *, top: int, left: int, frame_shape: tuple[int, int]) -> float:
    """0..1 for the outline ``body`` (h, w) at (top, left) in a frame of ``frame_shape`` (h, w)."""
    rows, columns = body.shape
    height, width = frame_shape
    if rows < max(SHORTEST * height, 24) or columns < 6:
        return 0.0
    cut_below = top + rows >= height - 1
    cut_beside = left <= 0 or left + columns >= width
    extent = _extent(body)
    shoulders = np.percentile(extent[round(0.15 * rows) : round(0.55 * rows) + 1], 90)
    head = np.median(extent[round(0.03 * rows) : round(0.12 * rows) + 1]) / max(shoulders, 1)
    aspect = rows / columns
    fill = float(body.mean())
    # Cut by the lower edge only head and shoulders are in view: as wide as high is right then.
    slim = _rises(aspect, 0.65, 0.95) if cut_below else _rises(aspect, 1.15, 1.6)
    parts = (
        slim,
        _falls(aspect, 5.0, 6.5),
        _falls(float(head), 0.60, 0.74),
        _falls(fill, 0.72, 0.79),
        _rises(fill, 0.22, 0.36),
    )
    score = float(np.prod(parts))
    return score * 0.6 if cut_beside else score


def proportion(body: Mask) -> float:
    """Height over width of the shoulders; arms held out and raised hands hardly count."""
    rows = body.shape[0]
    widths = body[: max(1, round(0.7 * rows))].sum(axis=1)
    return rows / max(float(np.percentile(widths, 90)), 1.0)


def body_columns(body: Mask) -> list[tuple[int, int]]:
    """Cut a blob of several people standing side by side into column ranges, one per head.

    Heads are peaks of the blob's upper outline; the cut is made at the lowest point between them.
    """
    rows, columns = body.shape
    if columns < 0.55 * rows or rows < 24:
        return [(0, columns)]
    rise = np.where(body.any(axis=0), rows - body.argmax(axis=0), 0).astype(float)
    smooth = max(3, round(0.05 * rows)) | 1
    rise = np.convolve(np.pad(rise, smooth // 2, mode="edge"), np.ones(smooth) / smooth, "valid")
    peaks = _peaks(rise, apart=HEADS_APART * rows, prominence=HEAD_RISES * rows)
    if len(peaks) < 2:
        return [(0, columns)]
    cuts = [a + int(rise[a:b].argmin()) for a, b in pairwise(peaks)]
    return list(zip([0, *cuts], [*cuts, columns], strict=True))


def _peaks(rise: NDArray[np.float64], *, apart: float, prominence: float) -> list[int]:
    """Peaks over half the blob's height, highest first wins, in column order."""
    lowest = 0.5 * rise.max()
    kept: list[int] = []
    for column in np.argsort(-rise, kind="stable").tolist():
        if rise[column] < lowest:
            break
        if all(
            abs(column - peak) >= apart
            and rise[min(column, peak) : max(column, peak) + 1].min()
            <= min(rise[column], rise[peak]) - prominence
            for peak in kept
        ):
            kept.append(column)
    return sorted(kept)


def _extent(body: Mask) -> NDArray[np.float64]:
    """Per row the distance from the first to the last pixel of the body."""
    first = body.argmax(axis=1)
    last = body.shape[1] - body[:, ::-1].argmax(axis=1)
    return np.where(body.any(axis=1), last - first, 0).astype(float)


def _rises(value: float, zero: float, one: float) -> float:
    return float(np.clip((value - zero) / (one - zero), 0, 1))


def _falls(value: float, one: float, zero: float) -> float:
    return 1 - _rises(value, one, zero)
