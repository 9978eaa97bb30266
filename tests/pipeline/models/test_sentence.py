"""What a model wrote, as a sentence to show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models.sentence import sentence


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a man walks", "A man walks."),
        ("A man walks.", "A man walks."),
        ("is anybody there?", "Is anybody there?"),
        ("a man\nin a   red\tjacket ", "A man in a red jacket."),
        ("a man , a dog .", "A man, a dog."),
        ("a man says “stop.”", "A man says “stop.”"),
        ("a car at 3.5 m", "A car at 3.5 m."),
        ("A man walks. He is abou", "A man walks."),
        ("A man walks; he is about", "A man walks; he is about."),
        ("a bottle,", "A bottle."),
        ("a \x07bottle\ufffd", "A bottle."),
        ("2 people talk", "2 people talk."),
        ("", ""),
        (" \n ", ""),
        ("...", ""),
    ],
)
def test_it_is_one_line_with_a_capital_and_a_full_stop(written, shown):
    assert sentence(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a picture of a man", "A man."),
        ("A  Picture of : a man", "A man."),
        ("a man in a picture of a man", "A man in a picture of a man."),
        ("a picture of", ""),
    ],
)
def test_the_prompt_is_not_repeated(written, shown):
    assert sentence(written, prompt="a picture of") == shown


@given(st.text())
def test_whatever_is_written_the_promise_holds(written):
    shown = sentence(written)
    assert shown == " ".join(shown.split())
    assert shown.isprintable()
    if shown:
        assert any(letter.isalnum() for letter in shown)
        assert sentence(shown) == shown
