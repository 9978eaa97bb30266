"""Section ``scale``: a million segments, and what searches in them cost against exact ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from functools import partial

import numpy as np
import numpy.typing as npt
import psutil
import psycopg2

from db import passing
from db.conditions import Conditions
from db.rows import execute, fetch_value
from db.search import BIT_CANDIDATES, EF_SEARCH, Wanted, Weights, search
from db.spaces import vector_literal
from tests.bench import nearest, reading, searchers
from tests.bench.embedding import NEAREST
from tests.bench.lookups import Lookup, RememberingEncoder, lookups
from tests.bench.made_library import Made, made_library
from tests.bench.nearest import Nearest
from tests.bench.report import Table, Value
from tests.bench.run import Run
from tests.bench.scoped import Filter, filters
from tests.bench.timing import Times, seconds_of

RECALL, P99_MS = 0.98, 50.0
AT_ONCE = 8
EF_SEARCHES = (80, 160, 320)
RERANKED = (100, 400, 800)
INSERT = """
INSERT INTO vectors (space_id, key, embedding)
VALUES (%(space)s, gen_random_uuid(), %(vector)s::vector)
"""
ONLY_VECTOR = Weights(k=60, vector=1.0, text=0, clothes=0, seen=0, video=0)


def measure(run: Run) -> list[Table]:
    with made_library(run) as made:
        asked = lookups(run.pick(120, 40))
        known = filters(made.library)
        tables = [_library(made), _load(made)]
        run.say("scale: searching")
        tables.append(_searches(run, made, asked, known))
        run.say("scale: recall under filters")
        tables.append(_filtered(made, asked[: run.pick(100, 20)], known))
        tables.append(_live(run, made))
        tables.append(_memory(made))
        run.say("scale: numpy, FAISS and the kinds of index")
        tables.append(_kinds(made, asked))
    return tables


def _library(made: Made) -> Table:
    likeness, embedded = made.embedded.likeness, made.embedded
    counts = np.bincount(made.library.told)
    rows: list[tuple[Value, ...]] = [
        ("segments", len(made.library.told)),
        ("different captions", len(made.library.tellings)),
        ("share of different captions", made.library.distinct_share),
        ("segments of the most frequent caption", int(counts.max())),
        ("captions really encoded", embedded.encoded),
        ("variance of real vectors that their parts explain", embedded.explained),
    ]
    for at, real, composed in zip(NEAREST, likeness.real, likeness.composed, strict=True):
        rows.append((f"cosine distance to neighbour {at}, real", real))
        rows.append((f"cosine distance to neighbour {at}, composed", composed))
    rows.append(("local intrinsic dimension, real", likeness.real_dimension))
    rows.append(("local intrinsic dimension, composed", likeness.composed_dimension))
    made_up = (
        "Captions by grammar in English and Korean, choices by Zipf's law; the vectors of captions "
        "that were not encoded are composed of fitted parts and a residual."
    )
    neighbours = (
        f"Neighbours among {likeness.count} captions of one crowd, which were encoded, and "
        "composed as if they had not been."
    )
    return Table(
        title=f"A made-up library of {len(made.library.told):,} segments",
        columns=("what", "value"),
        rows=tuple(rows),
        notes=(made_up, neighbours),
    )


def _load(made: Made) -> Table:
    filled = made.filled
    rows: list[tuple[Value, ...]] = []
    for what, seconds in filled.seconds.items():
        count = filled.rows.get(what)
        rows.append((what, count, seconds, count / seconds if count else None, None))
    for what, size in filled.bytes_of.items():
        rows.append((f"on disk: {what}", None, None, None, size / 2**20))
    again = "Loaded by an earlier run; the figures are of then. " if made.filled_before else ""
    note = (
        f"{again}COPY in binary form on two connections, without history triggers; indexes after "
        "it with 2 GB of maintenance_work_mem and one helper process."
    )
    return Table(
        title="Load",
        columns=("what", "rows", "s", "rows/s", "MiB"),
        rows=tuple(rows),
        notes=(note,),
    )


def _searches(run: Run, made: Made, asked: list[Lookup], known: list[Filter]) -> Table:
    encoder = RememberingEncoder(made.encoder)
    asker = searchers.Asker(made.config, made.url, encoder)
    asker.settle()
    rounds = run.pick(4, 1)
    before = reading.whole_reads(made.conn)
    rows: list[tuple[Value, ...]] = []
    for one in known:
        run.say(f"scale: searching {one.keeps}")
        typed = [f"{one.typed} {query.typed}".strip() for query in asked]
        times = asker.times(typed, rounds=rounds)
        rows.append((f"filter keeps {one.keeps}", one.share(made.library), *_judged(times), None))
    asker.database.close()
    typed = [
        f"{known[n % len(known)].typed} {query.typed}".strip() for n, query in enumerate(asked)
    ]
    times, rate = searchers.at_once(
        AT_ONCE, made.config, made.url, encoder, typed, lasting_s=run.pick(30, 5)
    )
    rows.append((f"{AT_ONCE} at once, all filters in turn", None, *_judged(times), rate))
    read = reading.more(before, reading.whole_reads(made.conn))
    listed = ", ".join(f"{table} {times} times" for table, times in read.items())
    measured = (
        f"{len(asked)} different queries, half of them Korean, after one unmeasured round; the "
        "first 20 hits with their reasons."
    )
    return Table(
        title=f"Whole searches in {len(made.library.told):,} segments",
        columns=(
            "Searcher.search, query vector ready", "keeps", "p50 ms", "p99 ms", "max ms",
            f"target p99 {P99_MS:.0f} ms met", "p99 by target", "searches/s",
        ),
        rows=tuple(rows),
        notes=(
            measured,
            f"Tables read from one end to the other by these searches: {listed or 'none'}.",
        ),
    )  # fmt: skip


def _judged(times: Times) -> tuple[Value, ...]:
    p99 = times.percentile(0.99) * 1_000
    return times.median * 1_000, p99, times.most * 1_000, p99 < P99_MS, p99 / P99_MS


def _filtered(made: Made, asked: list[Lookup], known: list[Filter]) -> Table:
    """The vector leg of the product's statement, against every vector that passes."""
    queries = made.encoder.encode([one.english for one in asked])
    rows: list[tuple[Value, ...]] = []
    for one in known:
        told = made.library.told if one.rows is None else made.library.told[one.rows]
        tenth = _tenth(made, queries, told)
        conditions = passing.resolve(made.conn, one.scope)
        found = nearest.measured(
            one.keeps, partial(_leg, made, conditions), made.embedded.vectors, queries, tenth
        )
        path = "every segment that passes" if conditions.members is not None else "index and filter"
        rows.append(
            (
                f"filter keeps {one.keeps}", path, found.recall, found.worst,
                found.times.median * 1_000, found.times.percentile(0.99) * 1_000,
                found.recall >= RECALL,
            )
        )  # fmt: skip
    note = (
        f"{len(asked)} queries against the ten nearest segments that pass, worked out by numpy; "
        "equally near ones count as equally right. Looking the filter up is not in the time."
    )
    return Table(
        title="Vector leg of the search statement",
        columns=(
            "filter", "read", "recall@10", "worst query", "p50 ms", "p99 ms",
            f"target recall {RECALL} met",
        ),
        rows=tuple(rows),
        notes=(note,),
    )  # fmt: skip


def _tenth(
    made: Made, queries: npt.NDArray[np.float32], told: npt.NDArray[np.int32]
) -> npt.NDArray[np.float32]:
    """The cosine of the tenth nearest segment, each caption as often as segments carry it."""
    captions, counts = np.unique(told, return_counts=True)
    found = np.empty(len(queries), np.float32)
    for number, query in enumerate(queries):
        cosines = made.embedded.vectors[captions] @ query
        order = np.argsort(-cosines)[:10]
        at = int(np.searchsorted(np.cumsum(counts[order]), 10))
        found[number] = cosines[order[min(at, len(order) - 1)]]
    return found


def _leg(made: Made, conditions: Conditions, query: npt.NDArray[np.float32]) -> list[int]:
    wanted = Wanted(words="", vector=query.tolist(), worn=(), farthest=2.0)
    execute(made.conn, "BEGIN")
    found = search(
        made.conn, wanted, space=made.space, weights=ONLY_VECTOR, scope=conditions, most=100
    )
    execute(made.conn, "COMMIT")
    return [int(made.library.told[one.segment_id - 1]) for one in found]


def _live(run: Run, made: Made) -> Table:
    """What a segment with a caption nobody had before costs the index that searches use."""
    random = np.random.default_rng(11)
    pairs = random.choice(made.embedded.vectors, size=(run.pick(500, 50), 2))
    new = pairs.sum(axis=1)
    seconds: list[float] = []
    with closing(psycopg2.connect(made.url)) as conn:
        for vector in new / np.linalg.norm(new, axis=1, keepdims=True):
            values = {"space": made.space.id, "vector": vector_literal(vector.tolist())}
            seconds.append(seconds_of(partial(execute, conn, INSERT, values)))
        conn.rollback()
    times = Times(tuple(seconds))
    row = (
        "one vector, a statement of its own", len(seconds), times.median * 1_000,
        times.percentile(0.99) * 1_000, len(seconds) / sum(seconds),
    )  # fmt: skip
    return Table(
        title="Into the index in use",
        columns=("what", "rows", "p50 ms", "p99 ms", "rows/s"),
        rows=(row,),
        notes=("In one transaction that is rolled back; each vector lies between two others.",),
    )


def _memory(made: Made) -> Table:
    pid = int(fetch_value(made.conn, "SELECT pg_backend_pid()"))
    postmaster = psutil.Process(pid).parent()
    assert postmaster is not None
    shared = str(fetch_value(made.conn, "SHOW shared_buffers"))
    own = 0.0
    for one in (postmaster, *postmaster.children()):
        with suppress(psutil.NoSuchProcess):  # the server starts and ends helpers as it likes
            own += one.memory_full_info().pss / 2**20
    session = psutil.Process(pid).memory_info()
    backend = (session.rss - session.shared) / 2**20
    rows = (
        ("all server processes, shared pages once, MiB", own),
        ("one searching session of its own, MiB", backend),
        ("shared_buffers", shared),
        (
            "everything a search may read, MiB",
            sum(_searched(made.filled.bytes_of).values()) / 2**20,
        ),
    )
    return Table(title="Memory", columns=("what", "value"), rows=rows)


def _searched(bytes_of: Mapping[str, int]) -> dict[str, int]:
    parts = ("HNSW index", "text index", "database")
    return {name: size for name, size in bytes_of.items() if name not in parts}


def _kinds(made: Made, asked: list[Lookup]) -> Table:
    """Different captions only: a library in which every caption stands once."""
    vectors = made.embedded.vectors
    queries = made.encoder.encode([one.english for one in asked])
    tenth = nearest.reach(vectors, queries)
    rows = tuple(_kind_row(one) for one in _measured_kinds(made, queries, tenth))
    measured = (
        f"{len(asked)} queries, ten each, one at a time. numpy and FAISS answer in this process, "
        "on all its threads; pgvector answers a statement of a session."
    )
    product = (
        f"The product searches with ef_search {EF_SEARCH} and {made.space.index_kind}; where signs "
        f"are indexed it takes {BIT_CANDIDATES} of them and orders those exactly."
    )
    return Table(
        title=f"Nearest of {len(vectors):,} different captions",
        columns=(
            "what", "build s", "MiB", "recall@10", "worst query", "p50 ms", "p99 ms",
            f"target recall {RECALL} met",
        ),
        rows=rows,
        notes=(measured, product),
    )  # fmt: skip


def _kind_row(one: Nearest) -> tuple[Value, ...]:
    return (
        one.what, one.build_s, one.megabytes, one.recall, one.worst, one.times.median * 1_000,
        one.times.percentile(0.99) * 1_000, one.recall >= RECALL,
    )  # fmt: skip


def _measured_kinds(
    made: Made, queries: npt.NDArray[np.float32], tenth: npt.NDArray[np.float32]
) -> Iterator[Nearest]:
    vectors, conn = made.embedded.vectors, made.conn
    yield nearest.measured(
        "exact, numpy", partial(nearest.by_numpy, vectors), vectors, queries, tenth
    )
    at, build_s, megabytes = nearest.faiss_index(vectors)
    for ef_search in EF_SEARCHES:
        found = nearest.measured(
            f"FAISS HNSW, ef {ef_search}", at(ef_search), vectors, queries, tenth
        )
        yield nearest.built(found, build_s, megabytes)
    del at
    execute(conn, "SET maintenance_work_mem = '2GB'")
    execute(conn, "SET max_parallel_maintenance_workers = 1")
    for kind in ("halfvec", "vector", "bit"):
        yield from _pgvector(made, kind, queries, tenth)


def _pgvector(
    made: Made, kind: nearest.IndexKind, queries: npt.NDArray[np.float32],
    tenth: npt.NDArray[np.float32],
) -> Iterator[Nearest]:  # fmt: skip
    conn, space = made.conn, made.space
    if kind == space.index_kind:
        name, build_s = f"vectors_{space.id}_hnsw", made.filled.seconds["HNSW index"]
        megabytes = nearest.index_megabytes(conn, name)
    else:
        name, build_s, megabytes = nearest.pgvector_index(conn, space, kind)
    settings = (
        [(min(one, 1_000), one) for one in RERANKED]
        if kind == "bit"
        else [(one, nearest.AT) for one in EF_SEARCHES]
    )
    for ef_search, rerank in settings:
        find = nearest.by_pgvector(conn, space, kind, ef_search=ef_search, rerank=rerank)
        what = f"bit + rerank {rerank}" if kind == "bit" else f"{kind}, ef {ef_search}"
        found = nearest.measured(f"pgvector {what}", find, made.embedded.vectors, queries, tenth)
        yield nearest.built(found, build_s, megabytes)
    if kind != space.index_kind:
        execute(conn, f"DROP INDEX {name}")
