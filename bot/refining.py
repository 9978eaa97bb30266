"""A query as the fields of a form, and the fields as a query again.

A filter that a field cannot show exactly (a second person, an hour of a day, ``-camera:door``)
stays among the words as it was typed, so nothing is lost by opening the form and sending it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, get_args
from zoneinfo import ZoneInfo

from bot import limits
from core.objects import labels_in
from core.query import LONGEST_QUERY, Filter, FilterName, Query, parse
from core.query_words import ORDER_OF
from core.when import is_inclusive, span

DAYS: Final[tuple[FilterName, ...]] = ("on", "after", "before")
FIELDS: Final[tuple[FilterName, ...]] = (
    *("person", "group", "camera", "video", "object", "clothes"),
    *DAYS,
    *("longer", "sort"),
)
"""In the order of the form."""

SORT_VALUES: Final[Mapping[str, str]] = {"best": "best", "newest": "time", "oldest": "oldest"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """``words`` is what stands in the first field. ``shown`` maps a filter to what its field holds,
    ``typed`` to the value it had in the query."""

    words: str
    shown: Mapping[FilterName, str] = field(default_factory=dict)
    typed: Mapping[FilterName, str] = field(default_factory=dict)


def form_of(text: str, *, now: datetime, timezone: ZoneInfo) -> Form:
    """The first wanted filter of each name goes into its field; the rest stays in the words. Of a
    query that is too long only the beginning is there to be shortened."""
    if len(text) > LONGEST_QUERY:
        return Form(words=text[:LONGEST_QUERY])
    query = parse(text)
    shown: dict[FilterName, str] = {}
    typed: dict[FilterName, str] = {}
    for name in FIELDS:
        first = next(iter(query.named(name)), None)
        value = None if first is None else _in_field(first, now, timezone)
        if first is not None and value is not None:
            shown[name], typed[name] = value, first.value
            query = query.without(first)
    return Form(words=query.text, shown=shown, typed=typed)


def query_of(form: Form, given: Mapping[FilterName, str]) -> Query:
    """The words with what stands in the fields. ``form.words`` are those given; a field that was
    left as it was means what was typed: ``yesterday`` stays yesterday."""
    query = parse(form.words)
    for name in FIELDS:
        value = given.get(name, "")
        if value:
            same = form.shown.get(name) == value
            query = query.with_filter(name, form.typed[name] if same else value, beside=True)
    return query


def is_field(name: str) -> FilterName | None:
    """The filter a block of the form is about; None for the words."""
    return next((one for one in get_args(FilterName) if one == name), None)


def _in_field(part: Filter, now: datetime, timezone: ZoneInfo) -> str | None:
    """What the field holds for a filter; None where it cannot."""
    if not part.value or len(part.value) > limits.OPTION_VALUE:
        return None
    if part.name == "sort":
        order = ORDER_OF.get(part.value.lower())
        return SORT_VALUES[order] if order else None
    if part.name == "object":
        labels = labels_in(part.value)
        return labels[0] if len(labels) == 1 else part.value
    if part.name in DAYS:
        return _day(part.value, now, timezone)
    return part.value


def _day(value: str, now: datetime, timezone: ZoneInfo) -> str | None:
    """``YYYY-MM-DD`` where a value means exactly that day."""
    found = None if is_inclusive(value) else span(value, now=now, timezone=timezone)
    if found is None:
        return None
    first, last = (moment.astimezone(timezone) for moment in found)
    day = first.date()
    midnight = datetime.combine(day, datetime.min.time(), timezone)
    behind = datetime.combine(day + timedelta(days=1), datetime.min.time(), timezone)
    return day.isoformat() if (first, last) == (midnight, behind) else None
