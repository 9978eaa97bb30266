"""Pixels to the colour names of core.vocabulary, by one table look-up."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from core.vocabulary import COLOURS

BITS = 6
"""Bits kept per channel. With five the step is coarse enough to make black jeans blue."""


_FIRST_HUE = 3
"""COLOURS starts with black, white, grey."""

HUE_REACH = 22
"""Degrees of Lab hue on either side that one cloth covers under one lamp."""

BRIGHT_SIDE = 70
"""Percentile of lightness and chroma that names a cloth: folds only make it darker and greyer."""


def colour_shares(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """BGR pixels uint8 (n, 3), each by itself -> share (0..1) of each name, in the order of
    COLOURS; zeros for no pixels."""
    if len(pixels) == 0:
        return np.zeros(len(COLOURS))
    return np.bincount(_pixel_names(pixels), minlength=len(COLOURS)) / len(pixels)


def cloth_shares(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Like ``colour_shares`` for pixels of one garment: those of its main hue get one name
    together, that of its lit side, so that an orange vest has no brown folds."""
    if len(pixels) == 0:
        return np.zeros(len(COLOURS))
    names = _pixel_names(pixels)
    coloured = names >= _FIRST_HUE
    if coloured.mean() >= 0.25:
        bgr = (pixels[None].astype(np.float32) / 255).astype(np.float32)
        light, a, b = cv2.cvtColor(bgr, cv2.COLOR_BGR2LAB)[0].T
        hue = np.degrees(np.arctan2(b, a)) % 360
        main = _main_hue(hue[coloured])
        together = coloured & (np.abs((hue - main + 180) % 360 - 180) <= HUE_REACH)
        chroma = np.hypot(a, b)[together]
        lit = _named(
            np.percentile(light[together], [BRIGHT_SIDE]),
            np.percentile(chroma, [BRIGHT_SIDE]),
            np.array([main]),
        )
        names = np.where(together, lit[0], names)
    return np.bincount(names, minlength=len(COLOURS)) / len(pixels)


def _main_hue(hue: NDArray[np.float32]) -> float:
    """The middle of the fullest arc of 2 x HUE_REACH degrees."""
    histogram = np.bincount((hue / 4).astype(int) % 90, minlength=90)
    reach = HUE_REACH // 4
    around = sum(np.roll(histogram, step) for step in range(-reach, reach + 1))
    centre = float(np.argmax(around)) * 4 + 2
    offset = (hue - centre + 180) % 360 - 180
    return float(centre + np.median(offset[np.abs(offset) <= HUE_REACH])) % 360


def _pixel_names(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    index = (pixels >> (8 - BITS)).astype(np.int32)
    return _table()[(index[:, 0] << 2 * BITS) | (index[:, 1] << BITS) | index[:, 2]]


@cache
def _table() -> NDArray[np.uint8]:
    """(2 ** 18,) uint8: index into COLOURS for each coarse BGR colour."""
    levels = (np.arange(1 << BITS) << (8 - BITS)) + (1 << (7 - BITS))
    grid = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1)
    bgr = (grid.reshape(1, -1, 3) / 255).astype(np.float32)
    light, a, b = cv2.cvtColor(bgr, cv2.COLOR_BGR2LAB)[0].T
    return _named(light, np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360)


def _named(
    light: NDArray[np.floating], chroma: NDArray[np.floating], hue: NDArray[np.floating]
) -> NDArray[np.uint8]:
    """CIE Lab (D65; light 0..100, hue in degrees) to indices into COLOURS; first rule that fits.

    Borders after the naming regions of Berlin and Kay as mapped by van de Weijer et al. (2009),
    moved so that shade does not change the name of a cloth: hue decides wherever there is any.
    """
    # Lamps tint white and grey yellow or blue, so those directions need more chroma to be a
    # colour; dark cloth shows its dye with little.
    tinted = ((hue >= 60) & (hue <= 115)) | ((hue >= 240) & (hue <= 310))
    grey_limit = np.where(light < 25, 9, np.where(tinted, 14, 11))
    pinkish = (hue < 21) | (hue >= 338)
    rules: list[tuple[NDArray[np.bool_], str]] = [
        ((light < 8) | ((chroma < grey_limit) & (light < 27)), "black"),
        ((chroma < grey_limit) & (light > 74), "white"),
        (chroma < grey_limit, "grey"),
        ((hue >= 65) & (hue < 112) & (chroma < 32) & (light >= 54), "beige"),
        ((hue >= 65) & (hue < 112) & (chroma < 32), "brown"),
        (pinkish & ((light > 58) | ((hue >= 338) & (light > 45))), "pink"),
        (pinkish, "red"),
        ((hue < 46) & (chroma < 30) & (light > 65), "pink"),
        ((hue < 46) & (chroma < 30), "brown"),
        ((hue < 46) & (light > 72), "pink"),
        ((hue < 39.5) | ((hue < 46) & (light < 36)), "red"),
        ((hue < 75) & ((light < 45) | ((light < 62) & (chroma < 48))), "brown"),
        ((hue < 75) & (chroma < 36), "beige"),
        (hue < 75, "orange"),
        ((hue < 103) & (light > 50), "yellow"),
        (hue < 103, "brown"),
        (hue < 195, "green"),
        (hue < 307, "blue"),
    ]
    numbers = [COLOURS.index(name) for _, name in rules]
    chosen = np.select([rule for rule, _ in rules], numbers, COLOURS.index("purple"))
    return chosen.astype(np.uint8)
