"""Captions against what people wrote: BLEU (by sacrebleu) and CIDEr, English beside Korean.

English is tokenised by sacrebleu's ``13a``, the choice of nearly every published figure. Korean is
taken character by character (``char``): by words it would compare particles more than meaning, and
``ko-mecab`` needs a dictionary of its own. The signature that comes with a figure says it all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.bleu import BLEU

from core.errors import InputError
from core.types import Language
from db.pool import Database
from db.relevance import captions_of, segments_in
from pipeline.evaluation.bootstrap import RESAMPLES, Interval, mean_interval, statistic_interval
from pipeline.evaluation.cider import cider
from pipeline.evaluation.json_lines import (
    Line,
    Span,
    plain,
    read_lines,
    span_of,
    stretch_of,
    whole,
)

KEYS = (
    "segment",
    "video",
    "start_ms",
    "end_ms",
    "references",
    "references_ko",
    "caption",
    "caption_ko",
    "note",
)
TOKENIZERS: dict[Language, Literal["13a", "char"]] = {"en": "13a", "ko": "char"}
METRICS = ("bleu", "cider", "cider_d")
LANGUAGES: tuple[Language, ...] = ("en", "ko")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A caption with what people wrote of the same, at least one text."""

    caption: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionSummary:
    """The figures of one language by the names of ``METRICS``: BLEU 0..100 over the whole corpus,
    CIDEr 0..1 and CIDEr-D 0..10 as means. ``empty`` captions count as they are: with nothing."""

    captions: int
    references: int
    empty: int
    signature: str
    metrics: Mapping[str, Interval]


def read_pairs(database: Database | None, path: Path) -> dict[Language, list[Pair]]:
    """The captions to judge, by language. A line without a caption of its own is about the live
    segment it names; ``database`` may be None where no line is (``needs_library``).

    Raises InputError with the number of the first bad line.
    """
    lines = read_lines(path, known=KEYS)
    references = [
        {language: _texts(line, _key("references", language)) for language in LANGUAGES}
        for line in lines
    ]
    for line, texts in zip(lines, references, strict=True):
        if not any(texts.values()):
            line.refuse('"references" or "references_ko" holds at least one sentence')
    spoken = _spoken(database, lines)
    pairs: dict[Language, list[Pair]] = {language: [] for language in LANGUAGES}
    for line, texts, said in zip(lines, references, spoken, strict=True):
        for language in LANGUAGES:
            given = line.values.get(_key("caption", language), said.get(language))
            if texts[language] and not isinstance(given, str):
                key = _key("caption", language)
                line.refuse(f'"{key}" is missing: a sentence, or name the segment that has it')
            if texts[language]:
                pairs[language].append(Pair(caption=given, references=texts[language]))
    return pairs


def needs_library(path: Path) -> bool:
    """True where a line names a segment instead of bringing its caption. Raises InputError."""
    return any(_names_segment(line) for line in read_lines(path, known=KEYS))


def evaluate(
    pairs: Mapping[Language, Sequence[Pair]], *, resamples: int = RESAMPLES
) -> dict[Language, CaptionSummary]:
    """The languages that have any pairs, English first. Raises InputError for none at all."""
    found = {
        language: _summary(pairs[language], TOKENIZERS[language], resamples)
        for language in LANGUAGES
        if pairs.get(language)
    }
    if not found:
        raise InputError("There are no captions to judge.")
    return found


def _summary(
    pairs: Sequence[Pair], tokenizer: Literal["13a", "char"], resamples: int
) -> CaptionSummary:
    captions = [one.caption for one in pairs]
    references = [one.references for one in pairs]
    bleu = BLEU(tokenize=tokenizer)
    bleu.corpus_score(captions, _streams(references))
    counts = _counts(captions, references, tokenizer)
    scores = cider(captions, references)
    return CaptionSummary(
        captions=len(pairs),
        references=sum(map(len, references)),
        empty=sum(not one.strip() for one in captions),
        signature=str(bleu.get_signature()),
        metrics={
            "bleu": statistic_interval(
                len(pairs), lambda rows: _bleu(counts[rows].sum(axis=0)), resamples=resamples
            ),
            "cider": mean_interval(np.array(scores.cider), resamples=resamples),
            "cider_d": mean_interval(np.array(scores.cider_d), resamples=resamples),
        },
    )


def _streams(references: Sequence[Sequence[str]]) -> list[list[str | None]]:
    """sacrebleu wants the first reference of every caption, then the second; None for none."""
    most = max(map(len, references))
    return [[one[n] if n < len(one) else None for one in references] for n in range(most)]


def _counts(
    captions: Sequence[str], references: Sequence[Sequence[str]], tokenizer: str
) -> NDArray[np.int64]:
    """(captions, 10): matches and totals of 1 to 4 words, lengths of caption and reference. BLEU
    of any draw of captions follows from their sum."""
    # effective_order only keeps sacrebleu from warning about single sentences; counts are the same.
    bleu = BLEU(tokenize=tokenizer, effective_order=True)
    rows = []
    for caption, texts in zip(captions, references, strict=True):
        one = bleu.sentence_score(caption, list(texts))
        rows.append([*one.counts, *one.totals, one.sys_len, one.ref_len])
    return np.array(rows, dtype=np.int64)


def _bleu(counts: NDArray[np.int64]) -> float:
    score = BLEU.compute_bleu(
        correct=counts[:4].tolist(),
        total=counts[4:8].tolist(),
        sys_len=int(counts[8]),
        ref_len=int(counts[9]),
        smooth_method="exp",
    )
    return float(score.score)


def _key(name: str, language: Language) -> str:
    return name if language == "en" else f"{name}_{language}"


def _texts(line: Line, key: str) -> tuple[str, ...]:
    value = line.values.get(key, [])
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or any(plain(one) is None for one in texts):
        line.refuse(f'"{key}" is a list of sentences')
    return tuple(texts)


def _names_segment(line: Line) -> bool:
    return "segment" in line.values or "video" in line.values


def _spoken(database: Database | None, lines: Sequence[Line]) -> list[dict[Language, str]]:
    """The captions of the segments the lines name, an empty one for lines that name none."""
    numbers: dict[int, int] = {}
    spans: list[tuple[int, Span]] = []
    for at, line in enumerate(lines):
        if "segment" in line.values:
            number = whole(line.values["segment"], least=1)
            if number is None:
                line.refuse('"segment" is the number of a segment')
            numbers[at] = number
        elif "video" in line.values:
            spans.append((at, span_of(line, line.values)))
    spoken: list[dict[Language, str]] = [{} for _ in lines]
    if database is None:
        return spoken
    with database.transaction() as conn:
        stretches = [stretch_of(conn, lines[at], span) for at, span in spans]
        for (at, span), here in zip(spans, segments_in(conn, stretches), strict=True):
            if not here:
                lines[at].refuse(
                    f"no live segment of {span.video} lies in {span.start_ms}-{span.end_ms} ms"
                )
            numbers[at] = here[0]
        found = captions_of(conn, list(numbers.values()))
    for at, number in numbers.items():
        if number not in found:
            lines[at].refuse(f"there is no live segment {number}")
        spoken[at] = {"en": found[number].caption, "ko": found[number].caption_ko}
    return spoken
