"""Frames kept for the models that come after the one pass of decoding."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import UnreadableMedia
from pipeline.frames import Frame
from pipeline.models.encoding import encode_mp4
from pipeline.models.shelf import MOST_OF_A_SEGMENT, Shelf

SECONDS, FPS = 8, 10


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Every frame is one grey, brighter with time: 3 levels a frame."""
    path = tmp_path_factory.mktemp("film") / "grey.mp4"
    frames = (np.full((96, 160, 3), 3 * n, np.uint8) for n in range(SECONDS * FPS))
    encode_mp4(path, frames, fps=FPS)
    return path


def frame(at_ms, level=200):
    return Frame(at_ms=at_ms, image=np.full((96, 160, 3), level, np.uint8))


def see(shelf, *times_ms):
    shelf.see([frame(at_ms) for at_ms in times_ms], [True] * len(times_ms))


def test_a_kept_frame_is_given_for_its_moment_and_those_near_it(film, tmp_path):
    shelf = Shelf(tmp_path / "work", film, [(0, 8_000)])
    see(shelf, 1_000, 5_000)
    assert shelf.picture(1_000).at_ms == 1_000
    assert abs(int(shelf.picture(1_400).image.mean()) - 200) <= 2
    assert shelf.picture(4_600).at_ms == 5_000


def test_what_was_not_kept_is_decoded(film, tmp_path):
    shelf = Shelf(tmp_path / "work", film, [(0, 8_000)])
    see(shelf, 1_000)
    decoded = shelf.picture(3_000)
    assert decoded.at_ms == 3_000
    assert abs(float(decoded.image.mean()) - 90) < 6
    assert shelf.picture(1_100, exact=True).at_ms == 1_100


def test_of_a_long_segment_a_bounded_number_is_kept(film, tmp_path):
    shelf = Shelf(tmp_path / "work", film, [(0, 480_000)])
    see(shelf, *range(0, 480_000, 1_000))
    assert len(list((tmp_path / "work").glob("*.jpg"))) == MOST_OF_A_SEGMENT


def test_another_process_finds_what_was_kept(film, tmp_path):
    see(Shelf(tmp_path / "work", film, [(0, 8_000)]), 2_000)
    assert Shelf(tmp_path / "work", film, [(0, 8_000)]).picture(2_000).at_ms == 2_000


def test_a_removed_or_broken_picture_is_decoded_instead(film, tmp_path):
    shelf = Shelf(tmp_path / "work", film, [(0, 8_000)])
    see(shelf, 2_000, 4_000)
    for file in (tmp_path / "work").glob("*.jpg"):
        file.write_bytes(b"no picture")
    assert abs(float(shelf.picture(2_000).image.mean()) - 60) < 6
    shelf.remove()
    assert not (tmp_path / "work").exists()
    assert abs(float(shelf.picture(4_000).image.mean()) - 120) < 6


def test_a_video_that_cannot_be_read_is_said(tmp_path):
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"nothing")
    with pytest.raises(UnreadableMedia):
        Shelf(tmp_path / "work", broken, [(0, 1_000)]).picture(0)
