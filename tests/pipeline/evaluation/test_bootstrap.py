"""Intervals by the bootstrap: around their figure, repeatable, as wide as they should be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluation import bootstrap
from pipeline.evaluation.bootstrap import (
    difference_interval,
    mean_interval,
    median_interval,
    statistic_interval,
)

VALUES = st.lists(st.floats(0, 1, width=32), min_size=1, max_size=60).map(np.array)


@given(VALUES, st.integers(0, 2**31))
def test_the_interval_holds_its_figure(values, seed):
    for of in (mean_interval, median_interval):
        found = of(values, resamples=400, seed=seed)
        assert found.low - 1e-9 <= found.estimate <= found.high + 1e-9
        assert values.min() - 1e-9 <= found.low
        assert found.high <= values.max() + 1e-9


def test_the_same_seed_gives_the_same_interval_however_much_is_drawn_at_a_time(monkeypatch):
    values = np.random.default_rng(1).random(50)
    whole = mean_interval(values, resamples=300, seed=7)
    assert whole == mean_interval(values, resamples=300, seed=7)
    assert whole != mean_interval(values, resamples=300, seed=8)
    monkeypatch.setattr(bootstrap, "DRAWN_AT_A_TIME", 500)
    assert whole == mean_interval(values, resamples=300, seed=7)


def test_the_interval_of_a_share_is_that_of_the_textbook():
    # 60 of 100: the standard error is sqrt(.6 * .4 / 100) = .049, so .6 -+ 1.96 * .049
    values = np.array([1.0] * 60 + [0.0] * 40)
    found = mean_interval(values, resamples=20_000)
    assert found.estimate == 0.6
    assert (found.low, found.high) == pytest.approx((0.504, 0.696), abs=0.011)


def test_nineteen_of_twenty_intervals_hold_the_truth():
    # 200 samples of 80 from a known mean; fewer than 176 or more than 199 hits in 200 draws of
    # 95 % happen less than once in ten thousand runs.
    random = np.random.default_rng(5)
    hits = sum(
        found.low <= 0.5 <= found.high
        for found in (mean_interval(random.random(80), resamples=500) for _ in range(200))
    )
    assert 176 <= hits <= 199


def test_what_is_hard_for_both_drops_out_of_the_difference():
    hard = np.random.default_rng(2).random(200)
    found = difference_interval(hard, hard - 0.1)
    assert (found.low, found.high) == pytest.approx((-0.1, -0.1))
    apart = mean_interval(hard)
    assert apart.high - apart.low > 0.05


def test_any_statistic_can_be_drawn():
    values = np.random.default_rng(3).random(40)
    by_rows = statistic_interval(40, lambda rows: float(values[rows].mean()), resamples=300, seed=7)
    assert by_rows == mean_interval(values, resamples=300, seed=7)


def test_nothing_has_no_interval():
    with pytest.raises(ValueError, match="nothing"):
        mean_interval(np.array([]))
    with pytest.raises(ValueError, match="nothing"):
        statistic_interval(0, lambda _rows: 0.0)
