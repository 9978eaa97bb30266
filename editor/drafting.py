"""Captions proposed in the background, one video at a time.

What the model says is stored group by group, so a closed page, a crash or a restart loses at most
a few; started again it goes on with what is missing. Only how far it is lives here.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from core.config import Config
from core.types import Video
from db.pool import Database
from editor.errands import start_errand
from pipeline.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How far the proposals for a video are: 0..1, or the sentence that ended them."""

    progress: float
    error: str | None = None

    @property
    def busy(self) -> bool:
        return self.error is None


class Drafting:
    """Has the captioner propose captions, one video after the other. Thread-safe."""

    def __init__(self, config: Config, database: Database, registry: Registry) -> None:
        self._config, self._database, self._registry = config, database, registry
        self._lock = threading.Lock()
        self._runs: dict[int, Run] = {}
        # A captioner fills a machine by itself.
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="drafting")

    def run_of(self, video_id: int) -> Run | None:
        """None where nothing is being proposed and nothing went wrong."""
        with self._lock:
            return self._runs.get(video_id)

    def start(self, video: Video) -> Run:
        """Propose captions for the segments that have no fresh proposal; asked for again while it
        runs it stays one run."""
        with self._lock:
            present = self._runs.get(video.id)
            if present is not None and present.busy:
                return present
            self._runs[video.id] = Run(progress=0.0)
        start_errand(
            self._pool,
            partial(self._draft, video),
            done=partial(self._forget, video.id),
            give_up=partial(self._give_up, video.id),
            errand="drafting",
            video_id=video.id,
        )
        return Run(progress=0.0)

    def close(self) -> None:
        """Let go of the thread; what is being proposed is given up."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _draft(self, video: Video) -> None:
        from pipeline.recaption import draft  # loads what looks at pictures
        from pipeline.workshop import Workshop

        def progress(share: float) -> None:
            with self._lock:
                self._runs[video.id] = replace(self._runs[video.id], progress=share)

        workshop = Workshop(config=self._config, database=self._database, registry=self._registry)
        draft(workshop, video, progress)

    def _forget(self, video_id: int) -> None:
        with self._lock:
            del self._runs[video_id]

    def _give_up(self, video_id: int, error: str) -> None:
        with self._lock:
            self._runs[video_id] = Run(progress=0.0, error=error)
