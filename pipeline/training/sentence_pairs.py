"""What the Korean map learns from, and what is kept from it to measure with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.evaluation.sentences import Row, read_rows
from pipeline.training.phrases import phrases
from pipeline.training.short_queries import SHORT_QUERIES
from pipeline.training.told_scenes import told_scenes

TOLD_SCENES, TOLD_SEED = 1_500, 1
HELD_OUT_SCENES, HELD_OUT_SEED = 800, 99

Pair = tuple[str, str]
"""Korean, English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentencePairs:
    """``sentences`` of the training rows and ``own``, phrases and captions of our making, are
    learnt from; ``dev`` and ``scenes`` (captions) are not. ``dropped`` training pairs had a
    sentence that is held out."""

    sentences: tuple[Pair, ...]
    own: tuple[Pair, ...]
    dropped: int
    dev: tuple[Row, ...]
    scenes: tuple[Pair, ...]


def read_pairs(folder: Path) -> SentencePairs:
    """Raises InputError where the folder has not the two sets of sentences."""
    train, dev = read_rows(folder, "train"), tuple(read_rows(folder, "dev"))
    held_out = {_key(text) for row in dev for text in (*row.korean, *row.english)}
    held_out |= {_key(text) for query in SHORT_QUERIES for text in (query.korean, query.english)}
    pairs = list(
        dict.fromkeys(
            (korean, english)
            for which in (0, 1)
            for row in train
            for korean, english in [(row.korean[which], row.english[which])]
        )
    )
    sentences = tuple(_unseen(pairs, held_out))
    told = told_scenes(TOLD_SCENES, TOLD_SEED)
    known = {_key(korean) for korean, _ in told}
    return SentencePairs(
        sentences=sentences,
        own=tuple(_unseen([*phrases(), *told], held_out)),
        dropped=len(pairs) - len(sentences),
        dev=dev,
        scenes=tuple(_unseen(told_scenes(HELD_OUT_SCENES, HELD_OUT_SEED), known)),
    )


def _unseen(pairs: Iterable[Pair], held_out: set[str]) -> Iterable[Pair]:
    return (pair for pair in pairs if not held_out & {_key(text) for text in pair})


def _key(text: str) -> str:
    """Equal for sentences that differ in capitals, blanks and punctuation only."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).lower()))
