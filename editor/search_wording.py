"""The answers of a search in words and small pictures: what is wrong where, and what counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from core.query import Problem
from core.types import Chip, Hit
from editor.language import language
from pipeline.hits import LEG_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a query; ``wrong`` where a problem is."""

    text: str
    wrong: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one leg of the search gave to a hit: its part ``[start, start + width)`` of a bar
    a hundred wide, and its name, with the percentage where there is another."""

    leg: str
    start: float
    width: float
    words: str


def pieces(query: str, problems: Sequence[Problem]) -> tuple[Piece, ...]:
    """The query cut where something begins or ends to be wrong. A problem at a place between two
    letters marks a blank there."""
    wrong = {at for one in problems for at in range(one.start, min(one.end, len(query)))}
    borders = {0, len(query), *(at for one in problems for at in (one.start, one.end))}
    edges = sorted(edge for edge in borders if 0 <= edge <= len(query))
    empty = {one.start for one in problems if one.start >= one.end}
    found: list[Piece] = []
    for start, end in zip(edges, [*edges[1:], len(query)], strict=True):
        if start in empty:
            found.append(Piece(text=" ", wrong=True))
        if end > start:
            found.append(Piece(text=query[start:end], wrong=start in wrong))
    return tuple(found)


def corrections(problems: Sequence[Problem]) -> tuple[str, ...]:
    """The queries to run instead, each once."""
    return tuple(dict.fromkeys(one.corrected for one in problems if one.corrected))


def chip_label(chip: Chip) -> str:
    return chip.label_ko if language() == "ko" else chip.label


def problem_words(problem: Problem) -> str:
    return problem.message_ko if language() == "ko" else problem.message


def shares(hit: Hit) -> tuple[Share, ...]:
    """What each leg counts, most first."""
    found: list[Share] = []
    start = 0.0
    for part in hit.parts:
        name = LEG_NAMES[part.leg][language() == "ko"]
        width = round(100 * part.share, 2)
        words = f"{name} {part.share:.0%}" if len(hit.parts) > 1 else name
        found.append(Share(leg=part.leg, start=round(start, 2), width=width, words=words))
        start += width
    return tuple(found)


def reasons(hit: Hit) -> tuple[str, ...]:
    """Why it matched, without the last one where that says in words what ``shares`` draws."""
    said = hit.reasons_ko if language() == "ko" else hit.reasons
    return said[:-1] if len(hit.parts) > 1 else said


def hit_url(hit: Hit, query: str, rank: int | None) -> str:
    """The page a hit opens: the best segment of the window. It carries the search it came from, so
    that what is done there counts for it."""
    values: dict[str, Any] = {"segment": hit.segment.id}
    if query:
        values["q"] = query
    if query and rank is not None:
        values["rank"] = rank
    return f"/videos/{hit.segment.video_id}?{urlencode(values)}"
