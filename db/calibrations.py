"""What tells near from far in a space: its cohort, and how far out an answer has to stand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from db.queries import queries
from db.rows import Connection, execute, fetch_all, fetch_one
from db.search import tune
from db.spaces import OPERATORS, Space, vector_literal

SQL = queries("calibrations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """``cohort``: vectors (n, dim) a query is compared with first; ``cut``: by how many deviations
    of those a hit has to stand out; ``spread``: the least deviation that counts; ``vectors``: how
    many the space had then; ``method`` names the code that made it."""

    space_id: int
    cohort: Sequence[Sequence[float]]
    cut: float
    spread: float
    vectors: int
    method: str


def load(conn: Connection, space: Space) -> Calibration | None:
    """The calibration of a space, or None where none was made yet."""
    row = fetch_one(conn, SQL["load"], {"space_id": space.id})
    if row is None:
        return None
    return Calibration(**{**row, "cohort": [json.loads(one) for one in row["cohort"]]})


def summary(conn: Connection, space: Space) -> tuple[int, str] | None:
    """How many vectors there were when the space was calibrated, and by what method."""
    row = fetch_one(conn, SQL["summary"], {"space_id": space.id})
    return None if row is None else (row["vectors"], row["method"])


def save(conn: Connection, made: Calibration) -> None:
    """Replaces the calibration before it."""
    values = {
        "space_id": made.space_id,
        "cohort": [vector_literal(one) for one in made.cohort],
        "cut": made.cut,
        "spread": made.spread,
        "vectors": made.vectors,
        "method": made.method,
    }
    execute(conn, SQL["save"], values)


def count(conn: Connection, space: Space) -> int:
    """Vectors in a space: counted where they are few, else as the statistics have it."""
    row = fetch_one(conn, SQL["count"], {"space_id": space.id})
    return int(row["vectors"]) if row else 0


def moments(conn: Connection) -> int:
    """Live segments: counted where they are few, else as the statistics have it."""
    row = fetch_one(conn, SQL["moments"])
    return int(row["moments"]) if row else 0


def nearest_distances(
    conn: Connection, space: Space, vectors: Sequence[Sequence[float]]
) -> list[float | None]:
    """The distance from each vector to the nearest of the space; None in an empty one."""
    tune(conn)
    operator = OPERATORS[space.distance][0]
    half = f"halfvec({space.dim})" if space.index_kind == "halfvec" else f"vector({space.dim})"
    sql = SQL["nearest"].format(space_id=space.id, dim=space.dim, operator=operator, stored=half)
    rows = fetch_all(conn, sql, {"vectors": [vector_literal(one) for one in vectors]})
    return [row["distance"] for row in rows]


def sample(conn: Connection, space: Space, *, most: int) -> list[list[float]]:
    """Vectors of the space, spread evenly over when they were made."""
    sql = SQL["sample"].format(space_id=space.id)
    rows = fetch_all(conn, sql, {"most": most})
    return [json.loads(row["embedding"]) for row in rows]
