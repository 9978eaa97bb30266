"""What Slack has already delivered: a second delivery of the same thing has no effect."""

from __future__ import annotations

from psycopg2.extensions import connection as Connection

from db.queries import queries

SQL = queries("slack_seen")


def claim(conn: Connection, key: str) -> bool:
    """True for the first caller with ``key``, False for every later one."""
    with conn.cursor() as cursor:
        cursor.execute(SQL["claim"], {"key": key})
        return cursor.fetchone() is not None


def release(conn: Connection, key: str) -> None:
    """Give ``key`` back because what it stood for did not happen."""
    with conn.cursor() as cursor:
        cursor.execute(SQL["release"], {"key": key})


def purge(conn: Connection, *, hours: int) -> int:
    """Forget deliveries older than ``hours`` (Slack repeats within an hour); returns how many."""
    with conn.cursor() as cursor:
        cursor.execute(SQL["purge"], {"hours": hours})
        return int(cursor.rowcount)
