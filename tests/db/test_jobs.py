"""Jobs whose worker died come back at once; nobody else's job is touched."""

from __future__ import annotations

import pytest

from core.config import DatabaseConfig
from db import jobs
from db.pool import Database
from db.rows import execute, fetch_value
from tests.support.library import add_video
from tests.support.process import wait_until

DOING = "UPDATE procrastinate_jobs SET status = 'doing'"
STATUS = "SELECT status::text FROM procrastinate_jobs"
ADVISORY = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"


@pytest.fixture
def video_id(database: Database) -> int:
    """A video whose ingest a worker has taken."""
    video_id = add_video(database)
    with database.transaction() as conn:
        jobs.defer_ingest(conn, video_id)
        execute(conn, DOING)
    return video_id


def rescue(database: Database) -> int:
    with database.transaction() as conn:
        return jobs.retry_orphans(conn)


def test_a_job_without_a_living_worker_is_queued_again(database, video_id):
    assert rescue(database) == 1
    with database.transaction() as conn:
        assert fetch_value(conn, STATUS) == "todo"
        assert fetch_value(conn, ADVISORY) == 0


def test_a_job_somebody_works_on_is_left_alone(database, video_id):
    with jobs.working_on(database.url, jobs.INGEST, video_id) as mine:
        assert mine
        assert rescue(database) == 0
    # The server lets go of the lock once it has noticed that the connection ended.
    wait_until(lambda: rescue(database) == 1)


def test_the_lock_is_for_one_task_of_one_video(database, video_id):
    with (
        jobs.working_on(database.url, jobs.INGEST, video_id) as first,
        jobs.working_on(database.url, jobs.INGEST, video_id) as second,
        jobs.working_on(database.url, jobs.REFRESH, video_id) as other,
    ):
        assert (first, second, other) == (True, False, True)


def test_a_job_that_ends_meanwhile_is_no_error(database, video_id):
    other = Database.open(database.url, DatabaseConfig())
    with other.transaction() as conn:
        execute(conn, "DELETE FROM procrastinate_jobs")
        # Not committed yet: the row is locked, and skipped instead of waited for.
        assert rescue(database) == 0
    other.close()
    assert rescue(database) == 0
