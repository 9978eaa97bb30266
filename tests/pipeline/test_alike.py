"""A model is asked once for what a video shows again and again."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.alike import captions_of, known_views, vectors_of
from pipeline.models.runtime import Runtime
from pipeline.models.video_clip4clip import Clip4ClipEncoder
from pipeline.weights import Located
from tests.support.checkpoints.video import clip4clip


class Watched:
    """An encoder that counts its clips."""

    def __init__(self, encoder: Clip4ClipEncoder) -> None:
        self._encoder = encoder
        self.asked: list[int] = []

    def encode_clips(self, clips):
        self.asked.append(len(clips))
        return self._encoder.encode_clips(clips)


class Counting:
    """A captioner that says how manieth clip it sees."""

    def __init__(self) -> None:
        self.seen = 0

    def caption(self, clips):
        said = [f"clip {self.seen + number}" for number in range(len(clips))]
        self.seen += len(clips)
        return said


@pytest.fixture(scope="module")
def encoder(tmp_path_factory) -> Clip4ClipEncoder:
    folder = tmp_path_factory.mktemp("clip")
    clip4clip(folder)
    located = Located(path=folder, name="tiny", revision="1")
    return Clip4ClipEncoder(located, Runtime(device="cpu", precision="fp32"))


def view(level: int, *, noise: int = 0) -> np.ndarray:
    picture = np.full((54, 96, 3), 200, np.uint8)
    picture[20:30, 40:50] = level
    return picture + np.random.default_rng(noise).integers(0, 6, picture.shape, dtype=np.uint8)


def test_quiet_segments_of_one_view_share_a_vector_whatever_their_lengths(encoder):
    watched, known = Watched(encoder), known_views()
    clips = [[view(0)] * 12, [view(90)] * 12, [view(0, noise=1)] * 7]
    first = vectors_of(watched, clips, [True] * 3, known)
    later = vectors_of(watched, [[view(90, noise=2)] * 3, [view(0)]], [True, True], known)
    assert watched.asked == [2]
    assert np.array_equal(first[2], first[0])
    assert np.array_equal(later[0], first[1])
    assert np.array_equal(later[1], first[0])
    assert not np.array_equal(first[0], first[1])


def test_segments_with_activity_are_each_encoded(encoder):
    watched, known = Watched(encoder), known_views()
    clips = [[view(0)] * 2, [view(0)] * 2, [view(90)], [view(0)] * 2]
    vectors = vectors_of(watched, clips, [False, True, False, True], known)
    assert watched.asked == [3]
    alone = encoder.encode_clips(clips)
    assert np.allclose(np.stack(vectors), alone, atol=1e-5)
    assert len(vectors_of(watched, [[view(0)]], [False], known)) == 1
    assert watched.asked == [3, 1]


def test_a_quiet_segment_in_which_something_moves_is_its_own(encoder):
    watched, known = Watched(encoder), known_views()
    clips = [[view(0)] * 3, [view(0), view(90), view(0)]]
    vectors_of(watched, clips, [True, True], known)
    assert watched.asked == [2]


def test_words_are_carried_from_call_to_call():
    captioner, known = Counting(), known_views()
    assert captions_of(captioner, [[view(0)], [view(90)], [view(0)]], known) == [
        "clip 0",
        "clip 1",
        "clip 0",
    ]
    assert captions_of(captioner, [[view(90)], [view(40)]], known) == ["clip 1", "clip 2"]
