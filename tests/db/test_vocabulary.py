"""Which terms of a query bring segments forward."""

from __future__ import annotations

import pytest

from db.vocabulary import MOST_TELLING, Vocabulary, Words

SHARES = {
    "person": 0.5, "walk": 0.1, "red": 0.028, "shop": 0.02, "milk": 0.01, "parcel": 0.001,
    "경기": 0.02, "기장": 0.02, "던집": 0.01,
}  # fmt: skip
MILLION = Vocabulary(shares=SHARES, segments=1_000_000)


@pytest.mark.parametrize(
    ("terms", "together", "telling"),
    [
        # A rare word by itself, and a word no statistics know.
        ("parcel person", "parcel", ["parcel"]),
        ("zebra shop", "zebra & shop", ["zebra"]),
        # Words that stand in tens of thousands each: two at a time.
        ("red shop milk", "milk & shop & red", ["milk & shop", "milk & red", "shop & red"]),
        ("parcel shop milk", "parcel & milk & shop", ["parcel", "milk & shop"]),
        # Neighbouring syllables of one word are no two words.
        ("경기 기장 던집", "던집 & 경기 & 기장", ["던집 & 경기", "던집 & 기장"]),
        # One of them alone: all words, which is that word.
        ("shop", "shop", []),
        # More than is read: the vectors bring what there is.
        ("person walk", "", []),
        ("", "", []),
    ],
)
def test_beside_vectors_words_bring_what_they_tell(
    terms: str, together: str, telling: list[str]
) -> None:
    chosen = MILLION.chosen([quoted(term) for term in terms.split()], near=True)
    assert chosen == Words(together=quoted(together), telling=tuple(map(quoted, telling)))


def quoted(terms: str) -> str:
    return " & ".join(f"'{term}'" for term in terms.split(" & ")) if terms else ""


def test_without_vectors_the_rarest_words_bring_segments_however_many_have_them() -> None:
    chosen = MILLION.chosen(["'person'", "'walk'"], near=False)
    assert chosen == Words(together="'walk'", telling=("'walk'",))
    assert MILLION.chosen(["'shop'"], near=False).telling == ("'shop'",)
    assert MILLION.chosen([], near=False) == Words(together="", telling=())


def test_in_a_small_library_every_word_brings_its_own() -> None:
    """No word is common enough there to be known, or to cost anything."""
    small = Vocabulary(shares={}, segments=200)
    terms = ["'person'", "'walk'", "'shop'", "'red'"]
    assert small.chosen(terms, near=True).telling == tuple(terms)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.02])
def test_a_long_query_costs_no_more_scans_than_a_short_one(share: float) -> None:
    """Words of one template stand in the same segments: all of them equally often."""
    terms = [f"word{number}" for number in range(30)]
    even = Vocabulary(shares=dict.fromkeys(terms, share), segments=1_000_000)
    telling = even.chosen([f"'{term}'" for term in terms], near=True).telling
    assert len(telling) <= (3 if share else MOST_TELLING)


def test_pairs_are_of_different_words_however_long_those_are() -> None:
    known = Vocabulary(
        shares=dict.fromkeys(("들어", "어옵", "옵니", "니다", "사람"), 0.01), segments=1_000_000
    )
    terms = ["'옵니'", "'들어'", "'사람'", "'니다'", "'어옵'"]
    assert known.chosen(terms, near=True).telling == ("'옵니' & '사람'", "'들어' & '사람'")


def test_the_beginning_of_a_word_counts_for_all_that_begin_so() -> None:
    known = Vocabulary(shares={"옷을": 0.2, "옷은": 0.1, "문을": 0.3}, segments=1_000)
    assert known.share("'옷':*") == pytest.approx(0.3)
    assert known.share("'문을'") == 0.3
    assert known.share("'없는'") == 0.0
