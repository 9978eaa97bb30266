"""Vectors move to one per content and back, with nothing lost on the way."""

from __future__ import annotations

from contextlib import closing

import psycopg2
import pytest

from core.config import DatabaseConfig
from db import migrate
from db.pool import Database
from db.rows import Connection, execute, fetch_all, fetch_value
from tests.support import postgres
from tests.support.library import add_video

CAPTIONS = (
    (0, 5_000, "A dog runs.", ""),
    (5_000, 10_000, "A dog runs.", ""),
    (10_000, 15_000, "", "고양이가 잡니다."),
    (15_000, 20_000, "A car.", ""),
)


@pytest.fixture
def former(server: postgres.TestServer):
    """The address of a library of the revision before, with a vector for each segment."""
    with server.fresh() as url:
        database = Database.open(url, DatabaseConfig(url=url))
        add_video(database, CAPTIONS)
        database.close()
        migrate.downgrade(url, "0008")
        with closing(psycopg2.connect(url)) as conn, conn:
            fill(conn)
        yield url


def fill(conn: Connection) -> None:
    for kind, state in (("caption", "active"), ("video", "active")):
        space = fetch_value(
            conn,
            "INSERT INTO embedding_spaces (kind, model, revision, dim, state)"
            " VALUES (%(kind)s, 'test', '1', 2, %(state)s) RETURNING id",
            {"kind": kind, "state": state},
        )
        execute(
            conn,
            f"CREATE TABLE segment_vectors_{space} PARTITION OF segment_vectors"
            f" FOR VALUES IN ({space})",
        )
        vector = "[1, ' || id || ']" if kind == "video" else "[1, ' || length(caption) || ']"
        execute(
            conn,
            "INSERT INTO segment_vectors (space_id, segment_id, embedding)"
            f" SELECT {space}, id, ('{vector}')::vector FROM segments",
        )


def stored(conn: Connection, sql: str) -> dict[tuple[int, int], str]:
    return {(row["space_id"], row["segment_id"]): row["v"] for row in fetch_all(conn, sql)}


OLD = "SELECT space_id, segment_id, embedding::text AS v FROM segment_vectors"
NEW = (
    "SELECT l.space_id, l.segment_id, v.embedding::text AS v FROM segment_vectors AS l"
    " JOIN vectors AS v ON v.space_id = l.space_id AND v.id = l.vector_id"
)


def test_every_segment_keeps_its_vector_on_the_way_there_and_back(former):
    with closing(psycopg2.connect(former)) as conn:
        before = stored(conn, OLD)
    assert len(before) == 8
    migrate.upgrade(former)
    with closing(psycopg2.connect(former)) as conn:
        assert stored(conn, NEW) == before
        counts = fetch_all(
            conn, "SELECT space_id, count(*) AS n FROM vectors GROUP BY space_id ORDER BY space_id"
        )
        assert [row["n"] for row in counts] == [3, 4]  # two segments read the same
    migrate.downgrade(former, "0008")
    with closing(psycopg2.connect(former)) as conn:
        assert stored(conn, OLD) == before
    migrate.upgrade(former)
    assert migrate.is_current(former)


def test_an_edit_links_and_unlinks_at_once(former):
    migrate.upgrade(former)
    with closing(psycopg2.connect(former)) as conn, conn:
        execute(
            conn,
            "ALTER TABLE segments DISABLE TRIGGER ALL; ALTER TABLE segments ENABLE TRIGGER"
            " segments_relink_vectors",
        )
        execute(conn, "UPDATE segments SET caption = 'A car.' WHERE start_ms = 0")
        linked = stored(conn, NEW)
        assert linked[1, 1] == linked[1, 4]
        execute(conn, "UPDATE segments SET caption = 'Something new.' WHERE start_ms = 0")
        assert (1, 1) not in stored(conn, NEW)
        execute(conn, "UPDATE segments SET state = 'deleted' WHERE start_ms = 5000")
        assert not {key for key in stored(conn, NEW) if key[1] == 2}
        execute(conn, "UPDATE segments SET state = 'live' WHERE start_ms = 5000")
        assert {key for key in stored(conn, NEW) if key[1] == 2} == {(1, 2), (2, 2)}
