"""The filters of a query as fields of a form, read from its text and written into it.

There is one grammar (core.query). The form only saves somebody from knowing it by heart, and shows
them what it wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from core.objects import LABELS, korean_label
from core.query import Filter, FilterName, Query, parse
from core.query_words import EXAMPLES, FILTER_WORDS
from core.types import Language
from db import known
from db.rows import Connection
from editor.translation import gettext

FIELDS: Mapping[str, FilterName] = {
    "person": "person",
    "group": "group",
    "camera": "camera",
    "video": "video",
    "object": "object",
    "clothes": "clothes",
    "when": "on",
    "after": "after",
    "until": "before",
    "longer": "longer",
    "sort": "sort",
}
"""Fields of the form and the filter each writes."""

WHEN: tuple[tuple[str, str], ...] = (
    ("1h", "1시간"),
    ("24h", "24시간"),
    ("today", "오늘"),
    ("yesterday", "어제"),
    ("this week", "이번 주"),
    ("last week", "지난주"),
    ("this month", "이번 달"),
)
"""Dates to choose from, as they are written in English and in Korean."""

SORTS: Mapping[str, tuple[str, str]] = {"newest": ("time", "최신"), "oldest": ("oldest", "오래된")}

# More names than this nobody looks through: they are typed.
MOST_LISTED = 300

_DAY = re.compile(r"(?:through )?(\d{4}-\d{2}-\d{2})(?:까지)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What there is in the library to choose from, by name."""

    people: tuple[str, ...]
    groups: tuple[str, ...]
    cameras: tuple[str, ...]
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One filter in the help: how it is written in both languages, and what it does."""

    english: str
    korean: str
    meaning: str


def choices(conn: Connection, language: Language) -> Choices:
    """Names for the fields."""
    people, groups, cameras = (
        tuple(sorted(known.names(conn, kind, "")))[:MOST_LISTED]
        for kind in ("person", "group", "camera")
    )
    things = (korean_label(label) if language == "ko" else label for label in LABELS)
    return Choices(people=people, groups=groups, cameras=cameras, things=tuple(things))


def explained() -> tuple[Explained, ...]:
    """Every filter, with an example in each language; a length also as what it must not be."""
    meanings: Mapping[FilterName, str] = {
        "person": gettext("somebody by name"),
        "group": gettext("anybody of a group"),
        "camera": gettext("only from this camera"),
        "video": gettext("only in videos called so"),
        "object": gettext("a thing in the picture"),
        "clothes": gettext("what somebody wears"),
        "after": gettext("from this day or time on"),
        "before": gettext("before this day or time; through: takes the day in"),
        "on": gettext("on this day, in this week or month"),
        "longer": gettext("at least this long"),
        "sort": gettext("best, time (newest first) or oldest"),
    }
    found: list[Explained] = []
    for name, meaning in meanings.items():
        english, korean = EXAMPLES[name]
        found.append(Explained(english=english, korean=korean, meaning=meaning))
        if name == "longer":
            shorter = gettext("shorter than this")
            found.append(Explained(english=f"-{english}", korean=f"-{korean}", meaning=shorter))
    return tuple(found)


def shown(query: Query) -> dict[str, str]:
    """What each field shows for a query; "" where it has no such filter, or one that the field
    cannot show."""
    return {field: _shown(query, field) for field in FIELDS}


def written(query: Query, wanted: Mapping[str, str], language: Language) -> Query:
    """The query with each field in ``wanted`` as it is there, "" for without; fields that show
    this already, and those left out, change nothing. Unknown fields are passed over."""
    for field, value in wanted.items():
        value = " ".join(value.split())
        if field in FIELDS and value != _shown(query, field):
            query = _with(query, field, value, language)
    return query


def _shown(query: Query, field: str) -> str:
    if field == "sort":
        return "" if query.order == "best" else query.order
    one = _last(query, field)
    value = one.value if one else ""
    if field == "when":
        return next((english for english, korean in WHEN if value in (english, korean)), value)
    if field not in ("after", "until"):
        return value
    found = _DAY.fullmatch(value)
    if not found:
        return ""
    if field == "until" and value == found[1]:
        return _day_before(found[1])
    return found[1]


def _day_before(day: str) -> str:
    """``before:`` leaves its day out, the field takes its own in."""
    try:
        return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _last(query: Query, field: str) -> Filter | None:
    found = query.named(FIELDS[field])
    return found[-1] if found else None


def _with(query: Query, field: str, value: str, language: Language) -> Query:
    name = FIELDS[field]
    while (old := _last(query, field)) is not None:
        query = query.without(old)
        if field != "sort":  # of several people one is shown, and so one is changed
            break
    if not value:
        return query
    word, value = _said(field, value, language)
    plain = query.with_filter(name, value, beside=True)
    return _in_words(query, plain, word, language) if language == "ko" or word else plain


def _said(field: str, value: str, language: Language) -> tuple[str, str]:
    """Another word for the filter than its own ("" for none), and the value as it is written."""
    korean = language == "ko"
    if field == "sort":
        return "", SORTS[value][korean] if value in SORTS else value
    if field == "when":
        return "", next((pair[korean] for pair in WHEN if pair[0] == value), value)
    if field == "until":
        return ("까지", f"{value}까지") if korean else ("through", f"through {value}")
    return "", value


def _in_words(before: Query, plain: Query, word: str, language: Language) -> Query:
    """``plain``, whose last part was added to ``before``, with the filter as people write it in
    this language; as it is where that would read as something else."""
    added = plain.filters[-1]
    names = FILTER_WORDS[added.name]
    name = word or next(n for n in names if language == "en" or not n.isascii())
    value = _DAY.fullmatch(added.value) if word else None
    shorter = str(replace(added, value=value[1])) if value else str(added)
    pretty = parse(f"{before.text} {name}{shorter.removeprefix(added.name)}".strip())
    same = [str(part) for part in pretty.parts] == [str(part) for part in plain.parts]
    return pretty if same else plain
