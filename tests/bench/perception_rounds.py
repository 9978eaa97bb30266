"""Rounds of the product and of its bare models, in turn."""

from __future__ import annotations

import time
from collections.abc import Callable

from pipeline.models.runtime import choose
from tests.bench.perception_calls import Calls
from tests.bench.perception_figures import Pace, Spent, Work
from tests.bench.perception_library import Library


def pace(
    what: str,
    unit: str,
    product: Callable[[], Spent],
    calls: Calls,
    *,
    items: int,
    precision: str,
    rounds: int,
) -> Pace:
    """``product`` does it once and says what it took; ``calls`` are what its models were asked
    when it did it before, unmeasured."""
    took = [(product(), spent(calls.again)) for _ in range(rounds)]
    return Pace(
        what=what,
        unit=unit,
        items=items,
        precision=precision,
        product=tuple(ours for ours, _ in took),
        bare=tuple(bare for _, bare in took),
    )


def spent(work: Callable[[], object]) -> Spent:
    """What one call takes. Processor time is that of all threads of this process."""
    started, started_cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(
        seconds=time.perf_counter() - started, processor_s=time.process_time() - started_cpu
    )


def work(clip: str, stage: str, clip_ms: int, took: Spent, calls: Calls) -> Work:
    return Work(
        clip=clip,
        stage=stage,
        clip_s=clip_ms / 1_000,
        took=took,
        calls=dict(calls.times),
        rows=dict(calls.rows),
        model_s=calls.seconds,
    )


def chosen_precision(library: Library) -> str:
    """What this process's adapters run in."""
    return choose(library.config.models).precision


def nowhere(_share: float) -> None:
    """Progress nobody reads."""
