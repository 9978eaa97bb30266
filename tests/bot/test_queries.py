"""What Slack makes of a query, undone; what is asked for besides a search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.queries import (
    MomentWanted,
    Request,
    channel_in,
    clean_query,
    moment_in,
    request_in,
    similar_query,
    without_mentions,
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("red jacket", "red jacket"),
        ("  red \t jacket ", "red jacket"),
        ("“red jacket” — -dark", "“red jacket” — -dark"),
        ("red\u00a0jacket", "red jacket"),
        ("half \ud800 a character", "half ? a character"),
        ("nothing\x00 is kept", "nothing is kept"),
        ("a &amp;&lt;b&gt;", "a &<b>"),
        ("<https://example.com|example.com> red", "example.com red"),
        ("near <#C0STORE|store-floor>", "near store-floor"),
        ("line\nbreak", "line break"),
        ("it's \"half quoted", "it's \"half quoted"),
    ],
)
def test_a_query_is_understood_as_meant(typed: str, meant: str) -> None:
    assert clean_query(typed) == meant


@given(st.text(max_size=2_000))
def test_any_text_becomes_one_line_that_can_be_stored(text: str) -> None:
    query = clean_query(text)
    assert len(query) <= len(text)
    assert query == " ".join(query.split())
    assert "\x00" not in query.encode().decode()


@given(st.text(max_size=200))
def test_the_words_of_the_grammar_are_left_as_they_were_typed(text: str) -> None:
    """Positions of problems point into what is kept."""
    plain = text.translate({ord(c): " " for c in "<>&\x00"}).encode("utf-8", "replace").decode()
    assert clean_query(plain) == " ".join(plain.split())


@pytest.mark.parametrize("text", ["", "help", "Help", "도움말", "?"])
def test_help_is_recognised(text: str) -> None:
    assert request_in(clean_query(text)) == Request(kind="help")


@pytest.mark.parametrize("text", ["people", "People", "사람", " 인물 "])
def test_people_are_asked_for_in_both_languages(text: str) -> None:
    assert request_in(clean_query(text)) == Request(kind="people")


@pytest.mark.parametrize("text", ["people Jimin Lee", "인물 Jimin Lee", "사람  Jimin   Lee"])
def test_what_follows_people_may_be_a_name(text: str) -> None:
    assert request_in(clean_query(text)) == Request(kind="people", words="Jimin Lee")


@pytest.mark.parametrize("text", ["status", "STATUS", "상태"])
def test_how_things_stand_is_asked_for_in_both_languages(text: str) -> None:
    assert request_in(clean_query(text)) == Request(kind="status")


@pytest.mark.parametrize("text", ["help desk", "status bar", "peoples", "사람들", "상태 표시"])
def test_words_that_only_begin_alike_are_a_search(text: str) -> None:
    assert request_in(clean_query(text)) is None


def test_the_bots_name_is_no_part_of_the_query() -> None:
    assert without_mentions("<@U0CLIPOPS> red <@U1|x> jacket") == "red   jacket"


@pytest.mark.parametrize(
    ("text", "kind", "segment_id"),
    [
        ("similar 12", "similar", 12),
        ("Similar #12", "similar", 12),
        ("비슷한 12", "similar", 12),
        ("similar １２", "similar", 12),
        ("show 7", "show", 7),
        ("보기 7", "show", 7),
    ],
)
def test_a_moment_is_named_by_its_number(text: str, kind: str, segment_id: int) -> None:
    wanted = moment_in(clean_query(text))
    assert wanted is not None
    assert (wanted.kind, wanted.segment_id) == (kind, segment_id)
    assert request_in(clean_query(text)) is None


@pytest.mark.parametrize(
    "text",
    ["similar", "similar jackets", "show window", "similar 12 red", "show 1234567890123456789"],
)
def test_words_that_name_no_moment_are_a_search(text: str) -> None:
    assert moment_in(clean_query(text)) is None
    assert request_in(clean_query(text)) is None


@pytest.mark.parametrize("korean", [True, False])
def test_a_search_for_moments_like_one_reads_back(korean: bool) -> None:
    assert moment_in(similar_query(5, korean=korean)) == MomentWanted(kind="similar", segment_id=5)


@pytest.mark.parametrize(
    ("text", "channel"),
    [("share 3", ""), ("공유 3", ""), ("share #3 #store-floor", "#store-floor")],
)
def test_a_moment_is_shared_by_its_number(text: str, channel: str) -> None:
    request = Request(kind="share", segment_id=3, words=channel)
    assert request_in(clean_query(text)) == request


def test_a_channel_slack_recognised_is_known_by_its_id() -> None:
    assert channel_in("share 3 <#C0STORE|store-floor>") == "C0STORE"
    assert channel_in("share 3 <#C0STORE|>") == "C0STORE"
    assert channel_in("share 3 #store-floor") is None
