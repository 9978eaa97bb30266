"""The query language: words, "exact phrases", filters, and ``-`` for what is not wanted.

One grammar for Slack, the web and the command line (docs/adr/0026-query-language.md). ``parse``
never raises: what cannot be run comes back as problems that a person can read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.query_parts import Filter, Part, Problem, Term
from core.query_problems import LONGEST_QUERY, LONGEST_READ, problems_in
from core.query_scan import Stranger, read
from core.query_text import QUOTE, plain, tidy
from core.query_values import joined, printed
from core.query_words import ORDER_OF, FilterName, Order

__all__ = [
    "LONGEST_QUERY",
    "Filter",
    "FilterName",
    "Order",
    "Part",
    "Problem",
    "Query",
    "Term",
    "parse",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query that was read. ``text`` is as typed, and positions are offsets in it; ``str()`` is
    the canonical print, which parses to the same terms and filters."""

    text: str
    terms: tuple[Term, ...]
    filters: tuple[Filter, ...]
    problems: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        return printed(self.parts)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Terms and filters in the order they were typed: one chip each."""
        return tuple(sorted((*self.terms, *self.filters), key=lambda part: part.start))

    @property
    def words(self) -> str:
        """What is looked for by meaning and text: the wanted words and phrases in order."""
        return " ".join(term.text for term in self.terms if not term.negated)

    @property
    def order(self) -> Order:
        """What ``sort:`` says; best first without it."""
        orders = [ORDER_OF.get(f.value.lower()) for f in self.filters if f.name == "sort"]
        return next((order for order in reversed(orders) if order), "best")

    def named(self, name: FilterName, *, negated: bool = False) -> tuple[Filter, ...]:
        """The filters of one name: those wanted, or those with a minus."""
        return tuple(f for f in self.filters if f.name == name and f.negated == negated)

    def without(self, part: Part) -> Query:
        """The query that is left when this part is taken out. Raises ValueError where it is not
        one of ``parts``."""
        index = self.parts.index(part)
        typed = f"{self.text[: part.start]} {self.text[part.end :]}"
        return _of(typed, (*self.parts[:index], *self.parts[index + 1 :]))

    def with_value(self, old: Filter, value: str) -> Query:
        """The query with another value in one filter, for one that was mistyped; its name stays as
        it was typed. Raises ValueError where ``old`` is not one of ``parts``."""
        index = self.parts.index(old)
        new = _filter(old.name, value, old.negated)
        changed = new.named_as(self.text[old.start : old.end])
        typed = f"{self.text[: old.start]}{changed}{self.text[old.end :]}"
        return _of(typed, (*self.parts[:index], new, *self.parts[index + 1 :]))

    def with_filter(
        self, name: FilterName, value: str, *, negated: bool = False, beside: bool = False
    ) -> Query:
        """The query with one more filter at its end, which takes the place of those of its name
        (and sign) unless it stands ``beside`` them."""
        query = self
        while not beside and (others := query.named(name, negated=negated)):
            query = query.without(others[-1])
        new = _filter(name, value, negated)
        return _of(f"{query.text} {new}", (*query.parts, new))


def parse(text: str) -> Query:
    """Read what somebody typed. Never raises, whatever the text; of one that is far too long only
    the beginning is read."""
    found = list(read(plain(text[:LONGEST_READ])))
    parts = joined(text, [one for one in found if not isinstance(one, Stranger)])
    terms = tuple(part for part in parts if isinstance(part, Term))
    filters = tuple(part for part in parts if isinstance(part, Filter))
    strangers = tuple(one for one in found if isinstance(one, Stranger))
    problems = problems_in(text, terms, filters, strangers)
    return Query(text=text, terms=terms, filters=filters, problems=problems)


def _filter(name: FilterName, value: str, negated: bool) -> Filter:
    """A quote cannot be written inside quotes, so a value has none."""
    return Filter(name=name, value=tidy(tidy(value).replace(QUOTE, " ")), negated=negated)


def _of(typed: str, parts: Sequence[Part]) -> Query:
    """What was typed, where it reads as these parts; else (a quote left open, say) their print."""
    query = parse(" ".join(typed.split()))
    if [str(part) for part in query.parts] == [str(part) for part in parts]:
        return query
    return parse(printed(parts))
