"""Names are one spelling, and are found in what people write in both languages."""

from __future__ import annotations

import pytest

from core.errors import InputError
from core.names import clean_name, mentioned, number_in, split_label
from core.people import Person


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("joe_biden", "joe biden"),
        ("  Joe   Biden ", "Joe Biden"),
        ("Ｊｉｍｉｎ", "Jimin"),
        ("지민", "지민"),
    ],
)
def test_a_name_has_one_spelling(written, name):
    assert clean_name(written) == name


@pytest.mark.parametrize(
    "name", ["", "  ", "_", "12", "#12", "Unknown 3", "미확인 3", "a" * 81, "a\x00b"]
)
def test_what_cannot_be_a_name_is_refused(name):
    with pytest.raises(InputError):
        clean_name(name)


@pytest.mark.parametrize("label", ["Jimin", "a/b/c", "/Jimin", "staff/", "staff/12"])
def test_a_label_is_group_and_name(label):
    with pytest.raises(InputError):
        split_label(label)


def test_unnamed_people_are_told_apart_by_number():
    unknown = Person(id=12, group=None, name=None)
    assert (unknown.label, unknown.label_in("ko")) == ("Unknown 12", "미확인 12")
    assert Person(id=1, group="staff", name="Jimin").label_in("ko") == "staff/Jimin"
    assert [number_in(text) for text in ("12", "#12", "unknown 12", "미확인 12", "Jimin")] == [
        12, 12, 12, 12, None
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where is jimin?", {"Jimin"}),
        ("Jimin's bag", {"Jimin"}),
        ("joe  BIDEN at the door", {"Joe Biden"}),
        ("joe_biden", {"Joe Biden"}),
        ("지민이가 가방을 들고", {"지민"}),
        ("지민을 찾아줘", {"지민"}),
        ("지민 씨는", {"지민"}),
        ("김철수씨와 지민이랑", {"김철수", "지민"}),
        ("Jimin이 걸어간다", {"Jimin"}),
        ("지민", {"지민"}),
        ("staff/jimin", {"Jimin"}),
        # Within other words they mean somebody or something else.
        ("jiminy cricket", set()),
        ("joebiden", set()),
        ("박지민호", set()),
        ("지민수가", set()),
        ("", set()),
    ],
)
def test_names_are_found_as_words_of_their_own(text, expected):
    assert mentioned(text, {"Jimin", "Joe Biden", "지민", "김철수"}) == expected


def test_characters_with_a_meaning_in_patterns_are_only_characters():
    assert mentioned("who is a.b (c)?", {"a.b (c)", "axb", "x*"}) == {"a.b (c)"}
