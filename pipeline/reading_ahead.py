"""Decoding ahead of the models: whoever is slower never waits for the other more than once."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

DEPTH = 16
"""Items held between the two: enough to even out a group of pictures that decodes slowly. A View
holds its frame in up to three sizes: 1280 x 720, 416 x 234 and 480 x 270 are 3.4 MB, 55 MB in all
(plain frames of 1280 x 720 are 44 MB)."""

_POLL_S = 0.1


@dataclass(slots=True, kw_only=True)
class Waiting:
    """Seconds the reader waited for room and the consumer for items, and how many there were."""

    items: int = 0
    reader_s: float = 0.0
    consumer_s: float = 0.0


class _End:
    """Follows the last item; carries the error that ended the reading, if one did."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def read_ahead(
    items: Iterable[T], *, depth: int = DEPTH, waiting: Waiting | None = None
) -> Iterator[T]:
    """``items`` in their order, produced by a thread of their own up to ``depth`` ahead.

    What ``items`` raises is raised here, at its place. Closing the iterator early ends the thread
    before it returns. PyAV lets go of the interpreter lock while it decodes, and so do the models.
    """
    waiting = waiting if waiting is not None else Waiting()
    ahead: queue.Queue[T | _End] = queue.Queue(maxsize=depth)
    stopped = threading.Event()

    def put(item: T | _End) -> bool:
        started = time.perf_counter()
        while not stopped.is_set():
            try:
                ahead.put(item, timeout=_POLL_S)
            except queue.Full:
                continue
            waiting.reader_s += time.perf_counter() - started
            return True
        return False

    def read() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                if not put(item):
                    return
        except BaseException as caught:  # noqa: BLE001  it is raised again where it is read
            error = caught
        put(_End(error))

    reader = threading.Thread(target=read, name="read-ahead", daemon=True)
    reader.start()
    try:
        while True:
            started = time.perf_counter()
            item = ahead.get()
            waiting.consumer_s += time.perf_counter() - started
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            waiting.items += 1
            yield item
    finally:
        stopped.set()
        reader.join()
