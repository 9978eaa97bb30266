"""Faces are followed by place and likeness; two faces of one frame are two people."""

from __future__ import annotations

import numpy as np
import pytest

from core.config import PeopleConfig
from core.types import Box
from pipeline.face_tracks import GAP_MS, FaceTrack, FaceWatch
from pipeline.frames import Frame
from tests.support.faces import PaintedFaces, face, paint

SETTINGS = PeopleConfig(sample_fps=2.0, least_face_px=50)


def at(left: float, *, height: float = 0.2, top: float = 0.3) -> Box:
    return Box(left=left, top=top, width=height * 0.6, height=height)


def follow(*frames: Frame, settings: PeopleConfig = SETTINGS) -> list[FaceTrack]:
    watch = FaceWatch(PaintedFaces(), settings)
    watch.see(frames)
    return watch.tracks()


def test_somebody_who_walks_is_one_track():
    (one,) = follow(
        *(paint(n * 500, (face("ann", 0.02 * n), at(0.1 + 0.08 * n))) for n in range(8))
    )
    assert (one.start_ms, one.end_ms, one.faces) == (0, 3_501, 8)
    assert len(one.path) == 8
    assert float(np.linalg.norm(one.embedding)) == pytest.approx(1, abs=1e-6)
    assert float(one.embedding @ face("ann")) > 0.9
    assert one.crop.startswith(b"\xff\xd8")


def test_two_people_in_one_frame_are_two_tracks_even_if_they_look_alike():
    tracks = follow(
        *(paint(n * 500, (face("ann"), at(0.2)), (face("ann"), at(0.6))) for n in range(4))
    )
    assert [one.faces for one in tracks] == [4, 4]


def test_people_who_cross_keep_their_tracks():
    tracks = follow(
        *(
            paint(n * 500, (face("ann"), at(0.1 + 0.1 * n)), (face("bob"), at(0.7 - 0.1 * n)))
            for n in range(7)
        )
    )
    assert [one.faces for one in tracks] == [7, 7]
    assert {round(float(one.embedding @ face("ann")), 3) for one in tracks} == {0.0, 1.0}


def test_somebody_else_in_the_same_place_after_a_cut_is_somebody_else():
    tracks = follow(
        paint(0, (face("ann"), at(0.4))),
        paint(500, (face("ann"), at(0.4))),
        paint(1_000, (face("bob"), at(0.4))),
    )
    assert [one.faces for one in tracks] == [2, 1]


def test_a_turned_head_goes_on_and_a_long_absence_ends_the_track():
    turned = paint(500, (face("ann", 0.7), at(0.4)))
    (one,) = follow(paint(0, (face("ann"), at(0.4))), turned)
    assert one.faces == 2
    away = 500 + GAP_MS
    tracks = follow(paint(0, (face("ann"), at(0.4))), paint(away, (face("ann"), at(0.4))))
    assert len(tracks) == 2
    (hidden,) = follow(
        paint(0, (face("ann"), at(0.4))), paint(1_000), paint(2_000, (face("ann"), at(0.4)))
    )
    assert hidden.faces == 2


def test_small_faces_lead_to_nobody_and_only_lengthen_a_track():
    tiny = at(0.4, height=0.1)  # 29 pixels wide
    assert follow(paint(0, (face("ann"), tiny)), paint(500, (face("ann"), tiny))) == []
    coming = at(0.4, height=0.19)
    (one,) = follow(
        paint(0, (face("bob"), tiny)),
        paint(500, (face("ann"), coming)),
        paint(1_000, (face("ann"), at(0.4))),
    )
    assert (one.start_ms, one.faces, len(one.path)) == (0, 2, 3)
    # What is too small to compare has no say in whose face it is.
    assert float(one.embedding @ face("ann")) == pytest.approx(1, abs=1e-5)


def test_larger_faces_weigh_more_and_the_best_one_is_shown():
    (one,) = follow(
        paint(0, (face("ann"), at(0.4, height=0.2))),
        paint(500, (face("ann", 0.3), at(0.35, height=0.39))),
        paint(1_000, (face("ann"), at(0.4, height=0.2))),
    )
    assert one.at_ms == 500
    assert one.size_px == pytest.approx(0.39 * 0.6 * 640, rel=1e-3)
    large, small = 0.39 * 0.6 * 640, 0.2 * 0.6 * 640
    mean = large * face("ann", 0.3) + 2 * small * face("ann")
    np.testing.assert_allclose(one.embedding, mean / np.linalg.norm(mean), atol=1e-5)


def test_no_more_frames_are_searched_than_asked_for():
    analyzer = PaintedFaces()
    watch = FaceWatch(analyzer, SETTINGS)
    for n in range(100):  # ten seconds at ten frames a second, one by one
        watch.see([paint(n * 100, (face("ann"), at(0.4)))])
    assert analyzer.looked_at == 20
    (one,) = watch.tracks()
    assert one.faces == 20


def test_frames_that_come_a_little_early_count_as_due():
    analyzer = PaintedFaces()
    FaceWatch(analyzer, SETTINGS).see([paint(n * 490) for n in range(10)])
    assert analyzer.looked_at == 10


def test_a_crowd_in_one_frame():
    crowd = [
        (face("ann"), Box(left=0.03 * (n % 30), top=0.05 * (n // 30), width=0.02, height=0.03))
        for n in range(400)
    ]
    close = PeopleConfig(least_face_px=10)
    frames = [paint(n * 500, *crowd) for n in range(2)]
    assert len(follow(*frames, settings=close)) == 400
