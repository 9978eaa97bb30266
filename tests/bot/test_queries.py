"""What phones, word processors and Slack make of a query, undone."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.queries import QUERY_CHARACTERS, asks_for_help, clean_query, without_mentions


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
    assert asks_for_help(clean_query(text))


def test_words_that_contain_help_are_a_search() -> None:
    assert not asks_for_help("help desk")


def test_the_bots_name_is_no_part_of_the_query() -> None:
    assert without_mentions("<@U0CLIPOPS> red <@U1|x> jacket") == "red   jacket"
