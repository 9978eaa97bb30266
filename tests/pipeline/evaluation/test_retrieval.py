"""Queries through a ranker: figures per language, leg and space, worked by hand."""

from __future__ import annotations

import pytest

from core.errors import InputError, NotFound
from pipeline.evaluation.queries import Judged
from pipeline.evaluation.retrieval import LEGS, evaluate, settings

JUDGED = [
    Judged(query="red", language="en", relevant={1: 1.0}),
    Judged(query="blue", language="en", relevant={2: 1.0}),
    Judged(query="빨강", language="ko", relevant={1: 1.0}),
]


class Shelf:
    """A ranker with a fixed answer per query; the text leg alone knows Korean."""

    def __init__(self) -> None:
        self.asked = []

    def __call__(self, query, *, legs=None, space=None):
        if space == "unknown":
            raise NotFound("There is no embedding space unknown.")
        self.asked.append((query, legs, space))
        if query == "빨강":
            return [(1, 0.9), (2, 0.8)] if legs is None or "text" in legs else []
        return [(1, 0.9), (2, 0.8), (3, 0.7)]


def test_figures_are_per_language():
    # red at 1, blue at 2, 빨강 at 1: all R@1 2/3, English 1/2, Korean 1.
    (run,) = evaluate(Shelf(), JUDGED, settings(), live=3, resamples=200).runs
    assert {n: s.metrics["recall@1"].estimate for n, s in run.summaries.items()} == {
        "all": pytest.approx(2 / 3),
        "en": 0.5,
        "ko": 1.0,
    }
    assert {n: s.queries for n, s in run.summaries.items()} == {"all": 3, "en": 2, "ko": 1}
    assert run.ranks == (1, 2, 1)
    assert run.gain is None


def test_every_leg_is_left_out_and_left_alone():
    shelf = Shelf()
    found = evaluate(shelf, JUDGED, settings(by_leg=True), live=3, resamples=200)
    runs = {run.setting.name: run for run in found.runs}
    assert len(runs) == 1 + 2 * len(LEGS)
    # Without the words the Korean query finds nothing: 1 / rank falls from 1 to 0 for one of three.
    without = runs["without text"]
    assert without.summaries["ko"].found == 0
    assert without.summaries["ko"].metrics["mean_rank"].estimate == 3
    assert without.gain.estimate == pytest.approx(-1 / 3)
    assert runs["text alone"].gain.estimate == 0
    asked = {legs for _, legs, _ in shelf.asked}
    assert asked == {
        None,
        *(frozenset(LEGS) - {leg} for leg in LEGS),
        *(frozenset({leg}) for leg in LEGS),
    }


def test_spaces_stand_beside_each_other():
    shelf = Shelf()
    chosen = settings(["a@1", "b@2"], by_leg=True)
    evaluate(shelf, JUDGED, chosen, live=3, resamples=200)
    # Legs are taken away from the first space.
    assert {space for _, legs, space in shelf.asked if legs is not None} == {"a@1"}
    assert {space for _, legs, space in shelf.asked if legs is None} == {"a@1", "b@2"}


def test_an_unknown_space_and_no_queries_are_refused():
    with pytest.raises(NotFound, match="unknown"):
        evaluate(Shelf(), JUDGED, settings(["unknown"]), live=3)
    with pytest.raises(InputError, match="no queries"):
        evaluate(Shelf(), [], settings(), live=3)


def test_progress_goes_from_the_first_query_to_the_last():
    shares = []
    evaluate(Shelf(), JUDGED, settings(["a", "b"]), live=3, resamples=100, progress=shares.append)
    assert shares == pytest.approx([n / 6 for n in range(1, 7)])
