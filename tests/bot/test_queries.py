"""What phones, word processors and Slack make of a query, undone."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.queries import QUERY_CHARACTERS, Request, clean_query, request_in, without_mentions


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("red jacket", "red jacket"),
        ("  red \t jacket ", "red jacket"),
        ("“red jacket”", '"red jacket"'),
        ("someone’s bag", "someone's bag"),
        ("red\u00a0jacket", "red jacket"),
        ("red — blue", "red - blue"),
        ("a &amp;&lt;b&gt;", "a &<b>"),
        ("빨간\u200b 옷", "빨간 옷"),
        (unicodedata.normalize("NFD", "빨간 옷"), "빨간 옷"),
        ("<https://example.com|example.com> red", "example.com red"),
        ("near <#C0STORE|store-floor>", "near store-floor"),
        ("line\nbreak", "line break"),
        ("it's \"half quoted", "it's \"half quoted"),
    ],
)
def test_a_query_is_understood_as_meant(typed: str, meant: str) -> None:
    assert clean_query(typed) == meant


@given(st.text(max_size=2_000))
def test_any_text_becomes_one_line_of_bounded_length(text: str) -> None:
    query = clean_query(text)
    assert len(query) <= QUERY_CHARACTERS
    assert "\n" not in query
    assert query == query.strip()


@pytest.mark.parametrize("text", ["", "help", "Help", "도움말", "?"])
def test_help_is_recognised(text: str) -> None:
    assert request_in(clean_query(text)) == Request(kind="help")


@pytest.mark.parametrize("text", ["people", "People", "사람", " 인물 "])
def test_people_are_asked_for_in_both_languages(text: str) -> None:
    assert request_in(clean_query(text)) == Request(kind="people")


@pytest.mark.parametrize("text", ["people Jimin Lee", "인물 Jimin Lee", "사람  Jimin   Lee"])
def test_what_follows_people_may_be_a_name(text: str) -> None:
    assert request_in(clean_query(text)) == Request(kind="people", words="Jimin Lee")


@pytest.mark.parametrize("text", ["status", "STATUS", "상태"])
def test_how_things_stand_is_asked_for_in_both_languages(text: str) -> None:
    assert request_in(clean_query(text)) == Request(kind="status")


@pytest.mark.parametrize("text", ["help desk", "status bar", "peoples", "사람들", "상태 표시"])
def test_words_that_only_begin_alike_are_a_search(text: str) -> None:
    assert request_in(clean_query(text)) is None


def test_the_bots_name_is_no_part_of_the_query() -> None:
    assert without_mentions("<@U0CLIPOPS> red <@U1|x> jacket") == "red   jacket"
