"""Section ``search``: whole searches in a library of 100,000 segments, against ``SELECT 1``."""

from __future__ import annotations

from collections.abc import Sequence

from core.config import Config, DatabaseConfig
from core.vocabulary import english_gloss, has_korean
from db import migrate, server
from db.search import EF_SEARCH
from tests.bench import corpus, loading, recall
from tests.bench.loading import BARE
from tests.bench.questions import questions
from tests.bench.report import Table, Value
from tests.bench.run import Run
from tests.bench.stopwatch import Stopwatch
from tests.bench.timing import Times

TARGET_MS = 60.0
COLUMNS = ("what", "p50 ms", "p99 ms", "min ms", "max ms", "x SELECT 1 (p50)", "target 60 ms met")
PARTS = {
    "encoder": "in it: query vector",
    "database": "in it: transaction, 5 statements and rows read",
    "rest": "in it: everything else",
}


def measure(run: Run) -> list[Table]:
    config = Config(data_dir=run.folder, database=DatabaseConfig(url=None))
    with server.start(config) as running:
        migrate.upgrade(running.url)
        watch = Stopwatch(config, running.url)
        run.say("search: making the library")
        made = corpus.build(
            watch.registry.encoder, segments=run.pick(100_000, 5_000), families=run.pick(5_000, 200)
        )
        run.say("search: loading it")
        loaded = loading.load(running.url, made, watch.registry.encoder)
        run.say("search: searching")
        queries = questions(run.pick(300, 40))
        tables = [_searches(run, watch, made, queries), _vector_leg(watch, queries), _load(loaded)]
        watch.database.close()
    return tables


def _searches(run: Run, watch: Stopwatch, made: corpus.Corpus, queries: Sequence[str]) -> Table:
    for query in queries[:50]:
        watch.search(query)
    trips: list[dict[str, float]] = []
    found: list[tuple[str, dict[str, float]]] = []
    rounds = run.pick(5, 2)
    for _ in range(rounds):
        for query in queries:
            trips.append(watch.round_trip())
            found.append((query, watch.search(query)))
    trip = Times(tuple(one["statement"] for one in trips))
    rows = [
        _row("SELECT 1 on the same pool", trip, trip),
        _row("transaction around it", Times(tuple(one["transaction"] for one in trips)), trip),
        _row("whole search", _part(found, "whole"), trip, judged=True),
    ]
    rows += [_row(said, _part(found, part), trip) for part, said in PARTS.items()]
    for language, korean in (("English", False), ("Korean", True)):
        some = [one for one in found if has_korean(one[0]) == korean]
        rows.append(_row(f"whole search, {language} queries", _part(some, "whole"), trip))
    measured = (
        f"{len(queries)} different queries, half of them Korean, {rounds} times each in turn with "
        "SELECT 1, one at a time, the first 20 hits of each."
    )
    made_up = (
        f"Made-up library: {made.distinct_captions:,} different captions by the describer in both "
        f"languages; {made.encoded:,} of them encoded by the model, the other vectors are those "
        f"turned to the measured cosine of like captions ({made.likeness:.3f})."
    )
    alike = f"{corpus.QUIET_SHARE:.0%} of the segments are quiet and mostly read alike."
    slowest = sorted(found, key=lambda one: -one[1]["whole"])[:3]
    listed = ", ".join(f"{query} ({1_000 * one['whole']:.0f} ms)" for query, one in slowest)
    return Table(
        title=f"Search in {len(made.entries):,} segments",
        columns=COLUMNS,
        rows=tuple(rows),
        notes=(measured, made_up, alike, f"Slowest: {listed}."),
    )


def _vector_leg(watch: Stopwatch, queries: Sequence[str]) -> Table:
    texts = [text for query in queries[:100] if (text := english_gloss(query))]
    found = recall.recall(watch.database, list(watch.registry.encoder.encode(texts)))
    columns = (
        "vector leg alone",
        "p50 ms",
        "p99 ms",
        "x exact scan",
        f"recall@{recall.AT}",
        "worst",
    )
    rows = (
        ("exact scan", *_milliseconds(found.exact), 1.0, 1.0, 1.0),
        (
            f"HNSW, ef_search {EF_SEARCH}",
            *_milliseconds(found.index),
            found.exact.median / found.index.median,
            found.share,
            found.least,
        ),
    )
    note = f"{len(texts)} query vectors; equally near segments count as equally right."
    return Table(title="Vector leg", columns=columns, rows=rows, notes=(note,))


def _load(loaded: loading.Load) -> Table:
    bare = loaded.rows[BARE] / loaded.seconds[BARE]
    rows: list[tuple[Value, ...]] = []
    for what, seconds in loaded.seconds.items():
        count = loaded.rows.get(what, loaded.rows["vectors"])
        rows.append((what, count, seconds, count / seconds, bare * seconds / count))
    note = (
        "COPY in one change set with history triggers off; the HNSW index (with 2 GB of "
        "maintenance_work_mem at most and one helper process) and VACUUM ANALYZE after it. The "
        f"index has {loaded.index_bytes / 2**20:.0f} MiB."
    )
    return Table(
        title="Load",
        columns=("what", "rows", "s", "rows/s", "x time per row of a bare COPY"),
        rows=tuple(rows),
        notes=(note,),
    )


def _part(found: Sequence[tuple[str, dict[str, float]]], part: str) -> Times:
    return Times(tuple(one[part] for _, one in found))


def _row(what: str, times: Times, trip: Times, *, judged: bool = False) -> tuple[Value, ...]:
    p99 = times.percentile(0.99) * 1_000
    return (
        what,
        times.median * 1_000,
        p99,
        times.least * 1_000,
        times.most * 1_000,
        times.median / trip.median,
        p99 < TARGET_MS if judged else None,
    )


def _milliseconds(times: Times) -> tuple[float, float]:
    return times.median * 1_000, times.percentile(0.99) * 1_000
