"""Searches while things go wrong: a restart, a full pool, somebody who left, no vectors yet."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack

import psycopg2
import pytest

from core.config import Config
from core.errors import Busy, DatabaseUnavailable, GaveUp
from core.giving_up import GivingUp
from db import pool
from db.pool import Database
from db.rows import execute, fetch_value
from pipeline.registry import Registry
from pipeline.search import Searcher
from tests.support.library import add_video

MOMENT = (0, 9_000, "A dog sleeps in the sun.", "개가 햇볕에서 잡니다.")


@pytest.fixture
def searcher(config: Config, database: Database) -> Searcher:
    add_video(database, [MOMENT])
    return Searcher(config, database, Registry(config))


def end_all(url: str) -> None:
    """Every connection but this one ends, as when the server restarts."""
    conn = psycopg2.connect(url)
    try:
        execute(
            conn,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
    finally:
        conn.close()


def test_a_restart_of_the_database_between_searches_goes_unnoticed(searcher, database_url):
    assert searcher.search("dog").total == 1
    end_all(database_url)
    assert searcher.search("dog").total == 1


def test_a_restart_in_the_middle_is_one_sentence_and_the_next_search_works(
    searcher, database, database_url
):
    def hold() -> None:
        with database.transaction() as conn:
            execute(conn, "LOCK TABLE segments IN ACCESS EXCLUSIVE MODE")
            started.set()
            time.sleep(0.8)

    started = threading.Event()
    holder = threading.Thread(target=lambda: _ended(hold))
    holder.start()
    started.wait()
    threading.Timer(0.3, end_all, [database_url]).start()
    with pytest.raises(DatabaseUnavailable):
        searcher.search("dog")
    holder.join()
    assert searcher.search("dog").total == 1


def _ended(work) -> None:
    with pytest.raises(DatabaseUnavailable):
        work()


def test_whoever_gives_up_frees_the_connection(searcher, database):
    mind = GivingUp()
    with ExitStack() as stack:
        conn = stack.enter_context(database.transaction())
        execute(conn, "LOCK TABLE segments IN ACCESS EXCLUSIVE MODE")
        threading.Timer(0.4, mind.give_up).start()
        started = time.monotonic()
        with pytest.raises(GaveUp):
            searcher.search("dog", giving_up=mind)
        assert time.monotonic() - started < 8
    with database.transaction() as conn:
        waiting = fetch_value(
            conn,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state = 'active' AND pid <> pg_backend_pid()",
        )
    assert waiting == 0


def test_with_every_connection_taken_a_search_is_busy_and_nothing_waits(
    searcher, database, config, monkeypatch
):
    monkeypatch.setattr(pool, "WAIT_FOR_CONNECTION_S", 0.1)
    with ExitStack() as stack:
        for _ in range(config.database.pool_size):
            stack.enter_context(database.transaction())
        with pytest.raises(Busy):
            searcher.search("dog")
    assert searcher.search("dog").total == 1


def test_without_a_space_the_words_answer_and_the_note_says_so(searcher):
    result = searcher.search("sleeping dog")
    assert [hit.segment.caption for hit in result.hits] == [MOMENT[2]]
    assert any("no vectors" in note for note in result.notes)
    assert any("벡터가 없어" in note for note in result.notes_ko)


def test_a_library_without_footage_says_only_that_nothing_was_found(config, database):
    result = Searcher(config, database).search("dog")
    assert (result.hits, result.notes) == ((), ())
