"""May searches switch to another embedding space? Only where it is not surely worse.

Both spaces get the same queries; the difference of the figure is taken query by query and its 95 %
interval bootstrapped. The switch is refused where the whole interval lies below minus the
tolerance. So chance alone does not stop a switch, and a small loss is let through on purpose: a new
model is chosen for its reasons (Korean, licence, speed).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from core.query import parse
from db.pool import Database
from pipeline.evaluation.bootstrap import (
    RESAMPLES,
    SEED,
    Interval,
    difference_interval,
    mean_interval,
)
from pipeline.evaluation.feedback import judged, marked_queries
from pipeline.evaluation.known_items import known_items
from pipeline.evaluation.metrics import Scored, ndcg, rank_of_best, reciprocal
from pipeline.evaluation.queries import Judged
from pipeline.evaluation.retrieval import NDCG_AT, Progress

Metric = Literal["mrr", "ndcg@10"]

FEWEST_JUDGED = 50
"""With fewer queries that people judged, the interval says nothing; known items fill up."""
KNOWN_ITEMS = 200
TOLERANCE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class GateQueries:
    """What to ask: ``judged`` by people, then ``known`` items of the library itself."""

    judged: tuple[Judged, ...]
    known: tuple[Judged, ...]

    @property
    def all(self) -> tuple[Judged, ...]:
        return self.judged + self.known


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``difference`` is after minus before, 0..1; the intervals are None where there was nothing
    to ask (then it passes). The sentences say it to a person."""

    passes: bool
    metric: Metric
    tolerance: float
    queries: int
    before: Interval | None
    after: Interval | None
    difference: Interval | None
    sentence: str
    sentence_ko: str


def gate_queries(
    database: Database,
    *,
    fewest: int = FEWEST_JUDGED,
    known: int = KNOWN_ITEMS,
    seed: int = SEED,
) -> GateQueries:
    """The queries people marked answers of; where they are fewer than ``fewest``, ``known`` known
    items beside them."""
    with database.transaction() as conn:
        marked = [one for one in judged(marked_queries(conn)) if not parse(one.query).problems]
        made = known_items(conn, known, seed=seed) if len(marked) < fewest else []
    return GateQueries(judged=tuple(marked), known=tuple(made))


def compare(
    rank_a: Callable[[str], Scored],
    rank_b: Callable[[str], Scored],
    queries: Sequence[Judged],
    *,
    metric: Metric = "mrr",
    tolerance: float = TOLERANCE,
    resamples: int = RESAMPLES,
    progress: Progress = lambda _share: None,
) -> Verdict:
    """Is ``rank_b`` (the new one) surely worse than ``rank_a`` (the present one)?

    Each takes a query and gives (segment id, score), best first. To judge a space, let its own leg
    rank alone: ``partial(searcher.ranking, legs=frozenset({"vector"}), space=...)``; beside the
    words, which find their own caption in any case, a bad space would hide. A query that either of
    them cannot run (InputError) is left out.
    """
    asked: list[Judged] = []
    figures: list[tuple[float, float]] = []
    for number, one in enumerate(queries):
        try:
            rankings = rank_a(one.query), rank_b(one.query)
        except InputError:  # it names a camera or a person that is called otherwise by now
            continue
        asked.append(one)
        figures.append((_figure(rankings[0], one, metric), _figure(rankings[1], one, metric)))
        progress((number + 1) / len(queries))
    if not asked:
        return Verdict(
            passes=True,
            metric=metric,
            tolerance=tolerance,
            queries=0,
            before=None,
            after=None,
            difference=None,
            sentence="There is nothing to compare by: no marks and no captions.",
            sentence_ko="비교할 근거가 없습니다. 평가 표시도 캡션도 없습니다.",
        )
    before, after = np.array(figures).T
    difference = difference_interval(before, after, resamples=resamples)
    passes = difference.high >= -tolerance
    return Verdict(
        passes=passes,
        metric=metric,
        tolerance=tolerance,
        queries=len(asked),
        before=mean_interval(before, resamples=resamples),
        after=mean_interval(after, resamples=resamples),
        difference=difference,
        **_sentences(passes, metric, tolerance, before, after, difference),
    )


def _figure(ranking: Scored, one: Judged, metric: Metric) -> float:
    if metric == "mrr":
        return float(reciprocal(np.array([rank_of_best(ranking, one.relevant)]))[0])
    return ndcg(ranking, one.relevant, NDCG_AT)


def _sentences(
    passes: bool,
    metric: Metric,
    tolerance: float,
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    difference: Interval,
) -> dict[str, str]:
    name = {"mrr": "MRR", "ndcg@10": "nDCG@10"}[metric]
    change = (
        f"{name} {before.mean():.3f} -> {after.mean():.3f} "
        f"({difference.low:+.3f} .. {difference.high:+.3f})"
    )
    asked, asked_ko = f"{len(before)} queries", f"검색어 {len(before)}개"
    if passes:
        return {
            "sentence": f"The new model is not surely worse: {change}, {asked}.",
            "sentence_ko": f"새 모델이 확실히 더 나쁘지는 않습니다: {change}, {asked_ko}.",
        }
    return {
        "sentence": f"The new model is worse by more than {tolerance:g}: {change}, {asked}; "
        "searches stay with the present one.",
        "sentence_ko": f"새 모델이 {tolerance:g}보다 더 나쁩니다: {change}, {asked_ko}. 검색은 "
        "지금 모델을 계속 씁니다.",
    }
