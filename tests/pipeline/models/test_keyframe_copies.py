"""The same view is captioned once, and what differs is not taken for it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.models.keyframe_copies import KnownViews, first_alike, without_standstill
from pipeline.video import frame_at

EMPTY_S = (0, 3, 21, 90)
PEOPLE_S = (10, 32, 51, 66, 96, 126)
"""Seconds of one-by-one-person-detection.mp4: nobody, and a different person at each."""


@pytest.fixture(scope="module")
def room(shared_media: Path):
    path = shared_media / "one-by-one-person-detection.mp4"

    def at(second: float) -> np.ndarray:
        return frame_at(path, round(1_000 * second), width=768).image

    return at


def noisy(image: np.ndarray, deviation: float, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, deviation, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def test_the_same_empty_view_with_noise_is_one(room):
    empty = room(0)
    _, jpeg = cv2.imencode(".jpg", empty, [cv2.IMWRITE_JPEG_QUALITY, 30])
    pictures = [
        empty,
        noisy(empty, 8, 1),
        noisy(empty, 15, 2),
        cv2.imdecode(jpeg, cv2.IMREAD_COLOR),
        np.clip(empty.astype(int) - 10, 0, 255).astype(np.uint8),
    ]
    assert first_alike([[picture] for picture in pictures]) == [0] * 5


def test_the_same_empty_view_at_other_times_is_one(room):
    assert first_alike([[room(second)] for second in EMPTY_S]) == [0] * len(EMPTY_S)


def test_different_people_in_the_same_view_are_different(room):
    clips = [[room(second)] for second in (*PEOPLE_S, 0)]
    assert first_alike(clips) == list(range(len(clips)))


def test_a_small_person_is_enough_of_a_difference(room):
    empty = room(0)
    with_somebody = empty.copy()
    with_somebody[200:224, 300:310] = (30, 30, 60)
    assert first_alike([[empty], [with_somebody]]) == [0, 1]


def test_each_is_compared_with_the_first_so_that_slow_change_is_seen():
    grey = np.full((54, 96, 3), 90, np.uint8)
    pictures = []
    for step in range(6):
        picture = grey.copy()
        picture[:20, :20] += np.uint8(8 * step)
        pictures.append([picture])
    assert first_alike(pictures) == [0, 0, 2, 2, 4, 4]


def test_clips_are_alike_where_all_their_pictures_are():
    one, other = (np.full((27, 48, 3), 50, np.uint8) for _ in range(2))
    other[5:9, 5:9] = 200
    clips = [[one, other], [one, one], [one, other], [one], [other, one]]
    assert first_alike(clips) == [0, 1, 0, 3, 4]


def test_pictures_of_another_size_are_not_compared():
    small, large = (np.full((side, side, 3), 50, np.uint8) for side in (40, 80))
    assert first_alike([[small], [large]]) == [0, 1]


def test_nothing_and_tiny_pictures_are_no_trouble():
    assert first_alike([]) == []
    dot = np.zeros((1, 1, 3), np.uint8)
    assert first_alike([[dot], [dot]]) == [0, 0]


def grey(level: int) -> list[np.ndarray]:
    """A clip with a mark whose darkness tells it from others of another level."""
    picture = np.full((27, 48, 3), 200, np.uint8)
    picture[5:9, 5:9] = level
    return [picture]


def test_what_was_made_of_a_view_is_found_again_until_others_make_room():
    known = KnownViews[str](most=2)
    for level in (0, 50):
        known.remember(grey(level), str(level))
    assert known.find(grey(4)) == "0"
    assert known.find(grey(100)) is None
    known.remember(grey(100), "100")
    assert [known.find(grey(level)) for level in (0, 50, 100)] == ["0", None, "100"]


def test_a_clip_in_which_nothing_moves_is_one_picture():
    still, moved = grey(0), grey(90)
    assert len(without_standstill([*still, *still, *still])) == 1
    assert len(without_standstill([*still, *moved, *still])) == 3
