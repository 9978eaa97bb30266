"""Notices that a browser went away while its search runs, so that the statement is cancelled.

A WSGI server does not say so: the socket is looked at. While an answer is awaited a browser sends
nothing, so an end of the stream is somebody who left.
"""

from __future__ import annotations

import os
import select
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from core.giving_up import GivingUp

# What gunicorn and the development server call the socket of a request.
SOCKETS = ("gunicorn.socket", "werkzeug.socket")


@contextmanager
def while_waited_for(environ: Mapping[str, Any]) -> Iterator[GivingUp]:
    """Inside, the value given up as soon as whoever asked hangs up. Without a socket to look at
    (a test client) nobody ever does."""
    giving_up = GivingUp()
    connection = next((environ[name] for name in SOCKETS if name in environ), None)
    if not isinstance(connection, socket.socket):
        yield giving_up
        return
    done, finish = os.pipe()
    watcher = threading.Thread(
        target=_watch, args=[connection, done, giving_up], name="giving-up", daemon=True
    )
    watcher.start()
    try:
        yield giving_up
    finally:
        os.close(finish)
        watcher.join()
        os.close(done)


def _watch(connection: socket.socket, done: int, giving_up: GivingUp) -> None:
    """Until the work is done, somebody left, or they sent something (they are still there)."""
    poll = select.poll()
    poll.register(done, select.POLLIN)
    poll.register(connection, select.POLLIN)
    ready = {number for number, _ in poll.poll()}
    if done not in ready and _left(connection):
        giving_up.give_up()


def _left(connection: socket.socket) -> bool:
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:  # reset
        return True
