"""Which thumbnail was uploaded to Slack as which file."""

from __future__ import annotations

from collections.abc import Collection

from psycopg2.extensions import connection as Connection

from db.queries import queries

SQL = queries("slack_files")


def find(conn: Connection, keys: Collection[str]) -> dict[str, str]:
    """Slack's file id for each of ``keys`` that was uploaded before."""
    with conn.cursor() as cursor:
        cursor.execute(SQL["find"], {"keys": list(keys)})
        return {row["thumbnail_key"]: row["file_id"] for row in cursor}


def remember(conn: Connection, *, key: str, file_id: str) -> None:
    with conn.cursor() as cursor:
        cursor.execute(SQL["remember"], {"key": key, "file_id": file_id})


def forget(conn: Connection, file_ids: Collection[str]) -> None:
    """Drop files Slack no longer has, so that they are uploaded afresh."""
    with conn.cursor() as cursor:
        cursor.execute(SQL["forget"], {"file_ids": list(file_ids)})
