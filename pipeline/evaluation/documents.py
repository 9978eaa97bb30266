"""Evaluations as JSON documents, for scripts that keep figures over time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from core.types import Language
from pipeline.documents import Document
from pipeline.evaluation.bootstrap import Interval
from pipeline.evaluation.captions import CaptionSummary
from pipeline.evaluation.retrieval import Retrieval, Summary
from pipeline.evaluation.sentences import TextEvaluation


def retrieval(evaluation: Retrieval) -> Document:
    """A rank of null is "not found"."""
    return {
        "queries": evaluation.queries,
        "segments": evaluation.live,
        "resamples": evaluation.resamples,
        "runs": [
            {
                "name": run.setting.name,
                "space": run.setting.space,
                "legs": None if run.setting.legs is None else sorted(run.setting.legs),
                "languages": {name: _summary(one) for name, one in run.summaries.items()},
                "mrr_difference": None if run.gain is None else _interval(run.gain),
                "ranks": [None if math.isinf(rank) else rank for rank in run.ranks],
            }
            for run in evaluation.runs
        ],
    }


def captions(summaries: Mapping[Language, CaptionSummary]) -> Document:
    return {
        "languages": {
            name: {
                "captions": one.captions,
                "references": one.references,
                "empty": one.empty,
                "bleu_signature": one.signature,
                "metrics": _intervals(one.metrics),
            }
            for name, one in summaries.items()
        }
    }


def text(evaluations: Sequence[TextEvaluation]) -> Document:
    return {
        "encoders": [
            {
                "encoder": one.encoder,
                "revision": one.revision,
                "dim": one.dim,
                "split": one.split,
                "groups": {
                    name: {
                        "rows": figures.rows,
                        "likeness": _intervals(figures.likeness),
                        "retrieval": {n: _summary(s) for n, s in figures.retrieval.items()},
                    }
                    for name, figures in one.groups.items()
                },
            }
            for one in evaluations
        ]
    }


def _summary(one: Summary) -> Document:
    return {
        "queries": one.queries,
        "found": one.found,
        "metrics": _intervals(one.metrics),
        "recall_at": list(one.curve),
    }


def _intervals(metrics: Mapping[str, Interval]) -> Document:
    return {name: _interval(one) for name, one in metrics.items()}


def _interval(one: Interval) -> Document:
    """JSON has no NaN: a figure that does not exist is null."""
    values = {"estimate": one.estimate, "low": one.low, "high": one.high}
    return {name: None if math.isnan(value) else value for name, value in values.items()}
