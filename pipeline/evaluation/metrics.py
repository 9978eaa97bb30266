"""Figures of retrieval, from scores: no figure depends on how equal scores happen to be sorted.

A ranking is best first; neighbours with the same score are tied. A rank is 1 + the number of others
that stand before the tie + half of the others in it. With several relevant segments the best of
them has the rank; the other relevant ones neither push it back nor tie with it.

nDCG follows Järvelin and Kekäläinen (2002) with linear gains and a discount of log2(rank + 1); what
is tied shares the gains of its places (McSherry and Najork, 2008), as in scikit-learn's
``ndcg_score``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

NOT_FOUND = math.inf
"""The rank of what is not among the answers."""

Scored = Sequence[tuple[int, float]]
"""Segment id and score, best first, each id once."""


def rank_of_best(ranking: Scored, relevant: Mapping[int, float]) -> float:
    """The rank of the best relevant segment, from 1 and perhaps a half; ``NOT_FOUND`` where none
    is in ``ranking``. ``relevant`` maps ids to grades; a grade of 0 is not relevant."""
    before = 0
    for tied in _ties(ranking):
        others = sum(relevant.get(one, 0) <= 0 for one in tied)
        if others < len(tied):
            return 1 + before + others / 2
        before += others
    return NOT_FOUND


def ndcg(ranking: Scored, relevant: Mapping[int, float], k: int = 10) -> float:
    """0..1: the discounted gain of the first ``k`` against that of the best order there could be.

    The best order counts every relevant segment, found or not. Without any it is 0.
    """
    ideal = sorted((grade for grade in relevant.values() if grade > 0), reverse=True)[:k]
    best = float(np.dot(ideal, _discounts(len(ideal))))
    if not best:
        return 0.0
    discounts = _discounts(k)
    gain, place = 0.0, 0
    for tied in _ties(ranking):
        if place >= k:
            break
        shared = float(discounts[place : place + len(tied)].sum())
        gain += shared * sum(max(relevant.get(one, 0.0), 0.0) for one in tied) / len(tied)
        place += len(tied)
    return gain / best


def ranks_of_rows(scores: NDArray[np.floating], relevant: NDArray[np.bool_]) -> NDArray[np.float64]:
    """scores, relevant (queries, candidates) -> the rank of the best relevant candidate of each
    row. Raises ValueError for a row without a relevant candidate."""
    if not relevant.any(axis=1).all():
        raise ValueError("every query needs a relevant candidate")
    best = np.where(relevant, scores, -np.inf).max(axis=1, keepdims=True)
    better = ((scores > best) & ~relevant).sum(axis=1)
    same = ((scores == best) & ~relevant).sum(axis=1)
    ranks: NDArray[np.float64] = 1 + better + same / 2
    return ranks


def recall_at(ranks: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """1 for each query answered among the first ``k``, else 0. Rank 1.5 is not among the first 1:
    who shares the first place is not sure to be shown first."""
    return (ranks <= k).astype(np.float64)


def reciprocal(ranks: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / rank, 0 for what was not found."""
    return 1.0 / ranks


def bounded(ranks: NDArray[np.float64], live: int) -> NDArray[np.float64]:
    """For mean and median: what was not found has the last rank there is, that of a library of
    ``live`` segments. So a ranker that stops early can look worse than it is, never better."""
    return np.where(np.isfinite(ranks), ranks, float(live))


def spearman(x: NDArray[np.floating], y: NDArray[np.floating]) -> float:
    """Spearman's rank correlation, -1..1, equal values sharing their mean rank; NaN where one
    side is constant or there are fewer than two pairs."""
    if len(x) < 2:
        return math.nan
    a, b = _mean_ranks(x), _mean_ranks(y)
    a, b = a - a.mean(), b - b.mean()
    size = math.sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / size if size else math.nan


def _ties(ranking: Scored) -> Iterator[list[int]]:
    """The ids of each run of equal scores."""
    for _, run in itertools.groupby(ranking, key=lambda one: one[1]):
        yield [one for one, _ in run]


def _mean_ranks(values: NDArray[np.floating]) -> NDArray[np.float64]:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = counts.cumsum()
    ranks: NDArray[np.float64] = (last - (counts - 1) / 2)[inverse]
    return ranks


def _discounts(count: int) -> NDArray[np.float64]:
    discounts: NDArray[np.float64] = 1 / np.log2(np.arange(2, count + 2))
    return discounts
