"""A process that uses the embedded database: ``python -m tests.support.holder DATA_DIR``.

Prints the database's address (or the sentence of the error), holds the server until standard
input ends, and lets go of it.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core import logging
from core.config import Config, DatabaseConfig
from core.errors import ClipOpsError
from db import server
from tests.support import REPOSITORY


@contextmanager
def holding(data_dir: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run this module as a process of its own session; wait for ``address`` before using it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.holder", str(data_dir)],
        cwd=REPOSITORY,
        env={"PATH": "/usr/bin:/bin", **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    try:
        yield process
    finally:
        let_go(process)


def address(process: subprocess.Popen[str]) -> str:
    """What the process printed: the address, once the database runs."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def let_go(process: subprocess.Popen[str]) -> None:
    """End the process as a person would, and wait until it has let go of the server."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.wait(timeout=60)
    process.stdout.close()


def main() -> int:
    logging.configure()
    # A script that runs the tests in its background has them ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with server.start(Config(data_dir=Path(sys.argv[1]), database=DatabaseConfig())) as held:
            print(held.url, flush=True)
            sys.stdin.read()
    except ClipOpsError as error:
        print(f"{type(error).__name__}: {error}", flush=True)
        return error.exit_status
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
