"""A listening socket on loopback, or one sentence about the port."""

from __future__ import annotations

import errno
import socket

from core.errors import MachineError


def listen(port: int, *, setting: str) -> socket.socket:
    """Bind 127.0.0.1; port 0 takes a free one. ``setting`` is named when the port is taken.

    Raises MachineError.
    """
    try:
        return socket.create_server(("127.0.0.1", port), backlog=128)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise MachineError(
                f"Port {port} is taken by another program; stop it or set {setting}."
            ) from error
        raise MachineError(f"Port {port} cannot be used: {error.strerror}.") from error
