"""What is concluded about one person's way through a segment."""

from __future__ import annotations

import numpy as np
import pytest

from core.types import Box
from pipeline.facts import at_once, person_facts
from pipeline.ports import Clothing
from pipeline.tracks import Observation, Track

ASPECT = 16 / 9


def track(xs, *, start_ms=5_000, step_ms=250, height=0.4, clothing=None, cut_sides=True, **more):
    """One observation per x (middle, share of the width)."""
    width = 0.08
    observations = []
    for n, x in enumerate(xs):
        left, right = max(x - width / 2, 0.0), min(x + width / 2, 1.0)
        cut = {"left"} if left == 0 else {"right"} if right == 1 else set()
        observations.append(
            Observation(
                at_ms=start_ms + n * step_ms,
                box=Box(left=left, top=0.3, width=right - left, height=height),
                score=1.0,
                clothing=clothing or Clothing(upper={"red": 0.9}, lower={"blue": 0.8}),
                cut=frozenset(cut if cut_sides else ()),
                **more,
            )
        )
    return Track(observations=tuple(observations))


def facts(of, *, start_ms=0, end_ms=60_000, seen_from_ms=0, seen_to_ms=60_000):
    return person_facts(
        of,
        start_ms=start_ms,
        end_ms=end_ms,
        seen_from_ms=seen_from_ms,
        seen_to_ms=seen_to_ms,
        aspect=ASPECT,
    )


def path(*legs):
    """Positions from legs of (from, to, steps)."""
    return np.concatenate([np.linspace(a, b, n, endpoint=False) for a, b, n in legs]).tolist()


def test_in_from_the_left_a_stand_and_out_to_the_right():
    person = facts(track(path((0.02, 0.5, 12), (0.5, 0.5, 32), (0.5, 0.99, 12))))
    assert (person.enters, person.leaves) == ("left", "right")
    assert [phase.motion for phase in person.phases] == ["walks", "stands", "walks"]
    stand = person.phases[1]
    assert stand.place == "centre"
    assert 7_000 <= stand.end_ms - stand.start_ms <= 9_000
    assert person.motion == "stands"
    assert (person.upper, person.lower) == ("red", "blue")


def test_a_run_is_a_run():
    person = facts(track(path((0.98, 0.02, 8))))
    assert (person.enters, person.leaves) == ("right", "left")
    assert person.motion == "runs"


def test_a_walk_is_not_a_run():
    assert facts(track(path((0.98, 0.02, 36)))).motion == "walks"


def test_standing_still_the_whole_time_is_standing():
    person = facts(track([0.8] * 40))
    assert person.motion == "stands"
    assert person.place == "right"
    assert [phase.motion for phase in person.phases] == ["stands"]


def test_swaying_on_the_spot_is_standing():
    sway = [0.5 + 0.006 * (-1) ** n for n in range(40)]
    assert {phase.motion for phase in facts(track(sway)).phases} == {"stands"}


def test_who_is_there_at_the_first_frame_was_not_seen_coming():
    person = facts(track(path((0.03, 0.5, 20)), start_ms=0))
    assert person.enters is None
    assert not person.appears


def test_who_begins_in_the_middle_appears():
    person = facts(track(path((0.5, 0.99, 24))))
    assert person.appears
    assert person.enters is None


def test_a_segment_cut_out_of_a_longer_stay_has_no_coming_and_going():
    whole = track(path((0.02, 0.5, 24), (0.5, 0.5, 80), (0.5, 0.99, 24)))
    person = facts(whole, start_ms=15_000, end_ms=20_000)
    assert person.enters is None
    assert person.leaves is None
    assert not person.appears
    assert not person.disappears
    assert 15_000 <= person.start_ms < person.end_ms < 20_000


def test_a_segment_without_the_person_has_no_facts():
    assert facts(track([0.5] * 8), start_ms=30_000) is None


@pytest.mark.parametrize(
    ("shares", "colour"),
    [
        ({"red": 0.9}, "red"),
        ({"red": 0.5, "brown": 0.3}, "red"),
        ({"red": 0.45, "blue": 0.42}, None),
        ({"red": 0.3, "blue": 0.1}, None),
        ({"black": 0.52, "grey": 0.4}, None),
        ({"black": 0.7, "grey": 0.3}, "black"),
        ({}, None),
    ],
)
def test_a_colour_is_named_only_when_it_is_clear(shares, colour):
    assert facts(track([0.5] * 8, clothing=Clothing(upper=shares))).upper == colour


def test_a_torso_behind_a_counter_has_no_lower_colour():
    shirt = Clothing(upper={"blue": 0.9}, lower={"blue": 0.9})
    assert facts(track([0.5] * 8, clothing=shirt, proportion=2.1)).lower is None
    assert facts(track([0.5] * 8, clothing=shirt, proportion=3.4)).lower == "blue"


def test_the_best_look_is_whole_and_large():
    growing = [
        Observation(
            at_ms=n * 250,
            box=Box(left=0.4, top=0.1, width=0.02 * (n + 1), height=0.08 * (n + 1)),
            score=1.0,
            cut=frozenset({"bottom"} if n > 6 else ()),
        )
        for n in range(10)
    ]
    assert facts(Track(observations=tuple(growing))).best.at_ms == 6 * 250


def test_people_at_once_are_counted_not_people_in_turn():
    one, two = track([0.5] * 8, start_ms=0), track([0.5] * 8, start_ms=1_000)
    three = track([0.5] * 8, start_ms=20_000)
    assert at_once([one, two, three], 0, 60_000) == 2
    assert at_once([one, two, three], 15_000, 60_000) == 1
    assert at_once([], 0, 60_000) == 0
