"""Queries made from the library itself, for where nobody has judged enough: known-item search.

A Korean caption is asked for its own segment; of an English caption some of its words are. Segments
with the very same caption are right answers too. Such queries are easier than people's and say
nothing about how good a search is, but they show when a change makes it worse (the gate).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import numpy as np

from core.query import LONGEST_QUERY, parse
from core.script import language_of
from db.relevance import captioned_as, sample_captioned
from db.rows import Connection
from pipeline.evaluation.bootstrap import SEED
from pipeline.evaluation.queries import Judged

WORDS = 4
"""Of an English caption: as people type, a few words in their order."""
MOST_ALIKE = 50
"""A caption that more segments share ("nobody in view") asks for nothing in particular."""

_MARKS = re.compile("[^\\w\\s.,]+")
_WORD = re.compile(r"[a-z][a-z'-]+|\d+")
_EMPTY = re.compile(
    "an?|and|are|as|at|be|by|for|from|has|have|her?|hers|his|in|into|is|its?|of|on|or|she|that|the|"
    "their|them|then|there|they|this|to|was|while|who|with"
)


def known_items(conn: Connection, count: int, *, seed: int = SEED) -> list[Judged]:
    """At most ``count`` queries, half of them Korean where there are Korean captions; the same
    for the same library and seed."""
    drawn = sample_captioned(conn, 4 * count, seed=seed)
    english = _judged(conn, [one.caption for one in drawn], "en", seed)
    korean = _judged(conn, [one.caption_ko for one in drawn], "ko", seed)
    half = max(count // 2, count - len(english))
    chosen = korean[:half]
    return chosen + english[: count - len(chosen)]


def words_of(caption: str, *, seed: int) -> str:
    """Some telling words of an English caption, in its order; "" where there are none."""
    words = [
        word
        for word in _WORD.findall(unicodedata.normalize("NFKC", caption).lower())
        if not _EMPTY.fullmatch(word)
    ]
    words = list(dict.fromkeys(words))
    random = np.random.default_rng([seed, *caption.encode("utf-8")])
    chosen = random.choice(len(words), size=min(WORDS, len(words)), replace=False) if words else []
    return " ".join(words[at] for at in sorted(chosen))


def _judged(conn: Connection, captions: Iterable[str], language: str, seed: int) -> list[Judged]:
    distinct = [one for one in dict.fromkeys(captions) if one.strip()]
    found = []
    alike = captioned_as(conn, distinct, "ko" if language == "ko" else "en")
    for caption, segment_ids in zip(distinct, alike, strict=True):
        query = caption if language == "ko" else words_of(caption, seed=seed)
        # What the grammar would read as something else than words is left out.
        query = " ".join(_MARKS.sub(" ", query)[:LONGEST_QUERY].split())
        asked = parse(query)
        if query and not asked.problems and not asked.filters and len(segment_ids) <= MOST_ALIKE:
            relevant = dict.fromkeys(segment_ids, 1.0)
            found.append(Judged(query=query, language=language_of(query), relevant=relevant))
    return found
