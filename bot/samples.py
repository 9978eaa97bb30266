"""Every message the bot can send, filled with ordinary and with hostile content."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot import cards
from bot.people_samples import every_people_message, result_faces
from bot.result_page import ResultPage
from bot.search_samples import every_search_message, sample_chips
from bot.wording import WORDING, say
from core.types import Hit, Language, SearchResult, Segment

HOSTILE = "<!channel> <@U12345678> & *bold* `code` ~x~ _y_ <https://example.com|here> " * 60
LANGUAGES: tuple[Language, ...] = ("en", "ko")


def every_message() -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, payload) of each template in each language."""
    for language in LANGUAGES:
        for kind, words in (("ordinary", "red jacket"), ("hostile", HOSTILE)):
            page = sample_page(words, language)
            tag = f"({language}, {kind})"
            yield f"results {tag}", cards.results(page)
            for name, message in every_search_message(page, words):
                yield f"{name} {tag}", message
            hit = page.result.hits[0]
            yield (
                f"shared {tag}",
                cards.shared(
                    hit,
                    query=words,
                    user_id="U0SAMPLE",
                    language=language,
                    url="https://clipops.example.com/videos/1?segment=1",
                    picture="F0SAMPLE",
                ),
            )
            for name, payload in every_people_message(words, language):
                yield f"{name} {tag}", payload
        yield (
            f"help ({language})",
            cards.help_card(
                language, command="/vsearch", library_url="https://clipops.example.com/"
            ),
        )
        facts = {"query": "red", "reference": "0123abcd", "waiting": 8, "command": "/vsearch"}
        facts |= {"error": "not_in_channel", "page": 2, "user": "U0SAMPLE"}
        for name in ("searching", "starting", "still_searching", "narrow", "busy", "broken"):
            yield f"{name} ({language})", cards.sentence(say(language, name, **facts))
        for name in ("database_down", "share_not_in_channel", "share_refused", "not_yours"):
            yield f"{name} ({language})", cards.sentence(say(language, name, **facts))
        for name in ("took_too_long", "busy_now", "replaced", "segment_gone", "expired"):
            yield f"{name} ({language})", cards.sentence(say(language, name, **facts))
        yield (
            f"words again ({language})",
            cards.sentence_with_words("?", query=HOSTILE[:500], language=language),
        )
        yield (
            f"interrupted ({language})",
            cards.sentence_with_retry(
                say(language, "interrupted", **facts), search_id="sample", language=language
            ),
        )
    if WORDING["en"].keys() != WORDING["ko"].keys():
        yield "wording of one language only", {}


def sample_page(words: str, language: Language) -> ResultPage:
    """Five hits in which every text is ``words``."""
    hits = tuple(_hit(number, words) for number in range(1, 6))
    return ResultPage(
        search_id="sample",
        query=words,
        language=language,
        result=SearchResult(
            query=words,
            hits=hits,
            total=12,
            took_ms=84,
            notes=(words,),
            notes_ko=(words,),
            chips=sample_chips(words),
        ),
        page=1,
        page_size=5,
        links={
            hit.segment.id: f"https://clipops.example.com/enter?token={hit.segment.id}"
            for hit in hits
        },
        library_url="https://clipops.example.com/",
        pictures={1: "F0SAMPLE", 2: "F1SAMPLE"},
        faces=result_faces(words),
    )


def _hit(number: int, words: str) -> Hit:
    return Hit(
        segment=Segment(
            id=number,
            video_id=1,
            start_ms=number * 10_000,
            end_ms=number * 10_000 + 7_500,
            kind="activity",
            caption=words,
            caption_ko=words,
            caption_author="describer@2",
            needs_caption=False,
            state="live",
            revision=1,
            thumbnail_ms=number * 10_000 + 2_000,
        ),
        video_title=words,
        source=words,
        camera=words,
        recorded_at=datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
        people=(words, words),
        score=1 / number,
        reasons=(words, words),
        reasons_ko=(words, words),
    )
