"""Text of two languages is told apart by its letters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models.language_runs import runs_of


@pytest.mark.parametrize("text", ["", "red jacket", "8 s", "ＲＥＤ jacket", "漢字 🙂", "ㅋㅋ"])
def test_text_without_hangul_syllables_is_left_as_it_is(text):
    runs = runs_of(text)
    assert (runs.korean, runs.english, runs.korean_share) == ("", text, 0)


@pytest.mark.parametrize("text", ["빨간 재킷", "8초 동안 서 있다", "3월 1일!"])
def test_korean_with_numbers_is_korean(text):
    runs = runs_of(text)
    assert (runs.korean, runs.english, runs.korean_share) == (text, "", 1)


@pytest.mark.parametrize(
    ("text", "korean", "english", "share"),
    [
        ("CCTV에서 빨간 jacket", "에서 빨간", "CCTV jacket", 1 / 3),
        ("빨간 jacket 입은 사람", "빨간 입은 사람", "jacket", 3 / 4),
        ("BMW가", "가", "BMW", 0),
        ("the man's 모자", "모자", "the man's", 1 / 3),
        ("ＣＣＴＶ에서 뛰는 사람", "에서 뛰는 사람", "CCTV", 2 / 3),
    ],
)
def test_each_language_gets_its_words_and_its_share(text, korean, english, share):
    runs = runs_of(text)
    assert runs.korean.split() == korean.split()
    assert runs.english.split() == english.split()
    assert runs.korean_share == pytest.approx(share)


def test_hangul_in_pieces_is_korean():
    assert runs_of(unicodedata.normalize("NFD", "빨간 재킷")) == runs_of("빨간 재킷")


@given(st.text())
def test_any_text_can_be_told_apart(text):
    runs = runs_of(text)
    assert 0 <= runs.korean_share <= 1
    assert runs.korean or runs.english == text
