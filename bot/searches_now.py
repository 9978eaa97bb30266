"""Which search each person waits for in each place: a newer one stops the one before."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from core.giving_up import GivingUp

Spot = tuple[str, str, str]
"""Team, person and channel; the ids are Slack's."""


@dataclass(frozen=True, slots=True)
class _Waited:
    key: str
    giving_up: GivingUp


class SearchesNow:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waited: dict[Spot, _Waited] = {}

    def begin(self, spot: Spot, *, key: str, giving_up: GivingUp) -> None:
        """From now on this is what is waited for there. ``key`` names the request: a repeated
        delivery of the same one stops nothing."""
        with self._lock:
            earlier = self._waited.get(spot)
            if earlier is not None and earlier.key == key:
                return
            self._waited[spot] = _Waited(key, giving_up)
        if earlier is not None:
            earlier.giving_up.give_up()

    def end(self, spot: Spot, giving_up: GivingUp) -> None:
        """It was answered, or could not be."""
        with self._lock:
            waited = self._waited.get(spot)
            if waited is not None and waited.giving_up is giving_up:
                del self._waited[spot]
