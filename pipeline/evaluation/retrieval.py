"""Queries through a ranker, and the figures of what came back: per language, leg and space."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from core.types import Leg
from pipeline.evaluation.bootstrap import (
    RESAMPLES,
    Interval,
    difference_interval,
    mean_interval,
    median_interval,
)
from pipeline.evaluation.metrics import (
    Scored,
    bounded,
    ndcg,
    rank_of_best,
    recall_at,
    reciprocal,
)
from pipeline.evaluation.queries import Judged, languages_in

LEGS: tuple[Leg, ...] = get_args(Leg)
RECALL_AT = (1, 5, 10)
NDCG_AT = 10
CURVE_TO = 50
METRICS = ("recall@1", "recall@5", "recall@10", "median_rank", "mean_rank", "mrr", "ndcg@10")
ALL = "all"

Progress = Callable[[float], None]


class Rank(Protocol):
    """Put a query to the search: segment ids with scores, best first, each once, at most 1,000.

    ``legs`` names those of ``LEGS`` that take part, None for all; ``space`` is the embedding
    space to use, None for the active one.
    """

    def __call__(
        self, query: str, *, legs: frozenset[Leg] | None = None, space: str | None = None
    ) -> Scored: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One way to search. ``name`` is how the report calls it."""

    name: str
    legs: frozenset[Leg] | None = None
    space: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of each query, in their order: the rank of the best relevant segment (inf: not
    found) and nDCG@10, both (queries,)."""

    ranks: NDArray[np.float64]
    ndcgs: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The figures of some queries, by the names of ``METRICS``; ``found`` is how many of them
    were answered at any rank, ``curve`` recall at 1..CURVE_TO."""

    queries: int
    found: int
    metrics: Mapping[str, Interval]
    curve: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One setting: figures by language (``all`` first), and ``gain``, the difference of the
    reciprocal rank to the first setting, query by query (None for the first itself)."""

    setting: Setting
    summaries: Mapping[str, Summary]
    ranks: tuple[float, ...]
    gain: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval:
    """A whole evaluation. ``live`` is the number of live segments, ``resamples`` of the
    bootstrap."""

    queries: int
    live: int
    resamples: int
    runs: tuple[Run, ...]


def settings(spaces: Sequence[str] = (), *, by_leg: bool = False) -> list[Setting]:
    """Every space by itself (none named: the active one), then with ``by_leg`` the first of them
    without each leg and with each leg alone."""
    found = [Setting(name=space, space=space) for space in spaces] or [Setting(name=ALL)]
    first = found[0].space
    if by_leg:
        found += [
            Setting(name=f"without {leg}", legs=frozenset(LEGS) - {leg}, space=first)
            for leg in LEGS
        ]
        found += [Setting(name=f"{leg} alone", legs=frozenset({leg}), space=first) for leg in LEGS]
    return found


def evaluate(
    rank: Rank,
    judged: Sequence[Judged],
    chosen: Sequence[Setting],
    *,
    live: int,
    resamples: int = RESAMPLES,
    progress: Progress = lambda _share: None,
) -> Retrieval:
    """Put every query to every setting. Raises InputError for no queries, and what ``rank`` raises
    (an unknown space) at the first query, before the others are asked."""
    languages = languages_in(judged)
    rows = {ALL: np.arange(len(judged))} | {
        language: np.array([n for n, one in enumerate(judged) if one.language == language])
        for language in languages
    }
    total = len(judged) * len(chosen)
    outcomes: list[Outcome] = []
    for number, setting in enumerate(chosen):
        done = number * len(judged)
        outcomes.append(
            ask(rank, judged, setting, lambda here, done=done: progress((done + here) / total))
        )
    runs = []
    for setting, outcome in zip(chosen, outcomes, strict=True):
        gain = None
        if setting is not chosen[0]:
            before, after = reciprocal(outcomes[0].ranks), reciprocal(outcome.ranks)
            gain = difference_interval(before, after, resamples=resamples)
        runs.append(
            Run(
                setting=setting,
                summaries={
                    name: summarise(
                        outcome.ranks[which], outcome.ndcgs[which], live=live, resamples=resamples
                    )
                    for name, which in rows.items()
                },
                ranks=tuple(outcome.ranks.tolist()),
                gain=gain,
            )
        )
    return Retrieval(queries=len(judged), live=live, resamples=resamples, runs=tuple(runs))


def ask(
    rank: Rank,
    judged: Sequence[Judged],
    setting: Setting,
    answered: Callable[[int], None] = lambda _count: None,
) -> Outcome:
    """Every query once; ``answered`` hears how many are."""
    ranks, ndcgs = np.empty(len(judged)), np.empty(len(judged))
    for number, one in enumerate(judged):
        ranking = rank(one.query, legs=setting.legs, space=setting.space)
        ranks[number] = rank_of_best(ranking, one.relevant)
        ndcgs[number] = ndcg(ranking, one.relevant, NDCG_AT)
        answered(number + 1)
    return Outcome(ranks=ranks, ndcgs=ndcgs)


def summarise(
    ranks: NDArray[np.float64],
    ndcgs: NDArray[np.float64] | None,
    *,
    live: int,
    resamples: int = RESAMPLES,
) -> Summary:
    """The figures of ranks (queries,), at least one; without ``ndcgs`` that figure is left out."""
    places = bounded(ranks, live)
    metrics = {
        f"recall@{k}": mean_interval(recall_at(ranks, k), resamples=resamples) for k in RECALL_AT
    }
    metrics["median_rank"] = median_interval(places, resamples=resamples)
    metrics["mean_rank"] = mean_interval(places, resamples=resamples)
    metrics["mrr"] = mean_interval(reciprocal(ranks), resamples=resamples)
    if ndcgs is not None:
        metrics[f"ndcg@{NDCG_AT}"] = mean_interval(ndcgs, resamples=resamples)
    return Summary(
        queries=len(ranks),
        found=int(np.isfinite(ranks).sum()),
        metrics=metrics,
        curve=tuple(float(recall_at(ranks, k).mean()) for k in range(1, CURVE_TO + 1)),
    )
