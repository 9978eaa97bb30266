"""Segment algebra: properties that hold for every cut, join and move."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import segments as algebra
from core.errors import EditRefused
from core.types import Segment
from tests.support.library import draft, person

SPAN = st.tuples(st.integers(0, 10**7), st.integers(400, 10**6))


def stretch(start_ms: int, end_ms: int, **changes: object) -> Segment:
    made = draft(1, start_ms, end_ms, "A red top.", "빨간 옷.")
    return replace(made, **({"id": 1} | changes))


@given(SPAN, st.floats(0, 1))
def test_a_split_loses_no_millisecond_and_merging_brings_the_stretch_back(span, share):
    start, length = span
    segment = stretch(start, start + length)
    at = start + 200 + round(share * (length - 400))
    first, second = algebra.split(segment, at)
    assert (first.start_ms, first.end_ms, second.start_ms, second.end_ms) == (
        start, at, at, start + length
    )  # fmt: skip
    for half in (first, second):
        assert half.start_ms <= half.thumbnail_ms < half.end_ms
    merged = algebra.merge(first, second)
    assert (merged.start_ms, merged.end_ms, merged.id) == (start, start + length, 1)
    assert (merged.caption, merged.caption_ko) == ("A red top.", "빨간 옷.")


@given(SPAN, st.integers(-(10**6), 10**7 + 10**6))
def test_a_split_anywhere_else_is_refused(span, at):
    start, length = span
    if start + 200 <= at <= start + length - 200:
        return
    with pytest.raises(EditRefused):
        algebra.split(stretch(start, start + length), at)


@given(st.lists(st.tuples(st.integers(0, 9_000), st.integers(1, 1_000)), max_size=6))
def test_detections_never_leave_their_segment(seen):
    detections = tuple(person(at, at + length, upper="red") for at, length in seen)
    first, second = algebra.split(stretch(0, 10_000, detections=detections), 5_000)
    for half in (first, second):
        for one in half.detections:
            assert half.start_ms <= one.start_ms <= one.at_ms <= one.end_ms <= half.end_ms


def test_merging_with_a_quiet_stretch_keeps_what_was_said_about_the_person():
    quiet = stretch(0, 5_000, kind="quiet", caption="Nobody in view.", caption_ko="아무도 없음.")
    active = stretch(5_000, 9_000, id=2, thumbnail_ms=7_000)
    merged = algebra.merge(quiet, active)
    assert (merged.caption, merged.kind, merged.thumbnail_ms) == ("A red top.", "activity", 7_000)


def test_trim_refuses_to_cover_a_neighbour_and_to_change_nothing():
    segment, neighbour = stretch(0, 5_000), stretch(5_000, 9_000, id=2)
    with pytest.raises(EditRefused, match="cover"):
        algebra.trim(segment, 0, 5_001, [segment, neighbour])
    with pytest.raises(EditRefused, match="already"):
        algebra.trim(segment, 0, 5_000, [segment, neighbour])
    assert algebra.trim(segment, 1_000, 4_000, [segment, neighbour]).end_ms == 4_000


def test_deleted_segments_are_not_edited():
    with pytest.raises(EditRefused, match="restore"):
        algebra.split(stretch(0, 5_000, state="deleted"), 2_500)
