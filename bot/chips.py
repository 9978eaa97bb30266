"""The filters of a search as buttons that take one out, and what each filter costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot import action_ids, blocks
from bot.hit_card import outside
from bot.mrkdwn import clip, one_line
from bot.result_page import ResultPage
from bot.wording import counted, say
from core.types import Chip, Removed

# More than five in a row are not read any more; the others go into a menu.
MOST_BUTTONS: Final = 5
MOST_IN_MENU: Final = 10
LABEL_CHARACTERS: Final = 48


def chips_row(page: ResultPage) -> list[blocks.Block]:
    """A button for every filter that can go; the only part of a query cannot."""
    removable = [(i, one) for i, one in enumerate(page.result.chips) if one.without]
    if not removable:
        only = "".join(page.label(chip) for chip in page.result.chips)
        label = outside(only, LABEL_CHARACTERS)
        return [blocks.context(say(page.language, "only_filter", label=label))] if only else []
    shown = removable if len(removable) <= MOST_BUTTONS else removable[: MOST_BUTTONS - 1]
    buttons = [_button(page, index, chip) for index, chip in shown]
    rest = removable[len(shown) :][:MOST_IN_MENU]
    if rest:
        options = [(f"{page.search_id}:{index}", f"✕ {_short(page, chip)}") for index, chip in rest]
        prompt = say(page.language, "drop_more")
        buttons.append(blocks.menu(options, action_id=action_ids.DROP_MORE, prompt=prompt))
    return [blocks.actions(buttons, block_id="chips")]


def costs(page: ResultPage) -> list[blocks.Block]:
    """What each filter takes away, where anything would be left without it."""
    counts = _counts(page)
    lines = [f"• {_cost(page, index, one)}" for index, one in counts.items()]
    if not lines:
        return []
    kept = lines[: MOST_BUTTONS + MOST_IN_MENU]
    return [blocks.section("\n".join([say(page.language, "filter_removed"), *kept]))]


def _cost(page: ResultPage, index: int, one: Removed) -> str:
    label = outside(page.label(page.result.chips[index]), 60)
    if one.at_least:
        return say(page.language, "without_filter", count=f"{one.count}+", label=label)
    return counted(page.language, "without_filter", one.count, label=label)


def _counts(page: ResultPage) -> Mapping[int, Removed]:
    """Index of a chip -> the hits there are without it."""
    chips = list(page.result.chips)
    return {chips.index(one.chip): one for one in page.result.removed if one.chip in chips}


def _button(page: ResultPage, index: int, chip: Chip) -> blocks.Block:
    short = _short(page, chip)
    return blocks.button(
        f"✕ {short}",
        action_id=action_ids.DROP.format(index=index),
        value=f"{page.search_id}:{index}",
        label=say(page.language, "drop", label=short),
    )


def _short(page: ResultPage, chip: Chip) -> str:
    return clip(one_line(page.label(chip)), LABEL_CHARACTERS)
