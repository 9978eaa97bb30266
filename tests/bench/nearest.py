"""The nearest of many vectors: exactly by numpy, by FAISS, and by pgvector's kinds of index."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from db.rows import Connection, execute, fetch_all, fetch_value
from db.spaces import (
    HNSW_EF_CONSTRUCTION,
    HNSW_M,
    IndexKind,
    Space,
    index_definition,
    vector_literal,
)
from tests.bench.timing import Times, seconds_of

Array = npt.NDArray[np.float32]
Find = Callable[[Array], Sequence[int]]
"""Rows of the nearest to one query, in any order."""

AT = 10
# What equally near means: cosine sums differ in the last digits with their order.
TIE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """``recall`` (0..1) of the ten nearest over all queries, ``worst`` that of the worst query;
    rows as near as the tenth count as right. ``build_s`` and ``megabytes`` of the index."""

    what: str
    times: Times
    recall: float
    worst: float
    build_s: float | None = None
    megabytes: float | None = None


def reach(vectors: Array, queries: Array, rows: npt.NDArray[np.int64] | None = None) -> Array:
    """(queries,): the cosine of the tenth nearest of ``vectors``, or of those in ``rows``."""
    found = np.empty(len(queries), np.float32)
    some = vectors if rows is None else vectors[rows]
    for first in range(0, len(queries), 16):
        cosines = queries[first : first + 16] @ some.T
        found[first : first + 16] = np.partition(cosines, -AT, axis=1)[:, -AT]
    return found


def measured(what: str, find: Find, vectors: Array, queries: Array, tenth: Array) -> Nearest:
    """Every query once unmeasured, then once with the watch."""
    for query in queries:
        find(query)
    seconds, shares = [], []
    for query, least in zip(queries, tenth, strict=True):
        started = time.perf_counter()
        rows = find(query)
        seconds.append(time.perf_counter() - started)
        cosines = np.sort(vectors[np.asarray(rows, np.int64)] @ query)[::-1][:AT]
        shares.append(float(np.sum(cosines >= least - TIE)) / AT)
    return Nearest(
        what=what, times=Times(tuple(seconds)), recall=float(np.mean(shares)), worst=min(shares)
    )


def built(found: Nearest, build_s: float, megabytes: float) -> Nearest:
    """With what its index cost."""
    return replace(found, build_s=build_s, megabytes=megabytes)


def by_numpy(vectors: Array, query: Array) -> Sequence[int]:
    """Every vector, by one matrix product."""
    cosines = vectors @ query
    found: list[int] = np.argpartition(cosines, -AT)[-AT:].tolist()
    return found


def faiss_index(vectors: Array) -> tuple[Callable[[int], Find], float, float]:
    """FAISS's HNSW with the product's m and ef_construction: what finds at an ef_search, seconds
    to build, megabytes."""
    import faiss

    index = faiss.IndexHNSWFlat(vectors.shape[1], HNSW_M, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = HNSW_EF_CONSTRUCTION
    build_s = seconds_of(lambda: index.add(vectors))
    megabytes = len(faiss.serialize_index(index)) / 2**20

    def at(ef_search: int) -> Find:
        def find(query: Array) -> Sequence[int]:
            index.hnsw.efSearch = ef_search
            rows: list[int] = index.search(query[None], AT)[1][0].tolist()
            return rows

        return find

    return at, build_s, megabytes


def pgvector_index(conn: Connection, space: Space, kind: IndexKind) -> tuple[str, float, float]:
    """Build an index of a kind as the product would: its name, seconds, megabytes."""
    name = f"bench_{kind}"
    execute(conn, f"DROP INDEX IF EXISTS {name}")
    build_s = seconds_of(partial(execute, conn, index_definition(space, kind, name)))
    return name, build_s, index_megabytes(conn, name)


def index_megabytes(conn: Connection, name: str) -> float:
    return float(fetch_value(conn, "SELECT pg_relation_size(%(name)s)", {"name": name})) / 2**20


def by_pgvector(
    conn: Connection, space: Space, kind: IndexKind, *, ef_search: int, rerank: int = AT
) -> Find:
    """By an index of that kind. ``rerank``: so many rows of the index are ordered by the exact
    distance. Row numbers are ids less one (tests.bench.filling)."""
    full, half = f"vector({space.dim})", f"halfvec({space.dim})"
    signs = f"binary_quantize({{}}::{full})::bit({space.dim})"
    order = {
        "vector": f"embedding::{full} <=> %(query)s::{full}",
        "halfvec": f"embedding::{half} <=> %(query)s::{half}",
        "bit": f"{signs.format('embedding')} <~> {signs.format('%(query)s')}",
    }[kind]
    sql = (
        f"SELECT id FROM (SELECT id, embedding FROM vectors_{space.id} ORDER BY {order}"
        f" LIMIT {rerank} OFFSET 0) AS near"
        f" ORDER BY embedding::{full} <=> %(query)s::{full} LIMIT {AT}"
    )

    settings = (
        f"SET hnsw.ef_search = {ef_search}; SET hnsw.iterative_scan = relaxed_order;"
        " SET enable_seqscan = off; SET jit = off"
    )
    execute(conn, settings)

    def find(query: Array) -> Sequence[int]:
        rows = fetch_all(conn, sql, {"query": vector_literal(query.tolist())})
        return [row["id"] - 1 for row in rows]

    return find
