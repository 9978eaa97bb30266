"""The messages the bot sends: what was found, that nothing was, help, and what went wrong.

Pure functions from values to Block Kit; what is private (signed links) comes in as arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot import blocks, faces, hit_card
from bot.mrkdwn import clip, escape, one_line
from bot.wording import EXAMPLES, say
from core.people import Appearance
from core.timecode import format_range
from core.types import Hit, Language, SearchResult

Message = dict[str, Any]

OPEN: Final = "open_editor"
PLAY: Final = "play"
LIBRARY: Final = "open_library"
SHARE: Final = "share"
PREVIOUS: Final = "previous_page"
NEXT: Final = "next_page"
REFINE: Final = "refine"
RUN_AGAIN: Final = "run_again"
MORE: Final = "hit_more"
EXAMPLE: Final = "example_{index}"
IN_EDITOR: Final = "open_people"
LINKS: Final = (OPEN, PLAY, LIBRARY, IN_EDITOR)

QUERY_CHARACTERS: Final = 100
NOTE_CHARACTERS: Final = 300
# What the words of all hits together may take of the payload's 12,000 characters; the rest is
# titles, buttons and dates.
HITS_CHARACTERS: Final = 8_800


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """One page of a search, for one person.

    ``page`` counts from 0; ``links`` maps segment id -> the address of Edit in Web, signed for
    that person; ``pictures`` segment id -> Slack's file id; ``faces`` segment id -> whom the
    faces in it show.
    """

    search_id: str
    query: str
    language: Language
    result: SearchResult
    page: int
    page_size: int
    links: Mapping[int, str]
    library_url: str
    pictures: Mapping[int, str]
    faces: Mapping[int, Sequence[Appearance]] = field(default_factory=dict)


def results(page: ResultPage) -> Message:
    """Count, query, time, five hits and the buttons to go on; or that nothing was found."""
    if not page.result.hits:
        return _nothing(page)
    language = page.language
    title = _title(page)
    first = page.page * page.page_size + 1
    everything_shown = page.page == 0 and len(page.result.hits) == page.result.total
    timing = say(
        language,
        "timing_all" if everything_shown else "timing",
        first=first,
        last=first + len(page.result.hits) - 1,
        total=page.result.total,
        seconds=f"{page.result.took_ms / 1000:.2f}",
    )
    body: list[blocks.Block] = [
        blocks.header(title),
        blocks.context("\n".join([timing, *_notes(page)])),
    ]
    for number, hit in enumerate(page.result.hits, start=first):
        body += [blocks.divider(), *_hit(page, hit, number)]
    body += [blocks.divider(), _paging(page)]
    return {"text": escape(title), "blocks": body}


def shared(
    hit: Hit,
    *,
    query: str,
    user_id: str,
    language: Language,
    url: str,
    picture: str | None,
) -> Message:
    """A copy for everyone in the channel; ``url`` is the plain address, without a token."""
    body = [
        hit_card.words(hit, language, number=None, picture=picture, characters=HITS_CHARACTERS),
        *hit_card.small(hit_card.other_caption(hit, language, characters=HITS_CHARACTERS)),
        blocks.context(
            say(
                language, "shared_by", user=user_id, query=hit_card.outside(query, QUERY_CHARACTERS)
            )
        ),
        blocks.actions(
            [blocks.button(say(language, "open"), action_id=OPEN, url=url)],
            block_id=f"shared-{hit.segment.id}",
        ),
    ]
    return {
        "text": hit_card.outside(f"{hit.video_title}: {hit_card.captions(hit, language)[0]}", 300),
        "blocks": body,
    }


def help_card(language: Language, *, command: str, library_url: str) -> Message:
    """What can be typed, examples to press, and the way to the library."""
    title = say(language, "help_title")
    examples = [
        blocks.button(words, action_id=EXAMPLE.format(index=index), value=words)
        for index, words in enumerate(EXAMPLES[language])
    ]
    return {
        "text": title,
        "blocks": [
            blocks.header(title),
            blocks.section(say(language, "help", command=command)),
            blocks.context(say(language, "help_try")),
            blocks.actions([*examples, library_button(language, library_url)], block_id="help"),
        ],
    }


def sentence(text: str) -> Message:
    """One sentence that is mrkdwn already."""
    return {"text": text, "blocks": [blocks.section(text)]}


def sentence_with_retry(text: str, *, search_id: str, language: Language) -> Message:
    """A sentence and a button that runs the stored search again."""
    again = blocks.button(say(language, "run_again"), action_id=RUN_AGAIN, value=search_id)
    message = sentence(text)
    message["blocks"].append(blocks.actions([again], block_id="again"))
    return message


def refine_modal(*, query: str, language: Language, private_metadata: str) -> blocks.Block:
    """Change the words of a search."""
    return blocks.modal(
        callback_id=REFINE,
        title=say(language, "refine_title"),
        submit=say(language, "refine_submit"),
        close=say(language, "refine_close"),
        private_metadata=private_metadata,
        blocks=[
            blocks.text_input(
                block_id="words",
                action_id="words",
                label=say(language, "refine_label"),
                initial=query,
                hint=say(language, "refine_hint"),
            )
        ],
    )


def _title(page: ResultPage) -> str:
    name = "one_result" if page.result.total == 1 else "results"
    query = clip(one_line(page.query), QUERY_CHARACTERS)
    return say(page.language, name, total=page.result.total, query=query)


def _nothing(page: ResultPage) -> Message:
    language = page.language
    if page.page > 0:
        title = say(language, "page_empty", page=page.page + 1)
    else:
        title = say(language, "nothing", query=clip(one_line(page.query), QUERY_CHARACTERS))
    return {
        "text": escape(title),
        "blocks": [
            blocks.header(title),
            blocks.section(say(language, "nothing_tips")),
            *hit_card.small(*_notes(page)),
            blocks.actions(
                [_refine_button(page), library_button(language, page.library_url)],
                block_id="nothing",
            ),
        ],
    }


def _hit(page: ResultPage, hit: Hit, number: int) -> list[blocks.Block]:
    language, segment = page.language, hit.segment
    url = page.links[segment.id]
    title = f"{hit.video_title} {format_range(segment.start_ms, segment.end_ms)}"
    edit, play, share = (say(language, name) for name in ("edit", "play", "share"))
    characters = HITS_CHARACTERS // page.page_size
    return [
        hit_card.words(
            hit,
            language,
            number=number,
            picture=page.pictures.get(segment.id),
            characters=characters,
        ),
        *hit_card.small(
            hit_card.other_caption(hit, language, characters=characters),
            *hit_card.facts(hit, language, characters=characters),
        ),
        blocks.actions(
            [
                blocks.button(edit, action_id=OPEN, url=url, label=f"{edit}: {title}"),
                blocks.button(play, action_id=PLAY, url=url, label=f"{play}: {title}"),
                blocks.button(
                    share,
                    action_id=SHARE,
                    value=f"{page.search_id}:{segment.id}",
                    label=f"{share}: {title}",
                ),
                *_more(page, segment.id),
            ],
            block_id=f"hit-{segment.id}",
        ),
    ]


def _more(page: ResultPage, segment_id: int) -> list[blocks.Block]:
    """What can be said about the faces in a hit, behind three dots; nothing without faces."""
    place = f"{page.search_id}:{page.page}:{segment_id}"
    options = [
        (f"{name}:{place}", say(page.language, name))
        for name in faces.questions(page.faces.get(segment_id, ()))
    ]
    return [blocks.overflow(options, action_id=MORE)] if options else []


def _notes(page: ResultPage) -> list[str]:
    notes = page.result.notes_ko if page.language == "ko" else page.result.notes
    return [hit_card.outside(note, NOTE_CHARACTERS) for note in notes[:3]]


def _paging(page: ResultPage) -> blocks.Block:
    """Previous and Next where there are such pages, Refine always."""
    language = page.language
    buttons = []
    if page.page > 0:
        buttons.append(
            blocks.button(
                say(language, "previous"),
                action_id=PREVIOUS,
                value=f"{page.search_id}:{page.page - 1}",
            )
        )
    if (page.page + 1) * page.page_size < page.result.total:
        buttons.append(
            blocks.button(
                say(language, "next"), action_id=NEXT, value=f"{page.search_id}:{page.page + 1}"
            )
        )
    return blocks.actions([*buttons, _refine_button(page)], block_id="paging")


def _refine_button(page: ResultPage) -> blocks.Block:
    return blocks.button(say(page.language, "refine"), action_id=REFINE, value=page.search_id)


def library_button(language: Language, url: str) -> blocks.Block:
    return blocks.button(say(language, "library"), action_id=LIBRARY, url=url)
