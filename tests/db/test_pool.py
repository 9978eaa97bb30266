"""Connections under pressure: none free, a statement that lasts, somebody who does not wait."""

from __future__ import annotations

import threading
import time

import pytest

from core.errors import Busy, GaveUp
from core.giving_up import GivingUp
from db import pool
from db.pool import Database
from db.rows import fetch_value


def test_giving_up_cancels_the_statement_that_runs(database):
    mind = GivingUp()
    started = time.monotonic()
    threading.Timer(0.3, mind.give_up).start()
    with pytest.raises(GaveUp), database.transaction(mind) as conn:
        fetch_value(conn, "SELECT pg_sleep(20)")
    assert time.monotonic() - started < 10
    with database.transaction() as conn:
        assert fetch_value(conn, "SELECT 1") == 1


def test_what_was_given_up_does_not_begin(database):
    mind = GivingUp()
    mind.give_up()
    with pytest.raises(GaveUp), database.transaction(mind):
        pytest.fail("the transaction began")


def test_giving_up_after_the_end_touches_nobody_elses_statement(database):
    mind = GivingUp()
    with database.transaction(mind) as conn:
        fetch_value(conn, "SELECT 1")
    late = threading.Timer(0.2, mind.give_up)
    late.start()
    with database.transaction() as conn:
        fetch_value(conn, "SELECT pg_sleep(0.6)")
    assert mind.given_up


def test_a_statement_beyond_its_time_is_stopped_with_a_sentence(database):
    short = "SELECT set_config('statement_timeout', '100', true)"
    with pytest.raises(Busy, match="took too long"), database.transaction() as conn:
        fetch_value(conn, f"{short}; SELECT pg_sleep(5)")


def test_with_every_connection_taken_the_next_hears_busy(config, database, monkeypatch):
    monkeypatch.setattr(pool, "WAIT_FOR_CONNECTION_S", 0.1)
    held = [database.transaction() for _ in range(config.database.pool_size)]
    for one in held:
        one.__enter__()
    try:
        with pytest.raises(Busy, match="busy"), database.transaction():
            pytest.fail("there was a connection")
    finally:
        for one in held:
            one.__exit__(None, None, None)
    with database.transaction() as conn:
        assert fetch_value(conn, "SELECT 1") == 1


def test_a_restart_costs_nobody_who_comes_after_it(config, database):
    """However many idle connections the server closed."""
    with Database.open(database.url, config.database).transaction() as conn:
        fetch_value(
            conn,
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
    with database.transaction() as conn:
        assert fetch_value(conn, "SELECT 1") == 1
