"""The product's own searcher with a watch on its encoder and on its database."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from core.config import Config
from core.types import Language
from db.pool import Database
from db.rows import Connection, fetch_value
from pipeline.ports import TextEncoder
from pipeline.registry import Registry
from pipeline.search import Searcher


class TimedEncoder:
    """A TextEncoder that adds up the seconds spent in it."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder
        self.name, self.revision = encoder.name, encoder.revision
        self.dim = encoder.dim
        self.languages: frozenset[Language] = encoder.languages
        self.gains_by_gloss = encoder.gains_by_gloss
        self.seconds = 0.0

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        started = time.perf_counter()
        try:
            return self._encoder.encode(texts)
        finally:
            self.seconds += time.perf_counter() - started


class TimedRegistry(Registry):
    """A Registry whose text encoder is a TimedEncoder."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.encoder = TimedEncoder(super().text_encoder())

    def text_encoder(self) -> TimedEncoder:
        return self.encoder


class TimedDatabase(Database):
    """A Database that adds up the seconds from asking for a transaction to its end."""

    seconds = 0.0

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        started = time.perf_counter()
        try:
            with super().transaction() as conn:
                yield conn
        finally:
            self.seconds += time.perf_counter() - started


class Stopwatch:
    """Searches one after the other on one pool, and the bare round trip beside each."""

    def __init__(self, config: Config, url: str) -> None:
        opened = TimedDatabase.open(url, config.database)
        assert isinstance(opened, TimedDatabase)
        self.database = opened
        self.registry = TimedRegistry(config)
        self._searcher = Searcher(config, opened, self.registry)
        self._searcher.warm_up()

    def search(self, query: str) -> dict[str, float]:
        """Seconds of one search: ``whole``, and in it ``encoder``, ``database``, ``rest``."""
        self.registry.encoder.seconds = self.database.seconds = 0.0
        started = time.perf_counter()
        self._searcher.search(query)
        whole = time.perf_counter() - started
        encoder, database = self.registry.encoder.seconds, self.database.seconds
        return {
            "whole": whole,
            "encoder": encoder,
            "database": database,
            "rest": whole - encoder - database,
        }

    def round_trip(self) -> dict[str, float]:
        """Seconds of a bare ``SELECT 1`` (``statement``) and of the transaction around it."""
        self.database.seconds = 0.0
        with self.database.transaction() as conn:
            started = time.perf_counter()
            fetch_value(conn, "SELECT 1")
            statement = time.perf_counter() - started
        return {"statement": statement, "transaction": self.database.seconds}
