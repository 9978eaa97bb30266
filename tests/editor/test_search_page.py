"""The search page: filters to take out, what is wrong, near misses, and why something matched."""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.config import Config
from core.query import Problem
from db.pool import Database
from editor.app import create_app
from editor.search_wording import pieces
from pipeline.search import Searcher
from tests.editor.conftest import Clip
from tests.pipeline.test_search import MOMENTS, stocked
from tests.support import library

KOREAN = {"Accept-Language": "ko"}


@pytest.fixture
def web(config: Config, database: Database) -> FlaskClient:
    """An editor on a library whose captions have vectors."""
    return create_app(config, database, stocked(config, database, MOMENTS)).test_client()


def test_every_filter_is_a_link_to_the_query_without_it(
    web: FlaskClient, database: Database
) -> None:
    library.add_video(database, camera="정문")
    page = web.get("/search", query_string={"q": "red -camera:정문 longer:2s"}).text
    assert 'aria-label="remove not camera: 정문"' in page
    assert 'href="/search?q=red+longer:2s"' in page
    assert 'href="/search?q=red+-camera:%EC%A0%95%EB%AC%B8"' in page
    korean = web.get("/search", query_string={"q": "longer:2s"}, headers=KOREAN).text
    assert 'aria-label="길이: 2s 조건 빼기"' in korean
    assert 'class="chip removable" href="/search"' in korean


def test_words_alone_are_no_chips(web: FlaskClient) -> None:
    assert "removable" not in web.get("/search?q=red+jacket").text


def test_what_is_wrong_is_marked_in_the_query_and_a_better_one_offered(web: FlaskClient) -> None:
    page = web.get("/search", query_string={"q": "red <b> camra:door"}).text
    assert "red &lt;b&gt; <mark>camra</mark>:door" in page
    assert "There is no filter camra:, did you mean camera:?" in page
    assert 'href="/search?q=red+%3Cb%3E+camera:door"' in page
    assert "Search for “red &lt;b&gt; camera:door”" in page
    assert not re.search(r"\b\d+ moments?\b", page)
    korean = web.get("/search", query_string={"q": "red camra:door"}, headers=KOREAN).text
    assert "camera: 말씀이신가요?" in korean
    assert "did you mean" not in korean


def problem(start: int, end: int) -> Problem:
    return Problem(kind="bad date", start=start, end=end, message="", message_ko="")


@pytest.mark.parametrize(
    ("query", "problems", "marked"),
    [
        ("on:never", [problem(0, 8)], "[on:never]"),
        ("a on:x b", [problem(2, 6)], "a [on:x] b"),
        ("on:x on:y", [problem(0, 4), problem(5, 9)], "[on:x] [on:y]"),
        ("on:x", [problem(0, 4), problem(3, 4)], "[on:][x]"),
        ("person: ann", [problem(7, 7)], "person:[ ] ann"),
        ("ann", [problem(3, 3)], "ann[ ]"),
        ("", [problem(0, 0)], "[ ]"),
    ],
)
def test_a_query_is_cut_where_something_is_wrong(
    query: str, problems: list[Problem], marked: str
) -> None:
    shown = "".join(f"[{one.text}]" if one.wrong else one.text for one in pieces(query, problems))
    assert shown == marked


def test_nothing_good_enough_shows_the_nearest_misses_marked_weak(web: FlaskClient) -> None:
    page = web.get("/search?q=elephant+in+the+jungle").text
    assert "Nothing good enough" in page
    assert "The nearest misses" in page
    assert page.count('class="hit weak"') == len(MOMENTS)
    assert "Try other words" not in page
    found = web.get("/api/search?q=elephant+in+the+jungle").json
    assert found["hits"] == []
    assert [one["weak"] for one in found["nearest"]] == [True] * len(MOMENTS)


def test_each_filter_that_costs_something_can_be_dropped(web: FlaskClient) -> None:
    page = web.get("/search?q=red+top+longer:1h").text
    assert "Without longer: 1h" in page
    assert re.search(r'href="/search\?q=red\+top">.*?<span class="count">1</span>', page, re.DOTALL)
    (removed,) = web.get("/api/search?q=red+top+longer:1h").json["removed"]
    assert (removed["chip"]["without"], removed["count"]) == ("red top", 1)


NO_WORDS = ("No moment passes this filter. Take it out, or make it wider.", "이 조건에 맞는 순간이")


@pytest.mark.parametrize(
    ("query", "english", "korean"),
    [
        ("longer:1h", *NO_WORDS),
        ("longer:1h sort:oldest", *NO_WORDS),
        ("-longer:1s", *NO_WORDS),
        (
            "longer:1h on:2001-01-01",
            "Take out several, or make them wider.",
            "조건을 여럿 빼거나 더 넓혀",
        ),
        ("longer:1h on:2001-01-01 dog", "Take out several, or try other words.", "다른 말로 찾아"),
    ],
)
def test_filters_that_let_nothing_through_are_not_called_words(
    web: FlaskClient, query: str, english: str, korean: str
) -> None:
    page = web.get("/search", query_string={"q": query}).text
    assert english in page
    assert "fewer of them" not in page
    assert korean in web.get("/search", query_string={"q": query}, headers=KOREAN).text


def test_a_length_reads_the_same_in_the_form_and_in_the_help(client: FlaskClient) -> None:
    said = re.compile(r'(?s)<th scope="row">([^<]+)</th><td><code lang="en">(-?longer:\w+)')
    page, korean = (client.get("/search", headers=who).text for who in ({}, KOREAN))
    assert "At least this long <input" in page
    assert {filter_: words for words, filter_ in said.findall(page)} == {
        "longer:30s": "at least this long",
        "-longer:30s": "shorter than this",
    }
    assert "이 길이 이상 <input" in korean
    assert {filter_: words for words, filter_ in said.findall(korean)} == {
        "longer:30s": "이 길이 이상인 순간",
        "-longer:30s": "이 길이 미만인 순간",
    }


def test_a_last_day_is_taken_in_by_the_field_and_by_its_chip(web: FlaskClient) -> None:
    path = web.get("/search/filters?q=red&until=2026-11-01").headers["Location"]
    page = web.get(path).text
    assert 'To this day, included <input type="date" name="until" value="2026-11-01"' in page
    assert 'aria-label="remove through: 2026-11-01"' in page
    path = web.get("/search/filters?q=red&until=2026-11-01", headers=KOREAN).headers["Location"]
    assert 'aria-label="까지: 2026-11-01 조건 빼기"' in web.get(path, headers=KOREAN).text


def test_a_window_says_where_it_begins_and_ends_and_opens_its_best_segment(
    client: FlaskClient, database: Database
) -> None:
    video_id = library.add_video(
        database,
        [(n * 10_000, n * 10_000 + 10_000, f"A bicycle passes, part {n}", "") for n in range(3)],
    )
    page = client.get("/search?q=bicycle").text
    (hit,) = client.get("/api/search?q=bicycle").json["hits"]
    assert hit["window"]["segment_ids"] == [s.id for s in library.segments(database, video_id)]
    assert "0:00–0:30" in page
    assert "3 moments in a row" in page
    assert f'href="/videos/{video_id}?segment={hit["id"]}&amp;q=bicycle&amp;rank=1"' in page


def test_what_counted_is_a_bar_with_a_legend_instead_of_a_number(web: FlaskClient) -> None:
    page = web.get("/search?q=red+top").text
    widths = [
        float(width)
        for width in re.findall(r'class="leg-\w+" x="[\d.]+" y="0" width="([\d.]+)"', page)
    ]
    assert len(widths) >= 2
    assert sum(widths) == pytest.approx(100, abs=0.1)
    assert re.search(r"words \d+%", page)
    assert "counts:" not in page
    score = web.get("/api/search?q=red+top").json["hits"][0]["score"]
    assert str(score) not in page


def test_the_answers_come_page_by_page(client: FlaskClient, database: Database) -> None:
    # Apart from each other, so that they are no window.
    spans = [(n * 60_000, n * 60_000 + 5_000, "A dog runs", "") for n in range(25)]
    library.add_video(database, spans, duration_ms=25 * 60_000)
    first, second = (client.get(f"/search?q=dog{more}").text for more in ("", "&offset=20"))
    assert first.count('class="hit"') == 20
    assert (
        'href="/search?q=dog&amp;offset=20"' in first
        or 'href="/search?offset=20&amp;q=dog"' in first
    )
    assert second.count('class="hit"') == 5
    assert 'data-rank="21"' in second
    assert "There are no more" in client.get("/search?q=dog&offset=40").text


def test_dates_are_read_in_the_timezone_of_the_browser(web: FlaskClient, config: Config) -> None:
    assert f"Dates are read in {config.timezone}." in web.get("/search?q=red").text
    web.set_cookie("clipops_timezone", "Pacific/Auckland")
    assert "Dates are read in Pacific/Auckland." in web.get("/search?q=red").text
    web.set_cookie("clipops_timezone", "../../etc/passwd")
    assert f"Dates are read in {config.timezone}." in web.get("/search?q=red").text


def test_a_timezone_that_does_not_exist_is_said_to_whoever_wrote_it(web: FlaskClient) -> None:
    answer = web.get("/api/search?q=red&timezone=Mars/Olympus")
    assert answer.status_code == 422
    assert "There is no timezone Mars/Olympus" in answer.json["error"]
    assert web.get("/api/search?q=red&timezone=Asia/Seoul").status_code == 200


def test_what_is_similar_to_a_moment_leaves_that_moment_out(
    web: FlaskClient, database: Database
) -> None:
    found = web.get("/api/search?q=red+top").json["hits"][0]
    page = web.get("/search?q=red+top").text
    assert f'href="/search?similar={found["id"]}"' in page
    like = web.get(f"/search?similar={found['id']}").text
    assert "Moments like aisle at 0:00" in like
    assert f'data-segment="{found["id"]}"' not in like
    assert "Not relevant" not in like
    shown = web.get(f"/api/search?similar={found['id']}").json
    assert found["id"] not in {hit["id"] for hit in (*shown["hits"], *shown["nearest"])}


@pytest.mark.parametrize("path", ["/search?similar=999999", "/search?face=999999"])
def test_what_does_not_exist_has_nothing_similar(web: FlaskClient, path: str) -> None:
    answer = web.get(path)
    assert answer.status_code == 404
    assert "999999" in answer.text


def test_the_video_page_leads_to_what_is_similar(clip: Clip) -> None:
    segment = clip.segments()[1]
    page = clip.client.get(f"/videos/{clip.id}?segment={segment.id}").text
    assert f'href="/search?similar={segment.id}"' in page


@pytest.fixture
def hasty(config: Config) -> Config:
    """Statements may take a quarter of a second."""
    database = config.database.model_copy(update={"statement_timeout_ms": 250})
    return config.model_copy(update={"database": database})


def test_a_search_that_takes_too_long_says_so_and_can_be_tried_again(
    hasty: Config, database: Database, database_url: str
) -> None:
    handle = Database.open(database_url, hasty.database)
    web = create_app(hasty, handle, Searcher(hasty, handle)).test_client()
    with database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("LOCK TABLE segments IN ACCESS EXCLUSIVE MODE")
        answer = web.get("/search?q=red", headers=KOREAN)
    handle.close()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"].isdigit()
    assert "시간이 너무 오래" in answer.text or "오래 걸려" in answer.text
    assert 'href="/search?q=red">다시 시도</a>' in answer.text


def test_without_a_free_connection_it_is_busy(config: Config, database: Database) -> None:
    web = create_app(config, database, Searcher(config, database)).test_client()
    with ExitStack() as held:
        for _ in range(config.database.pool_size):
            held.enter_context(database.transaction())
        page, api = web.get("/search?q=red"), web.get("/api/search?q=red")
    assert (page.status_code, api.status_code) == (503, 503)
    assert "The database is busy; try again in a moment." in page.text
    assert api.json["error"] == "The database is busy; try again in a moment."


def test_the_help_names_every_filter_in_both_languages(client: FlaskClient) -> None:
    from core.query_words import EXAMPLES

    for headers in ({}, KOREAN):
        page = client.get("/search", headers=headers).text.replace("&#34;", '"')
        said: list[Any] = [example for pair in EXAMPLES.values() for example in pair]
        assert [example for example in said if example not in page] == []


def test_no_page_of_a_search_needs_what_its_policy_forbids(web: FlaskClient, app: Flask) -> None:
    for query in ("", "q=red+top", "q=camra:x", "q=elephant", "similar=1"):
        page = web.get(f"/search?{query}").text
        assert " style=" not in page
        assert re.findall(r"<script(?![^>]* src=)(?![^>]*application/json)", page) == []
