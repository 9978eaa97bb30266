"""Smaller frames show what the larger ones showed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.frames import Frame
from pipeline.models.scaling import scaled


def frame(width: int, height: int, seed: int = 0) -> Frame:
    """Soft shapes, as in a picture."""
    random = np.random.default_rng(seed)
    cells = random.integers(0, 255, (height // 16 + 2, width // 16 + 2, 3)).astype(np.uint8)
    image = cv2.resize(cells, (width, height), interpolation=cv2.INTER_CUBIC)
    return Frame(at_ms=7, image=np.asarray(image, np.uint8))


def test_a_frame_is_never_enlarged() -> None:
    small = frame(300, 200)
    assert scaled(small, 300) is small
    assert scaled(small, 480) is small


@pytest.mark.parametrize(
    ("given", "width", "size"),
    [
        ((768, 432), 480, (480, 270)),
        ((1280, 720), 416, (416, 234)),
        ((1281, 721), 416, (416, 234)),
        ((1920, 1080), 480, (480, 270)),
        ((960, 540), 480, (480, 270)),
        ((4000, 1), 480, (480, 1)),
        ((101, 3000), 50, (50, 1485)),
    ],
)
def test_it_keeps_its_shape_and_its_moment(
    given: tuple[int, int], width: int, size: tuple[int, int]
) -> None:
    made = scaled(frame(*given), width)
    assert (made.image.shape[1], made.image.shape[0]) == size
    assert (made.at_ms, made.image.dtype) == (7, np.uint8)


@pytest.mark.parametrize(("given", "width"), [((768, 432), 416), ((1280, 720), 416)])
def test_it_differs_from_the_mean_of_each_area_by_less_than_a_level(
    given: tuple[int, int], width: int
) -> None:
    large = frame(*given)
    made = scaled(large, width).image.astype(float)
    exact = cv2.resize(
        large.image.astype(np.float32), made.shape[1::-1], interpolation=cv2.INTER_AREA
    )
    assert np.abs(made - exact).mean() < 1


def test_a_fine_pattern_becomes_grey_instead_of_flickering() -> None:
    board = np.indices((720, 1280)).sum(axis=0) % 2 * 255
    image = np.repeat(board[..., None], 3, axis=2).astype(np.uint8)
    made = scaled(Frame(at_ms=0, image=image), 416).image
    assert np.abs(made.astype(int) - 127).max() <= 2
