"""Whatever the captions, names and queries are, Slack takes the messages made of them."""

from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cards
from bot.failures import TOOK_TOO_LONG, failure_card, failure_words
from bot.fitting import fit, pictures_in, without_pictures
from bot.queries import clean_query
from bot.refine_modal import Choices, refine_modal
from bot.refining import form_of
from bot.samples import every_message, sample_page
from bot.search_samples import NOW
from bot.validation import validate
from bot.wording import ENGLISH, KOREAN, KOREAN_ERRORS, WORDING, has_hangul
from core.errors import (
    Busy,
    DatabaseUnavailable,
    ModelError,
    NotFound,
    UnreadableMedia,
)
from core.query import parse
from core.types import Language

NASTY = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="<>&*`~_!@#:| 가", min_size=0, max_size=4_000),
    st.sampled_from(["", " ", "\n" * 9, "<!channel>", "@here", "x" * 50_000, "가" * 9_000, "\x00"]),
)


@settings(max_examples=60)
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


@settings(max_examples=40)
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


@settings(max_examples=40)
@given(NASTY, st.sampled_from(["en", "ko"]))
def test_the_refine_modal_fits(words: str, language: Language) -> None:
    form = form_of(words, now=NOW, timezone=ZoneInfo("Asia/Seoul"))
    names = [words, *(f"{number} {words}" for number in range(150))]
    choices = Choices(people=names, groups=names, cameras=names)
    assert validate(refine_modal(form, choices, language=language, private_metadata="")) == []


@settings(max_examples=40)
@given(NASTY, st.sampled_from(["en", "ko"]))
def test_what_is_wrong_with_a_query_fits_and_pings_nobody(words: str, language: Language) -> None:
    query = clean_query(words)
    page = sample_page(words, language)
    problems = parse(query).problems
    result = replace(page.result, hits=(), problems=problems or parse("").problems)
    message = cards.results(replace(page, query=query, result=result))
    assert validate(message) == []
    _pings_nobody(message)


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
    assert all(re.fullmatch(r"sample(:\d+){0,2}", value) for value in values)


def test_an_empty_caption_shows_the_other_language_first() -> None:
    page = sample_page("words", "ko")
    hit = page.result.hits[0]
    bare = replace(hit, segment=replace(hit.segment, caption_ko=""))
    message = cards.results(replace(page, result=replace(page.result, hits=(bare,))))
    [first, *_] = [one for one in message["blocks"] if one["type"] == "section"]
    assert first["text"]["text"].endswith("\nwords")


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


@pytest.mark.parametrize(
    ("said", "english", "korean"),
    [
        (
            "The database is busy; try again in a moment.",
            "Search is busy.",
            "검색이 밀려 있습니다.",
        ),
        (TOOK_TOO_LONG, "This search took too long", "검색이 너무 오래 걸려"),
    ],
)
def test_busy_and_too_slow_are_told_apart(said: str, english: str, korean: str) -> None:
    assert failure_words(Busy(said), "en").startswith(english)
    assert failure_words(Busy(said), "ko").startswith(korean)


def test_an_error_without_korean_words_keeps_its_english_sentence() -> None:
    error = UnreadableMedia("a.mp4 is not a video.")
    assert type(error) not in KOREAN_ERRORS
    assert failure_card(error, "ko")["text"] == "a.mp4 is not a video."
