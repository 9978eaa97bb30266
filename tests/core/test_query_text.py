"""Typed text in plain characters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.query_text import plain

# What is not seen is dropped, and has a text read character by character.
UNSEEN = "\u200b"
ORDINARY = st.characters(min_codepoint=0x20, max_codepoint=0x7E) | st.characters(
    min_codepoint=0xAC00, max_codepoint=0xD7A3
)


@given(st.text(ORDINARY, max_size=60))
def test_ordinary_text_is_read_at_once_as_it_is_character_by_character(text: str) -> None:
    at_once, one_by_one = plain(text), plain(text + UNSEEN)
    assert at_once.text == one_by_one.text
    assert tuple(at_once.starts) == tuple(one_by_one.starts)
    assert tuple(at_once.ends) == tuple(one_by_one.ends)
