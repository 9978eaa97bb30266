"""Search sessions of Slack: the buttons under an answer carry an id, the words stay here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.errors import NotFound
from db.queries import queries
from db.rows import Connection, execute, fetch_one

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
    conn: Connection,
    *,
    id: str,
    query: str,
    user_id: str,
    team_id: str,
    channel_id: str,
) -> None:
    """Remember a search; saving the same id again changes nothing."""
    values = {"id": id, "query": query, "user_id": user_id}
    execute(conn, SQL["save"], values | {"team_id": team_id, "channel_id": channel_id})


def load(conn: Connection, id: str) -> Search:
    """The search behind a button. Raises NotFound when it was purged."""
    row = fetch_one(conn, SQL["load"], {"id": id})
    if row is None:
        raise NotFound("This search is no longer kept; run it again.")
    return Search(**row)


def purge(conn: Connection, *, days: int) -> int:
    """Forget searches older than ``days``; returns how many."""
    return execute(conn, SQL["purge"], {"days": days})
