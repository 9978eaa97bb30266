"""Queries with what they should find, from a file of JSON lines (docs/evaluation.md).

``{"query": "red jacket", "relevant": [17, 18]}``; relevant may also be ``{"17": 3, "18": 1}`` with
grades, or a stretch ``{"video": "door.mp4", "start_ms": 4000, "end_ms": 9000, "grade": 2}``, or a
list of all these.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.script import QUERY_LANGUAGES, QueryLanguage, language_of
from db.pool import Database
from db.relevance import live_among, segments_in
from pipeline.evaluation.json_lines import Line, Span, plain, read_lines, span_of, stretch_of, whole
from pipeline.query_text import as_query

KEYS = ("query", "relevant", "language", "note")
GRADE = 1.0
HIGHEST_GRADE = 1_000_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A query and the live segments that answer it: id -> grade above 0, at least one."""

    query: str
    language: QueryLanguage
    relevant: Mapping[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    line: Line
    query: str
    language: QueryLanguage
    ids: Mapping[int, float]
    spans: tuple[tuple[Span, float], ...]


def read_queries(database: Database, path: Path) -> list[Judged]:
    """The queries of a file, every stretch put down to the live segments in it.

    Raises InputError with the number of the first bad line: no query is asked before all are right.
    """
    asked = [_asked(line) for line in read_lines(path, known=KEYS)]
    with database.transaction() as conn:
        wanted = [one.line for one in asked for _ in one.spans]
        spans = [span for one in asked for span, _ in one.spans]
        stretches = [stretch_of(conn, line, span) for line, span in zip(wanted, spans, strict=True)]
        found = iter(segments_in(conn, stretches))
        live = live_among(conn, {number for one in asked for number in one.ids})
    return [_judged(one, live, found) for one in asked]


def _judged(one: _Asked, live: frozenset[int], found: Iterator[Sequence[int]]) -> Judged:
    for number in one.ids:
        if number not in live:
            one.line.refuse(f"there is no live segment {number}")
    relevant = {number: grade for number, grade in one.ids.items() if grade > 0}
    for span, grade in one.spans:
        here = next(found)
        if not here:
            one.line.refuse(
                f"no live segment of {span.video} lies in {span.start_ms}-{span.end_ms} ms"
            )
        for number in here if grade > 0 else ():
            relevant[number] = max(grade, relevant.get(number, 0.0))
    if not relevant:
        one.line.refuse("nothing is relevant; a query needs a segment with a grade above 0")
    return Judged(query=one.query, language=one.language, relevant=relevant)


def _asked(line: Line) -> _Asked:
    query = plain(line.values.get("query"))
    if query is None:
        line.refuse('"query" is missing; it is the text somebody would type')
    try:
        as_query(query)
    except InputError as error:
        line.refuse(f'"{query}": {str(error).rstrip(".")}')
    language = line.values.get("language", language_of(query))
    if language not in QUERY_LANGUAGES:
        line.refuse(f'"language" is one of {", ".join(QUERY_LANGUAGES)}')
    if "relevant" not in line.values:
        line.refuse('"relevant" is missing; it says which segments answer the query')
    ids: dict[int, float] = {}
    spans: list[tuple[Span, float]] = []
    relevant = line.values["relevant"]
    for one in relevant if isinstance(relevant, list) else [relevant]:
        if isinstance(one, dict) and "video" in one:
            spans.append((span_of(line, one), _grade(line, one.get("grade", GRADE))))
        elif isinstance(one, dict):
            ids |= _graded(line, one)
        elif (number := whole(one, least=1)) is not None:
            ids[number] = GRADE
        else:
            line.refuse(
                '"relevant" holds segment numbers, {"number": grade} or '
                '{"video": ..., "start_ms": ..., "end_ms": ...}'
            )
    return _Asked(line=line, query=query, language=language, ids=ids, spans=tuple(spans))


def _graded(line: Line, values: Mapping[str, Any]) -> dict[int, float]:
    graded = {}
    for key, grade in values.items():
        digits = key.isascii() and key.isdigit() and len(key) < 20
        number = whole(int(key), least=1) if digits else None
        if number is None:
            line.refuse(f'"{key}" is not the number of a segment')
        graded[number] = _grade(line, grade)
    return graded


def _grade(line: Line, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        line.refuse("a grade is a number, 0 for not relevant")
    if not math.isfinite(value) or not 0 <= value <= HIGHEST_GRADE:
        line.refuse(f"a grade lies from 0 to {HIGHEST_GRADE:.0f}")
    return float(value)


def languages_in(judged: Sequence[Judged]) -> tuple[QueryLanguage, ...]:
    """The languages there are queries in, in their usual order. Raises InputError for none."""
    there = {one.language for one in judged}
    if not there:
        raise InputError("There are no queries.")
    return tuple(one for one in QUERY_LANGUAGES if one in there)
