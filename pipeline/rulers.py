"""The calibrations of spaces at hand for searches: read once, read again after a minute."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from db import calibrations
from db.spaces import Space
from db.vocabulary import Vocabulary, read_vocabulary

if TYPE_CHECKING:
    from db.rows import Connection

KEPT_S = 60.0


class Ruler(Protocol):
    """What tells near from far in one space."""

    def farthest(self, vector: Sequence[float]) -> float:
        """The distance, of the space's kind, beyond which nothing answers this query."""
        ...


class Rulers:
    """Thread-safe. A space that was not calibrated yet is asked for again at every search."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[int, tuple[float, Ruler]] = {}
        self._moments: tuple[float, int] = (0.0, 0)
        self._vocabulary: tuple[float, Vocabulary | None] = (0.0, None)

    def of(self, conn: Connection, space: Space) -> Ruler | None:
        """The ruler of a space, None before its first calibration."""
        with self._lock:
            read_at, ruler = self._known.get(space.id, (0.0, None))
        if ruler is not None and time.monotonic() - read_at < KEPT_S:
            return ruler
        made = calibrations.load(conn, space)
        if made is None:
            return None
        from pipeline.calibrating import yardstick

        ruler = yardstick(made, space.distance)
        with self._lock:
            self._known[space.id] = (time.monotonic(), ruler)
        return ruler

    def vocabulary(self, conn: Connection) -> Vocabulary:
        """Which words are common."""
        with self._lock:
            read_at, known = self._vocabulary
        if known is not None and time.monotonic() - read_at < KEPT_S:
            return known
        known = read_vocabulary(conn)
        with self._lock:
            self._vocabulary = (time.monotonic(), known)
        return known

    def moments(self, conn: Connection) -> int:
        """How many live segments there are, counted where they are few."""
        with self._lock:
            read_at, count = self._moments
        if count and time.monotonic() - read_at < KEPT_S:
            return count
        count = calibrations.moments(conn)
        with self._lock:
            self._moments = (time.monotonic(), count)
        return count
