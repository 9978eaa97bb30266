"""Evaluations as lines for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from core.types import Language
from pipeline.evaluation.bootstrap import Interval
from pipeline.evaluation.captions import METRICS as CAPTION_METRICS
from pipeline.evaluation.captions import CaptionSummary
from pipeline.evaluation.retrieval import ALL, Retrieval
from pipeline.evaluation.sentences import DIRECTIONS, LIKENESS, TextEvaluation
from pipeline.evaluation.wording import NAMES, change, figure, span, word

GAP = "  "


def retrieval(evaluation: Retrieval, language: Language) -> list[str]:
    """The first setting by language, then the others beside it."""
    first, *rest = evaluation.runs
    heads = [f"{word(name, language)} ({one.queries:,})" for name, one in first.summaries.items()]
    columns = first.summaries.values()
    rows = [["", *heads]]
    rows += [
        [NAMES[metric], *(_both(metric, one.metrics[metric]) for one in columns)]
        for metric in first.summaries[ALL].metrics
    ]
    rows.append([word("found", language), *(f"{one.found:,} / {one.queries:,}" for one in columns)])
    lines = _aligned(rows)
    if rest:
        metrics = ("recall@1", "recall@10", "mrr", "ndcg@10")
        rows = [[word("setting", language), *(NAMES[m] for m in metrics)]]
        rows[0].append(word("difference", language))
        for run in evaluation.runs:
            summary = run.summaries[ALL]
            cells = [_both(metric, summary.metrics[metric]) for metric in metrics]
            gain = "" if run.gain is None else "{} ({})".format(*change(run.gain))
            rows.append([word(run.setting.name, language), *cells, gain])
        lines += ["", *_aligned(rows)]
    return lines


def captions(summaries: Mapping[Language, CaptionSummary], language: Language) -> list[str]:
    rows = [
        [
            "",
            *(NAMES[m] for m in CAPTION_METRICS),
            word("captions_count", language),
            word("references", language),
            word("empty", language),
        ]
    ]
    for name, one in summaries.items():
        cells = [_both(metric, one.metrics[metric]) for metric in CAPTION_METRICS]
        counts = [f"{count:,}" for count in (one.captions, one.references, one.empty)]
        rows.append([word(name, language), *cells, *counts])
    signatures = [f"{word(name, language)}: {one.signature}" for name, one in summaries.items()]
    return [*_aligned(rows), *signatures]


def text(evaluations: Sequence[TextEvaluation], language: Language) -> list[str]:
    """English beside Korean: likeness in three columns, retrieval in two tables of a row each."""
    lines: list[str] = []
    metrics = ("recall@1", "recall@5", "recall@10", "median_rank", "mean_rank", "mrr")
    for one in evaluations:
        lines += [
            *([""] if lines else []),
            f"{one.encoder}@{one.revision} ({one.dim}, {one.split})",
        ]
        rows = [[word("likeness", language), *(word(name, language) for name in LIKENESS)]]
        for name, figures in one.groups.items():
            cells = [_both("likeness", figures.likeness[pair]) for pair in LIKENESS]
            rows.append([f"{word(name, language)} ({figures.rows:,})", *cells])
        lines += [*_aligned(rows), ""]
        rows = [["", *(NAMES[metric] for metric in metrics)]]
        for name, figures in one.groups.items():
            for direction in DIRECTIONS:
                summary = figures.retrieval[direction]
                label = f"{word(name, language)}: {word(direction, language)}"
                rows.append([label, *(_both(m, summary.metrics[m]) for m in metrics)])
        lines += _aligned(rows)
    return lines


def _both(metric: str, interval: Interval) -> str:
    return f"{figure(metric, interval.estimate)} ({span(metric, interval)})"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """The first column to the left, the others to the right; Hangul is two columns wide."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        GAP.join(
            _padding(cell, width) + cell if at else cell + _padding(cell, width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _padding(text: str, width: int) -> str:
    return " " * (width - _width(text))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
