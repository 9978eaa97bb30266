"""A drawn room and drawn people, for models that look at pictures."""

from __future__ import annotations

import cv2
import numpy as np

WIDTH, HEIGHT = 480, 270

Colour = tuple[int, int, int]
"""BGR."""

RED: Colour = (35, 25, 190)
BLUE: Colour = (160, 70, 30)


def blank_room(*, seed: int) -> np.ndarray:
    """Wall and floor under a camera with a little noise, uint8 (270, 480, 3)."""
    picture = np.full((HEIGHT, WIDTH, 3), (196, 203, 206), np.float32)
    picture[170:] = (120, 138, 150)
    picture[172:176] = (70, 80, 90)
    picture += np.random.default_rng(seed).normal(0, 3, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def draw_person(
    picture: np.ndarray,
    *,
    x: int,
    step: int,
    upper: Colour = RED,
    lower: Colour = BLUE,
    height: int = 150,
) -> None:
    """Head, torso, arms and two legs that move with ``step``, feet near the lower edge."""
    unit = height / 150
    foot = 250

    def at(dx: float, dy: float) -> tuple[int, int]:
        return round(x + dx * unit), round(foot - dy * unit)

    swing = 13 * np.sin(step * 1.3)
    for side in (-1, 1):
        cv2.line(picture, at(side * 7, 74), at(side * 7 + side * swing, 4), lower, round(14 * unit))
        cv2.line(
            picture,
            at(side * 17, 118),
            at(side * 19 - side * swing / 2, 72),
            upper,
            round(9 * unit),
        )
    cv2.rectangle(picture, at(-17, 124), at(17, 70), upper, -1)
    cv2.ellipse(
        picture, at(0, 138), (round(9 * unit), round(12 * unit)), 0, 0, 360, (110, 140, 190), -1
    )


def draw_crate(picture: np.ndarray, *, x: int) -> None:
    """Something as high as a person and far too square."""
    cv2.rectangle(picture, (x - 45, 120), (x + 45, 250), (40, 90, 140), -1)
