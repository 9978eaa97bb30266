"""Which pictures show the same thing, so that a captioner is asked once for them.

A camera at rest gives many segments whose best picture is the same empty view. Pictures are
reduced to 48 x 27 mean colours, in which sensor noise and compression vanish; a person of 16 px in
a picture 768 px wide still fills a cell. What counts is the cell that differs most, after a change
of exposure (the median difference) is taken out: measured on footage of a room, the same empty
view at different times differs by 5 to 14 of 255 levels, noise with a deviation of 15 levels by 7,
JPEG at quality 30 by 5, one person leaving for another by 60 and more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pipeline.ports import Image

COLUMNS, ROWS = 48, 27
SAME_WITHIN = 12.0
"""Levels of 255 the most different cell may differ by. A view taken for another one costs a
caption's time, so doubt goes that way."""


def first_alike(clips: Sequence[Sequence[Image]]) -> list[int]:
    """For every clip the index of the first one that shows the same: as many pictures, each alike
    the one in its place; its own index where there is none. Compared with that first clip only, so
    that a view that changes slowly is seen to change."""
    firsts: list[int] = []
    kept: list[int] = []
    cells = [_cells(clip) for clip in clips]
    for index, clip in enumerate(clips):
        found = next(
            (
                other
                for other in kept
                if _shapes(clips[other]) == _shapes(clip) and _alike(cells[other], cells[index])
            ),
            index,
        )
        if found == index:
            kept.append(index)
        firsts.append(found)
    return firsts


def _shapes(clip: Sequence[Image]) -> list[tuple[int, ...]]:
    return [image.shape for image in clip]


def _cells(clip: Sequence[Image]) -> NDArray[np.float32]:
    """(pictures, rows, columns, 3) mean colours."""
    size = (COLUMNS, ROWS)
    return np.stack(
        [cv2.resize(image.astype(np.float32), size, interpolation=cv2.INTER_AREA) for image in clip]
    )


def _alike(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    difference = one - other
    difference -= np.median(difference, axis=(1, 2), keepdims=True)
    return bool(np.abs(difference).max() <= SAME_WITHIN)
