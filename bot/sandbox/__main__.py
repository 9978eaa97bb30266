"""``python -m bot.sandbox``: runs the stand-in until it is told to stop."""

from __future__ import annotations

import signal
import sys
import threading

import structlog

from bot.sandbox.options import options_from
from bot.sandbox.server import Sandbox
from core import config, logging
from core.errors import ClipOpsError


def main() -> int:
    """Exit status: 0 when stopped, 1 with one sentence when it cannot run."""
    logging.configure()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    try:
        settings = config.load()
        with Sandbox(options_from(settings)) as sandbox:
            structlog.get_logger().info("sandbox_listening", url=sandbox.url)
            stopped.wait()
    except ClipOpsError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
