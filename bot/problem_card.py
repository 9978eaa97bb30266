"""A query that cannot be run: what is wrong with a caret, and the query that was probably meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot import action_ids, blocks
from bot.chips import chips_row
from bot.hit_card import outside
from bot.mrkdwn import clip_escaped, escape
from bot.result_page import ResultPage
from bot.wording import counted, say
from core.query import Problem
from core.query_problems import caret
from core.types import Language

MOST_SHOWN: Final = 5
# A line that a phone breaks puts the caret under something else.
COLUMNS: Final = 34
MESSAGE_CHARACTERS: Final = 600
CORRECTED_CHARACTERS: Final = 300


def problem_card(page: ResultPage) -> dict[str, object]:
    """Nothing is searched until it is right, and that is said."""
    language = page.language
    title = say(language, "problem")
    problems = page.result.problems
    body = [blocks.header(title)]
    for index, problem in enumerate(problems[:MOST_SHOWN]):
        body.append(_wrong(page.query, problem, language))
        if problem.corrected and _is_last_with(problems[:MOST_SHOWN], index):
            body.append(_correction(page, problem.corrected, index))
    left = len(problems) - MOST_SHOWN
    more = f"{counted(language, 'more_problems', left)} " if left > 0 else ""
    if any(problem.corrected is None for problem in problems):
        # Where nothing is near enough, what is left without it can still be searched.
        body += chips_row(page)
    body += [
        blocks.context(f"{more}{say(language, 'nothing_searched')}"),
        blocks.actions(
            [
                blocks.button(
                    say(language, "refine"), action_id=action_ids.REFINE, value=page.search_id
                )
            ],
            block_id="problem",
        ),
    ]
    first = problems[0].message_ko if language == "ko" else problems[0].message
    return {"text": f"{title}: {outside(first, MESSAGE_CHARACTERS)}", "blocks": body}


def _wrong(query: str, problem: Problem, language: Language) -> blocks.Block:
    message = problem.message_ko if language == "ko" else problem.message
    words = outside(message, MESSAGE_CHARACTERS)
    if not query or problem.kind in ("nothing", "too long"):
        return blocks.section(words)
    stretch, near = around(query, problem)
    drawn = escape(caret(near, stretch))
    # One backtick would end the block; escape has none left.
    return blocks.section(f"```{drawn}```\n{words}")


def around(query: str, problem: Problem) -> tuple[str, Problem]:
    """What stands around the wrong part, short enough for one line, and the problem in it."""
    first = last = min(problem.start, max(len(query) - 1, 0))
    room = COLUMNS
    while last < min(problem.end, len(query)) and room >= 2:
        room -= _width(query[last])
        last += 1
    end = last
    grew = True
    while grew and room >= 2:
        grew = False
        if first > 0:
            first -= 1
            room -= _width(query[first])
            grew = True
        if last < len(query) and room >= 2:
            room -= _width(query[last])
            last += 1
            grew = True
    before, after = "…" * (first > 0), "…" * (last < len(query))
    start = min(problem.start, len(query)) - first + len(before)
    return (
        f"{before}{query[first:last]}{after}",
        replace(problem, start=start, end=start + max(end - problem.start, 0)),
    )


def _width(character: str) -> int:
    """Columns in letters of one width, as ``core.query_problems.caret`` counts them at most."""
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _correction(page: ResultPage, corrected: str, index: int) -> blocks.Block:
    search_id = page.corrections.get(corrected)
    shown = clip_escaped(escape(corrected), CORRECTED_CHARACTERS)
    button = None
    if search_id:
        words = say(page.language, "search_that")
        button = blocks.button(
            words,
            action_id=action_ids.SEARCH_THAT.format(index=index),
            value=search_id,
            primary=True,
            label=f"{words}: {corrected}",
        )
    return blocks.section(f"→ *{shown}*", button)


def _is_last_with(problems: Sequence[Problem], index: int) -> bool:
    """Several problems may be repaired by one and the same query."""
    corrected = problems[index].corrected
    return all(one.corrected != corrected for one in problems[index + 1 :])
