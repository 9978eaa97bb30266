"""Reading colours of clothes and a gloss out of what people type."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.lexicon import COLOUR_WORDS, GARMENTS, KOREAN_COLOURS, KOREAN_NOUNS, KOREAN_VERBS
from core.vocabulary import (
    COLOURS,
    attributes_in,
    english_gloss,
    has_korean,
    korean_colour,
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("red jacket", [("red", "upper")]),
        ("RED T-Shirt", [("red", "upper")]),
        ("red-jacket", [("red", "upper")]),
        ("a man in a dark blue coat", [("blue", "upper")]),
        ("black trousers", [("black", "lower")]),
        ("dark blue jeans and a grey hoodie", [("blue", "lower"), ("grey", "upper")]),
        ("black and white shirt", [("black", "upper"), ("white", "upper")]),
        ("shirt is red", [("red", "upper")]),
        ("person in red", [("red", "any")]),
        ("people in black leave", [("black", "any")]),
        ("man wearing green running", [("green", "any")]),
        ("red", [("red", "any")]),
        ("red clothes", [("red", "any")]),
        ("person with a red bag in a blue coat", [("blue", "upper")]),
        ("빨간 옷", [("red", "any")]),
        ("빨간옷 입은 사람", [("red", "any")]),
        ("빨간색 상의와 검정 바지를 입은 남자", [("red", "upper"), ("black", "lower")]),
        ("검은 바지", [("black", "lower")]),
        ("검은색 자켓에 파란 바지", [("black", "upper"), ("blue", "lower")]),
        ("하얀색 티셔츠를 입은", [("white", "upper")]),
        ("회색 후드티", [("grey", "upper")]),
        ("주황색 조끼", [("orange", "upper")]),
        ("상의가 빨간 사람", [("red", "upper")]),
        ("빨간 사람", [("red", "any")]),
        ("빨간색으로 입은 사람", [("red", "any")]),
        ("빨강", [("red", "any")]),
        ("노란 옷을 입은 사람이 뛰어나간다", [("yellow", "any")]),
    ],
)
def test_colours_of_clothes_are_read(query, expected):
    assert [(term.colour, term.part) for term in attributes_in(query)] == expected


@pytest.mark.parametrize(
    "query",
    [
        "red car",
        "빨간 차",
        "빨간 자동차가 지나간다",
        "red shoes",
        "woman in a red car",
        "청바지",
        "",
        "문",
    ],
)
def test_a_colour_of_something_else_asks_for_no_clothes(query):
    assert attributes_in(query) == ()


def test_the_wording_is_kept_for_the_reason_shown():
    [term] = attributes_in("who is the one with the red jacket")
    assert term.matched == "red jacket"


def test_an_attribute_is_named_once():
    assert len(attributes_in("red jacket, red coat, 빨간 셔츠")) == 1


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize(
    ("garment", "part"),
    [("jacket", "upper"), ("pants", "lower"), ("clothes", "any")],
)
def test_every_english_word_of_a_colour_is_understood(colour, garment, part):
    for word in COLOUR_WORDS[colour]:
        if not has_korean(word):
            [term] = attributes_in(f"{word} {garment}")
            assert (term.colour, term.part) == (colour, part)


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize(("garment", "part"), [("셔츠", "upper"), ("치마", "lower"), ("옷", "any")])
def test_every_korean_form_of_a_colour_is_understood(colour, garment, part):
    for word in filter(has_korean, COLOUR_WORDS[colour]):
        for query in (f"{word} {garment}", f"{word} {garment}을 입은 사람"):
            [term] = attributes_in(query)
            assert (term.colour, term.part) == (colour, part), query


@pytest.mark.parametrize("garment", sorted(GARMENTS))
def test_every_garment_has_its_part(garment):
    colour = "빨간" if has_korean(garment) else "red"
    [term] = attributes_in(f"{colour} {garment}")
    assert term.part == GARMENTS[garment]


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        ("빨간 옷 입은 사람이 뛴다", "red clothes person runs"),
        ("계산대 앞에 서 있는 사람", "counter front standing person"),
        ("파란 자켓 입은 남자가 문으로 뛰어나가는 장면", "blue jacket man door runs out"),
        ("손님 두 명이 들어온다", "customer two people comes in"),
        ("오른쪽으로 걸어가는 사람들", "right walks people"),
        ("아무도 없는 장면", "nobody nothing"),
        ("검은색 차가 지나간다", "black car passes"),
        ("빨갛게 입은 여자", "red woman"),
        ("카메라 3", "camera 3"),
    ],
)
def test_korean_is_glossed_word_by_word(korean, english):
    assert english_gloss(korean) == english


@pytest.mark.parametrize(
    "form",
    ["뛰다", "뛰는", "뛴다", "뛰어가는", "뛰고", "달리는", "달린다", "달려가는", "뛰어서"],
)
def test_running_is_running_in_every_form(form):
    assert english_gloss(form) == "runs"


@pytest.mark.parametrize(
    ("form", "meaning"),
    [
        ("걸어가는", "walks"),
        ("걷는", "walks"),
        ("들어오는", "comes in"),
        ("들어와", "comes in"),
        ("들어옵니다", "comes in"),
        ("나가는", "leaves"),
        ("나갑니다", "leaves"),
        ("서 있는", "standing"),
        ("뛰어나가는", "runs out"),
        ("움직이는", "moves"),
    ],
)
def test_motions_are_known_in_the_forms_people_type(form, meaning):
    assert english_gloss(form) == meaning


@pytest.mark.parametrize("query", ["플럼버스 사람", "선물 든 사람", "선수가 뛴다", "쿠루쿠루"])
def test_an_unknown_word_gives_no_gloss_rather_than_a_wrong_one(query):
    assert english_gloss(query) is None


def test_english_is_returned_as_it_is():
    assert english_gloss("Red jacket, left!") == "Red jacket, left!"


def test_only_grammar_leaves_nothing():
    assert english_gloss("입은 것을") is None


def test_decomposed_hangul_reads_the_same():
    text = "빨간 옷을 입은 사람"
    assert english_gloss(unicodedata.normalize("NFD", text)) == english_gloss(text)
    assert attributes_in(unicodedata.normalize("NFD", text)) == attributes_in(text)


def test_every_colour_has_a_korean_form_that_is_understood():
    assert set(KOREAN_COLOURS) == set(COLOURS)
    for colour in COLOURS:
        [term] = attributes_in(f"{korean_colour(colour)} 옷")
        assert term.colour == colour


def test_no_word_names_two_colours():
    words = [word for words in COLOUR_WORDS.values() for word in words]
    assert len(words) == len(set(words))


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text):
    for term in attributes_in(text):
        assert term.colour in COLOURS
        assert term.part in ("upper", "lower", "any")
    gloss = english_gloss(text)
    assert gloss is None or gloss == text or not has_korean(gloss)


KNOWN = st.sampled_from(
    [*KOREAN_NOUNS, *(stems[0] + "는" for stems in KOREAN_VERBS.values()), "빨간", "검은색", "옷을"]
)


@example(["영상"])
@given(st.lists(KNOWN, min_size=1, max_size=8))
def test_known_words_always_give_an_english_gloss(words):
    gloss = english_gloss(" ".join(words))
    assert gloss is not None
    assert not has_korean(gloss)


@given(st.lists(KNOWN, max_size=5), st.sampled_from(COLOURS), st.lists(KNOWN, max_size=5))
def test_a_coloured_garment_is_found_wherever_it_stands(before, colour, after):
    query = " ".join([*before, "그리고", korean_colour(colour), "조끼를", "입은", *after])
    assert (colour, "upper") in [(term.colour, term.part) for term in attributes_in(query)]
