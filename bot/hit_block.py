"""The blocks of one hit: its words, why it matched, and what can be done with it."""

from __future__ import annotations

from typing import Final

from bot import action_ids, blocks, faces, hit_card
from bot.result_page import ResultPage
from bot.wording import say
from core.types import Hit

COPY_LINK: Final = "link"
NEIGHBOURS: Final = "around"
RELEVANT: Final = "relevant"
NOT_RELEVANT: Final = "not_relevant"
MARKS: Final = (NOT_RELEVANT, RELEVANT)
# Slack's menu behind three dots has five places; the opposite of a mark is offered once it is made.
MOST_IN_MENU: Final = 5
# What the words of all hits together may take of the payload's 12,000 characters; the rest is
# titles, buttons and dates.
HITS_CHARACTERS: Final = 6_400


def hit_blocks(page: ResultPage, hit: Hit, rank: int) -> list[blocks.Block]:
    """``rank`` counts from 1 over all pages."""
    language, segment = page.language, hit.segment
    characters = HITS_CHARACTERS // max(page.page_size, len(page.shown))
    return [
        hit_card.words(
            hit,
            language,
            number=None if page.is_one_moment else rank,
            picture=page.pictures.get(segment.id),
            characters=characters,
        ),
        *hit_card.small(
            hit_card.other_caption(hit, language, characters=characters),
            *hit_card.facts(hit, language, characters=characters),
        ),
        blocks.actions(_buttons(page, hit, rank), block_id=f"hit-{segment.id}"),
    ]


def _buttons(page: ResultPage, hit: Hit, rank: int) -> list[blocks.Block]:
    language, place = page.language, page.place(hit, rank)
    url = page.links[hit.segment.id]
    title = f"{hit.video_title} {hit_card.times(hit)}"

    def button(name: str, action_id: str, url: str | None = None) -> blocks.Block:
        words = say(language, name)
        return blocks.button(
            words, action_id=action_id, value=place.value, url=url, label=f"{words}: {title}"
        )

    return [
        button("edit", action_ids.OPEN, url),
        button("play", action_ids.PLAY, url),
        button("share", action_ids.SHARE),
        button("similar", action_ids.SIMILAR),
        _menu(page, hit, place.value),
    ]


def _menu(page: ResultPage, hit: Hit, place: str) -> blocks.Block:
    """Marks belong to words that were looked for, questions to faces that were seen."""
    language = page.language
    questions = faces.questions(page.faces.get(hit.segment.id, ()))
    marks = list(MARKS if page.marked else ())
    if len(marks) + len(questions) + 2 > MOST_IN_MENU:
        marks = marks[:1]
    options = [
        *((name, say(language, name)) for name in (*marks, *questions)),
        (COPY_LINK, say(language, "copy_link")),
        (NEIGHBOURS, say(language, "neighbours")),
    ]
    return blocks.overflow(
        [(f"{name}:{place}", words) for name, words in options], action_id=action_ids.MORE
    )
