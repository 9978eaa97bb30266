"""The messages the bot sends: what was found, that nothing was, help, and what went wrong.

Pure functions from values to Block Kit; what is private (signed links) comes in as arguments.
"""

from __future__ import annotations

from typing import Any, Final

from bot import action_ids, blocks, chips, hit_card
from bot.hit_block import HITS_CHARACTERS, hit_blocks
from bot.mrkdwn import clip, escape, one_line
from bot.nothing_card import QUERY_CHARACTERS, nothing_card
from bot.problem_card import problem_card
from bot.result_page import ResultPage
from bot.wording import EXAMPLES, say
from core.types import Hit, Language

Message = dict[str, Any]
NOTE_CHARACTERS: Final = 300


def results(page: ResultPage) -> Message:
    """Count, query, time, filters, five hits and the buttons to go on; or that nothing was found;
    or what is wrong with the query."""
    if page.result.problems:
        return problem_card(page)
    if not page.result.hits:
        return nothing_card(page)
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
    # To be shown one moment by its number takes no time worth telling.
    said = _notes(page) if page.is_one_moment else [timing, *_notes(page)]
    body: list[blocks.Block] = [
        blocks.header(title),
        *hit_card.small(*said),
        *chips.chips_row(page),
    ]
    for rank, hit in enumerate(page.result.hits, start=first):
        body += [blocks.divider(), *hit_blocks(page, hit, rank)]
    if buttons := _paging(page):
        body += [blocks.divider(), blocks.actions(buttons, block_id="paging")]
    return {"text": escape(title), "blocks": body}


def shared(
    hit: Hit,
    *,
    query: str | None,
    user_id: str,
    language: Language,
    url: str,
    picture: str | None,
) -> Message:
    """A copy for everyone in the channel; ``url`` is the plain address, without a token. ``query``
    is what it was found by, None where it was named by its number."""
    said = say(language, "shared_by_only", user=user_id)
    if query is not None:
        shown = hit_card.outside(query, QUERY_CHARACTERS)
        said = say(language, "shared_by", user=user_id, query=shown)
    body = [
        hit_card.words(hit, language, number=None, picture=picture, characters=HITS_CHARACTERS),
        *hit_card.small(hit_card.other_caption(hit, language, characters=HITS_CHARACTERS)),
        blocks.context(said),
        blocks.actions(
            [blocks.button(say(language, "open"), action_id=action_ids.OPEN, url=url)],
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
        blocks.button(words, action_id=action_ids.EXAMPLE.format(index=index), value=words)
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
    words = say(language, "run_again")
    again = blocks.button(words, action_id=action_ids.RUN_AGAIN, value=search_id)
    return _with_button(text, again)


def sentence_with_words(text: str, *, query: str, language: Language) -> Message:
    """The same for a search that could not be stored: its button carries the words."""
    words = say(language, "run_again")
    again = blocks.button(words, action_id=action_ids.EXAMPLE.format(index=0), value=query)
    return _with_button(text, again)


def _with_button(text: str, button: blocks.Block) -> Message:
    message = sentence(text)
    message["blocks"].append(blocks.actions([button], block_id="again"))
    return message


def _title(page: ResultPage) -> str:
    one = "one_" if page.result.total == 1 else ""
    total, wanted = page.result.total, page.wanted
    if wanted is not None and wanted.kind == "show":
        return say(page.language, "shown_moment", number=wanted.segment_id)
    if wanted is not None:
        return say(page.language, f"{one}similar_to", total=total, number=wanted.segment_id)
    query = clip(one_line(page.query), QUERY_CHARACTERS)
    return say(page.language, "one_result" if one else "results", total=total, query=query)


def _notes(page: ResultPage) -> list[str]:
    notes = page.result.notes_ko if page.language == "ko" else page.result.notes
    return [hit_card.outside(note, NOTE_CHARACTERS) for note in notes[:3]]


def _paging(page: ResultPage) -> list[blocks.Block]:
    """Previous and Next where there are such pages, Refine where there are words."""
    language = page.language
    buttons = []
    if page.page > 0:
        buttons.append(
            blocks.button(
                say(language, "previous"),
                action_id=action_ids.PREVIOUS,
                value=f"{page.search_id}:{page.page - 1}",
            )
        )
    if (page.page + 1) * page.page_size < page.result.total:
        buttons.append(
            blocks.button(
                say(language, "next"),
                action_id=action_ids.NEXT,
                value=f"{page.search_id}:{page.page + 1}",
            )
        )
    if page.wanted is None:
        refine = say(language, "refine")
        buttons.append(blocks.button(refine, action_id=action_ids.REFINE, value=page.search_id))
    return buttons


def library_button(language: Language, url: str) -> blocks.Block:
    return blocks.button(say(language, "library"), action_id=action_ids.LIBRARY, url=url)
