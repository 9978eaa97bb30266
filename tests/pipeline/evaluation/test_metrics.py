"""Figures of retrieval: worked by hand, held against scikit-learn and scipy, blind to ties."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import coverage_error, label_ranking_average_precision_score, ndcg_score

from pipeline.evaluation.metrics import (
    NOT_FOUND,
    bounded,
    ndcg,
    rank_of_best,
    ranks_of_rows,
    recall_at,
    reciprocal,
    spearman,
)
from pipeline.evaluation.retrieval import METRICS, summarise

# Few different scores, so that ties are the rule.
SCORES = st.lists(st.integers(0, 4).map(lambda n: n / 4), min_size=1, max_size=30)


def ranking(scores):
    """Ids 0, 1, ... in the order a ranker gives them: best first."""
    return sorted(enumerate(scores), key=lambda one: -one[1])


@st.composite
def rankings(draw):
    """A ranking with grades for some of its ids, at least one above 0."""
    scores = draw(SCORES)
    grades = draw(
        st.dictionaries(st.integers(0, len(scores) - 1), st.integers(0, 3).map(float), min_size=1)
    )
    assume(any(grades.values()))
    return ranking(scores), grades


# ranks 2 (one better), 1, 3.5 (two better, three others in the tie of four), none
HAND = [
    ([(1, 0.9), (2, 0.8), (3, 0.7)], {2: 1.0}, 2),
    ([(1, 0.9), (2, 0.8)], {1: 1.0, 2: 1.0}, 1),
    ([(1, 0.9), (2, 0.8), (3, 0.5), (4, 0.5), (5, 0.5), (6, 0.5)], {5: 1.0}, 4.5),
    ([(1, 0.9), (2, 0.8)], {7: 1.0}, NOT_FOUND),
    ([], {7: 1.0}, NOT_FOUND),
    # A tie with another relevant one costs nothing: whichever is shown first is right.
    ([(1, 0.5), (2, 0.5)], {1: 1.0, 2: 2.0}, 1),
    ([(1, 0.5), (2, 0.5), (3, 0.5)], {1: 1.0, 2: 2.0}, 1.5),
    # A grade of 0 is not relevant.
    ([(1, 0.9), (2, 0.8)], {1: 0.0, 2: 1.0}, 2),
]


@pytest.mark.parametrize(("ranked", "relevant", "rank"), HAND)
def test_the_rank_is_one_and_the_better_and_half_the_equal(ranked, relevant, rank):
    assert rank_of_best(ranked, relevant) == rank


def test_ndcg_worked_by_hand():
    # Places 1..3 hold grades 0, 3, 1; a third relevant one (grade 2) is not found.
    # DCG  = 0/log2(2) + 3/log2(3) + 1/log2(4)             = 1.892789 + 0.5      = 2.392789
    # IDCG = 3/log2(2) + 2/log2(3) + 1/log2(4)             = 3 + 1.261860 + 0.5  = 4.761860
    ranked = [(1, 0.9), (2, 0.8), (3, 0.7)]
    assert ndcg(ranked, {2: 3.0, 3: 1.0, 9: 2.0}) == pytest.approx(2.392789 / 4.761860, abs=1e-6)


def test_tied_segments_share_the_gains_of_their_places():
    # Both orders of the tie at places 1 and 2 are as likely: (1 + 0.630930) / 2 of a gain of 1.
    assert ndcg([(1, 0.5), (2, 0.5)], {1: 1.0}) == pytest.approx(0.815465, abs=1e-6)
    # A tie across the cut: places 1, 2 and 3, of which two count.
    ties = [(1, 0.5), (2, 0.5), (3, 0.5)]
    assert ndcg(ties, {1: 1.0}, k=2) == pytest.approx((1 + 0.630930) / 3, abs=1e-6)


def test_figures_of_four_queries_worked_by_hand():
    # Ranks 1, 2, 4.5 and not found, in a library of 100 segments:
    # R@1 1/4, R@5 3/4, R@10 3/4; the median of 1, 2, 4.5, 100 is 3.25, the mean 26.875;
    # MRR = (1 + 1/2 + 1/4.5 + 0) / 4 = 0.430556
    found = summarise(np.array([1, 2, 4.5, NOT_FOUND]), np.array([1, 0.5, 0, 0]), live=100)
    assert {name: one.estimate for name, one in found.metrics.items()} == pytest.approx(
        {
            "recall@1": 0.25,
            "recall@5": 0.75,
            "recall@10": 0.75,
            "median_rank": 3.25,
            "mean_rank": 26.875,
            "mrr": 0.430556,
            "ndcg@10": 0.375,
        },
        abs=1e-6,
    )
    assert tuple(found.metrics) == METRICS
    assert (found.queries, found.found, found.curve[1], found.curve[4]) == (4, 3, 0.5, 0.75)


def test_whoever_shares_the_first_place_is_not_sure_to_be_first():
    assert recall_at(np.array([1.0, 1.5]), 1).tolist() == [1, 0]
    assert reciprocal(np.array([1.0, 2.0, NOT_FOUND])).tolist() == [1, 0.5, 0]


@given(rankings())
def test_ndcg_agrees_with_scikit_learn(case):
    ranked, grades = case
    truth = np.array([[grades.get(one, 0.0) for one, _ in ranked]])
    scores = np.array([[score for _, score in ranked]])
    assume(truth.shape[1] > 1)
    for k in (1, 5, 10):
        assert ndcg(ranked, grades, k) == pytest.approx(ndcg_score(truth, scores, k=k))


@given(SCORES, st.data())
def test_ranks_without_ties_agree_with_scikit_learn(scores, data):
    """With one relevant label per row its average precision is the mean of 1 / rank, and how far
    one has to read (coverage) is the mean rank."""
    different = [score + at * 1e-3 for at, score in enumerate(scores)]
    assume(len(different) > 1)
    right = data.draw(st.integers(0, len(different) - 1))
    rank = rank_of_best(ranking(different), {right: 1.0})
    truth = np.eye(len(different))[[right]]
    assert 1 / rank == pytest.approx(
        label_ranking_average_precision_score(truth, np.array([different]))
    )
    assert rank == coverage_error(truth, np.array([different]))


@given(rankings(), st.randoms(use_true_random=False))
def test_the_order_of_tied_segments_changes_nothing(case, random):
    ranked, grades = case
    shuffled = list(ranked)
    random.shuffle(shuffled)
    shuffled.sort(key=lambda one: -one[1])
    assert rank_of_best(shuffled, grades) == rank_of_best(ranked, grades)
    assert ndcg(shuffled, grades) == pytest.approx(ndcg(ranked, grades))


@given(rankings())
def test_every_figure_stays_in_its_range(case):
    ranked, grades = case
    rank = rank_of_best(ranked, grades)
    assert 1 <= rank <= len(ranked)
    assert (2 * rank).is_integer()
    assert 0 <= ndcg(ranked, grades) <= 1 + 1e-12


@given(rankings())
def test_the_best_order_has_the_best_figures(case):
    _, grades = case
    ideal = sorted(grades, key=lambda one: -grades[one])
    best = [(one, 2.0 - at / 100) for at, one in enumerate(ideal)]
    assert ndcg(best, grades) == pytest.approx(1)
    assert rank_of_best(best, grades) == 1


@given(rankings())
def test_a_row_of_a_matrix_has_the_rank_of_its_list(case):
    ranked, grades = case
    scores = np.array([[score for _, score in ranked]])
    relevant = np.array([[grades.get(one, 0) > 0 for one, _ in ranked]])
    assert ranks_of_rows(scores, relevant)[0] == rank_of_best(ranked, grades)


def test_a_row_without_an_answer_is_refused():
    with pytest.raises(ValueError, match="relevant"):
        ranks_of_rows(np.zeros((1, 3)), np.zeros((1, 3), bool))


def test_what_is_not_found_is_last_in_the_library():
    assert bounded(np.array([2.0, NOT_FOUND]), 50).tolist() == [2, 50]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=40).filter(
        lambda pairs: len({a for a, _ in pairs}) > 1 and len({b for _, b in pairs}) > 1
    )
)
def test_spearman_agrees_with_scipy(pairs):
    x, y = (np.array(side, float) for side in zip(*pairs, strict=True))
    assert spearman(x, y) == pytest.approx(spearmanr(x, y).statistic)


def test_spearman_of_a_constant_is_no_number():
    assert math.isnan(spearman(np.ones(4), np.arange(4.0)))
    assert math.isnan(spearman(np.ones(1), np.ones(1)))
