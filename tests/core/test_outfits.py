"""What somebody wears, in both languages."""

from __future__ import annotations

import pytest

from core.garments import garments_in
from core.outfits import outfit_words
from core.vocabulary import attributes_in


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"upper": "red", "lower": "black"}, ("red top, black bottoms", "빨간 상의, 검은 하의")),
        ({"upper": "red", "lower": None}, ("red top", "빨간 상의")),
        (
            {
                "upper": "black",
                "upper_kind": "shirt",
                "lower": "blue",
                "lower_kind": "jeans",
                "shoes": "shoes",
                "shoes_colour": "white",
            },
            ("black shirt, blue jeans, white shoes", "검은 셔츠, 파란 청바지, 흰 신발"),
        ),
        ({"lower_kind": "skirt"}, ("skirt", "치마")),
        ({"shoes_colour": "red"}, ("red shoes", "빨간 신발")),
        ({"shoes": "boots"}, ("boots", "부츠")),
        ({"upper": "red", "upper_kind": "dress", "lower": "red"}, ("red dress", "빨간 원피스")),
        (
            {"upper": "grey", "upper_kind": "dress", "lower": "black"},
            ("grey dress, black bottoms", "회색 원피스, 검은 하의"),
        ),
        ({"upper": None, "lower": None, "motion": "walks"}, None),
        ({}, None),
    ],
)
def test_what_was_measured_is_said(attributes, words):
    assert outfit_words(attributes) == words


@pytest.mark.parametrize("language", [0, 1], ids=["English", "Korean"])
def test_what_is_said_can_be_searched_for(language):
    worn = {"upper": "black", "upper_kind": "hoodie", "lower": "blue", "lower_kind": "jeans"}
    words = outfit_words({**worn, "shoes": "boots", "shoes_colour": "brown"})
    assert words is not None
    assert [(one.colour, one.part) for one in attributes_in(words[language])] == [
        ("black", "upper"),
        ("blue", "lower"),
    ]
    assert [(one.kind, one.colour) for one in garments_in(words[language])] == [
        ("hoodie", "black"),
        ("jeans", "blue"),
        ("boots", "brown"),
    ]
