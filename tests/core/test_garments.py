"""Garments in queries, English and Korean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.garments import KINDS, PART_OF, garments_in, korean_garment, read_words, with_article
from core.vocabulary import has_korean


def named(text: str) -> list[tuple[str, str | None]]:
    return [(one.kind, one.colour) for one in garments_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "black shirt, blue jeans, white shoes",
            [("shirt", "black"), ("jeans", "blue"), ("shoes", "white")],
        ),
        (
            "검은 셔츠에 청바지, 흰 운동화",
            [("shirt", "black"), ("jeans", None), ("shoes", "white")],
        ),
        ("jeans", [("jeans", None)]),
        ("청바지", [("jeans", None)]),
        ("흰 운동화를 신은 남자", [("shoes", "white")]),
        ("후드티", [("hoodie", None)]),
        ("a man in a dark grey long coat", [("coat", "grey")]),
        ("와인색 원피스를 입은 여자", [("dress", "red")]),
        ("white T-shirts and flip-flops", [("t-shirt", "white"), ("sandals", None)]),
        ("테니스 라켓을 든 사람", []),
        ("a red car", []),
    ],
)
def test_garments_are_read_with_their_colours_in_both_languages(text, expected):
    assert named(text) == expected


@pytest.mark.parametrize("text", ["후드 티", "청 바지", "t shirt", "flip flops"])
def test_a_garment_written_in_two_words_is_one(text):
    assert len(named(text)) == 1


def test_a_colour_written_together_with_its_garment_is_read():
    assert named("검은색셔츠에 흰운동화") == [("shirt", "black"), ("shoes", "white")]
    assert named("빨간티") == [("t-shirt", "red")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shoes are white", [("shoes", "white")]),
        ("신발이 빨간 사람", [("shoes", "red")]),
        ("a shirt and white shoes", [("shirt", None), ("shoes", "white")]),
        ("셔츠는 흰 바지랑", [("shirt", None), ("trousers", "white")]),
    ],
)
def test_a_colour_behind_a_garment_is_its_own_only_where_none_follows(text, expected):
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [("dress shirt", "shirt"), ("suit jacket", "jacket"), ("jean jacket", "jacket")],
)
def test_the_last_of_two_garments_is_the_garment(text, kind):
    assert named(f"blue {text}") == [(kind, "blue")]


def test_a_colour_does_not_reach_over_a_comma_or_another_thing():
    assert named("a black car, shoes") == [("shoes", None)]
    assert named("black hat and shoes") == [("shoes", None)]


def test_the_wording_of_the_query_is_kept():
    assert [one.matched for one in garments_in("파란 청바지 입은 사람")] == ["파란 청바지"]
    assert [one.part for one in garments_in("정장에 구두")] == ["whole", "feet"]


def test_every_kind_has_a_korean_name_that_reads_back_as_the_kind():
    for kind in PART_OF:
        assert has_korean(korean_garment(kind))
        assert named(korean_garment(kind)) == [(kind, None)]
        assert named(kind) == [(kind, None)]


def test_no_name_means_two_kinds():
    names = [name for kinds in KINDS.values() for names in kinds.values() for name in names.split()]
    assert len(names) == len(set(names))


def test_articles_stand_before_single_things_only():
    assert with_article("jacket") == "a jacket"
    assert with_article("jeans") == "jeans"


@given(st.text(max_size=60))
def test_any_text_can_be_read(text):
    assert len(garments_in(text)) <= len(read_words(text))
