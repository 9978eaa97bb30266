"""Jobs on procrastinate's tables: enqueued inside the transaction that makes them necessary."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2.extras import Json

from core.errors import DatabaseUnavailable
from db.queries import queries
from db.rows import Connection, execute, fetch_all, fetch_value

SQL = queries("jobs")
INGEST = "ingest"
REFRESH = "refresh"
WORDS = "words"
REEMBED = "reembed"
THE_LIBRARY = 0
"""Stands for the video of a job that is about all of them."""
# First key of the two-key advisory locks, by task; the second is the video.
_LOCKS = {INGEST: 7253, REFRESH: 7254, REEMBED: 7255, WORDS: 7256}


def defer_ingest(conn: Connection, video_id: int) -> None:
    """Have the worker bring a video to ready."""
    _defer(conn, queue="ingest", task=INGEST, video_id=video_id)


def defer_refresh(conn: Connection, video_id: int) -> None:
    """Have the worker caption and embed what an edit left without caption or vector; new words
    first, in a queue of their own that no picture holds up."""
    _defer(conn, queue="words", task=WORDS, video_id=video_id)
    _defer(conn, queue="refresh", task=REFRESH, video_id=video_id)


def defer_reembed(conn: Connection) -> None:
    """Have the worker fill the space of a new model, unless such a job waits already."""
    if not fetch_value(conn, SQL["waiting_reembeds"]):
        _defer(conn, queue="library", task=REEMBED, video_id=THE_LIBRARY)


def is_ingest_waiting(conn: Connection, video_id: int) -> bool:
    return bool(fetch_value(conn, SQL["waiting_ingests"], {"video_id": video_id}))


def finish_ingests(conn: Connection, video_id: int) -> None:
    """Withdraw waiting ingest jobs of a video that is ready."""
    execute(conn, SQL["finish_ingests"], {"video_id": video_id})


def retry_orphans(conn: Connection) -> int:
    """Put jobs whose worker died back into the queue; returns how many.

    The session-level lock a worker holds on its video says exactly who lives: the server drops
    it with the connection, so a job marked 'doing' whose lock is free has lost its worker. No
    heartbeat has to run out. A worker that took a job and not yet its lock can lose it to this
    and do it twice, which every task tolerates.
    """
    retried = 0
    for row in fetch_all(conn, SQL["doing"]):
        values = {"space": _LOCKS[row["task_name"]], "video_id": row["args"]["video_id"]}
        retried += len(fetch_all(conn, SQL["retry_orphan"], values | {"job_id": row["id"]}))
    return retried


@contextmanager
def working_on(url: str, task: str, video_id: int) -> Iterator[bool]:
    """Hold a task on a video for one process; yields False where another one has it.

    Uses a connection of its own: the lock lives and dies with it, kill -9 included.
    """
    try:
        conn = psycopg2.connect(url, application_name="clipops-work", connect_timeout=5)
    except psycopg2.OperationalError as error:
        raise DatabaseUnavailable from error
    try:
        conn.autocommit = True
        values = {"space": _LOCKS[task], "video_id": video_id}
        yield bool(fetch_value(conn, SQL["try_lock"], values))
    finally:
        conn.close()


def _defer(conn: Connection, *, queue: str, task: str, video_id: int) -> None:
    values = {
        "queue": queue,
        "task": task,
        "priority": 0,
        "args": Json({"video_id": video_id}),
    }
    execute(conn, SQL["defer"], values)
