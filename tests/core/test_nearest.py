"""Guessing the name somebody meant, by letters, Korean ones too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.nearest import alike, allowed, distance, letters_of, nearest

NAMES = ("Jimin", "Jihun", "지민", "지훈", "서연", "front door", "정문 카메라", "Café")
SHORT = st.text(alphabet="abcㄱ가각간", max_size=8)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("jimin", "Jimin"),
        ("jimni", "Jimin"),
        ("jmin", "Jimin"),
        ("jimiin", "Jimin"),
        ("jihum", "Jihun"),
        ("지믄", "지민"),
        ("자훈", "지훈"),
        ("서영", "서연"),
        ("정문 카매라", "정문 카메라"),
        ("정문카메라", "정문 카메라"),
        ("FRONT_DOR", "front door"),
        ("fron", "front door"),
        ("정문", "정문 카메라"),
        ("cafe", "Café"),
        ("지민", "지민"),
        ("elephant", None),
        ("민수", None),
        ("", None),
        ("!", None),
    ],
)
def test_the_nearest_known_name_is_found(typed: str, meant: str | None) -> None:
    assert nearest(typed, NAMES) == meant


def test_equals_stay_in_a_fixed_order() -> None:
    assert alike("cot", ["dot", "cat", "coat", "cut"], most=1) == ("cat", "cut", "dot", "coat")
    assert alike("cot", ["cut", "cat"], most=1) == ("cut", "cat")


def test_a_greatest_distance_can_be_given() -> None:
    assert nearest("카매라", ["카메라"], most=0) is None
    assert nearest("abc", ["xyz"], most=3) == "xyz"


@pytest.mark.parametrize(
    ("one", "other", "letters"),
    [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("ca", "abc", 3), ("kitten", "sitting", 3)],
)
def test_the_distance_counts_letters(one: str, other: str, letters: int) -> None:
    assert distance(one, other, most=5) == letters
    assert distance(one, other, most=letters) == letters
    assert distance(one, other, most=letters - 1) is None


@given(one=SHORT, other=SHORT, most=st.integers(0, 6))
def test_the_distance_is_that_of_the_whole_table(one: str, other: str, most: int) -> None:
    whole = whole_table(one, other)
    assert distance(one, other, most=most) == (whole if whole <= most else None)
    assert distance(one, other, most=most) == distance(other, one, most=most)


@given(word=st.text(max_size=20), known=st.lists(st.text(max_size=20), max_size=6))
def test_every_name_offered_is_known_and_near(word: str, known: list[str]) -> None:
    offered = alike(word, known)
    assert set(offered) <= set(known)
    for name in offered:
        one, other = letters_of(word), letters_of(name)
        most = allowed(max(len(one), len(other)))
        assert other.startswith(one) or whole_table(one, other) <= most


@given(known=st.lists(st.sampled_from(NAMES), min_size=1), word=st.sampled_from(NAMES))
def test_a_name_that_is_known_is_its_own_nearest(known: list[str], word: str) -> None:
    assert nearest(word, [*known, word]) == word


def whole_table(one: str, other: str) -> int:
    """Optimal string alignment as in the books: every cell of the table."""
    cells = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            changed = cells[i - 1, j - 1] + (one[i - 1] != other[j - 1])
            cells[i, j] = min(changed, cells[i - 1, j] + 1, cells[i, j - 1] + 1)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                cells[i, j] = min(cells[i, j], cells[i - 2, j - 2] + 1)
    return cells[len(one), len(other)]
