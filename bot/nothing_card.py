"""No answer: the nearest misses marked weak, what each filter takes away, and how to drop one."""

from __future__ import annotations

from bot import action_ids, blocks, chips, hit_card
from bot.hit_block import hit_blocks
from bot.mrkdwn import clip, escape, one_line
from bot.result_page import ResultPage
from bot.wording import say

QUERY_CHARACTERS = 100


def nothing_card(page: ResultPage) -> dict[str, object]:
    """``page`` has no hits; a page behind the last one says only that."""
    language = page.language
    title = _title(page)
    body = [blocks.header(title)]
    if page.page == 0:
        body += [*chips.costs(page), *chips.chips_row(page), *_nearest(page)]
        if len(body) == 1:
            body.append(blocks.section(say(language, "nothing_tips")))
    notes = page.result.notes_ko if language == "ko" else page.result.notes
    body += hit_card.small(*(hit_card.outside(note, 300) for note in notes[:3]))
    library, refine = say(language, "library"), say(language, "refine")
    buttons = [blocks.button(library, action_id=action_ids.LIBRARY, url=page.library_url)]
    if page.wanted is None:
        again = blocks.button(refine, action_id=action_ids.REFINE, value=page.search_id)
        buttons.insert(0, again)
    body += [blocks.divider(), blocks.actions(buttons, block_id="nothing")]
    return {"text": escape(title), "blocks": body}


def _title(page: ResultPage) -> str:
    if page.page > 0:
        return say(page.language, "page_empty", page=page.page + 1)
    if page.wanted is not None:
        return say(page.language, "nothing_similar", number=page.wanted.segment_id)
    query = clip(one_line(page.query), QUERY_CHARACTERS)
    return say(page.language, "nothing", query=query)


def _nearest(page: ResultPage) -> list[blocks.Block]:
    misses = page.result.nearest
    if not misses:
        return []
    said = f"{say(page.language, 'nearest_misses')} {say(page.language, 'nothing_widened')}"
    body = [blocks.section(said)]
    for rank, hit in enumerate(misses, start=1):
        body += [blocks.divider(), *hit_blocks(page, hit, rank)]
    return body
