"""Frames kept for the models that come after the one pass of decoding."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.errors import UnreadableMedia
from pipeline.frames import Frame
from pipeline.models.encoding import encode_mp4
from pipeline.models.shelf import JPEG_QUALITY, MOST_OF_A_SEGMENT, Shelf

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
    assert len(list((tmp_path / "work").glob("*/*.jpg"))) == MOST_OF_A_SEGMENT


def test_another_process_finds_what_was_kept(film, tmp_path):
    see(Shelf(tmp_path / "work", film, [(0, 8_000)]), 2_000)
    assert Shelf(tmp_path / "work", film, [(0, 8_000)]).picture(2_000).at_ms == 2_000


def test_a_removed_or_broken_picture_is_decoded_instead(film, tmp_path):
    shelf = Shelf(tmp_path / "work", film, [(0, 8_000)])
    see(shelf, 2_000, 4_000)
    for file in (tmp_path / "work").glob("*/*.jpg"):
        file.write_bytes(b"no picture")
    assert abs(float(shelf.picture(2_000).image.mean()) - 60) < 6
    shelf.remove()
    assert not list((tmp_path / "work").rglob("*.jpg"))
    assert abs(float(shelf.picture(4_000).image.mean()) - 120) < 6


def test_what_a_killed_process_left_half_written_is_passed_over_and_deleted(film, tmp_path):
    left = tmp_path / "work" / "ingest" / ".ab12cd34-000000001000.jpg"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a pict")
    shelf = Shelf(tmp_path / "work", film, [(0, 8_000)])
    assert left.exists()  # a reader cannot know that nobody writes it
    see(shelf, 1_000)
    assert not left.exists()
    assert shelf.picture(1_000).at_ms == 1_000


def test_what_a_quiet_stretch_kept_stands_for_all_of_it(film, tmp_path):
    shelf = Shelf(tmp_path / "work", film, [(0, 60_000), (60_000, 120_000)])
    see(shelf, *range(0, 60_000, 8_000))
    times = [shelf.picture(at_ms).at_ms for at_ms in (3_000, 5_000, 20_100, 59_000)]
    assert times == [0, 8_000, 24_000, 56_000]
    assert shelf.picture(3_000, exact=True).at_ms == 3_000
    assert shelf.picture(90_000).at_ms != 56_000  # of that segment nothing was kept


def test_the_frames_of_a_long_video_stay_below_a_bound(film, tmp_path):
    folder, spans = tmp_path / "work", [(0, 2_000), (2_000, 4_000), (4_000, 8_000)]
    one = len(cv2.imencode(".jpg", frame(0).image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1])
    shelf = Shelf(folder, film, spans, most_bytes=4 * one)
    see(shelf, 0, 1_000, 2_000, 3_000, 5_000)
    assert sorted(int(file.stem) for file in folder.glob("*/*.jpg")) == [2_000, 3_000, 5_000]
    assert abs(float(shelf.picture(1_000).image.mean()) - 30) < 6  # decoded again
    assert int(shelf.picture(2_000).image.mean()) > 190


def test_a_pass_removes_its_own_frames_and_reads_those_of_others(film, tmp_path):
    ingest = Shelf(tmp_path / "work", film, [(0, 8_000)])
    refresh = Shelf(tmp_path / "work", film, [(0, 8_000)], name="refresh")
    see(ingest, 1_000)
    see(refresh, 6_000)
    refresh.remove()
    reader = Shelf(tmp_path / "work", film, [(0, 8_000)])
    assert int(reader.picture(1_000).image.mean()) > 190
    assert int(reader.picture(6_000).image.mean()) < 190
    ingest.remove()
    assert not list((tmp_path / "work").rglob("*.jpg"))


def test_a_video_that_cannot_be_read_is_said(tmp_path):
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"nothing")
    with pytest.raises(UnreadableMedia):
        Shelf(tmp_path / "work", broken, [(0, 1_000)]).picture(0)
