"""The PostgreSQL that holds everything: the embedded one, or the one ``database.url`` names.

Any number of processes share one embedded server: the first starts it, the last stops it. Who
uses it is a shared file lock on ``<data_dir>/pg.lease``, which the operating system drops when a
process ends in whatever way, so nothing has to be cleaned up after a ``kill -9``. Starting and
stopping happen under an exclusive lock on ``<data_dir>/pg.lock``. A forked child shares its
parent's lease until both are gone.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import psycopg2
import structlog

from core.config import Config
from core.errors import DatabaseUnavailable, MachineError
from db.cluster import Cluster

log = structlog.get_logger()

DATABASE = "clipops"
OLDEST_POSTGRES = 150000
OLDEST_PGVECTOR = (0, 8)

_LOCK_SECONDS = 330.0
_CONNECT_SECONDS = 5


class Server:
    """A running database at ``url``; ``close`` it (or leave its ``with`` block) when done."""

    def __init__(self, url: str, *, cluster: Cluster | None = None, lease: int | None = None):
        self.url = url
        self._cluster = cluster
        self._lease = lease

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def ensure_running(self) -> bool:
        """Start the embedded server again if it died; True when that was needed.

        Raises MachineError when it cannot be started.
        """
        if self._cluster is None or self._lease is None:
            return False
        with _exclusive(self._cluster.folder.with_name("pg.lock")):
            return self._cluster.ensure_running()

    def close(self) -> None:
        """Let go of the server; whoever lets go last stops it. May be called twice."""
        lease, self._lease = self._lease, None
        if self._cluster is None or lease is None:
            return
        atexit.unregister(self.close)
        with _exclusive(self._cluster.folder.with_name("pg.lock")):
            # Closing, never unlocking: a forked child's copy must go on counting.
            os.close(lease)
            if nobody_holds(self._cluster.folder.with_name("pg.lease")):
                self._cluster.stop()
                log.info("database_stopped")


def start(config: Config) -> Server:
    """Start or join the embedded server, or check the one that ``database.url`` names.

    Afterwards the database and its ``vector`` extension exist. Raises MachineError (this
    machine is the reason) or DatabaseUnavailable (the named server is), each one sentence.
    """
    if config.database.url is not None:
        _prepare(config.database.url)
        return Server(config.database.url)
    _make_data_dir(config.data_dir)
    cluster = Cluster.under(config.data_dir)
    with ExitStack() as undo:
        with _exclusive(config.data_dir / "pg.lock"):
            lease = os.open(config.data_dir / "pg.lease", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(lease, fcntl.LOCK_SH)
            server = Server(cluster.url(DATABASE), cluster=cluster, lease=lease)
            undo.callback(server.close)
            cluster.ensure_running()
            _create_database(cluster.url("postgres"))
            _prepare(server.url)
        undo.pop_all()
    atexit.register(server.close)
    return server


def nobody_holds(path: Path) -> bool:
    """True when no living process holds the lease at ``path``."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        return _lock(descriptor)
    finally:
        os.close(descriptor)


def _make_data_dir(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "pg.lock").touch(mode=0o600)
    except OSError as error:
        raise MachineError(
            f"The data folder {folder} cannot be used ({error.strerror}); set data_dir in "
            "config.json to a folder you may write to, on a disk with free space."
        ) from error


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """Hold ``path`` alone. Raises MachineError when another process does not let go."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + _LOCK_SECONDS
        while not _lock(descriptor):
            if time.monotonic() > deadline:
                raise MachineError(
                    f"Another ClipOps process has been starting or stopping the database for "
                    f"{_LOCK_SECONDS:.0f} s; end it, then start again."
                )
            time.sleep(0.02)
        yield
    finally:
        # Unlocking, not only closing: a child forked meanwhile must not keep it locked.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _create_database(url: str) -> None:
    with closing(_connect(url)) as conn, conn.cursor() as cursor:
        conn.autocommit = True
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {DATABASE}")


def _prepare(url: str) -> None:
    """Check version and encoding of the server and create the ``vector`` extension in it."""
    where = _described(url)
    with closing(_connect(url)) as conn, conn.cursor() as cursor:
        conn.autocommit = True
        # CREATE EXTENSION IF NOT EXISTS fails when two do it at once.
        cursor.execute("SELECT pg_advisory_lock(hashtext('clipops.prepare'))")
        if conn.server_version < OLDEST_POSTGRES:
            raise DatabaseUnavailable(
                f"{where} runs on PostgreSQL {conn.server_version // 10000}; ClipOps needs "
                f"{OLDEST_POSTGRES // 10000} or later."
            )
        cursor.execute("SHOW server_encoding")
        if cursor.fetchone() != ("UTF8",):
            raise DatabaseUnavailable(f"{where} is not encoded in UTF8; create it with that.")
        cursor.execute(
            "SELECT installed_version, default_version FROM pg_available_extensions"
            " WHERE name = 'vector'"
        )
        installed, available = cursor.fetchone() or (None, None)
        version = installed or available
        if version is None or _numbers(version) < OLDEST_PGVECTOR:
            raise DatabaseUnavailable(
                f"{where} offers {f'pgvector {version}' if version else 'no pgvector'}; install "
                f"pgvector {'.'.join(map(str, OLDEST_PGVECTOR))} or later on that server."
            )
        if installed is None:
            try:
                cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")
            except psycopg2.Error as error:
                raise DatabaseUnavailable(
                    f"{where} has no extension vector and this user cannot create it "
                    f"({_first_line(error)}); let an administrator run CREATE EXTENSION vector."
                ) from error


def _connect(url: str) -> psycopg2.extensions.connection:
    try:
        return psycopg2.connect(url, connect_timeout=_CONNECT_SECONDS)
    except psycopg2.OperationalError as error:
        raise DatabaseUnavailable(
            f"{_described(url)} cannot be reached ({_first_line(error)}); check database.url in "
            "config.json, or that its server runs."
        ) from error
    except psycopg2.Error:
        # What libpq says about an unreadable address repeats it, password included.
        raise DatabaseUnavailable(
            "database.url in config.json cannot be read; write postgresql://user:password@host/name."
        ) from None


def _described(url: str) -> str:
    """The address for people: never the password, never the query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "The database that database.url names"
    place = parts.netloc.rpartition("@")[2] or "a local socket"
    return f"The database {parts.path.lstrip('/') or '(no name)'} at {place}"


def _first_line(error: psycopg2.Error) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(error).__name__


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
