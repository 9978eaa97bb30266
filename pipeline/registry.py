"""The models of one configuration: loaded at first use under a lock, let go when idle."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import cast

import structlog

from core.config import Config
from core.errors import ConfigError, ModelError
from pipeline.adapters import ADAPTERS, NO_MODEL, PROFILES, Wanted, split_choice, without
from pipeline.ports import (
    Captioner,
    ClothingReader,
    FaceAnalyzer,
    ImageTextMatcher,
    PersonDetector,
    TextEncoder,
    VideoEncoder,
    Writer,
)

log = structlog.get_logger()

ALWAYS_LOADED = frozenset({"text_encoder"})
"""A search never waits for a model that idled; the others are called by jobs."""


OFFLINE_ENCODERS = frozenset({"minilm", "minilm-english"})
"""Their weights come with the installation."""


class Registry:
    """The models of one configuration. Each is loaded once, by whoever asks first, and leaves the
    memory when nobody asked for it in ``models.keep_loaded_s``; thread-safe.

    Raises ConfigError, with the names there are, for an unknown port or adapter.
    """

    def __init__(self, config: Config) -> None:
        models = config.models
        chosen = {**PROFILES[models.profile], **models.overrides}
        for port, choice in chosen.items():
            if port not in ADAPTERS:
                raise ConfigError(
                    f"models.overrides: {port!r} is not a port; the ports are {_listed(ADAPTERS)}."
                )
            if split_choice(choice)[0] not in ADAPTERS[port]:
                raise ConfigError(
                    f"models.overrides.{port}: there is no adapter {split_choice(choice)[0]!r}; "
                    f"it can be {_listed(ADAPTERS[port])}."
                )
        self.chosen: Mapping[str, str] = chosen
        self._config = config
        self._locks = {port: threading.Lock() for port in ADAPTERS}
        self._loaded: dict[str, object] = {}
        self._used_at: dict[str, float] = {}
        self._counting = threading.Lock()
        self._users = 0
        self._former: dict[tuple[str, str], TextEncoder | None] = {}

    def text_encoder(self) -> TextEncoder:
        return cast(TextEncoder, self._get("text_encoder"))

    def person_detector(self) -> PersonDetector:
        return cast(PersonDetector, self._get("person_detector"))

    def clothing_reader(self) -> ClothingReader:
        return cast(ClothingReader, self._get("clothing_reader"))

    def captioner(self) -> Captioner | None:
        """None where the describer's sentences are all there is."""
        return cast("Captioner | None", self._get("captioner"))

    def face_analyzer(self) -> FaceAnalyzer | None:
        """None where this configuration recognises no faces."""
        return cast("FaceAnalyzer | None", self._get("face_analyzer"))

    def image_text_matcher(self) -> ImageTextMatcher:
        return cast(ImageTextMatcher, self._get("image_text_matcher"))

    def video_encoder(self) -> VideoEncoder | None:
        """None where this configuration has no vectors of pictures."""
        return cast("VideoEncoder | None", self._get("video_encoder"))

    def writer(self) -> Writer | None:
        """None without a key."""
        return cast("Writer | None", self._get("writer"))

    def has(self, port: str) -> bool:
        """True where the port has an adapter at all; never loads it."""
        return ADAPTERS[port][split_choice(self.chosen[port])[0]] is not without

    def looks_again(self, port: str) -> bool:
        """True where the port has a model of its own to look at pictures with."""
        return ADAPTERS[port][split_choice(self.chosen[port])[0]] not in NO_MODEL

    def text_encoder_of(self, model: str, revision: str) -> TextEncoder | None:
        """The encoder that made a space, if this machine has it; for the time in which the
        vectors of another one are still being made."""
        try:
            present = self.text_encoder()
        except ModelError as error:
            log.warning("text_encoder_missing", reason=str(error))
        else:
            if (present.name, present.revision) == (model, revision):
                return present
        with self._locks["text_encoder"]:
            if (model, revision) not in self._former:
                self._former[model, revision] = self._find_text_encoder(model, revision)
            return self._former[model, revision]

    def _find_text_encoder(self, model: str, revision: str) -> TextEncoder | None:
        for adapter, load in ADAPTERS["text_encoder"].items():
            weights = "" if adapter in OFFLINE_ENCODERS else model
            wanted = Wanted(adapter=adapter, weights=weights, config=self._config)
            try:
                found = cast(TextEncoder, load(wanted))
            except ModelError as error:
                log.info("former_encoder_missing", adapter=adapter, reason=str(error))
                continue
            if (found.name, found.revision) == (model, revision):
                return found
        return None

    def is_loaded(self, port: str) -> bool:
        """True once the port's model is in memory; never loads it."""
        return port in self._loaded

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Models stay while this is held: a stage asks for its model once and may work for hours,
        and letting go of it would only load a second one beside it."""
        with self._counting:
            self._users += 1
        try:
            yield
        finally:
            with self._counting:
                self._users -= 1

    def evict_idle(self) -> None:
        """Let go of the models nobody asked for lately."""
        with self._counting:
            if self._users:
                return
        self._former.clear()
        oldest = time.monotonic() - self._config.models.keep_loaded_s
        for port, lock in self._locks.items():
            if port in ALWAYS_LOADED or not lock.acquire(blocking=False):
                continue
            try:
                if self._used_at.get(port, oldest) < oldest:
                    self._loaded.pop(port, None)
                    self._used_at.pop(port, None)
            finally:
                lock.release()

    def _get(self, port: str) -> object:
        # One lock per port: a search must not wait for a captioner that takes a minute to load.
        with self._locks[port]:
            self._used_at[port] = time.monotonic()
            if port not in self._loaded:
                adapter, weights = split_choice(self.chosen[port])
                wanted = Wanted(adapter=adapter, weights=weights, config=self._config)
                self._loaded[port] = ADAPTERS[port][adapter](wanted)
            return self._loaded[port]


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(sorted(names))
