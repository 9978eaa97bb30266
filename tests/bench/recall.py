"""How much of the exact answer the approximate index finds, and what the exact one costs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from db import legs
from db.pool import Database
from db.rows import Connection, fetch_all
from db.search import ALIKE, CANDIDATES, OPEN, tune
from db.spaces import CAPTION_SPACE, active_space, vector_literal
from tests.bench.timing import Times

AT = 10
# The index answers only the bare distance. Switching index scans off is not enough: with that the
# planner was seen to use this index all the same.
EXACT = """
SELECT l.segment_id, n.distance
FROM (SELECT id, (embedding::vector({dim}) <=> %(vector)s::vector({dim})) + 0 AS distance
    FROM vectors WHERE space_id = {space_id} ORDER BY distance LIMIT %(candidates)s) AS n
    JOIN segment_vectors AS l ON l.space_id = {space_id} AND l.vector_id = n.id
ORDER BY n.distance LIMIT %(candidates)s
"""
# Equal vectors are equally good answers; float4 sums differ in the last digits between plans.
TIE = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """``share`` (0..1) of the ten nearest found over all queries, ``least`` the worst."""

    share: float
    least: float
    index: Times
    exact: Times


def recall(database: Database, vectors: Sequence[npt.NDArray[np.float32]]) -> Recall:
    """Ask for each vector by the index as searches do, and by reading every row."""
    found, index, exact = [], [], []
    for vector in vectors:
        with database.transaction() as conn:
            space = active_space(conn, CAPTION_SPACE)
            assert space is not None
            tune(conn)
            exactly = EXACT.format(space_id=space.id, dim=space.dim)
            by_index = legs.nearest(space, "%(vector)s", OPEN)
            near, seconds = _distances(conn, by_index, vector)
            index.append(seconds)
            truth, seconds = _distances(conn, exactly, vector)
            exact.append(seconds)
        reach = sorted(truth)[:AT][-1] + TIE
        found.append(sum(distance <= reach for distance in sorted(near)[:AT]) / AT)
    return Recall(
        share=float(np.mean(found)),
        least=min(found),
        index=Times(tuple(index)),
        exact=Times(tuple(exact)),
    )


def _distances(
    conn: Connection, sql: str, vector: npt.NDArray[np.float32]
) -> tuple[list[float], float]:
    values = {
        "vector": vector_literal(vector.tolist()),
        "candidates": CANDIDATES,
        "kept": CANDIDATES,
        "alike": ALIKE,
    }
    started = time.perf_counter()
    rows = fetch_all(conn, sql, values)
    return [row["distance"] for row in rows], time.perf_counter() - started
