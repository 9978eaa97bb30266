"""CIDEr and CIDEr-D: how much a caption says what people said (Vedantam, Zitnick, Parikh, 2015).

Written from the paper. Captions and references are counted in n-grams of 1 to 4 words, weighted by
how rarely the references of other segments have them, and compared by cosine. Like the common
evaluation code, and unlike the paper, words are not stemmed. Korean has its particles stuck to the
words, so that hardly two captions share a word: its "words" here are the single syllables, blanks
left out, the way Korean BLEU is counted here too.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 4
SIGMA = 6.0
"""CIDEr-D: the spread, in words, of what a difference in length costs."""
SCALE_D = 10.0
"""CIDEr-D comes times ten, as in the paper; CIDEr goes from 0 to 1."""

_TOKEN = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]|[^\W_가-힣ㄱ-ㅎㅏ-ㅣ]+(?:['’][^\W_가-힣]+)?")

Gram = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """One per candidate: ``cider`` 0..1, ``cider_d`` 0..10."""

    cider: tuple[float, ...]
    cider_d: tuple[float, ...]


def tokens(text: str) -> list[str]:
    """Lower-case words and numbers without punctuation; Hangul syllable by syllable."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())


def cider(candidates: Sequence[str], references: Sequence[Sequence[str]]) -> Scores:
    """Each candidate against its references (at least one each); ``references`` as a whole are
    the corpus whose rarity counts. In a corpus of one nothing is rare, and all is 0."""
    counted = [[_grams(text) for text in texts] for texts in references]
    seen = Counter(
        gram
        for texts in counted
        for gram in {gram for grams in texts for length in grams for gram in length}
    )
    corpus = math.log(len(references)) if references else 0.0
    # An n-gram no reference has counts as if one had it: it is as rare as can be, not infinitely.
    rarity = {gram: corpus - math.log(count) for gram, count in seen.items()}
    plain, with_length = [], []
    for candidate, texts in zip(candidates, counted, strict=True):
        grams = _grams(candidate)
        plain.append(_mean([_similarity(grams, one, rarity, corpus) for one in texts]))
        with_length.append(_mean([_similarity_d(grams, one, rarity, corpus) for one in texts]))
    return Scores(cider=tuple(plain), cider_d=tuple(with_length))


def _grams(text: str) -> list[Counter[Gram]]:
    """The n-grams of each length 1..LONGEST with their counts."""
    words = tokens(text)
    return [
        Counter(tuple(words[first : first + n]) for first in range(len(words) - n + 1))
        for n in range(1, LONGEST + 1)
    ]


def _similarity(
    candidate: list[Counter[Gram]],
    reference: list[Counter[Gram]],
    rarity: dict[Gram, float],
    corpus: float,
) -> float:
    """The mean over the lengths of the cosine of the weighted counts."""
    found = []
    for mine, other in zip(candidate, reference, strict=True):
        a, b = _weighted(mine, rarity, corpus), _weighted(other, rarity, corpus)
        size = _size(a) * _size(b)
        found.append(sum(a[gram] * b[gram] for gram in a.keys() & b.keys()) / size if size else 0.0)
    return _mean(found)


def _similarity_d(
    candidate: list[Counter[Gram]],
    reference: list[Counter[Gram]],
    rarity: dict[Gram, float],
    corpus: float,
) -> float:
    """As above, but saying a word more often than the reference gains nothing, and another length
    than the reference's costs."""
    longer = candidate[0].total() - reference[0].total()
    penalty = math.exp(-(longer**2) / (2 * SIGMA**2))
    found = []
    for mine, other in zip(candidate, reference, strict=True):
        a, b = _weighted(mine, rarity, corpus), _weighted(other, rarity, corpus)
        size = _size(a) * _size(b)
        common = sum(min(a[gram], b[gram]) * b[gram] for gram in a.keys() & b.keys())
        found.append(common / size if size else 0.0)
    return SCALE_D * penalty * _mean(found)


def _weighted(counts: Counter[Gram], rarity: dict[Gram, float], corpus: float) -> dict[Gram, float]:
    return {gram: count * rarity.get(gram, corpus) for gram, count in counts.items()}


def _size(vector: dict[Gram, float]) -> float:
    return math.sqrt(sum(value * value for value in vector.values()))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
