"""Text encoders on sentences with judged likeness, English beside Korean.

A folder holds the same sentence pairs twice, row by row: ``korsts/sts-<split>.tsv`` (columns genre,
filename, year, id, score 0..5, two sentences) and ``stsb_en/stsb-en-<split>.csv`` (two sentences,
score): KorSTS (Ham et al., 2020) and the STS benchmark (Cer et al., 2017).

- *Likeness* is Spearman's correlation of the cosine with the judged score: both sentences English,
  both Korean, or a Korean one beside an English one.
- *Retrieval* asks with the first sentence of each row in one language for the same row in the
  other, among all rows. Rows with the same text are all right answers.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from pipeline.evaluation.bootstrap import RESAMPLES, Interval, statistic_interval
from pipeline.evaluation.metrics import ranks_of_rows, spearman
from pipeline.evaluation.retrieval import Progress, Summary, summarise

if TYPE_CHECKING:
    from pipeline.ports import TextEncoder

Split = Literal["dev", "train"]
ALL = "all"
UNSEEN = "unseen"
LIKENESS = ("en-en", "ko-ko", "ko-en")
DIRECTIONS = ("en->ko", "ko->en")
BATCH = 256
HIGHEST_SCORE = 5.0

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A pair of sentences in both languages; ``score`` 0..5 says how alike the two are."""

    genre: str
    score: float
    english: tuple[str, str]
    korean: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFigures:
    """Some rows: Spearman's correlation by ``LIKENESS``, retrieval by ``DIRECTIONS``."""

    rows: int
    likeness: Mapping[str, Interval]
    retrieval: Mapping[str, Summary]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEvaluation:
    """One encoder on one split: figures of all rows, then of each genre, and of the rows whose
    first sentence is ``UNSEEN`` in training. The answers to choose from are always all rows."""

    encoder: str
    revision: str
    dim: int
    split: Split
    groups: Mapping[str, TextFigures]


def read_rows(folder: Path, split: Split) -> list[Row]:
    """Raises InputError naming the file, and the line where one of them is wrong."""
    korean_file = folder / "korsts" / f"sts-{split}.tsv"
    english_file = folder / "stsb_en" / f"stsb-en-{split}.csv"
    korean = _table(korean_file, delimiter="\t", quoting=csv.QUOTE_NONE, width=7)[1:]
    english = _table(english_file, delimiter=",", quoting=csv.QUOTE_MINIMAL, width=3)
    if len(korean) != len(english) or not korean:
        raise InputError(
            f"{korean_file} has {len(korean)} rows and {english_file} {len(english)}; "
            "they must be the same pairs."
        )
    rows = []
    for number, (ko, en) in enumerate(zip(korean, english, strict=True), start=1):
        score, other = _score(korean_file, number, ko[4]), _score(english_file, number, en[2])
        if abs(score - other) > 0.01:
            raise InputError(
                f"Row {number} is judged {ko[4]} in {korean_file} and {en[2]} in {english_file}; "
                "they must be the same pairs."
            )
        genre = ko[0].removeprefix("main-")
        rows.append(Row(genre=genre, score=score, english=(en[0], en[1]), korean=(ko[5], ko[6])))
    return rows


def evaluate(
    encoder: TextEncoder,
    rows: Sequence[Row],
    split: Split,
    *,
    trained_on: Sequence[Row] = (),
    resamples: int = RESAMPLES,
    progress: Progress = lambda _share: None,
) -> TextEvaluation:
    """Every sentence is encoded as it stands, whatever languages the encoder claims to read.

    ``trained_on`` are rows that an encoder may have been trained on: some sentences are in both
    splits, and those say nothing about sentences nobody has seen.
    """
    texts = [text for row in rows for text in (*row.english, *row.korean)]
    vectors = _encoded(encoder, texts, progress)
    sides = {"en": (vectors[0::4], vectors[1::4]), "ko": (vectors[2::4], vectors[3::4])}
    scores = np.array([row.score for row in rows])
    cosines = {
        name: np.einsum("nd,nd->n", sides[name[:2]][0], sides[name[-2:]][1]) for name in LIKENESS
    }
    ranks = {
        "en->ko": _ranks(sides["en"][0], sides["ko"][0], rows),
        "ko->en": _ranks(sides["ko"][0], sides["en"][0], rows),
    }
    genres = {ALL: np.arange(len(rows))} | {
        genre: np.array([n for n, row in enumerate(rows) if row.genre == genre])
        for genre in sorted({row.genre for row in rows})
    }
    if unseen := _unseen(rows, trained_on):
        genres[UNSEEN] = np.array(unseen)
    return TextEvaluation(
        encoder=encoder.name,
        revision=encoder.revision,
        dim=encoder.dim,
        split=split,
        groups={
            genre: TextFigures(
                rows=len(which),
                likeness={
                    name: statistic_interval(
                        len(which),
                        _correlation(cosines[name][which], scores[which]),
                        resamples=resamples,
                    )
                    for name in LIKENESS
                },
                retrieval={
                    name: summarise(ranks[name][which], None, live=len(rows), resamples=resamples)
                    for name in DIRECTIONS
                },
            )
            for genre, which in genres.items()
        },
    )


def _unseen(rows: Sequence[Row], trained_on: Sequence[Row]) -> list[int]:
    """Nothing where there is no other split to have been trained on."""
    known = {text for row in trained_on for text in (*row.english, *row.korean)}
    return [
        number
        for number, row in enumerate(rows)
        if known and not known & {row.english[0], row.korean[0]}
    ]


def _correlation(
    cosines: NDArray[np.floating], scores: NDArray[np.floating]
) -> Callable[[NDArray[np.int64]], float]:
    return lambda which: spearman(cosines[which], scores[which])


def _encoded(encoder: TextEncoder, texts: Sequence[str], progress: Progress) -> Vectors:
    """(texts, dim) float32; each distinct text once."""
    distinct = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    unique = list(distinct)
    parts = []
    for first in range(0, len(unique), BATCH):
        parts.append(encoder.encode(unique[first : first + BATCH]))
        progress(min(first + BATCH, len(unique)) / len(unique))
    vectors: Vectors = np.concatenate(parts)[[distinct[text] for text in texts]]
    return vectors


def _ranks(asking: Vectors, answers: Vectors, rows: Sequence[Row]) -> NDArray[np.float64]:
    """The rank of each row's first sentence in the other language among all rows'."""
    english = np.unique([row.english[0] for row in rows], return_inverse=True)[1]
    korean = np.unique([row.korean[0] for row in rows], return_inverse=True)[1]
    relevant = (english[:, None] == english) | (korean[:, None] == korean)
    return ranks_of_rows(asking @ answers.T, relevant)


def _table(path: Path, *, delimiter: str, quoting: int, width: int) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(f"{path} cannot be read: {reason}.") from error
    rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter, quoting=quoting))
    for number, row in enumerate(rows, start=1):
        if len(row) != width:
            raise InputError(f"{path}, line {number}: {len(row)} columns instead of {width}.")
    return rows


def _score(path: Path, row: int, text: str) -> float:
    try:
        score = float(text)
    except ValueError as error:
        raise InputError(f"{path}, row {row}: {text!r} is not a score.") from error
    if not 0 <= score <= HIGHEST_SCORE:
        raise InputError(f"{path}, row {row}: a score lies from 0 to {HIGHEST_SCORE:g}.")
    return score
