"""Evaluations as pages that people look at: plots first, every figure in a table below."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from core.types import Language
from pipeline.evaluation import plots
from pipeline.evaluation.bootstrap import Interval
from pipeline.evaluation.captions import CaptionSummary
from pipeline.evaluation.page import Cell, Section, Table, page
from pipeline.evaluation.retrieval import ALL, Retrieval, Run, Summary
from pipeline.evaluation.sentences import DIRECTIONS, LIKENESS, TextEvaluation, TextFigures
from pipeline.evaluation.wording import NAMES, READING, change, figure, span, word

# The last rank of each column; a rank of 1.5 is beyond the first.
BINS = (1, 5, 10, 50, 100)
READ_RETRIEVAL = ("recall@1", "median_rank", "mrr", "ndcg@10", "interval")


def retrieval_page(
    evaluation: Retrieval, language: Language, *, source: str, made_at: datetime
) -> str:
    """``source`` is where the queries came from."""
    first = evaluation.runs[0]
    sections = [
        Section(
            title=word("by_language", language),
            plots=(
                (
                    word("curve", language),
                    plots.curve(
                        word("curve", language),
                        [(word(n, language), one.curve) for n, one in _languages(first).items()],
                    ),
                ),
                (
                    word("histogram", language),
                    plots.histogram(word("histogram", language), _bins(first.ranks, language)),
                ),
                *(
                    _bars(metric, _languages(first), language)
                    for metric in ("recall@10", "mrr", "ndcg@10")
                ),
            ),
            tables=(_by_metric(first.summaries, language, word("by_language", language)),),
        )
    ]
    for key, runs in _families(evaluation).items():
        summaries = {run.setting.name: run.summaries[ALL] for run in runs}
        sections.append(
            Section(
                title=word(key, language),
                notes=(READING[language]["legs"],) if key == "by_setting" else (),
                plots=tuple(_bars(metric, summaries, language) for metric in ("recall@10", "mrr")),
                tables=(_by_run(runs, language, word(key, language)),),
            )
        )
    sections.append(_reading(READ_RETRIEVAL, language))
    facts = (
        f"{source} · {_when(made_at)}",
        _counted(evaluation, language),
    )
    return page(word("retrieval_title", language), facts, sections, language)


def captions_page(
    summaries: Mapping[Language, CaptionSummary],
    language: Language,
    *,
    source: str,
    made_at: datetime,
) -> str:
    """``source`` is where the references came from."""
    shown = {"bleu": 100.0, "cider": 1.0, "cider_d": 10.0}
    figures = tuple(
        (
            NAMES[metric],
            plots.bars(
                NAMES[metric],
                [_bar(word(n, language), metric, s.metrics[metric], most)
                 for n, s in summaries.items()],
            ),
        )
        for metric, most in shown.items()
    )  # fmt: skip
    keys = ("language", *shown, "captions_count", "references", "empty")
    table = Table(
        title=word("captions_title", language),
        heads=tuple(NAMES.get(key) or word(key, language) for key in keys),
        rows=tuple(
            (
                Cell(text=word(name, language)),
                *(_interval_cell(metric, one.metrics[metric]) for metric in shown),
                *(Cell(text=f"{n:,}") for n in (one.captions, one.references, one.empty)),
            )
            for name, one in summaries.items()
        ),
    )
    sections = [
        Section(
            title=word("bars", language),
            plots=figures,
            tables=(table,),
        ),
        Section(
            title="sacrebleu",
            notes=tuple(f"{word(n, language)}: {s.signature}" for n, s in summaries.items()),
        ),
        _reading(("bleu", "cider", "interval"), language),
    ]
    facts = (f"{source} · {_when(made_at)}",)
    return page(word("captions_title", language), facts, sections, language)


def text_page(
    evaluations: Sequence[TextEvaluation], language: Language, *, source: str, made_at: datetime
) -> str:
    """``source`` is the folder of the sentences."""
    sections = []
    for one in evaluations:
        whole = one.groups[ALL]
        sections.append(
            Section(
                title=f"{one.encoder}@{one.revision} ({one.dim})",
                plots=(
                    (
                        word("curve", language),
                        plots.curve(
                            word("curve", language),
                            [(word(n, language), whole.retrieval[n].curve) for n in DIRECTIONS],
                        ),
                    ),
                    (
                        word("likeness", language),
                        plots.bars(
                            word("likeness", language),
                            [_bar(word(n, language), "likeness", whole.likeness[n], 1.0)
                             for n in LIKENESS],
                        ),
                    ),
                ),
                tables=_text_tables(one.groups, language),
            )
        )  # fmt: skip
    sections.append(_reading(("recall@1", "median_rank", "mrr", "likeness", "interval"), language))
    facts = (f"{source} ({evaluations[0].split}) · {_when(made_at)}",)
    return page(word("text_title", language), facts, sections, language)


def _languages(run: Run) -> dict[str, Summary]:
    """Where all queries are of one language, that one alone."""
    names = list(run.summaries)
    return {n: run.summaries[n] for n in (names if len(names) > 2 else names[1:])}


def _families(evaluation: Retrieval) -> dict[str, list[Run]]:
    """The first run beside those with other legs, and beside those in other spaces."""
    first, rest = evaluation.runs[0], evaluation.runs[1:]
    by_leg = [run for run in rest if run.setting.legs is not None]
    by_space = [run for run in rest if run.setting.legs is None]
    found = {"by_space": by_space, "by_setting": by_leg}
    return {key: [first, *runs] for key, runs in found.items() if runs}


def _bins(ranks: Sequence[float], language: Language) -> list[tuple[str, int]]:
    edges = (0, *BINS, math.inf)
    found = []
    for low, high in itertools.pairwise(edges):
        label = f"{low + 1:g}–{high:g}" if high - low > 1 else f"{high:g}"
        label = f">{low:g}" if high == math.inf else label
        found.append((label, sum(low < rank <= high and rank < math.inf for rank in ranks)))
    return [*found, (word("not_found", language), sum(rank == math.inf for rank in ranks))]


def _bars(metric: str, summaries: Mapping[str, Summary], language: Language) -> tuple[str, str]:
    rows = [
        _bar(word(name, language), metric, one.metrics[metric], 1.0)
        for name, one in summaries.items()
    ]
    return NAMES[metric], plots.bars(NAMES[metric], rows)


def _bar(label: str, metric: str, interval: Interval, most: float) -> plots.Bar:
    share = Interval(
        estimate=_number(interval.estimate / most),
        low=_number(interval.low / most),
        high=_number(interval.high / most),
    )
    text = f"{figure(metric, interval.estimate)} ({span(metric, interval)})"
    return plots.Bar(label=label, share=share, text=text)


def _number(value: float) -> float:
    return 0.0 if math.isnan(value) else value


def _by_metric(summaries: Mapping[str, Summary], language: Language, title: str) -> Table:
    metrics = next(iter(summaries.values())).metrics
    rows = [
        (Cell(text=NAMES[m]), *(_interval_cell(m, one.metrics[m]) for one in summaries.values()))
        for m in metrics
    ]
    found = tuple(Cell(text=f"{one.found:,} / {one.queries:,}") for one in summaries.values())
    heads = (word("figure", language), *(word(name, language) for name in summaries))
    return Table(
        title=title,
        heads=heads,
        rows=(*rows, (Cell(text=word("found", language)), *found)),
    )


def _by_run(runs: Sequence[Run], language: Language, title: str) -> Table:
    metrics = ("recall@1", "recall@10", "mrr", "ndcg@10")
    return Table(
        title=title,
        heads=(
            word("setting", language),
            *(NAMES[metric] for metric in metrics),
            word("difference", language),
        ),
        rows=tuple(
            (
                Cell(text=word(run.setting.name, language)),
                *(_interval_cell(m, run.summaries[ALL].metrics[m]) for m in metrics),
                Cell(text="–") if run.gain is None else _change_cell(run.gain),
            )
            for run in runs
        ),
    )


def _text_tables(groups: Mapping[str, TextFigures], language: Language) -> tuple[Table, Table]:
    likeness = Table(
        title=word("likeness", language),
        heads=(word("likeness", language), *(word(pair, language) for pair in LIKENESS)),
        rows=tuple(
            (
                Cell(text=f"{word(name, language)} ({one.rows:,})"),
                *(_interval_cell("likeness", one.likeness[pair]) for pair in LIKENESS),
            )
            for name, one in groups.items()
        ),
    )
    metrics = ("recall@1", "recall@5", "recall@10", "median_rank", "mrr")
    retrieval = Table(
        title=word("curve", language),
        heads=(word("rows", language), *(NAMES[metric] for metric in metrics)),
        rows=tuple(
            (
                Cell(text=f"{word(name, language)}: {word(direction, language)}"),
                *(_interval_cell(m, one.retrieval[direction].metrics[m]) for m in metrics),
            )
            for name, one in groups.items()
            for direction in DIRECTIONS
        ),
    )
    return likeness, retrieval


def _interval_cell(metric: str, interval: Interval) -> Cell:
    return Cell(text=figure(metric, interval.estimate), small=span(metric, interval))


def _change_cell(gain: Interval) -> Cell:
    text, ends = change(gain)
    return Cell(text=text, small=ends)


def _reading(keys: Sequence[str], language: Language) -> Section:
    return Section(
        title=word("reading", language),
        notes=tuple(READING[language][key] for key in keys),
    )


def _counted(evaluation: Retrieval, language: Language) -> str:
    if language == "ko":
        return (
            f"검색어 {evaluation.queries:,}개, 구간 {evaluation.live:,}개, 부트스트랩 "
            f"{evaluation.resamples:,}회"
        )
    return (
        f"{evaluation.queries:,} queries, {evaluation.live:,} segments, "
        f"{evaluation.resamples:,} bootstrap draws"
    )


def _when(made_at: datetime) -> str:
    return f"{made_at:%Y-%m-%d %H:%M} UTC"
