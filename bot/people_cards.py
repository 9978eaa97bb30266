"""Messages about people: who there is, and where somebody was seen.

Pure functions from values to Block Kit. Pictures of faces are never in them: what Slack was sent
could not be forgotten any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot import action_ids, blocks, cards, hit_card
from bot.mrkdwn import escape
from bot.people_words import TITLE_CHARACTERS, address, place_words, shown
from bot.wording import counted, say
from core.people import Person, PersonSummary
from core.timecode import format_range
from core.types import Language

SHOW: Final = "person_show"
SHOW_ONE_OF: Final = "person_show_{index}"
PREVIOUS: Final = "people_previous"
NEXT: Final = "people_next"
EVERYBODY: Final = "people_all"
WHO: Final = "person_who"
SEARCH_NAME: Final = action_ids.EXAMPLE.format(index=0)
SEARCH_WORDS: Final = action_ids.EXAMPLE.format(index=1)

CAPTION_CHARACTERS: Final = 300
MOST_NAMESAKES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Where somebody was seen. ``url`` is the moment in the editor, signed for the reader, None
    where there is no such moment any more."""

    title: str
    start_ms: int
    end_ms: int
    recorded_at: datetime | None
    url: str | None
    captions: tuple[str, str] = ("", "")
    """English, Korean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """A page of named people with where each was seen last; ``groups`` counts all people of each
    group, ``page`` counts from 0."""

    language: Language
    people: Sequence[PersonSummary]
    last: Mapping[int, Seen]
    groups: Mapping[str, int]
    total: int
    unknown: int
    page: int
    page_size: int
    faces_on: bool
    people_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """One person and the newest appearances."""

    language: Language
    summary: PersonSummary
    seen: Sequence[Seen]
    people_url: str


def everybody(page: PeoplePage) -> cards.Message:
    """Named people by group, how many nobody has named, and whether faces are looked for."""
    language = page.language
    title = say(language, "people_title")
    body: list[blocks.Block] = [blocks.header(title)]
    if not page.faces_on:
        body.append(blocks.section(say(language, "faces_off")))
    if page.people:
        first = page.page * page.page_size + 1
        last = first + len(page.people) - 1
        place = say(language, "people_page", first=first, last=last, total=page.total)
        body += hit_card.small(place if page.total > page.page_size else "")
    elif page.faces_on:
        body.append(blocks.section(say(language, "people_nobody")))
    group = None
    for one in page.people:
        if one.person.group != group:
            group = one.person.group or ""
            body += [blocks.divider(), _group(group, page)]
        body.append(_person_row(one, page))
    if page.unknown:
        body += [blocks.divider(), _unknown(page)]
    body.append(blocks.actions(_everybody_buttons(page), block_id="people"))
    return {"text": title, "blocks": body}


def person(page: PersonPage) -> cards.Message:
    """Where somebody was seen, the newest first, and the search for them."""
    language, summary = page.language, page.summary
    label = summary.person.label_in(language)
    listed = len(page.seen)
    newest = say(language, "newest_of", shown=listed, count=summary.appearances)
    body: list[blocks.Block] = [
        blocks.header(label),
        blocks.context(
            " · ".join(
                [_how_often(summary, language), *([newest] if listed < summary.appearances else [])]
            )
        ),
    ]
    for number, one in enumerate(page.seen, start=1):
        body.append(_seen(one, number, language))
    body.append(blocks.actions(_person_buttons(page), block_id="person"))
    return {"text": escape(label), "blocks": body}


def which(
    sentence: str, people: Sequence[Person], *, words: str, language: Language
) -> cards.Message:
    """A question with a button for each person it may mean, and one that searches instead."""
    buttons = [
        blocks.button(
            say(language, "show_button", who=one.label_in(language)),
            action_id=SHOW_ONE_OF.format(index=index),
            value=f"{language}:{one.id}",
        )
        for index, one in enumerate(people[:MOST_NAMESAKES])
    ]
    message = cards.sentence(sentence)
    message["blocks"].append(
        blocks.actions([*buttons, _search_words(words, language)], block_id="which")
    )
    return message


def _group(name: str, page: PeoplePage) -> blocks.Block:
    count = page.groups.get(name, 0)
    line = counted(page.language, "group_line", count, group=shown(name))
    return blocks.context(line)


def _person_row(one: PersonSummary, page: PeoplePage) -> blocks.Block:
    language = page.language
    name = shown(one.person.name or one.person.label)
    said = [_how_often(one, language)]
    last = page.last.get(one.person.id)
    if last is not None:
        said.append(say(language, "last_in", where=_linked(last)))
    button = blocks.button(
        say(language, "appearances_button"),
        action_id=SHOW,
        value=f"{language}:{one.person.id}",
        label=f"{say(language, 'appearances_button')}: {one.person.label}",
    )
    return blocks.section(f"*{name}*\n{' · '.join(said)}", button)


def _how_often(one: PersonSummary, language: Language) -> str:
    if not one.appearances:
        return say(language, "never_seen")
    videos = counted(language, "in_videos", one.videos)
    return counted(language, "seen", one.appearances, videos=videos)


def _linked(one: Seen) -> str:
    place = place_words(one.title, one.start_ms, one.end_ms)
    if one.url is None:
        return f"{place}{hit_card.recorded(one.recorded_at, one.start_ms)}"
    # A bar would end the address.
    words = place.replace("|", "∣")
    return f"<{address(one.url)}|{words}>{hit_card.recorded(one.recorded_at, one.start_ms)}"


def _unknown(page: PeoplePage) -> blocks.Block:
    words = counted(page.language, "unknown_people", page.unknown)
    name_them = blocks.button(
        say(page.language, "name_in_editor"), action_id=action_ids.IN_EDITOR, url=page.people_url
    )
    return blocks.section(words, name_them)


def _everybody_buttons(page: PeoplePage) -> list[blocks.Block]:
    language = page.language
    buttons = []
    if page.page > 0:
        buttons.append(
            blocks.button(
                say(language, "previous"), action_id=PREVIOUS, value=f"{language}:{page.page - 1}"
            )
        )
    if (page.page + 1) * page.page_size < page.total:
        buttons.append(
            blocks.button(
                say(language, "next"), action_id=NEXT, value=f"{language}:{page.page + 1}"
            )
        )
    words = "사람" if language == "ko" else "people"
    if page.people and not page.unknown:
        editor = say(language, "people_in_editor")
        buttons.append(blocks.button(editor, action_id=action_ids.IN_EDITOR, url=page.people_url))
    return [*buttons, _search_words(words, language)]


def _search_words(words: str, language: Language) -> blocks.Block:
    """A search for words that were taken for something else."""
    return blocks.button(
        say(language, "search_for", words=words), action_id=SEARCH_WORDS, value=words
    )


def _person_buttons(page: PersonPage) -> list[blocks.Block]:
    language, one = page.language, page.summary.person
    if one.name:
        first = blocks.button(
            say(language, "search_button", words=one.name),
            action_id=SEARCH_NAME,
            value=one.name,
            primary=True,
        )
    else:
        first = blocks.button(
            say(language, "who_is_this"), action_id=WHO, value=f"{language}:{one.id}", primary=True
        )
    return [
        first,
        blocks.button(
            say(language, "people_in_editor"), action_id=action_ids.IN_EDITOR, url=page.people_url
        ),
        blocks.button(
            say(language, "everybody_button"), action_id=EVERYBODY, value=f"{language}:0"
        ),
    ]


def _seen(one: Seen, number: int, language: Language) -> blocks.Block:
    title = hit_card.outside(one.title, TITLE_CHARACTERS)
    times = format_range(one.start_ms, one.end_ms)
    own = one.captions[language == "ko"] or one.captions[language != "ko"]
    caption = hit_card.outside(own, CAPTION_CHARACTERS)
    when = hit_card.recorded(one.recorded_at, one.start_ms)
    words = f"*{number}. {title}*  `{times}`{when}" + (f"\n{caption}" if caption else "")
    if one.url is None:
        return blocks.section(words)
    edit = say(language, "edit")
    label = f"{edit}: {one.title} {times}"
    return blocks.section(
        words, blocks.button(edit, action_id=action_ids.OPEN, url=one.url, label=label)
    )
