"""Rows as dictionaries: the three ways a statement is run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg2.extensions
from psycopg2.extras import RealDictCursor

Connection = psycopg2.extensions.connection
Row = dict[str, Any]


def fetch_all(conn: Connection, sql: str, values: Mapping[str, Any] | None = None) -> list[Row]:
    """Every row of the answer."""
    # RealDictCursor takes ten times as long to make a row of twenty columns.
    with conn.cursor(cursor_factory=psycopg2.extensions.cursor) as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def fetch_one(conn: Connection, sql: str, values: Mapping[str, Any] | None = None) -> Row | None:
    """The first row, or None."""
    with conn.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
        return None if row is None else dict(row)


def fetch_value(conn: Connection, sql: str, values: Mapping[str, Any] | None = None) -> Any:
    """The only column of the first row, or None without one."""
    row = fetch_one(conn, sql, values)
    return None if row is None else next(iter(row.values()))


def execute(conn: Connection, sql: str, values: Mapping[str, Any] | None = None) -> int:
    """Run a statement for its effect; returns how many rows it touched."""
    with conn.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
