"""Why an answer is one: only what is true of it, and never nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.config import Config
from core.types import Hit
from core.windows import Stretch, Window
from db.pool import Database
from db.rows import execute
from db.search import Found, Moment, Weights
from pipeline.hits import Names, Query, hit
from pipeline.search import Searcher
from tests.support.library import add_segments, add_video, draft, person
from tests.support.named import appear, enrolled

WEIGHTS = Weights(k=60, vector=1, text=1, clothes=1.5, seen=1.5, video=1)


@pytest.fixture
def searcher(config: Config, database: Database) -> Searcher:
    """Somebody in red over black, somebody in black over black, and nobody."""
    video_id = add_video(database, title="aisle")
    seen = [
        (person(0, 9_999, upper="red", lower="black"),),
        (person(10_000, 19_999, upper="black", lower="black"),),
        (),
    ]
    captions = [
        ("A person in red stands by the door.", "빨간 옷을 입은 사람이 문 옆에 서 있습니다."),
        ("A person stands near the wall.", "사람이 벽 가까이에 서 있습니다."),
        ("Nobody in view.", "아무도 보이지 않습니다."),
    ]
    with database.transaction() as conn:
        add_segments(
            conn,
            video_id,
            [
                draft(video_id, n * 20_000, n * 20_000 + 10_000, *captions[n], detections=seen[n])
                for n in range(3)
            ],
        )
    return Searcher(config, database)


def explained(
    words: str = "", *, found: Found | None = None, moments: int = 25, filtered: bool = False
) -> Hit:
    """A hit as it is explained, of a moment with nobody in it."""
    found = found or result()
    segment = replace(draft(1, found.start_ms, found.end_ms), id=found.segment_id)
    moment = Moment(
        segment=segment,
        title="aisle",
        source="aisle.mp4",
        camera=None,
        recorded_at=None,
        happened_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    query = Query(
        words=words,
        worn=(),
        outfits=(),
        filtered=filtered,
        names=Names(labels={}),
        best=1.0,
        weights=WEIGHTS,
        moments=moments,
    )
    stretch = Stretch(segment_id=1, video_id=1, start_ms=0, end_ms=10_000)
    return hit(found, Window(best=stretch, members=(stretch,)), moment, query, ())


def result(**given) -> Found:
    return Found(
        **{"segment_id": 1, "video_id": 1, "start_ms": 0, "end_ms": 10_000, "score": 0.01}
        | {"ranks": {}}
        | given
    )


@pytest.mark.parametrize(
    ("words", "terms", "said"),
    [
        ("color:red", ["'red'"], "red"),
        ("red/blue", ["'red'", "'blue'"], "red, blue"),
        ("(red) jacket", ["'red'"], "red"),
        ("person's", ["'person'"], "person"),
        ("t-shirt", ["'shirt'"], "shirt"),
        ("t-shirt", ["'t-shirt'", "'shirt'"], "t-shirt"),
        ("red hired", ["'red'"], "red"),
        ("red rest", ["'red'"], "red"),
        ("happy stories", ["'happi'", "'stori'"], "happy, stories"),
        ("hoping", ["'hope'"], "hoping"),
        ("색깔:빨간색", ["'빨간'", "'간색'"], "빨간색"),
        ("빨간·파란 옷", ["'파란'"], "파란"),
        ("새빨간 옷이", ["'빨간'", "'옷':*"], "새빨간, 옷이"),
    ],
)
def test_a_reason_quotes_only_what_stands_in_the_caption(words, terms, said):
    one = explained(words, found=result(ranks={"text": 1}, matched_terms=tuple(terms)))
    assert one.reasons == (f"caption says: {said}",)
    assert one.reasons_ko == (f"설명에 있는 말: {said}",)


def test_a_word_is_quoted_without_what_was_typed_around_it(searcher):
    first = searcher.search("(red), stands!").hits[0]
    assert "caption says: red, stands" in first.reasons


@pytest.mark.parametrize(
    ("query", "start_ms", "english", "korean"),
    [
        ("clothes:red", 0, "red top at 0:04", "0:04에 빨간 상의"),
        ("옷:검정 -옷:빨강", 20_000, "black clothes at 0:14", "0:14에 검은 옷"),
        ("clothes:black clothes:red", 0, "black bottoms at 0:04", "0:04에 검은 하의"),
        ('clothes:"black top"', 20_000, "black top at 0:14", "0:14에 검은 상의"),
        ("-red longer:5s -nobody", 20_000, "passes the filters", "조건에 맞음"),
        ("-stands", 40_000, "passes the filters", "조건에 맞음"),
    ],
)
def test_what_only_filters_let_through_says_why(searcher, query, start_ms, english, korean):
    (one,) = searcher.search(query).hits
    assert one.segment.start_ms == start_ms
    assert english in one.reasons
    assert korean in one.reasons_ko
    assert len(set(one.reasons)) == len(one.reasons)


def test_clothes_asked_for_twice_are_said_once(searcher):
    (one,) = searcher.search('"red" top clothes:"red top"').hits
    assert one.reasons.count("red top at 0:04") == 1


def test_a_near_miss_does_not_pass_for_what_the_filters_let_through():
    assert explained("door", found=result(strong=False), filtered=True).reasons == ()
    assert explained("door", found=result(), filtered=True).reasons == ("passes the filters",)


@pytest.mark.parametrize("query", ["person:지민", "person:staff/지민", "지민"])
def test_somebody_is_called_the_same_by_filter_and_by_words(config, database, query):
    video_id = add_video(database, [(0, 10_000, "A person.", "사람입니다.")])
    ids = enrolled(config, database, "staff/지민")
    appear(config, database, video_id, {ids["staff/지민"]: (2_000, 6_000)})
    (one,) = Searcher(config, database).search(query).hits
    assert one.reasons[0] == "staff/지민 at 0:02"
    assert one.reasons_ko[0] == "0:02에 staff/지민"


@pytest.mark.parametrize(
    ("rank", "moments", "said"),
    [
        (13, 25, "meaning: number 13 of 25 (top 52 %)"),
        (24, 25, None),
        (1, 1, "meaning: number 1 of 1"),
        (2, 3, "meaning: number 2 of 3"),
        (2, 2, None),
        (40, 0, "meaning: number 40 of what passes"),
    ],
)
def test_a_place_in_the_worse_half_is_no_reason(rank, moments, said):
    found = result(ranks={"text": 1, "vector": rank}, matched_terms=("'red'",))
    one = explained("red", found=found, moments=moments)
    assert next((r for r in one.reasons if r.startswith("meaning")), None) == said
    assert any(r.startswith("counts: ") and "meaning" in r for r in one.reasons)
    assert explained("red", found=replace(found, ranks={"video": rank}), moments=moments).reasons


def test_an_answer_keeps_its_place_where_that_is_all_there_is():
    found = result(ranks={"vector": 24})
    assert explained("red", found=found).reasons == ("meaning: number 24 of 25",)
    assert explained("red", found=replace(found, strong=False)).reasons == ()


NO_TIME = "Where no recording time is known, the day it was added counts."
NO_TIME_KO = "촬영 시각을 모르는 영상은 추가한 날을 기준으로 했습니다."


@pytest.mark.parametrize("query", ["on:today", "after:yesterday", "이후:어제 사람", "-before:2020"])
def test_a_day_that_nobody_knows_is_said_to_be_the_day_of_adding(searcher, query):
    found = searcher.search(query)
    assert found.hits
    assert found.notes.count(NO_TIME) == 1
    assert found.notes_ko.count(NO_TIME_KO) == 1


def test_of_known_days_and_without_a_date_nothing_is_said(searcher, database):
    assert NO_TIME not in searcher.search("longer:5s").notes
    with database.transaction() as conn:
        execute(conn, "UPDATE videos SET recorded_at = now()")
    found = searcher.search("on:today")
    assert found.hits
    assert NO_TIME not in found.notes
