"""Whatever the captions, names and queries are, Slack takes the messages made of them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cards
from bot.failures import failure_card
from bot.fitting import fit, pictures_in, without_pictures
from bot.samples import every_message, sample_page
from bot.validation import validate
from bot.wording import ENGLISH, KOREAN, KOREAN_ERRORS, WORDING, has_hangul
from core.errors import (
    Busy,
    DatabaseUnavailable,
    InputError,
    ModelError,
    NotFound,
    UnreadableMedia,
)
from core.types import Language
from pipeline.search import MAX_QUERY_CHARACTERS, clean_query

NASTY = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="<>&*`~_!@#:| 가", min_size=0, max_size=4_000),
    st.sampled_from(["", " ", "\n" * 9, "<!channel>", "@here", "x" * 50_000, "가" * 9_000, "\x00"]),
)


@settings(max_examples=60, deadline=None)
@given(NASTY, st.sampled_from(["en", "ko"]), st.integers(1, 10), st.booleans())
def test_results_fit_whatever_is_in_them(
    words: str, language: Language, page_size: int, pictures: bool
) -> None:
    page = sample_page(words, language)
    hits = (page.result.hits * 2)[:page_size]
    renumbered = tuple(
        replace(hit, segment=replace(hit.segment, id=number)) for number, hit in enumerate(hits, 1)
    )
    page = replace(
        page,
        page_size=page_size,
        result=replace(page.result, hits=renumbered, total=99),
        links=dict.fromkeys(range(1, 11), "https://c.example.com/" + "t" * 300),
        pictures={1: "F1", 3: "F3"} if pictures else {},
    )
    message = cards.results(page)
    assert validate(message) == []
    assert fit(message) == [message]
    _pings_nobody(message)


@settings(max_examples=40, deadline=None)
@given(NASTY, st.sampled_from(["en", "ko"]))
def test_shared_copies_fit_and_ping_only_who_shared(words: str, language: Language) -> None:
    hit = sample_page(words, language).result.hits[0]
    message = cards.shared(
        hit,
        query=words,
        user_id="U1",
        language=language,
        url="https://c.example.com/videos/1",
        picture=None,
    )
    assert validate(message) == []
    controls = [control for control in _controls(message) if not control.startswith("<!date^")]
    assert controls == ["<@U1>"]


@settings(max_examples=40, deadline=None)
@given(NASTY, st.sampled_from(["en", "ko"]))
def test_the_refine_modal_fits(words: str, language: Language) -> None:
    assert validate(cards.refine_modal(query=words, language=language, private_metadata="")) == []


@pytest.mark.parametrize(("name", "message"), list(every_message()))
def test_every_template_passes_every_limit(name: str, message: dict[str, object]) -> None:
    assert validate(message) == [], name


def test_both_languages_say_the_same_things() -> None:
    assert ENGLISH.keys() == KOREAN.keys()
    for name, english in ENGLISH.items():
        fields = re.compile(r"\{(\w+)\}")
        assert set(fields.findall(english)) == set(fields.findall(KOREAN[name])), name
    assert WORDING.keys() == {"en", "ko"}


def test_korean_bold_ends_at_a_word_border() -> None:
    """Slack does not format ``*굵게*은``: a letter right after the star keeps it plain."""
    for name, sentence in KOREAN.items():
        assert not re.search(r"\*[가-힣 ]+\*[가-힣]", sentence), name


def test_ephemeral_results_are_signed_and_buttons_carry_ids_only() -> None:
    message = cards.results(sample_page("red jacket", "en"))
    values = [
        element["value"]
        for block in message["blocks"]
        for element in block.get("elements", ())
        if "value" in element
    ]
    assert values
    assert all(re.fullmatch(r"sample(:\d+)?", value) for value in values)


def test_an_empty_caption_shows_the_other_language_first() -> None:
    page = sample_page("words", "ko")
    hit = page.result.hits[0]
    bare = replace(hit, segment=replace(hit.segment, caption_ko=""))
    message = cards.results(replace(page, result=replace(page.result, hits=(bare,))))
    assert message["blocks"][3]["text"]["text"].endswith("\nwords")


def test_too_many_blocks_go_on_in_a_second_message() -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 900}}] * 60
    parts = fit({"text": "t", "blocks": blocks})
    assert [part for part in parts if validate(part)] == []
    assert sum(len(part["blocks"]) for part in parts) == 60
    assert len(parts) == 5


def test_without_pictures_keeps_every_word() -> None:
    page = sample_page("red", "en")
    message = cards.results(page)
    assert pictures_in(message) == ["F0SAMPLE", "F1SAMPLE"]
    bare = without_pictures(message)
    assert pictures_in(bare) == []
    assert len(bare["blocks"]) == len(message["blocks"])
    assert validate(bare) == []


def _pings_nobody(message: dict[str, object]) -> None:
    assert [control for control in _controls(message) if not control.startswith("<!date^")] == []


def _controls(message: dict[str, object]) -> list[str]:
    """Everything in angle brackets that Slack would act on; plain text is never acted on."""
    texts = [str(message["text"]), *_mrkdwn(message["blocks"])]
    return [control for text in texts for control in re.findall(r"<[^>]*>", text)]


def _mrkdwn(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == "mrkdwn" else []
        return own + [text for inner in value.values() for text in _mrkdwn(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _mrkdwn(inner)]
    return []


@pytest.mark.parametrize("query", ["", "x" * (MAX_QUERY_CHARACTERS + 1)])
def test_a_query_that_cannot_be_used_is_refused_in_the_readers_language(query: str) -> None:
    with pytest.raises(InputError) as caught:
        clean_query(query)
    assert failure_card(caught.value, "en")["text"] == str(caught.value)
    korean = failure_card(caught.value, "ko")["text"]
    assert has_hangul(korean)
    assert f"{MAX_QUERY_CHARACTERS}자" in korean


@pytest.mark.parametrize(
    "error",
    [
        NotFound("This button is of an older version; run the search again."),
        Busy(),
        DatabaseUnavailable(),
        ModelError("The text encoder's weights have no tensor x."),
    ],
)
def test_what_went_wrong_is_said_in_korean_to_korean_readers(error: Exception) -> None:
    assert has_hangul(failure_card(error, "ko")["text"])
    assert not has_hangul(failure_card(error, "en")["text"])


def test_an_error_without_korean_words_keeps_its_english_sentence() -> None:
    error = UnreadableMedia("a.mp4 is not a video.")
    assert type(error) not in KOREAN_ERRORS
    assert failure_card(error, "ko")["text"] == "a.mp4 is not a video."
