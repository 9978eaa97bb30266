"""Which adapter stands behind each port: one dict per port, loaded at first use under a lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, cast

from core.config import ModelsConfig
from core.errors import ConfigError
from pipeline.ports import Captioner, ClothingReader, PersonDetector, TextEncoder

Loader = Callable[[], Any]


def _minilm() -> TextEncoder:
    from pipeline.models.text_minilm import MiniLmEncoder

    return MiniLmEncoder()


def _background() -> PersonDetector:
    from pipeline.models.person_background import BackgroundPersonDetector

    return BackgroundPersonDetector()


def _colour_names() -> ClothingReader:
    from pipeline.models.clothing import ColourNameReader

    return ColourNameReader()


def _describer() -> Captioner:
    from pipeline.describer import Describer

    return Describer()


ADAPTERS: Mapping[str, Mapping[str, Loader]] = {
    "text_encoder": {"minilm": _minilm},
    "person_detector": {"background": _background},
    "clothing_reader": {"colour-names": _colour_names},
    "captioner": {"describer": _describer},
}

PROFILES: Mapping[str, Mapping[str, str]] = {
    "builtin": {
        "text_encoder": "minilm",
        "person_detector": "background",
        "clothing_reader": "colour-names",
        "captioner": "describer",
    },
}


class Registry:
    """The models of one configuration. Each is loaded once, by whoever asks first; thread-safe.

    Raises ConfigError, with the names there are, for an unknown profile, port or adapter.
    """

    def __init__(self, models: ModelsConfig) -> None:
        if models.profile not in PROFILES:
            raise ConfigError(
                f"models.profile: this version has no {models.profile!r} profile; "
                f"it has {_listed(PROFILES)}."
            )
        for port, name in models.overrides.items():
            if port not in ADAPTERS:
                raise ConfigError(
                    f"models.overrides: {port!r} is not a port; the ports are {_listed(ADAPTERS)}."
                )
            if name not in ADAPTERS[port]:
                raise ConfigError(
                    f"models.overrides.{port}: there is no adapter {name!r}; "
                    f"it can be {_listed(ADAPTERS[port])}."
                )
        self.chosen: Mapping[str, str] = {**PROFILES[models.profile], **models.overrides}
        self._locks = {port: threading.Lock() for port in ADAPTERS}
        self._loaded: dict[str, object] = {}

    def text_encoder(self) -> TextEncoder:
        return cast(TextEncoder, self._get("text_encoder"))

    def person_detector(self) -> PersonDetector:
        return cast(PersonDetector, self._get("person_detector"))

    def clothing_reader(self) -> ClothingReader:
        return cast(ClothingReader, self._get("clothing_reader"))

    def captioner(self) -> Captioner:
        return cast(Captioner, self._get("captioner"))

    def is_loaded(self, port: str) -> bool:
        """True once the port's model is in memory; never loads it."""
        return port in self._loaded

    def _get(self, port: str) -> object:
        # One lock per port: a search must not wait for a captioner that takes a minute to load.
        with self._locks[port]:
            if port not in self._loaded:
                self._loaded[port] = ADAPTERS[port][self.chosen[port]]()
            return self._loaded[port]


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(sorted(names))
