"""Word for a person who waits: at 8 seconds that the search goes on, at 25 how to narrow it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from core.errors import ServiceUnavailable

STILL_S = 8.0
NARROW_S = 25.0
LOG = structlog.get_logger()


@dataclass(slots=True)
class Patience:
    """``say`` gets the name of a wording; nothing is said any more after ``stop``."""

    say: Callable[[str], object]
    _timers: list[threading.Timer] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        for delay_s, name in ((STILL_S, "still_searching"), (NARROW_S, "narrow")):
            timer = threading.Timer(delay_s, self._speak, (name,))
            timer.daemon = True
            self._timers.append(timer)
            timer.start()

    def stop(self) -> None:
        self._stopped.set()
        for timer in self._timers:
            timer.cancel()

    def _speak(self, name: str) -> None:
        if self._stopped.is_set():
            return
        try:
            self.say(name)
        except ServiceUnavailable:
            LOG.info("waiting_note_not_delivered", note=name)
