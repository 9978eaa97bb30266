"""Whoever goes away while a search runs costs the database nothing more."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask

from core.config import Config
from db.pool import Database
from editor.giving_up import while_waited_for
from tests.support.serving import served

PATIENCE_S = 5.0


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        yield ours, theirs


def until_given_up(environ: dict[str, object], act: threading.Timer | None = None) -> bool:
    with while_waited_for(environ) as giving_up:
        if act is not None:
            act.start()
        deadline = time.monotonic() + (PATIENCE_S if act is not None else 0.3)
        while not giving_up.given_up and time.monotonic() < deadline:
            time.sleep(0.01)
        return giving_up.given_up


@pytest.mark.parametrize("name", ["gunicorn.socket", "werkzeug.socket"])
def test_a_socket_that_closes_is_somebody_who_left(
    pair: tuple[socket.socket, socket.socket], name: str
) -> None:
    ours, theirs = pair
    assert until_given_up({name: ours}, threading.Timer(0.05, theirs.close))


def test_an_open_socket_is_somebody_who_waits(pair: tuple[socket.socket, socket.socket]) -> None:
    assert not until_given_up({"gunicorn.socket": pair[0]})


def test_somebody_who_asks_on_is_still_there(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.sendall(b"GET / HTTP/1.1\r\n")
    assert not until_given_up({"gunicorn.socket": ours})
    assert ours.recv(3) == b"GET"


def test_without_a_socket_nobody_leaves() -> None:
    assert not until_given_up({})


def test_watching_leaves_no_thread_behind(pair: tuple[socket.socket, socket.socket]) -> None:
    before = threading.active_count()
    for _ in range(50):
        with while_waited_for({"gunicorn.socket": pair[0]}):
            pass
    assert threading.active_count() == before


def waiting(database: Database) -> int:
    """Statements of other connections that wait for a lock."""
    with database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) AS waiting FROM pg_stat_activity "
            "WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        row = cursor.fetchone()
        assert row is not None
        return int(row["waiting"])


def wait_for(database: Database, count: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while waiting(database) != count:
        assert time.monotonic() < deadline, "the statement did not begin or end in time"
        time.sleep(0.02)


@pytest.mark.parametrize("path", ["/search?q=red", "/api/search?q=red"])
def test_a_search_is_cancelled_when_its_browser_goes_away(
    app: Flask, config: Config, database: Database, path: str
) -> None:
    with served(app, config), database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("LOCK TABLE segments IN ACCESS EXCLUSIVE MODE")
        browser = socket.create_connection(("127.0.0.1", config.editor.port))
        browser.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        wait_for(database, 1)
        browser.close()
        # Long before the statement timeout would have ended it.
        wait_for(database, 0)
