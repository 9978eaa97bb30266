"""Somebody's change of mind, told to work that runs in another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.errors import GaveUp


class GivingUp:
    """Given to work when it starts; whoever asked for it says ``give_up`` from any thread. What
    the work does just then is told to stop, and what comes after does not begin. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given_up = False
        self._stop: Callable[[], object] | None = None

    @property
    def given_up(self) -> bool:
        return self._given_up

    def give_up(self) -> None:
        """Stop what runs; once is enough."""
        with self._lock:
            self._given_up = True
            if self._stop is not None:
                self._stop()

    def check(self) -> None:
        """Raises GaveUp once nobody waits any more."""
        if self._given_up:
            raise GaveUp

    @contextmanager
    def stopping(self, stop: Callable[[], object]) -> Iterator[None]:
        """While inside, giving up calls ``stop``, which is not called after that.

        Raises GaveUp where it is too late to begin.
        """
        with self._lock:
            self.check()
            self._stop = stop
        try:
            yield
        finally:
            with self._lock:
                self._stop = None
