"""A query's text as the encoders and the text leg read it."""

from __future__ import annotations

import re
import unicodedata

from core.errors import InputError
from core.query import LONGEST_QUERY, Query, parse


def clean_query(query: str) -> str:
    """Full-width letters, odd blanks and control characters as people mean them.

    Raises InputError where nothing is left, or too much.
    """
    text = unicodedata.normalize("NFKC", query)
    text = "".join(" " if unicodedata.category(c).startswith(("C", "Z")) else c for c in text)
    words = " ".join(text.split())
    if not words:
        raise InputError("Say what to look for, for example: red jacket.")
    if len(words) > LONGEST_QUERY:
        raise InputError(f"A query can have at most {LONGEST_QUERY} characters.")
    return words


def as_query(text: str) -> Query:
    """A query that can be run. Raises InputError with what is wrong."""
    query = parse(text)
    if query.problems:
        raise InputError(query.problems[0].message)
    return query


def without_particles(words: str) -> str:
    """Latin words and numbers without the Korean particle that follows: ``CCTV에서`` is CCTV."""
    return _AFTER_LATIN.sub("", words)


_AFTER_LATIN = re.compile(r"(?<=[A-Za-z0-9])[가-힣]{1,3}(?![가-힣])")
