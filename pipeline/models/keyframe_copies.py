"""Which pictures show the same thing, so that a captioner is asked once for them.

A camera at rest gives many segments whose best picture is the same empty view. Pictures are
reduced to 48 x 27 mean colours, in which sensor noise and compression vanish; a person of 16 px in
a picture 768 px wide still fills a cell. What counts is the cell that differs most, after a change
of exposure (the median difference) is taken out: measured on footage of a room, the same empty
view at four times within 90 s differs by 5 to 10 of 255 levels, noise with a deviation of 15 levels
by 7, JPEG at quality 30 by 5, another person, or one where nobody was, by 60 and more.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pipeline.ports import Image

Value = TypeVar("Value")

COLUMNS, ROWS = 48, 27
SAME_WITHIN = 12.0
"""Levels of 255 the most different cell may differ by. A view taken for another one costs a
caption's time, so doubt goes that way."""

MOST_VIEWS = 64
"""Different views of one video remembered, the last seen ones: 1 MB for clips of one picture, 12 MB
for clips of twelve. A camera at rest comes back to a handful."""


class KnownViews(Generic[Value]):
    """What was made of the clips of one video so far, to be found again for a clip that shows the
    same: as many pictures, each alike the one in its place. Compared with the clip it was made of
    only, so that a view that changes slowly is seen to change."""

    def __init__(self, most: int = MOST_VIEWS) -> None:
        self._most = most
        self._views: OrderedDict[int, tuple[_View, Value]] = OrderedDict()
        self._number = 0

    def find(self, clip: Sequence[Image]) -> Value | None:
        """What was remembered of a clip that shows the same, or None."""
        view = _View(clip)
        for number, (known, value) in self._views.items():
            if known.shows_the_same_as(view):
                self._views.move_to_end(number)
                return value
        return None

    def remember(self, clip: Sequence[Image], value: Value) -> None:
        """Keep ``value``; the view seen longest ago makes room."""
        self._number += 1
        self._views[self._number] = (_View(clip), value)
        while len(self._views) > self._most:
            self._views.popitem(last=False)


def first_alike(clips: Sequence[Sequence[Image]]) -> list[int]:
    """For every clip the index of the first one that shows the same, as KnownViews sees it; its own
    index where there is none."""
    known = KnownViews[int](most=len(clips))
    firsts: list[int] = []
    for index, clip in enumerate(clips):
        found = known.find(clip)
        if found is None:
            known.remember(clip, index)
        firsts.append(index if found is None else found)
    return firsts


def without_standstill(clip: Sequence[Image]) -> Sequence[Image]:
    """The first picture alone where all the others show the same."""
    views = [_View([image]) for image in clip]
    still = all(views[0].shows_the_same_as(other) for other in views[1:])
    return clip[:1] if still else clip


class _View:
    """A clip reduced to what is compared; ``cells`` is float32 (pictures, rows, columns, 3)."""

    def __init__(self, clip: Sequence[Image]) -> None:
        self._shapes = [image.shape for image in clip]
        self._cells: NDArray[np.float32] = np.stack([_cells(image) for image in clip])

    def shows_the_same_as(self, other: _View) -> bool:
        if self._shapes != other._shapes:
            return False
        difference = self._cells - other._cells
        difference -= np.median(difference, axis=(1, 2), keepdims=True)
        return bool(np.abs(difference).max() <= SAME_WITHIN)


def _cells(image: Image) -> NDArray[np.float32]:
    """(rows, columns, 3) mean colours."""
    made = cv2.resize(image.astype(np.float32), (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    return np.asarray(made, np.float32)
