"""What a frame shows that the empty view does not: shadows, mirrored floors, trembling edges and
the camera's exposure taken out."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.models.empty_view import relit, soften

Mask = NDArray[np.bool_]
Plane = NDArray[np.uint8]

DIFFERENT = 24
"""Lab distance (0..255 scales) that is another thing; noise after the blur stays under 10."""

SHADOW_DARKEST, HIGHLIGHT_BRIGHTEST = 0.45, 1.25
SHADOW_TINT = 9
"""A shadow keeps between these shares of the light and its colour within this Lab distance."""

SHAKE = 2
"""Pixels an edge may move (a mast that sways, a lens that breathes, a re-encoded picture)."""

NEW_EDGE, OUTLINE_SHARE = 60, 0.5
"""Sobel step (8 x grey levels) that counts as a sharp edge the empty view does not have, and the
share of an outline that has to be sharp."""

HOLE_SHARE = 0.004
"""Of the picture; a larger hole is the view between two things."""

_SQUARE_3 = np.ones((3, 3), np.uint8)


class Foreground:
    """Compares frames with one empty view (uint8 (h, w, 3) BGR)."""

    def __init__(self, view: NDArray[np.uint8]) -> None:
        around = np.ones((2 * SHAKE + 1, 2 * SHAKE + 1), np.uint8)
        self._view = view
        self._planes = _lab(view)
        self._low = [cv2.erode(plane, around) for plane in self._planes]
        self._high = [cv2.dilate(plane, around) for plane in self._planes]
        self._edges = _edges(self._planes[0])
        self._light = self._planes[0].astype(np.float32) + 1

    def of(self, image: NDArray[np.uint8]) -> tuple[Mask, Plane]:
        """bool (h, w), True where a thing is; uint8 (h, w), how different each pixel is.

        What could be a shadow or a reflection is foreground only with a sharp outline of its own
        or against clear foreground: a grey shirt before a white wall keeps the wall's colour like
        a shadow does, but a shadow fades out.
        """
        planes = _lab(relit(soften(image), self._view))
        light, a, b = (
            cv2.absdiff(seen, kept) for seen, kept in zip(planes, self._planes, strict=True)
        )
        tint = cv2.max(a, b)
        strength = cv2.add(light, cv2.add(tint, tint))
        different = (strength > DIFFERENT) & ~self._shaken(planes)
        lit = planes[0].astype(np.float32) + 1
        same_thing = (
            (tint <= SHADOW_TINT)
            & (lit > SHADOW_DARKEST * self._light)
            & (lit < HIGHLIGHT_BRIGHTEST * self._light)
        )
        clear = _cleaned(different & ~same_thing)
        unsure = _cleaned(different & ~clear)
        if unsure.any():
            clear = _cleaned(clear | self._solid(unsure, clear, planes[0]))
        return _without_holes(clear), np.asarray(strength, dtype=np.uint8)

    def _shaken(self, planes: tuple[Plane, Plane, Plane]) -> Mask:
        """Pixels that differ only because an edge moved a little, with nothing firm beside them."""
        light, a, b = (
            cv2.max(cv2.subtract(low, seen), cv2.subtract(seen, high))
            for seen, low, high in zip(planes, self._low, self._high, strict=True)
        )
        tint = cv2.max(a, b)
        firm = (cv2.add(light, cv2.add(tint, tint)) > DIFFERENT).astype(np.uint8)
        firm = cv2.morphologyEx(firm, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
        around = np.ones((2 * SHAKE + 1, 2 * SHAKE + 1), np.uint8)
        return np.asarray(cv2.dilate(firm, around) == 0)

    def _solid(self, unsure: Mask, clear: Mask, light: Plane) -> Mask:
        """The blobs of ``unsure`` whose outline is mostly sharp or against ``clear``."""
        held = _spread(clear) | _spread(_edges(light) - self._edges > NEW_EDGE)
        plane = unsure.astype(np.uint8)
        count, labels = cv2.connectedComponents(plane)
        outline = unsure & (cv2.erode(plane, _SQUARE_3) == 0)
        total = np.bincount(labels[outline], minlength=count)
        sharp = np.bincount(labels[outline & held], minlength=count)
        solid = sharp >= OUTLINE_SHARE * np.maximum(total, 1)
        solid[0] = False
        return np.asarray(solid[labels])


def _lab(image: NDArray[np.uint8]) -> tuple[Plane, Plane, Plane]:
    light, a, b = cv2.split(cv2.cvtColor(image, cv2.COLOR_BGR2LAB))
    return _plane(light), _plane(a), _plane(b)


def _plane(array: Any) -> Plane:
    return np.asarray(array, dtype=np.uint8)


def _edges(light: Plane) -> NDArray[np.float32]:
    dx, dy = cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1)
    return np.asarray(cv2.magnitude(dx, dy), dtype=np.float32)


def _spread(mask: Mask) -> Mask:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), _SQUARE_3) > 0)


def _cleaned(mask: Mask) -> Mask:
    """Single pixels dropped, gaps of a few pixels closed."""
    plane = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, _SQUARE_3)
    plane = cv2.morphologyEx(plane, cv2.MORPH_CLOSE, np.ones((7, 5), np.uint8))
    return np.asarray(plane > 0)


def _without_holes(mask: Mask) -> Mask:
    """Small holes filled."""
    if not mask.any():
        return mask
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~mask).astype(np.uint8), None, 4)
    height, width = mask.shape
    left, top, wide, high, area = stats.T
    inside = (left > 0) & (top > 0) & (left + wide < width) & (top + high < height)
    fill = inside & (area <= HOLE_SHARE * mask.size)
    fill[0] = False
    return np.asarray(mask | fill[labels]) if fill.any() else mask
