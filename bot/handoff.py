"""One answer, delivered exactly once: in the acknowledgement while there is time, else later."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

Message = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the waiting side got. ``late``: not there yet; ``message`` None: nothing to say."""

    late: bool
    message: Message | None = None


class Handoff:
    """Between the thread that acknowledges and the thread that works."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._outcome: Outcome | None = None

    def offer(self, message: Message | None) -> bool:
        """True when the acknowledgement will carry ``message``; False when it has gone out."""
        return self._settle(Outcome(late=False, message=message))

    def give_up(self) -> None:
        """The worker knows it will be late: acknowledge now."""
        self._settle(Outcome(late=True))

    def wait(self, timeout_s: float) -> Outcome:
        """The offered message, or late; after this, ``offer`` returns False."""
        with self._changed:
            self._changed.wait_for(lambda: self._outcome is not None, timeout_s)
            if self._outcome is None:
                self._outcome = Outcome(late=True)
            return self._outcome

    def _settle(self, outcome: Outcome) -> bool:
        with self._changed:
            if self._outcome is not None:
                return False
            self._outcome = outcome
            self._changed.notify_all()
            return True
