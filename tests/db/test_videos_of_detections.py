"""Each detection knows its video, without history hearing of it."""

from __future__ import annotations

import psycopg2
import pytest

from core.config import DatabaseConfig
from db import migrate
from db.pool import Database
from db.rows import Connection, execute, fetch_all, fetch_value
from tests.support import postgres
from tests.support.library import add_segments, add_video, draft, person

RED = person(0, 900, upper="red")
SNAPSHOTS = """
SELECT id, segment_snapshot(id) AS now, (SELECT v.snapshot FROM segment_versions AS v
    WHERE v.segment_id = s.id ORDER BY v.id DESC LIMIT 1) AS kept
FROM segments AS s ORDER BY id
"""


def watched(database: Database) -> None:
    """Two videos with somebody in red each."""
    for _ in range(2):
        video_id = add_video(database, duration_ms=1_000)
        with database.transaction() as conn:
            add_segments(conn, video_id, [draft(video_id, 0, 1_000, "Red", detections=(RED,))])


def of_segments(conn: Connection) -> list[tuple[int, int]]:
    sql = "SELECT d.video_id, s.video_id AS of_segment FROM detections AS d JOIN segments AS s"
    rows = fetch_all(conn, f"{sql} ON s.id = d.segment_id ORDER BY d.id")
    return [(row["video_id"], row["of_segment"]) for row in rows]


def test_a_library_of_the_revision_before_learns_them_and_forgets_them(
    server: postgres.TestServer,
) -> None:
    with server.fresh() as url:
        database = Database.open(url, DatabaseConfig(url=url))
        migrate.downgrade(url, "0010")
        watched(database)
        with database.transaction() as conn:
            before = fetch_all(conn, SNAPSHOTS)
        migrate.upgrade(url)
        with database.transaction() as conn:
            assert of_segments(conn) == [(1, 1), (2, 2)]
            assert fetch_all(conn, SNAPSHOTS) == before
        migrate.downgrade(url, "0010")
        with database.transaction() as conn:
            assert fetch_all(conn, SNAPSHOTS) == before
        migrate.upgrade(url)
        assert migrate.is_current(url)
        database.close()


def test_history_keeps_what_a_segment_shows_and_not_the_video_twice(database: Database) -> None:
    watched(database)
    with database.transaction() as conn:
        for row in fetch_all(conn, SNAPSHOTS):
            assert row["now"] == row["kept"]
            assert "video_id" in row["now"]
            assert "video_id" not in row["now"]["detections"][0]


def test_a_segment_stays_in_its_video(database: Database) -> None:
    watched(database)
    with (
        pytest.raises(psycopg2.errors.IntegrityConstraintViolation, match="stays in its video"),
        database.transaction() as conn,
    ):
        execute(conn, "UPDATE segments SET video_id = 2 WHERE video_id = 1")


def test_a_detection_is_of_the_video_of_its_segment_whatever_is_said(database: Database) -> None:
    watched(database)
    with database.transaction() as conn:
        assert of_segments(conn) == [(1, 1), (2, 2)]
    with database.transaction() as conn:
        execute(conn, "ALTER TABLE detections DISABLE TRIGGER detections_history")
        execute(conn, "UPDATE detections SET video_id = 2 WHERE video_id = 1")
        assert fetch_value(conn, "SELECT count(*) FROM detections WHERE video_id = 2") == 1
