"""From words about somebody to what is looked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vocabulary import has_korean
from pipeline.clothes_description import read_description


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (
            "검은 셔츠에 청바지, 흰 운동화를 신은 사람",
            "a person wearing a black shirt, jeans, white shoes",
        ),
        ("주황색 조끼 입은 작업자가 걷는다", "a worker wearing an orange vest walks"),
        ("모자를 쓴 남자", "a man wearing a hat"),
        ("검은색 긴 코트 입고 가방 든 여자", "a woman wearing a black long coat, a bag"),
        ("빨간색", "a person wearing red clothes"),
        ("상의가 빨간 사람", "a person wearing a red top"),
        ("신발이 흰 남자", "a man wearing white shoes"),
        ("회색셔츠에 파란바지", "a person wearing a grey shirt, blue trousers"),
        ("사람", "a person"),
    ],
)
def test_korean_becomes_an_english_sentence_about_somebody(text, english):
    said = read_description(text)
    assert said.english == english
    assert said.unknown == ()


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (
            "black shirt, blue jeans, white shoes",
            "a person wearing black shirt, blue jeans, white shoes",
        ),
        ("a woman in red", "a woman in red"),
        ("in red", "a person in red"),
        ("wearing a hat", "a person wearing a hat"),
    ],
)
def test_english_is_asked_as_it_is_about_somebody(text, english):
    assert read_description(text).english == english


def test_what_cannot_be_translated_is_named_and_not_guessed():
    said = read_description("뿅뿅한 파란 셔츠")
    assert said.unknown == ("뿅뿅한",)
    assert said.english == "a person wearing a blue shirt"
    assert read_description("뿅뿅한").english == ""


def test_colours_of_shoes_are_not_taken_for_colours_of_clothes():
    assert read_description("신발이 흰 남자").colours == ()
    said = read_description("black shirt, blue jeans, white shoes")
    assert [(one.colour, one.part) for one in said.colours] == [
        ("black", "upper"),
        ("blue", "lower"),
    ]
    assert [(one.kind, one.colour) for one in said.garments] == [
        ("shirt", "black"),
        ("jeans", "blue"),
        ("shoes", "white"),
    ]


def test_words_in_letters_the_model_never_learnt_are_unknown_too():
    said = read_description("красная jacket")
    assert (said.english, said.unknown) == ("a person wearing jacket", ("красная",))
    assert read_description("赤い 셔츠").unknown == ("赤い",)


def test_signs_alone_say_nothing():
    assert read_description(", 7 !").english == ""


WORDS = ["빨간", "파란", "셔츠를", "청바지에", "신발이", "뿅뿅", "사람", "red", ",", "걷는", "赤い"]


@given(st.lists(st.sampled_from(WORDS), min_size=1))
def test_a_model_that_reads_english_is_never_asked_in_korean(words):
    assert not has_korean(read_description(" ".join(words)).english)
