"""A process that is started again when it is killed: a model may take a worker down, but not
everything else with it."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from types import FrameType

import structlog

log = structlog.get_logger()

PAUSE_S = 1.0
MOST_DEATHS, WITHIN_S = 5, 60.0
"""So many deaths in so short a time are no accident: then it ends, and whoever started it hears."""


def keep_running(command: Sequence[str]) -> int:
    """Run ``command`` and run it again when a signal killed it; returns its exit status.

    SIGTERM and SIGINT are passed on and end both. The command's standard input is a pipe that
    closes when this process dies, however it dies (``die_with_parent``).
    """
    asked_to_stop = False
    child: subprocess.Popen[bytes] | None = None

    def stop(number: int, _frame: FrameType | None) -> None:
        nonlocal asked_to_stop
        asked_to_stop = True
        if child is not None and child.poll() is None:
            child.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    deaths: list[float] = []
    while True:
        # A group of its own, or Ctrl-C would reach it twice.
        child = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
        if asked_to_stop:
            child.terminate()
        status = child.wait()
        if status >= 0 or asked_to_stop:
            return max(status, 0)
        now = time.monotonic()
        deaths = [at for at in deaths if now - at < WITHIN_S] + [now]
        log.error("worker_killed", signal=signal.Signals(-status).name, deaths=len(deaths))
        if len(deaths) >= MOST_DEATHS:
            return 1
        time.sleep(PAUSE_S)


def die_with_parent() -> None:
    """In the command: end at once when standard input closes, and with it the parent's life.

    Nothing is lost: every stage commits its own result, and what was under way is taken up anew.
    """

    def watch() -> None:
        while os.read(0, 1):  # not sys.stdin: at exit the interpreter wants its lock
            pass
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="parent", daemon=True).start()
