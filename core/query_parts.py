"""What a query is made of: words, phrases, filters, and what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from core.query_words import FilterName

ProblemKind = Literal[
    "unknown filter",
    "unknown name",
    "empty value",
    "bad date",
    "bad length",
    "bad order",
    "two orders",
    "wrong order",
    "too long",
    "nothing",
]

# What ends a sentence or stands around a word, and is no part of it.
AROUND = frozenset(".,;:!?'()[]{}<>…、。·【】〔〕")
# The same behind a value: a bracket or a colon may belong to a name.
BEHIND_VALUE = frozenset(".,;!?'…、。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word or an exact ``phrase``, looked for or (``negated``) not wanted. ``text`` is plain
    (core.query_text); ``[start, end)`` of the typed text holds it with its quotes and minus."""

    text: str
    phrase: bool = False
    negated: bool = False
    start: int = 0
    end: int = 0

    def __str__(self) -> str:
        return f"{'-' * self.negated}{quoted(self.text) if self.phrase else self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """``name:value``; ``value`` is plain, without quotes, as it was typed otherwise, and empty
    where none was given. ``-name:value`` is negated."""

    name: FilterName
    value: str
    negated: bool = False
    start: int = 0
    end: int = 0

    def __str__(self) -> str:
        return f"{'-' * self.negated}{self.name}:{self._printed}"

    def named_as(self, typed: str) -> str:
        """As ``str``, with the name as it stands in the text of a filter: ``날짜:`` stays so."""
        name = _NAME.search(typed)
        return f"{'-' * self.negated}{name[1]}{self._printed}" if name else str(self)

    def behind_name(self, typed: str) -> str:
        """The value as it stands in the text of a filter, with its quotes."""
        name = _NAME.search(typed)
        return typed[name.end() :] if name else typed

    @property
    def _printed(self) -> str:
        return self.value if _bare(self.value) else quoted(self.value)


Part = Term | Filter
_NAME = re.compile(r"(\w[^:：]*[:：])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a query cannot be run as it is, and what to do, in both languages.

    ``[start, end)`` of the typed text is what is wrong; ``corrected`` is a whole query to run
    instead, or None where nothing is near enough.
    """

    kind: ProblemKind
    start: int
    end: int
    message: str
    message_ko: str
    corrected: str | None = None


def quoted(text: str) -> str:
    return f'"{text}"'


def hangs_on(value: str) -> bool:
    """True where the last character of a value without quotes belongs to the sentence around it:
    punctuation, and a bracket that was not opened in it."""
    closes = value[-1] == ")" and value.count("(") < value.count(")")
    return closes or value[-1] in BEHIND_VALUE


def _bare(value: str) -> bool:
    """True where a value reads back the same without quotes."""
    return not value or (
        not any(c.isspace() for c in value)
        and not value.startswith(("'", "//"))
        and not hangs_on(value)
    )
