"""One step decides group and member; whoever is not surely somebody stays open."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.config import PeopleConfig
from core.types import Box
from db.appearances import Candidate, Identity
from pipeline.identity import NOBODY, Place, decide, find_again, floor

SETTINGS = PeopleConfig(same=0.5, lead=0.08, same_unknown=0.55)
HERE = Box(left=0.4, top=0.3, width=0.1, height=0.2)
BESIDE = Box(left=0.43, top=0.3, width=0.1, height=0.2)
THERE = Box(left=0.7, top=0.3, width=0.1, height=0.2)


def candidate(
    person: int,
    cosine: float,
    *,
    group: int | None = None,
    known: bool = True,
    barred: bool = False,
    negative: float | None = None,
) -> Candidate:
    return Candidate(
        appearance_id=1,
        person_id=person * 10,
        root_id=person,
        group_id=(group or person) if known else None,
        known=known,
        cosine=cosine,
        barred=barred,
        negative=negative,
    )


def test_a_sure_lead_is_a_member():
    found = decide([candidate(1, 0.6), candidate(2, 0.51)], SETTINGS)
    assert found == Identity(person_id=10, cosine=0.6)


def test_two_of_one_group_are_the_group_only():
    found = decide([candidate(1, 0.6, group=7), candidate(2, 0.55, group=7)], SETTINGS)
    assert (found.person_id, found.group_id) == (None, 7)
    assert found.candidates == ((1, 0.6), (2, 0.55))


def test_a_third_of_another_group_within_the_lead_leaves_the_group_open_too():
    close = [candidate(1, 0.6, group=7), candidate(2, 0.58, group=7), candidate(3, 0.56, group=8)]
    found = decide(close, SETTINGS)
    assert (found.person_id, found.group_id) == (None, None)
    assert found.candidates == ((1, 0.6), (2, 0.58))


def test_two_of_different_groups_are_both_named_and_nobody_is_chosen():
    found = decide([candidate(1, 0.6), candidate(2, 0.55)], SETTINGS)
    assert found == Identity(candidates=((1, 0.6), (2, 0.55)))


def test_unknown_stays_unknown():
    assert decide([candidate(1, 0.49)], SETTINGS) == NOBODY
    assert decide([candidate(1, 0.54, known=False)], SETTINGS) == NOBODY
    assert decide([], SETTINGS) == NOBODY


def test_named_people_come_before_unknown_ones_however_near_those_are():
    found = decide([candidate(9, 0.99, known=False), candidate(1, 0.51)], SETTINGS)
    assert found.person_id == 10


def test_an_unknown_one_needs_no_lead():
    found = decide([candidate(8, 0.60, known=False), candidate(9, 0.61, known=False)], SETTINGS)
    assert found == Identity(person_id=90, cosine=0.61)


def test_who_it_is_not_leaves_the_place_to_the_next():
    said = decide([candidate(1, 0.9, barred=True), candidate(2, 0.6)], SETTINGS)
    assert said.person_id == 20
    nearer_to_a_rejected_face = decide([candidate(1, 0.6, negative=0.61)], SETTINGS)
    assert nearer_to_a_rejected_face == NOBODY
    nearer_to_an_accepted_one = decide([candidate(1, 0.6, negative=0.59)], SETTINGS)
    assert nearer_to_an_accepted_one.person_id == 10


candidates = st.lists(
    st.builds(
        candidate,
        st.integers(1, 6),
        st.floats(-1, 1, width=32),
        group=st.integers(1, 3),
        known=st.booleans(),
        barred=st.booleans(),
        negative=st.none() | st.floats(-1, 1, width=32),
    ),
    unique_by=lambda one: one.root_id,
    max_size=6,
)


@given(candidates, st.randoms(use_true_random=False))
def test_a_decision_is_what_its_words_say(listed, random):
    found = decide(listed, SETTINGS)
    shuffled = list(listed)
    random.shuffle(shuffled)
    assert decide(shuffled, SETTINGS) == found
    possible = [
        c for c in listed if not c.barred and not (c.negative is not None and c.negative > c.cosine)
    ]
    named = sorted((c.cosine for c in possible if c.known), reverse=True)
    if found.person_id is not None:
        chosen = next(c for c in possible if c.person_id == found.person_id)
        assert chosen.cosine >= (SETTINGS.same if chosen.known else SETTINGS.same_unknown)
        if chosen.known:
            others = [c.cosine for c in possible if c.known and c is not chosen]
            assert all(chosen.cosine - other >= SETTINGS.lead for other in others)
        else:
            assert not named or named[0] < SETTINGS.same
    elif found.candidates:
        assert named[0] >= SETTINGS.same
        assert named[0] - named[1] < SETTINGS.lead
        assert len(found.candidates) == 2
    if found == NOBODY:
        assert not named or named[0] < SETTINGS.same


@given(candidates)
def test_whoever_is_below_the_floor_changes_no_decision(listed):
    above = [one for one in listed if one.cosine >= floor(SETTINGS)]
    assert decide(above, SETTINGS) == decide(listed, SETTINGS)


def place(start_ms: int, end_ms: int, box: Box, *embedding: float) -> Place:
    return Place(
        start_ms=start_ms,
        end_ms=end_ms,
        path=((start_ms, box), (end_ms - 1, box)),
        embedding=embedding or None,
    )


def test_a_decision_is_found_again_by_time_and_place():
    decided = [("is", place(1_000, 3_000, HERE, 1.0, 0.0))]
    tracks = [
        place(1_000, 3_000, THERE, 0.8, 0.6),
        place(1_500, 3_500, BESIDE, 0.8, 0.6),
        place(5_000, 6_000, HERE, 0.8, 0.6),
    ]
    assert find_again(decided, tracks) == {0: 1}


def test_the_place_is_that_of_the_decisions_own_moment():
    walking = Place(
        start_ms=0, end_ms=4_000, path=((0, THERE), (2_000, HERE), (3_999, THERE)), embedding=None
    )
    decided = Place(start_ms=1_900, end_ms=2_100, path=((2_000, HERE),), embedding=None)
    assert find_again([("is", decided)], [walking]) == {0: 0}


def test_a_decision_is_found_again_by_the_face_where_the_track_moved():
    decided = [("is", place(1_000, 3_000, HERE, 1.0, 0.0))]
    assert find_again(decided, [place(8_000, 9_000, THERE, 0.95, 0.312)]) == {0: 0}
    assert find_again(decided, [place(8_000, 9_000, THERE, 0.8, 0.6)]) == {}


def test_two_people_are_never_decided_for_one_track_and_the_newer_wins():
    decided = [("is", place(0, 2_000, HERE)), ("is", place(500, 2_000, HERE))]
    assert find_again(decided, [place(0, 2_000, HERE)]) == {0: 0}
    both = [("is", place(0, 2_000, HERE)), ("is not", place(0, 2_000, HERE))]
    assert find_again(both, [place(0, 2_000, HERE)]) == {0: 0, 1: 0}
