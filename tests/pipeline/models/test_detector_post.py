"""Numbers of a network to sightings."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.models.detector_post import MOST_CANDIDATES, sightings

LABELS = ("person", "car", "")


def see(*rows, same_thing: float = 0.45):
    """Rows are (left, top, right, bottom, score, class)."""
    table = np.array(rows, np.float32).reshape(-1, 6)
    return sightings(
        table[:, :4],
        table[:, 4],
        table[:, 5].astype(np.int64),
        labels=LABELS,
        same_thing=same_thing,
    )


def test_nothing_gives_nothing():
    assert see() == ()


def test_the_best_of_boxes_of_one_thing_stays():
    [one] = see((0.1, 0.1, 0.5, 0.5, 0.6, 0), (0.11, 0.1, 0.5, 0.52, 0.8, 0))
    assert one.score == pytest.approx(0.8)


def test_things_of_two_kinds_may_lie_on_each_other_and_come_best_first():
    found = see((0.1, 0.1, 0.5, 0.5, 0.6, 0), (0.1, 0.1, 0.5, 0.5, 0.8, 1))
    assert [one.label for one in found] == ["car", "person"]


def test_an_unsure_person_is_reported_and_an_unsure_thing_is_not():
    found = see((0.1, 0.1, 0.2, 0.2, 0.15, 0), (0.6, 0.6, 0.8, 0.8, 0.15, 1))
    assert [one.label for one in found] == ["person"]


def test_boxes_end_at_the_edges_and_those_outside_are_left_out():
    [one] = see((-0.2, 0.5, 0.3, 1.4, 0.9, 0), (1.0, 0.2, 1.5, 0.4, 0.9, 0))
    assert (one.box.left, one.box.width) == (0, pytest.approx(0.3))
    assert (one.box.top, one.box.height) == (0.5, 0.5)


def test_what_has_no_label_is_left_out():
    assert see((0.1, 0.1, 0.5, 0.5, 0.9, 2)) == ()


def test_a_picture_full_of_boxes_is_bounded():
    rng = np.random.default_rng(0)
    corners = rng.random((20_000, 2)) * 0.99
    rows = np.concatenate(
        [corners, corners + 0.001, rng.uniform(0.5, 1, (20_000, 1)), np.zeros((20_000, 1))], axis=1
    )
    found = see(*rows)
    assert 0 < len(found) <= MOST_CANDIDATES
    assert found[0].score == max(one.score for one in found)


def test_not_a_number_is_nothing():
    assert see((np.nan, 0.1, 0.5, 0.5, 0.9, 0), (0.1, 0.1, 0.5, 0.5, np.nan, 0)) == ()
