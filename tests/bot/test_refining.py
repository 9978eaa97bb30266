"""A query as a form and back: nothing is lost that the form does not show."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.refining import FIELDS, Form, form_of, query_of
from core.query import FilterName, Query, parse

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


def opened(text: str) -> Form:
    return form_of(text, now=NOW, timezone=SEOUL)


def meant(query: Query) -> list[str]:
    """Its parts, whatever their order."""
    return sorted(str(part) for part in query.parts)


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("red jacket", "red jacket", {}),
        ("red person:jimin jacket", "red jacket", {"person": "jimin"}),
        ("빨간 옷 카메라:정문 이후:어제", "빨간 옷", {"camera": "정문", "after": "2026-11-19"}),
        ("person:a person:b", "person:b", {"person": "a"}),
        ("-camera:door x", "-camera:door x", {}),
        ("x on:today", "x", {"on": "2026-11-20"}),
        ("x after:3h", "x after:3h", {}),
        ('x before:"through friday"', 'x before:"through friday"', {}),
        ("x on:2026-11", "x on:2026-11", {}),
        ("x 물건:자동차", "x", {"object": "car"}),
        ("x sort:latest", "x", {"sort": "time"}),
        ('x video:lobby longer:10s "a b" -c', 'x "a b" -c', {"video": "lobby", "longer": "10s"}),
        ("x -longer:10s -video:lobby", "x -longer:10s -video:lobby", {}),
        (f"x person:{'y' * 200}", f"x person:{'y' * 200}", {}),
    ],
)
def test_the_form_shows_what_its_fields_can_hold(
    text: str, words: str, shown: dict[FilterName, str]
) -> None:
    form = opened(text)
    assert form.words == words
    assert form.shown == shown


PARTS = st.sampled_from(
    [
        *("red", "-dark", '"blue car"', "person:jimin", "인물:민수", "group:staff", "camera:door"),
        *(
            '카메라:"정문 옆"',
            "-camera:yard",
            "video:lobby",
            "object:car",
            "옷:빨간",
            "after:yesterday",
        ),
        *("before:11/1", "on:today", "on:11월", "after:3h", "longer:10s", "sort:time", "정렬:과거"),
    ]
)


@given(st.lists(PARTS, min_size=1, max_size=8, unique=True))
def test_sending_the_form_unchanged_asks_the_same(parts: list[str]) -> None:
    query = parse(" ".join(parts))
    form = opened(query.text)
    assert meant(query_of(form, form.shown)) == meant(query)


@given(st.text(max_size=80))
def test_any_text_can_be_opened_and_sent(text: str) -> None:
    form = opened(text)
    assert meant(query_of(form, form.shown)) == meant(parse(text))


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_is_changed_replaces_what_was_in_it(name: FilterName) -> None:
    values = {"after": "2026-11-02", "before": "2026-11-03", "on": "2026-11-04", "sort": "oldest"}
    value = values.get(name, "jacket")
    form = opened(f"x {name}:best" if name == "sort" else f"x {name}:today")
    changed = query_of(form, {**form.shown, name: value})
    assert [part.value for part in changed.named(name)] == [value]
    emptied = query_of(form, {**form.shown, name: ""})
    assert emptied.named(name) == ()


def test_a_query_that_is_too_long_opens_with_its_beginning() -> None:
    assert opened("red " * 400) == Form(words=("red " * 400)[:500])
