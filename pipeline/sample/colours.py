"""Colours of the sample: English basic names for clothes, and sRGB to linear light and back."""

from __future__ import annotations

import numpy as np

CLOTHES: dict[str, str] = {
    "black": "#1b1b1f",
    "white": "#f7f6f2",
    "grey": "#7b7d81",
    "red": "#bd2120",
    "orange": "#dd6f1a",
    "yellow": "#e2b51c",
    "green": "#23823f",
    "blue": "#2450a0",
    "purple": "#6a3390",
    "pink": "#e383ab",
    "brown": "#69452a",
    "beige": "#c5b28f",
}
"""What a named colour is as a cloth, under white light, in sRGB."""

_TO_LINEAR = ((np.arange(256) / 255.0) ** 2.2).astype(np.float32)


def linear(colour: str) -> np.ndarray:
    """``#rrggbb`` as linear light: float32 (3,), 0..1."""
    digits = colour.lstrip("#")
    return np.array([_TO_LINEAR[int(digits[at : at + 2], 16)] for at in (0, 2, 4)], np.float32)


def linear_image(picture: np.ndarray) -> np.ndarray:
    """uint8 sRGB (..., 3) as linear light: float32 of the same shape, 0..1."""
    return _TO_LINEAR[picture]


def display(light: np.ndarray) -> np.ndarray:
    """Linear light to uint8 sRGB, with a soft shoulder so that lamps do not clip hard."""
    bright = np.maximum(light, 0.0)
    # Straight up to .75, then bending towards 1: clothes keep their colour, daylight blooms.
    over = np.maximum(bright - 0.75, 0.0)
    curve = np.minimum(bright, 0.75) + 0.25 * (1.0 - np.exp(-over / 0.25))
    return (np.power(curve, 1.0 / 2.2) * 255.0 + 0.5).astype(np.uint8)
