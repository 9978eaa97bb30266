"""What Slack has already delivered: a second delivery of the same thing has no effect."""

from __future__ import annotations

from db.queries import queries
from db.rows import Connection, execute, fetch_one

SQL = queries("slack_seen")


def claim(conn: Connection, key: str) -> bool:
    """True for the first caller with ``key``, False for every later one."""
    return fetch_one(conn, SQL["claim"], {"key": key}) is not None


def release(conn: Connection, key: str) -> None:
    """Give ``key`` back because what it stood for did not happen."""
    execute(conn, SQL["release"], {"key": key})


def purge(conn: Connection, *, hours: int) -> int:
    """Forget deliveries older than ``hours`` (Slack repeats within an hour); returns how many."""
    return execute(conn, SQL["purge"], {"hours": hours})
