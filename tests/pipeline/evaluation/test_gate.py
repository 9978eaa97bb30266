"""The gate: a surely worse space is refused, chance is not, and a library can ask itself."""

from __future__ import annotations

import numpy as np
import pytest

from core.types import Actor
from db import feedback
from pipeline.evaluation.gate import compare, gate_queries
from pipeline.evaluation.known_items import known_items, words_of
from pipeline.evaluation.queries import Judged
from tests.support.library import add_video, segments

QUERIES = [Judged(query=str(n), language="en", relevant={n: 1.0}) for n in range(200)]
CAPTIONS = [
    (
        0,
        1_000,
        "A person in a red top runs out to the right",
        "빨간 상의를 입은 사람이 뛰어나갑니다.",
    ),
    (1_000, 2_000, "Nobody in view", "아무도 없습니다."),
    (2_000, 3_000, "Nobody in view", "아무도 없습니다."),
    (3_000, 4_000, "A dog: it sleeps", "개: 잡니다"),
    (4_000, 5_000, "", ""),
]


def finds(share, seed=0, rank=1):
    """A ranker that puts the right answer at ``rank`` for about ``share`` of the queries."""
    lucky = np.random.default_rng(seed).random(200) < share

    def ranked(query):
        n = int(query)
        others = [(1_000 + at, 1.0 - at / 100) for at in range(rank - 1)]
        return [*others, (n, 0.1)] if lucky[n] else others

    return ranked


def test_a_surely_worse_space_is_refused():
    verdict = compare(finds(0.9), finds(0.5, seed=1), QUERIES)
    assert not verdict.passes
    assert verdict.difference.high < -0.02
    assert "worse by more than 0.02" in verdict.sentence
    assert "더 나쁩니다" in verdict.sentence_ko


def test_an_equal_and_a_better_space_pass():
    assert compare(finds(0.7), finds(0.7, seed=1), QUERIES).passes
    better = compare(finds(0.5), finds(0.9, seed=1), QUERIES)
    assert better.passes
    assert better.difference.low > 0
    assert (better.before.estimate, better.after.estimate) == pytest.approx((0.5, 0.9), abs=0.12)


def test_a_loss_within_the_tolerance_passes_and_one_beyond_does_not():
    # Every query falls from rank 1 to rank 2: the difference is exactly -0.5, without any chance.
    worse = finds(1, rank=2)
    assert not compare(finds(1), worse, QUERIES, tolerance=0.49).passes
    assert compare(finds(1), worse, QUERIES, tolerance=0.5).passes
    assert compare(finds(1), worse, QUERIES).difference.estimate == -0.5


def test_few_queries_prove_nothing():
    # One lost of three: the interval reaches 0.
    ranked = {"0": [(0, 1.0)], "1": [(1, 1.0)], "2": []}
    assert compare(finds(1), lambda query: ranked[query], QUERIES[:3]).passes


def test_ndcg_can_decide():
    verdict = compare(finds(1), finds(1, rank=2), QUERIES, metric="ndcg@10")
    assert verdict.after.estimate == pytest.approx(1 / np.log2(3))


def test_nothing_to_ask_by_passes_and_says_so():
    verdict = compare(finds(1), finds(0), [])
    assert verdict.passes
    assert verdict.difference is None
    assert verdict.sentence
    assert verdict.sentence_ko


def test_a_library_asks_itself_and_equal_captions_are_all_right(database):
    ids = [one.id for one in segments(database, add_video(database, CAPTIONS))]
    with database.transaction() as conn:
        made = known_items(conn, 10, seed=1)
        assert made == known_items(conn, 10, seed=1)
        assert len(known_items(conn, 2, seed=1)) == 2
    by_query = {one.query: one for one in made}
    assert dict(by_query["아무도 없습니다."].relevant) == {ids[1]: 1, ids[2]: 1}
    assert dict(by_query["nobody view"].relevant) == {ids[1]: 1, ids[2]: 1}
    assert dict(by_query["빨간 상의를 입은 사람이 뛰어나갑니다."].relevant) == {ids[0]: 1}
    # A colon would be read as a filter.
    assert by_query["개 잡니다"].language == "ko"
    assert {one.language for one in made} == {"en", "ko"}


def test_the_words_of_a_caption_are_some_of_its_telling_ones():
    caption = "A person in a red top comes in from the left and stands in the middle"
    chosen = words_of(caption, seed=3).split()
    assert len(chosen) == 4
    assert [word for word in caption.lower().split() if word in chosen] == chosen
    assert not {"a", "in", "the", "and"} & set(chosen)
    assert words_of("It is", seed=3) == ""


def test_people_decide_where_enough_of_them_did(database):
    ids = [one.id for one in segments(database, add_video(database, CAPTIONS))]
    by = Actor(name="jimin", origin="web")
    with database.transaction() as conn:
        for number in range(3):
            feedback.record(
                conn, query=f"query {number}", segment_id=ids[0], kind="relevant", by=by
            )
        feedback.record(conn, query="sort:fast red", segment_id=ids[0], kind="click", by=by)
    enough = gate_queries(database, fewest=3)
    assert (len(enough.judged), enough.known) == (3, ())
    few = gate_queries(database, fewest=4)
    assert few.all == few.judged + few.known
    assert len(few.known) == 6
