"""The bot's own pool for slow work: bounded, so that a flood is refused instead of queued for ever.

Bolt acknowledges on the thread the request came in on; everything that may take long runs here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from core.errors import Busy

Job = Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Running:
    on_interrupt: Job | None


class WorkPool:
    """``workers`` jobs run at once and ``waiting`` more may wait."""

    def __init__(self, *, workers: int = 8, waiting: int = 8) -> None:
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="bot-work")
        self._workers = workers
        self._capacity = workers + waiting
        self._changed = threading.Condition()
        self._jobs: dict[Future[None], _Running] = {}
        self._open = True

    @property
    def waiting(self) -> int:
        """How many jobs no worker has begun yet."""
        with self._changed:
            return max(0, len(self._jobs) - self._workers)

    def submit(
        self,
        job: Job,
        *,
        on_error: Callable[[BaseException], None],
        on_interrupt: Job | None = None,
    ) -> None:
        """Run ``job`` soon; what it raises goes to ``on_error``, on the same thread.

        ``on_interrupt`` is called instead when the pool is drained before the job is done.
        Raises Busy when every worker and every waiting place is taken.
        """
        with self._changed:
            if not self._open or len(self._jobs) >= self._capacity:
                raise Busy
            future = self._executor.submit(job)
            self._jobs[future] = _Running(on_interrupt)

        def finish(done: Future[None]) -> None:
            try:
                error = None if done.cancelled() else done.exception()
                if error is not None:
                    on_error(error)
            finally:
                with self._changed:
                    self._jobs.pop(done, None)
                    self._changed.notify_all()

        future.add_done_callback(finish)

    def drain(self, timeout_s: float) -> int:
        """Take nothing new, wait for what runs, then tell the rest; returns how many were left."""
        deadline = time.monotonic() + timeout_s
        with self._changed:
            self._open = False
            while self._jobs and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            unfinished = list(self._jobs.values())
        self._executor.shutdown(wait=False, cancel_futures=True)
        for running in unfinished:
            if running.on_interrupt is not None:
                running.on_interrupt()
        return len(unfinished)
