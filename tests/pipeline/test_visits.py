from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.visits import Stretch, activity_segments

STEP_MS = 500


def stretches(
    areas: list[float],
    *,
    places: list[float] | None = None,
    movement: list[float] | None = None,
    merge_gap_ms: int = 2_500,
    max_ms: int = 60_000,
) -> list[Stretch]:
    """Samples every half second; ``places`` are positions across the picture."""
    area = np.array(areas, dtype=float)
    centre = np.full((len(areas), 2), 0.5)
    if places is not None:
        centre[:, 0] = places
    centre[area == 0] = np.nan
    return activity_segments(
        np.arange(len(areas), dtype=np.int64) * STEP_MS,
        area=area,
        movement=area if movement is None else np.array(movement),
        centre=centre,
        duration_ms=len(areas) * STEP_MS,
        merge_gap_ms=merge_gap_ms,
        min_ms=800,
        max_ms=max_ms,
    )


def seconds(*counts: tuple[float, float]) -> list[float]:
    """``(area, seconds)`` as samples."""
    return [area for area, length in counts for _ in range(round(length * 1_000 / STEP_MS))]


def test_nothing_at_all_is_one_quiet_stretch() -> None:
    assert stretches([0.0] * 20) == [(0, 10_000, False)]


def test_something_all_the_time_is_one_activity() -> None:
    assert stretches([0.1] * 20) == [(0, 10_000, True)]


def test_a_visit_lies_inside_its_activity() -> None:
    (_, before, _), (start, end, active), (after, _, _) = stretches(
        seconds((0, 5), (0.1, 5), (0, 5))
    )
    assert active
    assert before == start
    assert after == end
    assert 4_000 <= start <= 4_750
    assert 10_000 <= end <= 10_500


def test_a_short_gap_in_the_same_place_does_not_end_a_visit() -> None:
    found = stretches(seconds((0, 5), (0.1, 5), (0, 1.5), (0.1, 5), (0, 5)))
    assert [active for _, _, active in found] == [False, True, False]


def test_a_short_empty_moment_between_two_places_parts_two_visits() -> None:
    areas = seconds((0, 5), (0.1, 5), (0, 1.5), (0.1, 5), (0, 5))
    places = [0.9 if index < 22 else 0.1 for index in range(len(areas))]
    found = stretches(areas, places=places)
    assert [active for _, _, active in found] == [False, True, True, False]
    assert 9_500 < found[1][1] < 11_500


def test_a_long_gap_is_a_quiet_stretch() -> None:
    found = stretches(seconds((0.1, 5), (0, 6), (0.1, 5)))
    assert [active for _, _, active in found] == [True, False, True]


def test_a_speck_in_one_sample_is_noise() -> None:
    assert stretches([0.0] * 10 + [0.004] + [0.0] * 10) == [(0, 10_500, False)]


def test_somebody_running_through_one_sample_is_a_visit() -> None:
    found = stretches([0.0] * 10 + [0.05] + [0.0] * 10)
    assert [active for _, _, active in found] == [False, True, False]


def test_a_long_activity_is_cut_where_the_least_happens() -> None:
    movement = [0.2] * 200
    movement[90:94] = [0.0] * 4
    found = stretches([0.1] * 200, movement=movement)
    assert len(found) == 2
    assert 45_000 <= found[0][1] <= 47_000


@given(
    st.lists(st.sampled_from([0.0, 0.004, 0.05, 0.3]), min_size=1, max_size=300),
    st.integers(0, 6_000),
    st.integers(1_000, 60_000),
    st.randoms(use_true_random=False),
)
def test_stretches_cover_the_video_exactly(
    areas: list[float], merge_gap_ms: int, max_ms: int, random: object
) -> None:
    places = [random.random() for _ in areas]  # type: ignore[attr-defined]
    found = stretches(
        areas, places=places, merge_gap_ms=max(merge_gap_ms, 800), max_ms=max(max_ms, 1_700)
    )
    assert found[0][0] == 0
    assert found[-1][1] == len(areas) * STEP_MS
    assert all(before[1] == after[0] for before, after in pairwise(found))
    assert all(start < end for start, end, _ in found)
    assert not any(not a[2] and not b[2] for a, b in pairwise(found))
    assert all(end - start <= max(max_ms, 1_700) for start, end, active in found if active)
