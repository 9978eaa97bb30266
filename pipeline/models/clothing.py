"""Colour names of a person's upper and lower body, from the pixels of the person only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from core.vocabulary import COLOURS
from pipeline.frames import Frame
from pipeline.models.colours import cloth_shares
from pipeline.models.person_shape import proportion
from pipeline.ports import Clothing, Sighting

UPPER_ROWS, LOWER_ROWS = (0.19, 0.44), (0.60, 0.86)
"""Rows of a whole standing body: below the chin to the waist, below the hips to above the shoes."""

HEIGHT_PER_SHOULDERS, SHOWS_LEGS = 2.9, 2.3
"""A whole body, arms at its side, is about 2.5 to 5 times as high as its shoulders are wide; below
SHOWS_LEGS something hides the legs."""

FEWEST_PIXELS = 40


class ColourNameReader:
    """The ClothingReader of the ``builtin`` profile."""

    name = "colour-names"
    revision = "1"

    def read(self, frame: Frame, sightings: Sequence[Sighting]) -> list[Clothing]:
        """Shares per colour name; a part with fewer than FEWEST_PIXELS pixels stays empty."""
        return [_read(frame.image, sighting) for sighting in sightings]


def _read(image: NDArray[np.uint8], sighting: Sighting) -> Clothing:
    height, width = image.shape[:2]
    top, left = round(sighting.box.top * height), round(sighting.box.left * width)
    if sighting.mask is None:
        rows, columns = round(sighting.box.height * height), round(sighting.box.width * width)
        mask = _middle(rows, columns)
    else:
        mask = sighting.mask
        rows, columns = mask.shape
    crop = image[top : top + rows, left : left + columns]
    mask = mask[: crop.shape[0], : crop.shape[1]]
    # The outermost pixels mix with what is behind.
    inner = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0) > 0
    whole = _whole_height(mask, cut_below=top + rows >= height - 1)
    return Clothing(
        upper=_shares(crop, inner, UPPER_ROWS, whole), lower=_shares(crop, inner, LOWER_ROWS, whole)
    )


def _middle(rows: int, columns: int) -> NDArray[np.bool_]:
    """Without a mask the middle half of the box stands for the body."""
    mask = np.zeros((max(rows, 1), max(columns, 1)), bool)
    mask[:, columns // 4 : columns - columns // 4] = True
    return mask


def _whole_height(mask: NDArray[np.bool_], *, cut_below: bool) -> float:
    """Height in pixels of the whole body, of which the lower edge or a counter may hide the
    legs: a torso is broad for its height."""
    rows = mask.shape[0]
    seen = proportion(mask)
    if seen < SHOWS_LEGS or (cut_below and seen < HEIGHT_PER_SHOULDERS):
        return rows * HEIGHT_PER_SHOULDERS / seen
    return float(rows)


def _shares(
    crop: NDArray[np.uint8], mask: NDArray[np.bool_], rows: tuple[float, float], whole: float
) -> Mapping[str, float]:
    first, last = round(rows[0] * whole), round(rows[1] * whole)
    if last > mask.shape[0] + 0.1 * whole:
        return {}
    inside = mask[first:last]
    pixels = crop[first:last][inside]
    if len(pixels) < FEWEST_PIXELS:
        return {}
    shares = cloth_shares(pixels)
    return {
        name: float(share) for name, share in zip(COLOURS, shares, strict=True) if share >= 0.02
    }
