"""95 % intervals by the percentile bootstrap over queries (Efron and Tibshirani, 1993).

Queries are drawn with replacement as often as there are, and the figure is computed anew; between
the 2.5th and the 97.5th percentile of many such figures lies the interval. It says how much the
figure hangs on which queries were asked, and nothing of whether they are the right ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2_000
SEED = 20_260_101
PERCENTILES = (2.5, 97.5)
# What is drawn at a time stays near 32 MB.
DRAWN_AT_A_TIME = 4_000_000
# Sums in another order differ in the last places; an interval must not exclude its own figure.
DIGITS = 12

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A figure with the ends of its 95 % interval."""

    estimate: float
    low: float
    high: float


def mean_interval(values: Values, *, resamples: int = RESAMPLES, seed: int = SEED) -> Interval:
    """The mean of ``values`` (queries,). Raises ValueError for no values."""
    return _interval(values, lambda drawn: drawn.mean(axis=-1), resamples, seed)


def median_interval(values: Values, *, resamples: int = RESAMPLES, seed: int = SEED) -> Interval:
    """The median of ``values`` (queries,). Raises ValueError for no values."""
    return _interval(values, lambda drawn: np.median(drawn, axis=-1), resamples, seed)


def difference_interval(
    before: Values, after: Values, *, resamples: int = RESAMPLES, seed: int = SEED
) -> Interval:
    """The mean of ``after - before``, query by query: both have the same queries in the same
    order, so what makes a query hard for both drops out (the paired bootstrap)."""
    return mean_interval(after - before, resamples=resamples, seed=seed)


def statistic_interval(
    count: int,
    statistic: Callable[[NDArray[np.int64]], float],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Interval:
    """For a figure that is no mean, such as BLEU: ``statistic`` gets the indices (0..count-1) of
    the drawn, some of them several times."""
    if count == 0:
        raise ValueError("there is nothing to draw from")
    found = [statistic(row) for rows in _draws(count, resamples, seed) for row in rows]
    return _between(statistic(np.arange(count)), np.array(found))


def _interval(
    values: Values, statistic: Callable[[Values], Values], resamples: int, seed: int
) -> Interval:
    if values.size == 0:
        raise ValueError("there is nothing to draw from")
    found = [statistic(values[rows]) for rows in _draws(len(values), resamples, seed)]
    return _between(float(statistic(values)), np.concatenate(found))


def _draws(count: int, resamples: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Indices (some resamples, count), the same for the same seed."""
    random = np.random.default_rng(seed)
    at_a_time = max(DRAWN_AT_A_TIME // count, 1)
    for first in range(0, resamples, at_a_time):
        yield random.integers(count, size=(min(at_a_time, resamples - first), count))


def _between(estimate: float, found: Values) -> Interval:
    low, high = np.percentile(found, PERCENTILES)
    return Interval(
        estimate=round(estimate, DIGITS),
        low=round(float(low), DIGITS),
        high=round(float(high), DIGITS),
    )
