"""Neighbouring hits become one window, each hit in exactly one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.windows import LONGEST_MS, Stretch, windows


def stretch(number: int, start_ms: int, end_ms: int, video_id: int = 1) -> Stretch:
    return Stretch(segment_id=number, video_id=video_id, start_ms=start_ms, end_ms=end_ms)


def test_neighbours_join_into_the_place_of_the_best():
    ranked = [
        stretch(2, 10, 20),
        stretch(9, 0, 5, video_id=2),
        stretch(1, 0, 10),
        stretch(3, 21, 30),
    ]
    first, second = windows(ranked, gap_ms=1)
    assert (first.best.segment_id, first.start_ms, first.end_ms) == (2, 0, 30)
    assert [one.segment_id for one in first.members] == [1, 2, 3]
    assert second.best.segment_id == 9


def test_a_gap_and_another_video_keep_hits_apart():
    ranked = [stretch(1, 0, 10), stretch(2, 13, 20), stretch(3, 0, 10, video_id=2)]
    assert len(windows(ranked, gap_ms=2)) == 3
    assert len(windows(ranked, gap_ms=3)) == 2


def test_a_window_stays_short_enough_to_watch():
    ranked = [stretch(n, n * 50_000, (n + 1) * 50_000) for n in range(6)]
    found = windows(ranked, gap_ms=0)
    assert [one.end_ms - one.start_ms for one in found] == [100_000] * 3


def test_one_long_hit_is_a_window_by_itself():
    (found,) = windows([stretch(1, 0, 10 * LONGEST_MS)], gap_ms=0)
    assert found.end_ms == 10 * LONGEST_MS


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 40)), unique=True, max_size=40).flatmap(
        lambda places: st.permutations(places)
    ),
    st.integers(0, 5_000),
)
def test_every_hit_is_in_one_window_and_the_order_is_kept(places, gap_ms):
    ranked = [
        stretch(n, at * 10_000, at * 10_000 + 7_000, video_id)
        for n, (video_id, at) in enumerate(places)
    ]
    found = windows(ranked, gap_ms=gap_ms)
    members = [one.segment_id for window in found for one in window.members]
    assert sorted(members) == [one.segment_id for one in ranked]
    best = [window.best.segment_id for window in found]
    assert best == sorted(best)
    for window in found:
        assert window.best.segment_id == min(one.segment_id for one in window.members)
        assert len({one.video_id for one in window.members}) == 1
        assert len(window.members) == 1 or window.end_ms - window.start_ms <= LONGEST_MS
