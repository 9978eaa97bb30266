"""How well Korean lands beside English: the figures a training prints."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.metrics import ranks_of_rows, recall_at, spearman
from pipeline.evaluation.sentences import Row
from pipeline.training.short_queries import SHORT_QUERIES

Array = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Array]

FIRST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Shares 0..1 of the Korean texts whose own English one came first, or among the first 10."""

    first: float
    among_ten: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """``rows``: the first sentence of each held-out row among those of all rows; ``sentences``:
    every held-out sentence among all of them; ``captions`` and ``queries`` likewise, of our own.
    ``likeness`` is Spearman's correlation of Korean pairs with their judged scores."""

    rows: Found
    sentences: Found
    captions: Found
    queries: Found
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """Held-out texts beside the vectors of their English."""

    dev: Sequence[Row]
    captions: Sequence[tuple[str, str]]
    english: dict[str, Array]


def english_texts(dev: Sequence[Row], captions: Sequence[tuple[str, str]]) -> list[str]:
    """All English that the figures compare with, each once."""
    own = [query.english for query in SHORT_QUERIES]
    texts = [text for row in dev for text in row.english]
    return list(dict.fromkeys([*texts, *(english for _, english in captions), *own]))


def measure(encode: Encode, held_out: HeldOut) -> Figures:
    """``encode`` turns Korean texts into unit vectors."""
    both = [(k, e) for row in held_out.dev for k, e in zip(row.korean, row.english, strict=True)]
    own = [(query.korean, query.english) for query in SHORT_QUERIES]
    texts = list(dict.fromkeys(korean for korean, _ in (*both, *held_out.captions, *own)))
    korean = dict(zip(texts, encode(texts), strict=True))
    first, second = (
        np.stack([korean[row.korean[which]] for row in held_out.dev]) for which in (0, 1)
    )
    rows = [(row.korean[0], row.english[0]) for row in held_out.dev]
    return Figures(
        rows=found(rows, korean, held_out.english),
        sentences=found(list(dict.fromkeys(both)), korean, held_out.english),
        captions=found(held_out.captions, korean, held_out.english),
        queries=found(own, korean, held_out.english),
        likeness=spearman((first * second).sum(axis=1), np.array([r.score for r in held_out.dev])),
    )


def found(
    pairs: Sequence[tuple[str, str]], korean: dict[str, Array], english: dict[str, Array]
) -> Found:
    """Each Korean text asks for its English one among the English ones of all ``pairs``; the same
    English text twice is one answer. A text without a vector finds nothing."""
    answers = list(dict.fromkeys(text for _, text in pairs))
    asked = np.stack([korean[text] for text, _ in pairs])
    scores = asked @ np.stack([english[text] for text in answers]).T
    relevant = np.zeros(scores.shape, bool)
    place = {text: index for index, text in enumerate(answers)}
    relevant[np.arange(len(pairs)), [place[text] for _, text in pairs]] = True
    ranks = ranks_of_rows(scores, relevant)
    ranks[~(np.linalg.norm(asked, axis=1) > 0)] = np.inf
    return Found(
        first=float(recall_at(ranks, 1).mean()), among_ten=float(recall_at(ranks, FIRST).mean())
    )


def caption_gain(vectors: Array, captions: Sequence[str], caption_vectors: Array) -> float:
    """Mean nDCG@10 of ``vectors``, one per SHORT_QUERIES, over captions: what each query asks for
    is in its ``finds``. Queries no caption answers are left out; a zero vector gains nothing."""
    gains = []
    discount = 1 / np.log2(np.arange(2, FIRST + 2))
    for query, vector in zip(SHORT_QUERIES, vectors, strict=True):
        if query.finds is None:
            continue
        apt = np.array([bool(re.search(query.finds, caption)) for caption in captions])
        if not apt.any():
            continue
        best = np.argsort(-(caption_vectors @ vector), kind="stable")[:FIRST]
        ideal = discount[: min(FIRST, int(apt.sum()))].sum()
        gains.append(float((apt[best] * discount).sum() / ideal) if vector.any() else 0.0)
    return float(np.mean(gains))
