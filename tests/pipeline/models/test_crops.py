"""Things cut out of pictures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.types import Box
from pipeline.models.crops import padded_crop, to_jpeg


def numbered(height: int, width: int) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    return np.stack([columns % 256, rows % 256, columns * 0], axis=2).astype(np.uint8)


def test_a_crop_has_air_around_it():
    box = Box(left=0.4, top=0.25, width=0.2, height=0.5)
    crop = padded_crop(numbered(100, 200), box, padding=0.5)
    assert crop.shape == (100, 80, 3)
    assert crop[0, 0].tolist() == [60, 0, 0]


def test_without_air_it_is_the_box_alone():
    crop = padded_crop(
        numbered(100, 200), Box(left=0.4, top=0.25, width=0.2, height=0.5), padding=0
    )
    assert crop.shape == (50, 40, 3)
    assert crop[0, 0].tolist() == [80, 25, 0]


def test_it_ends_at_the_edges_of_the_picture():
    crop = padded_crop(numbered(100, 200), Box(left=0.9, top=-0.2, width=0.3, height=0.5))
    assert crop[0, -1].tolist() == [199, 0, 0]


def test_it_is_a_copy():
    picture = numbered(20, 20)
    padded_crop(picture, Box(left=0, top=0, width=1, height=1))[:] = 0
    assert picture.any()


sizes, places = st.integers(1, 60), st.floats(-1, 2)


@given(sizes, sizes, places, places, st.floats(0, 2), st.floats(0, 2), st.floats(0, 1))
def test_any_box_gives_at_least_one_pixel(height, width, left, top, wide, high, padding):
    box = Box(left=left, top=top, width=wide, height=high)
    crop = padded_crop(numbered(height, width), box, padding=padding)
    assert 1 <= crop.shape[0] <= height
    assert 1 <= crop.shape[1] <= width


@pytest.mark.parametrize(
    ("shape", "longest_side", "expected"),
    [
        ((100, 200), 50, (25, 50)),
        ((100, 200), 400, (100, 200)),
        ((100, 200), None, (100, 200)),
        ((1, 300), 100, (1, 100)),
    ],
)
def test_a_jpeg_is_made_smaller_never_larger(shape, longest_side, expected):
    encoded = to_jpeg(numbered(*shape), longest_side=longest_side)
    assert encoded[:2] == b"\xff\xd8"
    decoded = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR)
    assert decoded.shape[:2] == expected


def test_a_jpeg_keeps_its_colours():
    picture = np.full((40, 40, 3), (30, 60, 210), np.uint8)
    decoded = cv2.imdecode(np.frombuffer(to_jpeg(picture), np.uint8), cv2.IMREAD_COLOR)
    assert np.abs(decoded.astype(int) - picture).max() <= 3
