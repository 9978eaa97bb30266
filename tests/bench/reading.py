"""How often a table was read from one end to the other, functions of the database included."""

from __future__ import annotations

import time
from collections.abc import Mapping

from db.rows import Connection, execute, fetch_all, fetch_value

GROWING = ("segments", "detections", "appearances", "segment_vectors", "videos")
"""Tables that grow with the library, beside the vectors of each space."""

OTHERS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
ENDED_WITHIN_S = 10.0


def whole_reads(conn: Connection) -> dict[str, int]:
    """Table -> how often, since the statistics began. A session tells of its reads at the latest
    when it ends: close those whose reads are to count, this waits until they are gone."""
    until = time.monotonic() + ENDED_WITHIN_S
    while fetch_value(conn, OTHERS) and time.monotonic() < until:
        time.sleep(0.02)
    execute(conn, "SELECT pg_stat_clear_snapshot()")
    rows = fetch_all(
        conn,
        "SELECT relname, coalesce(seq_scan, 0) AS reads FROM pg_stat_user_tables"
        " WHERE relname = ANY(%(names)s) OR relname ~ '^vectors_[0-9]+$'",
        {"names": list(GROWING)},
    )
    return {row["relname"]: int(row["reads"]) for row in rows}


def more(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """The tables read whole in between, and how often."""
    return {
        name: reads - before.get(name, 0)
        for name, reads in after.items()
        if reads > before.get(name, 0)
    }
