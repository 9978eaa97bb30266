"""Whole searches of the product with their query vectors ready: one after the other, and many at
once."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from itertools import cycle
from multiprocessing.connection import Connection as Pipe
from random import Random
from zoneinfo import ZoneInfo

from core.config import Config
from core.garbage import keep_loaded
from core.types import SearchResult
from db.pool import Database
from pipeline.ports import TextEncoder
from pipeline.registry import Registry
from pipeline.search import Asking, Searcher
from tests.bench.timing import Times

ASKER = Asking(timezone=ZoneInfo("UTC"))
LONG_ENOUGH_S = 30.0


class ReadyRegistry(Registry):
    """A Registry whose text encoder is given."""

    def __init__(self, config: Config, encoder: TextEncoder) -> None:
        super().__init__(config)
        self._ready = encoder

    def text_encoder(self) -> TextEncoder:
        return self._ready


class Asker:
    """A searcher on a pool of its own."""

    def __init__(self, config: Config, url: str, encoder: TextEncoder) -> None:
        self.database = Database.open(url, config.database)
        self._searcher = Searcher(config, self.database, ReadyRegistry(config, encoder))

    def settle(self) -> None:
        """Load what searches need and keep it, as bot and editor do when they start."""
        self._searcher.warm_up()
        keep_loaded()

    def search(self, query: str) -> SearchResult:
        return self._searcher.search(query, asker=ASKER)

    def times(self, queries: Sequence[str], *, rounds: int) -> Times:
        """Each query once unmeasured (it also makes its vector), then ``rounds`` times measured;
        slow ones less often, but once."""
        for query in queries:
            self.search(query)
        seconds: list[float] = []
        began = time.perf_counter()
        for number in range(rounds):
            if number and time.perf_counter() - began > LONG_ENOUGH_S:
                break
            for query in queries:
                started = time.perf_counter()
                self.search(query)
                seconds.append(time.perf_counter() - started)
        return Times(tuple(seconds))


def at_once(
    count: int,
    config: Config,
    url: str,
    encoder: TextEncoder,
    queries: Sequence[str],
    *,
    lasting_s: float,
) -> tuple[Times, float]:
    """``count`` processes that search without a pause, each in an order of its own; the times of
    all searches and how many were answered a second."""
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(count + 1)
    pipes, children = [], []
    for number in range(count):
        ours, theirs = fork.Pipe(duplex=False)
        order = list(queries)
        Random(number).shuffle(order)
        arguments = (theirs, start, config, url, encoder, order, lasting_s)
        children.append(fork.Process(target=_child, args=arguments))
        children[-1].start()
        theirs.close()
        pipes.append(ours)
    start.wait()
    started = time.perf_counter()
    seconds = [one for pipe in pipes for one in pipe.recv()]
    lasted = time.perf_counter() - started
    for child in children:
        child.join()
    return Times(tuple(seconds)), len(seconds) / lasted


def _child(
    answer: Pipe,
    start: object,
    config: Config,
    url: str,
    encoder: TextEncoder,
    queries: Sequence[str],
    lasting_s: float,
) -> None:
    asker = Asker(config, url, encoder)
    asker.settle()
    for query in queries[:5]:
        asker.search(query)
    start.wait()  # type: ignore[attr-defined]
    seconds = []
    until = time.perf_counter() + lasting_s
    for query in cycle(queries):
        started = time.perf_counter()
        if started >= until:
            break
        asker.search(query)
        seconds.append(time.perf_counter() - started)
    answer.send(seconds)
    asker.database.close()
