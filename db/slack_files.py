"""Which thumbnail was uploaded to Slack as which file."""

from __future__ import annotations

from collections.abc import Collection

from db.queries import queries
from db.rows import Connection, execute, fetch_all

SQL = queries("slack_files")


def find(conn: Connection, keys: Collection[str]) -> dict[str, str]:
    """Slack's file id for each of ``keys`` that was uploaded before."""
    rows = fetch_all(conn, SQL["find"], {"keys": list(keys)})
    return {row["thumbnail_key"]: row["file_id"] for row in rows}


def remember(conn: Connection, *, key: str, file_id: str) -> None:
    execute(conn, SQL["remember"], {"key": key, "file_id": file_id})


def forget(conn: Connection, file_ids: Collection[str]) -> None:
    """Drop files Slack no longer has, so that they are uploaded afresh."""
    execute(conn, SQL["forget"], {"file_ids": list(file_ids)})
