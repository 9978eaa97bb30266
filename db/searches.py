"""Search sessions of Slack: the buttons under an answer carry an id, the words stay here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg2.extensions import connection as Connection

from core.errors import NotFound
from db.queries import queries

SQL = queries("searches")


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One search someone made in Slack; the ids are Slack's."""

    id: str
    query: str
    user_id: str
    team_id: str
    channel_id: str
    created_at: datetime


def save(
    conn: Connection, *, id: str, query: str, user_id: str, team_id: str, channel_id: str
) -> None:
    """Remember a search; saving the same id again changes nothing."""
    with conn.cursor() as cursor:
        cursor.execute(
            SQL["save"],
            {
                "id": id,
                "query": query,
                "user_id": user_id,
                "team_id": team_id,
                "channel_id": channel_id,
            },
        )


def load(conn: Connection, id: str) -> Search:
    """The search behind a button. Raises NotFound when it was purged."""
    with conn.cursor() as cursor:
        cursor.execute(SQL["load"], {"id": id})
        row = cursor.fetchone()
    if row is None:
        raise NotFound("This search is no longer kept; run it again.")
    return Search(**row)


def purge(conn: Connection, *, days: int) -> int:
    """Forget searches older than ``days``; returns how many."""
    with conn.cursor() as cursor:
        cursor.execute(SQL["purge"], {"days": days})
        return int(cursor.rowcount)
