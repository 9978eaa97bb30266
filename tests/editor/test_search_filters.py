"""The fields of the filter form, written into the text of a query and read from it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from core.query import parse
from core.types import Language
from db.pool import Database
from editor.filters import FIELDS, SORTS, WHEN, shown, written
from tests.support import library


@pytest.mark.parametrize(
    ("query", "field", "value", "language", "text"),
    [
        ("red", "camera", "door", "en", "red camera:door"),
        ("빨간 옷", "camera", "정문", "ko", "빨간 옷 카메라:정문"),
        ("", "camera", "front door", "en", 'camera:"front door"'),
        ("red camera:door", "camera", "yard", "en", "red camera:yard"),
        ("red camera:door blue", "camera", "", "en", "red blue"),
        ("red -camera:door", "camera", "", "en", "red -camera:door"),
        ("red", "when", "today", "en", "red on:today"),
        ("red", "when", "this week", "en", 'red on:"this week"'),
        ("red", "when", "this week", "ko", 'red 날짜:"이번 주"'),
        ("red 날짜:오늘", "when", "", "en", "red"),
        ("red", "after", "2026-11-01", "en", "red after:2026-11-01"),
        ("red", "until", "2026-11-03", "en", "red through:2026-11-03"),
        ("red", "until", "2026-11-03", "ko", "red 까지:2026-11-03"),
        ("red through:2026-11-03", "until", "2026-11-04", "en", "red through:2026-11-04"),
        ("red", "longer", "30s", "en", "red longer:30s"),
        ("red", "sort", "newest", "en", "red sort:time"),
        ("red", "sort", "newest", "ko", "red 정렬:최신"),
        ("red sort:time", "sort", "", "en", "red"),
        ("red", "clothes", "빨간 재킷", "ko", 'red 옷:"빨간 재킷"'),
        ('red "open quote', "camera", "door", "en", 'red "open quote" camera:door'),
        ("red", "person", '  Kim "Jimin"  Lee ', "en", 'red person:"Kim Jimin Lee"'),
        ("red", "nothing", "x", "en", "red"),
    ],
)
def test_a_field_writes_its_filter_into_the_query(
    query: str, field: str, value: str, language: Language, text: str
) -> None:
    assert written(parse(query), {field: value}, language).text == text


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("red camera:door", "camera", "door"),
        ("카메라:정문", "camera", "정문"),
        ("on:오늘", "when", "today"),
        ("날짜:이번주", "when", "이번주"),
        ("on:2026-11-01", "when", "2026-11-01"),
        ("after:yesterday", "after", ""),
        ("after:2026-11-01", "after", "2026-11-01"),
        ("before:2026-11-04", "until", "2026-11-03"),
        ("through:2026-11-03", "until", "2026-11-03"),
        ("까지:2026-11-03", "until", "2026-11-03"),
        ("정렬:오래된", "sort", "oldest"),
        ("sort:best", "sort", ""),
        ("-camera:door", "camera", ""),
    ],
)
def test_a_field_shows_what_the_query_says(query: str, field: str, value: str) -> None:
    assert shown(parse(query))[field] == value


@given(
    st.text(max_size=40),
    st.sampled_from(["person", "group", "camera", "video", "object", "clothes"]),
    st.text(max_size=20),
    st.sampled_from(["en", "ko"]),
)
def test_whatever_is_written_is_shown_again(
    text: str, field: str, value: str, language: Language
) -> None:
    query = written(parse(text), {field: value}, language)
    plain = parse(f'{field}:"x"').with_value(parse(f'{field}:"x"').filters[0], value)
    assert shown(query)[field] == (plain.filters[0].value if plain.filters else "")


@given(st.text(max_size=60))
def test_a_form_sent_back_unchanged_changes_nothing(text: str) -> None:
    query = parse(" ".join(text.split()))
    assert written(query, shown(query), "en") == query


@given(
    st.sampled_from(["red", "red sort:time on:today camera:x", ""]), st.sampled_from(["en", "ko"])
)
def test_every_choice_of_the_lists_is_read_without_a_problem(
    query: str, language: Language
) -> None:
    choices = [("when", one[0]) for one in WHEN] + [("sort", one) for one in SORTS]
    for field, value in choices:
        made = written(parse(query or "word"), {field: value}, language)
        assert made.problems == ()
        assert shown(made)[field] == value


def test_the_form_works_without_scripts(client: FlaskClient, database: Database) -> None:
    library.add_video(database, camera="Front door")
    page = client.get("/search?q=red").text
    assert '<option value="Front door">' in page
    fields = dict.fromkeys(FIELDS, "") | {"q": "red", "camera": "Front door"}
    answer = client.get("/search/filters", query_string=fields)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/search?q=red+camera%3A%22Front+door%22"
    shown_again = client.get(answer.headers["Location"]).text
    assert '<option value="Front door" selected>' in shown_again


def test_scripts_ask_how_a_query_reads(client: FlaskClient) -> None:
    found = client.get("/api/query", query_string={"q": "red on:today", "camera": "door"}).json
    assert found["query"] == "red on:today camera:door"
    assert (found["fields"]["camera"], found["fields"]["when"]) == ("door", "today")
    assert found["problems"] == []
    (wrong,) = client.get("/api/query?q=camra:door").json["problems"]
    assert wrong["caret"] == "camra:door\n^^^^^"
    assert wrong["corrected"] == "camera:door"
