"""The tables of the section ``perception``."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from tests.bench.perception_figures import Figures, Pace, Waits, Way, Work
from tests.bench.report import Table, Value

TARGET = 0.9
HOUR_S = 3_600.0
CLIPS = {"busy": "a busy clip", "quiet": "a quiet camera"}

PACE_COLUMNS = (
    "what", "precision", "a round", "of", "product, 1/s", "bare models, 1/s", "ratio", "least",
    "most", "ratio of processor time",
)  # fmt: skip

PRODUCT_WAY = (
    "The product's way goes from files on disk to what is stored or handed on: decoding or reading "
    "kept frames, scaling, the model's own preprocessing and batching, the model, what is made of "
    "its output and, from the captions on, the rows in the database."
)
BARE_WAY = (
    "The bare models are the same loaded models asked the same in a tight loop, on ready tensors "
    "of the same sizes and batches, in turn with the product."
)
PROCESSOR_TIME = (
    "Processor time counts all threads. Where the models keep every core busy, the rest costs as "
    "much of the one ratio as of the other; on a busy machine the second is the steadier."
)
WAITING = (
    "The whole pass of the first table. Where the decoder waits much and the models do not, the "
    "models set the pace, as they should."
)
WORK = (
    "Each stage once over the whole of {clips}, as the worker runs it, its models loaded before; "
    "scaled to an hour."
)
QUIET = "The quiet camera is an empty aisle under sensor noise and slow changes of exposure."
MEMORY = (
    "Each in a process of its own: Python, the libraries, loading the weights, and one pass. "
    "'pass' is segment and understand over both clips, 'look' the start of one and a film of faces."
)
ONCE = "What multiplies three times slower than fp32 was measured once, on few items."


def tables(found: Sequence[Figures], lacking: Sequence[str]) -> list[Table]:
    """``lacking`` are sentences about what is not here; without it only a graphics card's figures
    are there."""
    if lacking:
        skipped = Table(title="Perception", columns=(), rows=(), notes=tuple(lacking))
        return [skipped, _card(found)]
    return [_paces(found), _waits(found), _works(found), _memory(found), _ways(found), _card(found)]


def _paces(found: Sequence[Figures]) -> Table:
    return Table(
        title="Models in the product's path",
        columns=(*PACE_COLUMNS, f"target {TARGET} met"),
        rows=tuple((*_pace(one), _met(one)) for one in _all(found, "paces")),
        notes=(PRODUCT_WAY, BARE_WAY, PROCESSOR_TIME),
    )


def _pace(one: Pace) -> tuple[Value, ...]:
    return (
        one.what,
        one.precision,
        one.items,
        one.unit,
        one.product_per_s,
        one.bare_per_s,
        statistics.median(one.ratios),
        min(one.ratios),
        max(one.ratios),
        statistics.median(one.processor_ratios),
    )


def _met(one: Pace) -> bool:
    return statistics.median(one.ratios) >= TARGET


def _waits(found: Sequence[Figures]) -> Table:
    ways: list[Waits] = _all(found, "waits")
    usual = statistics.median(one.seconds for one in ways[0].took)
    rows = []
    for one in ways:
        seconds = [took.seconds for took in one.took]
        median = statistics.median(seconds)
        rows.append(
            (
                one.how,
                median,
                min(seconds),
                max(seconds),
                median / usual,
                _share(one.models_waited_s, seconds),
                _share(one.decoder_waited_s, seconds),
            )
        )
    return Table(
        title="Who waits in the one pass",
        columns=(
            "how", "median s", "min s", "max s", "x time of reading ahead",
            "models wait, %", "decoder waits, %",
        ),
        rows=tuple(rows),
        notes=(WAITING,),
    )  # fmt: skip


def _share(waited_s: Sequence[float], seconds: Sequence[float]) -> float:
    return 100 * sum(waited_s) / sum(seconds)


def _works(found: Sequence[Figures]) -> Table:
    works: list[Work] = _all(found, "works")
    rows: list[tuple[Value, ...]] = []
    for clip, said in CLIPS.items():
        of_clip = [one for one in works if one.clip == clip]
        for one in of_clip:
            rows += _work(said, one)
        hourly = sum(_hourly(one, one.took.seconds) for one in of_clip)
        rows.append((said, "all", None, None, None, hourly, 100 * hourly / HOUR_S, None))
    lengths = {one.clip: one.clip_s for one in works}
    listed = ", ".join(f"{CLIPS[clip]} of {length:.0f} s" for clip, length in lengths.items())
    return Table(
        title="Work an hour of footage makes",
        columns=(
            "footage", "stage", "model", "calls/h", "pictures, faces or sentences/h", "s/h",
            "share of real time, %", "share of the stage, %",
        ),
        rows=tuple(rows),
        notes=(WORK.format(clips=listed), QUIET),
    )  # fmt: skip


def _work(said: str, one: Work) -> Iterable[tuple[Value, ...]]:
    hourly = _hourly(one, one.took.seconds)
    yield said, one.stage, "the whole stage", None, None, hourly, 100 * hourly / HOUR_S, 100.0
    for model, seconds in one.model_s.items():
        model_hourly = _hourly(one, seconds)
        yield (
            said,
            one.stage,
            model,
            round(_hourly(one, one.calls[model])),
            round(_hourly(one, one.rows[model])),
            model_hourly,
            100 * model_hourly / HOUR_S,
            100 * seconds / one.took.seconds,
        )


def _hourly(one: Work, amount: float) -> float:
    return amount * HOUR_S / one.clip_s


def _memory(found: Sequence[Figures]) -> Table:
    return Table(
        title="Peak memory of each stage",
        columns=("stage", "precision", "peak MiB"),
        rows=tuple((one.stage, one.chosen, one.peak_mib) for one in found if one.chosen),
        notes=(MEMORY,),
    )


def _ways(found: Sequence[Figures]) -> Table:
    rows: list[tuple[Value, ...]] = []
    for figures in found:
        rows += [_way(one, figures.ways[0]) for one in figures.ways]
    notes = [note for figures in found for note in figures.notes if figures.ways]
    return Table(
        title="Precisions",
        columns=(
            "what", "how", "ms each", "min ms", "max ms", "x faster than one by one in fp32",
            "least cosine to it", "target", "met",
        ),
        rows=tuple(rows),
        notes=(*notes, ONCE),
    )  # fmt: skip


def _way(one: Way, first: Way) -> tuple[Value, ...]:
    median = statistics.median(one.seconds)
    faster = statistics.median(first.seconds) / median
    met = None
    if one.target is not None:
        met = faster >= one.target and (one.cosine is None or one.cosine >= 0.999)
    return (
        one.what,
        one.way,
        1_000 * median,
        1_000 * min(one.seconds),
        1_000 * max(one.seconds),
        faster,
        one.cosine,
        one.target,
        met,
    )


def _card(found: Sequence[Figures]) -> Table:
    on_card = [one for one in found if one.stage == "blip2"]
    return Table(
        title="Captions of BLIP-2's size on a graphics card",
        columns=PACE_COLUMNS,
        rows=tuple(_pace(one) for one in _all(on_card, "paces")),
        notes=tuple(note for one in on_card for note in one.notes),
    )


def _all(found: Sequence[Figures], what: str) -> list:
    return [one for figures in found for one in getattr(figures, what)]
