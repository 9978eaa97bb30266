"""Boxes linked over time into people."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.types import Box
from pipeline.linking import Tracker
from pipeline.ports import Clothing
from pipeline.tracks import Observation, Track, is_person, sway

ASPECT = 16 / 9
RED = Clothing(upper={"red": 1.0}, lower={"blue": 1.0})
GREEN = Clothing(upper={"green": 1.0}, lower={"black": 1.0})


def seen(at_ms, x, *, clothing=RED, height=0.4, score=1.0, top=0.4, width=0.08, cut=()):
    """Somebody whose middle is at ``x`` (share of the width)."""
    outline = np.random.default_rng(at_ms).random((24, 12)).astype(np.float32)
    return Observation(
        at_ms=at_ms,
        box=Box(left=x - width / 2, top=top, width=width, height=height),
        score=score,
        clothing=clothing,
        cut=frozenset(cut),
        outline=outline,
    )


def tracked(frames):
    tracker = Tracker(aspect=ASPECT)
    for at_ms in sorted(frames):
        tracker.update(at_ms, frames[at_ms])
    return tracker.finish()


def test_a_walk_is_one_track():
    tracks = tracked({n * 250: [seen(n * 250, 0.1 + 0.03 * n)] for n in range(20)})
    assert [len(track.observations) for track in tracks] == [20]
    assert (tracks[0].start_ms, tracks[0].end_ms) == (0, 4_750)


def test_a_sprint_is_one_track():
    tracks = tracked({n * 250: [seen(n * 250, 0.05 + 0.12 * n)] for n in range(8)})
    assert len(tracks) == 1


def test_two_people_who_cross_keep_their_clothes():
    frames = {
        n * 250: [
            seen(n * 250, 0.2 + 0.03 * n, clothing=RED),
            seen(n * 250, 0.8 - 0.03 * n, clothing=GREEN),
        ]
        for n in range(21)
    }
    tracks = tracked(frames)
    assert len(tracks) == 2
    for track in tracks:
        assert len({tuple(o.clothing.upper) for o in track.observations}) == 1


def test_two_people_seen_as_one_blob_for_a_moment_come_out_as_themselves():
    frames = {}
    for n in range(24):
        a = seen(n * 250, 0.2 + 0.02 * n, clothing=RED)
        b = seen(n * 250, 0.68 - 0.02 * n, clothing=GREEN)
        frames[n * 250] = [a, b]
    for n in range(11, 14):
        mixed = Clothing(upper={"red": 0.5, "green": 0.5})
        frames[n * 250] = [seen(n * 250, 0.44, clothing=mixed, width=0.16)]
    tracks = tracked(frames)
    assert [track.observations[0].clothing for track in tracks] == [RED, GREEN]
    assert [track.observations[-1].clothing for track in tracks] == [RED, GREEN]


def test_somebody_hidden_for_three_seconds_is_the_same_person():
    frames = {n * 250: [] if 8 <= n < 20 else [seen(n * 250, 0.2 + 0.01 * n)] for n in range(32)}
    assert len(tracked(frames)) == 1


def test_somebody_else_at_the_same_place_is_another_person():
    frames = {
        n * 250: [] if 8 <= n < 16 else [seen(n * 250, 0.5, clothing=RED if n < 8 else GREEN)]
        for n in range(24)
    }
    assert len(tracked(frames)) == 2


def test_who_left_by_the_side_is_not_who_comes_next():
    frames = {n * 250: [seen(n * 250, 0.04, cut=("left",))] for n in range(8)}
    frames |= {n * 250: [] for n in range(8, 16)}
    frames |= {n * 250: [seen(n * 250, 0.06, cut=("left",))] for n in range(16, 24)}
    assert len(tracked(frames)) == 2


def test_a_sleeve_that_comes_apart_is_not_a_second_person():
    frames = {n * 250: [seen(n * 250, 0.5)] for n in range(20)}
    for n in range(8, 13):
        frames[n * 250].append(seen(n * 250, 0.57, height=0.15, width=0.03))
    assert len(tracked(frames)) == 1


def test_frames_far_apart_do_not_end_a_track():
    tracks = tracked({n * 8_000: [seen(n * 8_000, 0.5)] for n in range(6)})
    assert len(tracks) == 1


@given(
    st.lists(
        st.lists(st.tuples(st.floats(0.05, 0.95), st.floats(0.1, 0.5)), max_size=4), max_size=15
    )
)
def test_no_observation_is_in_two_tracks(frames):
    tracks = tracked(
        {
            n * 250: [seen(n * 250, x, height=height) for x, height in people]
            for n, people in enumerate(frames)
        }
    )
    found = [id(o) for track in tracks for o in track.observations]
    assert len(found) == len(set(found))
    for track in tracks:
        times = [o.at_ms for o in track.observations]
        assert times == sorted(set(times))


def standing(*, score=1.0, sways=False, walks=0.0):
    """20 frames of something person-shaped."""
    noise = np.random.default_rng(1)
    return Track(
        observations=tuple(
            Observation(
                at_ms=5_000 + n * 250,
                box=Box(left=0.5 + walks * n, top=0.4, width=0.08, height=0.4),
                score=score,
                outline=noise.random((24, 12), np.float32) if sways else np.ones((24, 12)),
            )
            for n in range(20)
        )
    )


def judged(track, *, judges_motion=True, from_ms=0, to_ms=60_000):
    return is_person(
        track, judges_motion=judges_motion, aspect=ASPECT, from_ms=from_ms, to_ms=to_ms
    )


def test_a_thing_shaped_like_a_person_that_never_stirs_is_none():
    bottle = standing()
    assert sway(bottle.observations) == 0
    assert not judged(bottle)
    assert judged(bottle, judges_motion=False)


def test_who_walks_about_is_a_person():
    assert judged(standing(sways=True, walks=0.02))


def test_what_comes_and_goes_without_a_step_was_put_there():
    assert not judged(standing(sways=True))


def test_who_stood_there_all_the_time_may_be_a_person():
    assert judged(standing(sways=True), from_ms=5_000, to_ms=9_750)


@pytest.mark.parametrize("score", [0.0, 0.4])
def test_what_rarely_looks_like_a_person_is_none(score):
    assert not judged(standing(score=score), judges_motion=False)


def test_a_glimpse_is_not_enough():
    assert not judged(Track(observations=standing().observations[:3]), judges_motion=False)


def test_an_arm_that_reaches_in_from_above_is_none():
    reaching = tuple(
        seen(n * 250, 0.5 + 0.01 * n, top=0.0, height=(0.3, 0.7, 0.5)[n % 3], cut=("top",))
        for n in range(12)
    )
    assert not judged(Track(observations=reaching))
