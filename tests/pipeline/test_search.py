"""The search everybody calls: paraphrase, Korean, clothes, and honest emptiness."""

from __future__ import annotations

import pytest

from core.config import Config
from core.errors import InputError
from db.pool import Database
from db.videos import get_video
from pipeline.frames import Progress
from pipeline.registry import Registry
from pipeline.search import Searcher, clean_query
from pipeline.vectors import write_vectors
from pipeline.workshop import Workshop
from tests.support.library import add_segments, add_video, draft, person

MOMENTS = [
    ("A person in a red top comes in from the left and stands in the middle for 8 s.",
     "빨간 상의에 파란 하의를 입은 사람이 왼쪽에서 들어와 가운데에 8초 동안 서 있습니다.",
     "red", "blue"),
    ("A person in a black top and grey bottoms runs out to the right.",
     "검은 상의에 회색 하의를 입은 사람이 오른쪽으로 뛰어나갑니다.", "black", "grey"),
    ("Nobody in view; nothing moves.", "아무도 보이지 않고 움직임이 없습니다.", None, None),
]  # fmt: skip


@pytest.fixture
def searcher(config: Config, database: Database) -> Searcher:
    return stocked(config, database, MOMENTS)


def stocked(config: Config, database: Database, moments) -> Searcher:
    """A library of one video with ``moments`` of ten seconds each."""
    video_id = add_video(database, title="aisle", path="/videos/aisle.mp4")
    drafts = []
    for number, (caption, caption_ko, upper, lower) in enumerate(moments):
        start, end = number * 10_000, number * 10_000 + 10_000
        seen = (person(start, end - 1, upper=upper, lower=lower),) if upper else ()
        kind = "activity" if upper else "quiet"
        drafts.append(draft(video_id, start, end, caption, caption_ko, kind=kind, detections=seen))
    with database.transaction() as conn:
        add_segments(conn, video_id, drafts)
    workshop = Workshop(config=config, database=database, registry=Registry(config))
    with database.transaction() as conn:
        video = get_video(conn, video_id)
    progress: Progress = lambda _share: None  # noqa: E731
    write_vectors(workshop, video, progress)
    return Searcher(config, database, workshop.registry)


@pytest.mark.parametrize(
    ("query", "start_ms"),
    [
        ("red jacket", 0),
        ("someone in a red coat", 0),
        ("빨간 옷", 0),
        ("빨간 재킷 입은 사람", 0),
        ("blue jeans", 0),
        ("somebody flees", 10_000),
        ("뛰어나가는 사람", 10_000),
        ("ｒｅｄ　ｊａｃｋｅｔ", 0),
        ("검은 옷", 10_000),
        ("empty shop, no one there", 20_000),
        ("아무도 없는 매장", 20_000),
    ],
)
def test_a_moment_is_found_by_what_it_shows(searcher, query, start_ms):
    assert searcher.search(query).hits[0].segment.start_ms == start_ms


def test_a_query_for_red_is_not_answered_by_black(searcher):
    assert [hit.segment.start_ms for hit in searcher.search("red jacket").hits] == [0]
    assert [hit.segment.start_ms for hit in searcher.search("빨간 옷").hits] == [0]


def test_clothes_in_general_are_found_where_the_caption_says_top(config, database):
    """``옷`` stands in the other caption, the measured colour in this one."""
    moments = [
        ("A person in black clothes stands in the middle for 8 s.",
         "검은 옷을 입은 사람이 가운데에 8초 동안 서 있습니다.", "black", "black"),
        ("A person in a red top and black bottoms stands in the middle for 8 s.",
         "빨간 상의에 검은 하의를 입은 사람이 가운데에 8초 동안 서 있습니다.", "red", "black"),
    ]  # fmt: skip
    searcher = stocked(config, database, moments)
    assert searcher.search("빨간 옷").hits[0].segment.start_ms == 10_000
    assert searcher.search("빨간 옷 입은 사람").hits[0].segment.start_ms == 10_000


@pytest.mark.parametrize("query", ["elephant in the jungle", "quarterly report", "코끼리"])
def test_what_is_not_there_is_not_found(searcher, query):
    assert searcher.search(query).hits == ()


def test_reasons_come_in_both_languages(searcher):
    hit = searcher.search("red jacket").hits[0]
    assert hit.reasons[0] == "red top at 0:04"
    assert hit.reasons_ko[0] == "0:04에 빨간 상의"
    assert hit.people == ("red top, blue bottoms",)
    assert 0 < hit.score <= 1


def test_a_korean_query_the_model_cannot_read_says_so(searcher):
    result = searcher.search("호랑이 옆 빨간 옷")
    assert result.hits[0].segment.start_ms == 0
    assert "words only" in result.notes[0]


@pytest.mark.parametrize("query", ["", "   ", "\u00a0\t", "\u200b"])
def test_an_empty_query_says_what_to_type(searcher, query):
    with pytest.raises(InputError, match="red jacket"):
        searcher.search(query)


def test_an_endless_query_is_refused():
    with pytest.raises(InputError, match="500"):
        clean_query("x" * 501)


def test_an_empty_library_finds_nothing(config, database):
    result = Searcher(config, database).search("red jacket")
    assert (result.hits, result.total) == ((), 0)
