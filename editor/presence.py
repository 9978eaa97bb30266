"""Who else has a video open: kept in memory, because it is worth nothing after a restart."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

AWAY_AFTER = timedelta(seconds=20)


class Presence:
    """Names seen on each video within the last seconds. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[int, dict[str, datetime]] = {}

    def seen(self, video_id: int, name: str, at: datetime) -> tuple[str, ...]:
        """Note that ``name`` looks at the video; return the others who do, in order."""
        with self._lock:
            names = self._seen.setdefault(video_id, {})
            names[name] = at
            for other in [n for n, last in names.items() if at - last > AWAY_AFTER]:
                del names[other]
            for empty in [key for key, people in self._seen.items() if not people]:
                del self._seen[empty]
            return tuple(sorted(n for n in names if n != name))
