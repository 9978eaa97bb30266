"""One embedded server for the whole test run and a fresh, migrated database for each test."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

from core.config import Config, DatabaseConfig
from db import migrate, server
from db.cluster import Cluster

# Short, because a Unix socket lives below it; fixed, so the next run finds what a killed one left.
PREFIX = "clipops-test-"
FAST = ("fsync", "synchronous_commit", "full_page_writes")


class TestServer:
    """The running server; ``fresh`` makes databases on it."""

    __test__ = False

    def __init__(self, url: str) -> None:
        self.url = url
        self._numbers = itertools.count(1)
        with closing(psycopg2.connect(self.admin_url)) as conn:
            conn.autocommit = True
            with conn.cursor() as cursor:
                for setting in FAST:
                    cursor.execute(f"ALTER SYSTEM SET {setting} = off")
                cursor.execute("SELECT pg_reload_conf()")
        migrate.upgrade(url)

    @property
    def admin_url(self) -> str:
        return self.named("postgres")

    def named(self, database: str) -> str:
        """The address of another database on this server."""
        return self.url.replace(f"/{server.DATABASE}?", f"/{database}?")

    @contextmanager
    def fresh(self, *, migrated: bool = True) -> Iterator[str]:
        """The address of a new database, migrated or with the extension only; dropped after."""
        name = f"test_{next(self._numbers)}"
        template = server.DATABASE if migrated else "template0"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.named(name)
        finally:
            self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with closing(psycopg2.connect(self.admin_url)) as conn:
            conn.autocommit = True
            with conn.cursor() as cursor:
                cursor.execute(statement)


@contextmanager
def running() -> Iterator[TestServer]:
    """Start the server in a folder of its own, and remove both at the end."""
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    # initdb as another user (tests run as root) needs to pass through.
    folder.chmod(0o755)
    config = Config(data_dir=folder, database=DatabaseConfig(url=None))
    with server.start(config) as started:
        yield TestServer(started.url)
    shutil.rmtree(folder, ignore_errors=True)  # a run that starts now may be sweeping


def _remove_leftovers() -> None:
    """End the servers of runs that were killed: nobody holds their lease any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        lease = folder / "pg.lease"
        try:
            if lease.exists() and server.nobody_holds(lease):
                Cluster.under(folder).stop()
                shutil.rmtree(folder, ignore_errors=True)  # another run may sweep it too
        except PermissionError:
            continue  # another user's run
