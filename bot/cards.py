"""The messages the bot sends: what was found, that nothing was, help, and what went wrong.

Pure functions from values to Block Kit; what is private (signed links) comes in as arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot import blocks
from bot.mrkdwn import clip, escape, one_line
from bot.wording import EXAMPLES, say
from core.timecode import format_range
from core.types import Hit, Language, SearchResult
from core.vocabulary import COLOURS, korean_colour

Message = dict[str, Any]

OPEN: Final = "open_editor"
PLAY: Final = "play"
LIBRARY: Final = "open_library"
SHARE: Final = "share"
PREVIOUS: Final = "previous_page"
NEXT: Final = "next_page"
REFINE: Final = "refine"
RUN_AGAIN: Final = "run_again"
EXAMPLE: Final = "example_{index}"
LINKS: Final = (OPEN, PLAY, LIBRARY)

TITLE_CHARACTERS: Final = 120
CAPTION_CHARACTERS: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """One page of a search, for one person.

    ``page`` counts from 0; ``links`` maps segment id -> the address of Edit in Web, signed for
    that person; ``pictures`` segment id -> Slack's file id.
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


def results(page: ResultPage) -> Message:
    """Count, query, time, five hits and the buttons to go on; or that nothing was found."""
    if not page.result.hits:
        return _nothing(page)
    language = page.language
    title = _title(page)
    first = page.page * page.page_size + 1
    timing = say(
        language,
        "timing",
        first=first,
        last=first + len(page.result.hits) - 1,
        total=page.result.total,
        seconds=f"{page.result.took_ms / 1000:.2f}",
    )
    body: list[blocks.Block] = [
        blocks.header(title),
        blocks.context(timing, *(escape(note) for note in page.result.notes)),
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
        _words(hit, language, number=None, picture=picture),
        *_other_language(hit, language),
        blocks.context(say(language, "shared_by", user=user_id, query=escape(clip(query, 200)))),
        blocks.actions(
            [blocks.button(say(language, "open"), action_id=OPEN, url=url)],
            block_id=f"shared-{hit.segment.id}",
        ),
    ]
    return {"text": escape(f"{hit.video_title}: {_captions(hit, language)[0]}"), "blocks": body}


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
            blocks.actions([*examples, _library_button(language, library_url)], block_id="help"),
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
    return say(page.language, name, total=page.result.total, query=clip(one_line(page.query), 100))


def _nothing(page: ResultPage) -> Message:
    language = page.language
    if page.page > 0:
        title = say(language, "page_empty", page=page.page + 1)
    else:
        title = say(language, "nothing", query=clip(one_line(page.query), 100))
    notes = [blocks.context(*(escape(note) for note in page.result.notes))]
    return {
        "text": escape(title),
        "blocks": [
            blocks.header(title),
            blocks.section(say(language, "nothing_tips")),
            *(notes if page.result.notes else []),
            blocks.actions(
                [_refine_button(page), _library_button(language, page.library_url)],
                block_id="nothing",
            ),
        ],
    }


def _hit(page: ResultPage, hit: Hit, number: int) -> list[blocks.Block]:
    language, segment = page.language, hit.segment
    url = page.links[segment.id]
    title = f"{hit.video_title} {format_range(segment.start_ms, segment.end_ms)}"
    edit, play, share = (say(language, name) for name in ("edit", "play", "share"))
    return [
        _words(hit, language, number=number, picture=page.pictures.get(segment.id)),
        *_other_language(hit, language),
        *_facts(hit, language),
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
            ],
            block_id=f"hit-{segment.id}",
        ),
    ]


def _words(
    hit: Hit, language: Language, *, number: int | None, picture: str | None
) -> blocks.Block:
    """Title, time range and the caption in the person's language, with the picture beside."""
    times = format_range(hit.segment.start_ms, hit.segment.end_ms)
    title = escape(clip(one_line(hit.video_title), TITLE_CHARACTERS))
    counted = f"{number}. {title}" if number else title
    recorded = _recorded(hit)
    caption = escape(clip(_captions(hit, language)[0], CAPTION_CHARACTERS))
    accessory = None
    if picture:
        alt = say(language, "thumbnail", title=hit.video_title, time=times)
        accessory = blocks.thumbnail(picture, alt)
    return blocks.section(f"*{counted}*  `{times}`{recorded}\n{caption}", accessory)


def _recorded(hit: Hit) -> str:
    """When it happened, shown by Slack in each reader's own time zone."""
    if hit.recorded_at is None:
        return ""
    at = int(hit.recorded_at.timestamp()) + hit.segment.start_ms // 1000
    fallback = f"{hit.recorded_at:%Y-%m-%d %H:%M} UTC"
    return f"  <!date^{at}^{{date_short}} {{time}}|{fallback}>"


def _captions(hit: Hit, language: Language) -> tuple[str, str]:
    """The caption to show first and the one to show smaller; the second may be empty."""
    english, korean = one_line(hit.segment.caption), one_line(hit.segment.caption_ko)
    first, second = (korean, english) if language == "ko" else (english, korean)
    if not first:
        first, second = second, ""
    return first or "—", second


def _other_language(hit: Hit, language: Language) -> list[blocks.Block]:
    other = _captions(hit, language)[1]
    return [blocks.context(escape(clip(other, CAPTION_CHARACTERS)))] if other else []


def _facts(hit: Hit, language: Language) -> list[blocks.Block]:
    """Who is in it and why it matched."""
    reasons = hit.reasons_ko if language == "ko" else hit.reasons
    facts = []
    people = _people(hit, language)
    if people:
        facts.append(say(language, "people", names=escape(clip(people, 500))))
    if reasons:
        facts.append(say(language, "why", reasons=escape(" · ".join(reasons))))
    return [blocks.context(*(clip(one_line(fact), 600) for fact in facts))] if facts else []


def _people(hit: Hit, language: Language) -> str:
    """Names, or what they wear; clothes are said in the reader's language."""
    if language == "en":
        return ", ".join(hit.people)
    worn = {
        ", ".join(
            f"{korean_colour(colour)} {part}"
            for name, part in (("upper", "상의"), ("lower", "하의"))
            if (colour := one.attributes.get(name)) in COLOURS
        ): None
        for one in hit.segment.detections
        if one.label == "person"
    }
    return " · ".join(filter(None, worn)) or ", ".join(hit.people)


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


def _library_button(language: Language, url: str) -> blocks.Block:
    return blocks.button(say(language, "library"), action_id=LIBRARY, url=url)
