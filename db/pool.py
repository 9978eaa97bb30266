"""The connection pool: every statement of ClipOps goes through one of its transactions."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import partial

import psycopg2
import psycopg2.errors
from psycopg2.extras import RealDictCursor
from psycopg2.pool import ThreadedConnectionPool

from core.config import DatabaseConfig
from core.errors import Busy, DatabaseUnavailable, GaveUp, MachineError
from core.giving_up import GivingUp
from db.rows import Connection

# Longer than a click lasts, shorter than Slack's three seconds.
WAIT_FOR_CONNECTION_S = 2.0


class Database:
    """A thread-safe pool; rows come as dictionaries, times in UTC."""

    def __init__(self, pool: ThreadedConnectionPool, url: str, size: int) -> None:
        self._pool = pool
        self._size = size
        self._free = threading.BoundedSemaphore(size)
        self.url = url

    @classmethod
    def open(cls, url: str, config: DatabaseConfig) -> Database:
        """Connect; raises DatabaseUnavailable with a sentence when nothing answers."""
        options = f"-c statement_timeout={config.statement_timeout_ms} -c timezone=UTC"
        try:
            pool = ThreadedConnectionPool(
                # psycopg2 closes what is returned beyond the least number: keep all of them.
                config.pool_size,
                config.pool_size,
                url,
                connect_timeout=5,
                options=options,
                cursor_factory=RealDictCursor,
                application_name="clipops",
            )
        except psycopg2.OperationalError as error:
            raise DatabaseUnavailable from error
        return cls(pool, url, config.pool_size)

    @contextmanager
    def transaction(self, giving_up: GivingUp | None = None) -> Iterator[Connection]:
        """One transaction: committed on success, rolled back on any error. ``giving_up`` cancels
        the statement that runs.

        Raises Busy when no connection comes free in time, DatabaseUnavailable when the server
        went away, GaveUp when nobody waits any more. A connection the server closed while idle is
        replaced before it is used.
        """
        if not self._free.acquire(timeout=WAIT_FOR_CONNECTION_S):
            raise Busy("The database is busy; try again in a moment.")
        try:
            conn = self._connect()
            try:
                with (
                    giving_up.stopping(partial(_cancel, conn)) if giving_up else nullcontext(),
                    conn,
                ):
                    yield conn
            except psycopg2.errors.QueryCanceled as error:
                if giving_up is not None and giving_up.given_up:
                    raise GaveUp from error
                raise Busy("This took too long and was stopped; ask for less.") from error
            except (psycopg2.errors.DeadlockDetected, psycopg2.errors.LockNotAvailable) as error:
                raise Busy from error
            except (psycopg2.errors.DiskFull, psycopg2.errors.OutOfMemory) as error:
                raise MachineError(
                    "The database's machine is out of disk space or memory; free some, then try "
                    "again."
                ) from error
            except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
                raise DatabaseUnavailable from error
            finally:
                self._pool.putconn(conn, close=bool(conn.closed))
        finally:
            self._free.release()

    def close(self) -> None:
        """Close every connection; the pool is of no use afterwards."""
        self._pool.closeall()

    def _connect(self) -> Connection:
        try:
            # A restart leaves every idle connection dead; behind the last of them is a new one.
            for _ in range(self._size + 1):
                conn = self._pool.getconn()
                if _alive(conn):
                    return conn
                self._pool.putconn(conn, close=True)
            raise DatabaseUnavailable
        except psycopg2.OperationalError as error:
            raise DatabaseUnavailable from error


def _cancel(conn: Connection) -> None:
    with suppress(psycopg2.Error):  # a connection that is gone runs nothing any more
        conn.cancel()


def _alive(conn: Connection) -> bool:
    """A round trip of some 60 microseconds, against a failed click after a server restart."""
    try:
        with conn.cursor() as cursor:
            cursor.execute("SELECT 1")
        conn.rollback()
    except (psycopg2.OperationalError, psycopg2.InterfaceError):
        return False
    return True
