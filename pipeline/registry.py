"""Which adapter stands behind each port: one dict per port, loaded at first use under a lock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import structlog

from core.config import Config
from core.errors import ConfigError, ModelError
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

if TYPE_CHECKING:
    from pipeline.models.runtime import Runtime
    from pipeline.weights import Located


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An adapter to load: its name, the weights it shall have (``Config.models.overrides``) and
    the configuration it may ask for more."""

    adapter: str
    weights: str
    config: Config

    def located(self) -> Located:
        """The weights on disk; raises ModelError that names model, command and folder."""
        from pipeline.weights import locate

        return locate(self.adapter, self.weights, folder=self.config.weights_dir)

    def runtime(self) -> Runtime:
        """Device, precision and batch size."""
        from pipeline.models.runtime import choose

        return choose(self.config.models)


log = structlog.get_logger()

Loader = Callable[[Wanted], Any]


def _none(_wanted: Wanted) -> None:
    return None


def _minilm(_wanted: Wanted) -> TextEncoder:
    from pipeline.models.text_minilm import MiniLmEncoder

    return MiniLmEncoder()


def _sentence_transformer(wanted: Wanted) -> TextEncoder:
    from pipeline.models.text_sentence_transformer import SentenceTransformerEncoder

    return SentenceTransformerEncoder(wanted.located(), wanted.runtime())


def _background(_wanted: Wanted) -> PersonDetector:
    from pipeline.models.person_background import BackgroundPersonDetector

    return BackgroundPersonDetector()


def _yolox(wanted: Wanted) -> PersonDetector:
    from pipeline.models.detector_yolox import YoloxDetector

    return YoloxDetector(wanted.located(), wanted.runtime())


def _detection_transformer(wanted: Wanted) -> PersonDetector:
    from pipeline.models.detector_transformer import DetectionTransformer

    return DetectionTransformer(wanted.located(), wanted.runtime())


def _colour_names(_wanted: Wanted) -> ClothingReader:
    from pipeline.models.clothing import ColourNameReader

    return ColourNameReader()


def _blip(wanted: Wanted) -> Captioner:
    from pipeline.models.captioner_blip import BlipCaptioner

    return BlipCaptioner(wanted.located(), wanted.runtime(), wanted.config.models)


def _blip2(wanted: Wanted) -> Captioner:
    from pipeline.models.captioner_blip2 import Blip2Captioner

    return Blip2Captioner(wanted.located(), wanted.runtime(), wanted.config.models)


def _eilev(wanted: Wanted) -> Captioner:
    from pipeline.models.captioner_eilev import EilevCaptioner

    return EilevCaptioner(wanted.located(), wanted.runtime(), wanted.config.models)


def _image_text_to_text(wanted: Wanted) -> Captioner:
    from pipeline.models.captioner_image_text import ImageTextToTextCaptioner

    return ImageTextToTextCaptioner(wanted.located(), wanted.runtime(), wanted.config.models)


def _insightface(wanted: Wanted) -> FaceAnalyzer:
    from pipeline.models.faces_insightface import InsightFaceAnalyzer

    return InsightFaceAnalyzer(wanted.located(), wanted.runtime())


def _colour_match(_wanted: Wanted) -> ImageTextMatcher:
    from pipeline.models.matcher_colours import ColourMatcher

    return ColourMatcher()


def _blip_itm(wanted: Wanted) -> ImageTextMatcher:
    from pipeline.models.matcher_blip import BlipMatcher

    return BlipMatcher(wanted.located(), wanted.runtime())


def _clip4clip(wanted: Wanted) -> VideoEncoder:
    from pipeline.models.video_clip4clip import Clip4ClipEncoder

    return Clip4ClipEncoder(wanted.located(), wanted.runtime())


def _gemini(wanted: Wanted) -> Writer | None:
    if not wanted.config.gemini.api_key:
        return None
    from pipeline.models.writer_gemini import GeminiWriter

    return GeminiWriter(wanted.config.gemini)


ADAPTERS: Mapping[str, Mapping[str, Loader]] = {
    "text_encoder": {"minilm": _minilm, "kpf-sbert": _sentence_transformer},
    "person_detector": {
        "background": _background,
        "yolox": _yolox,
        "d-fine": _detection_transformer,
        "rt-detr": _detection_transformer,
    },
    "clothing_reader": {"colour-names": _colour_names},
    "captioner": {
        "describer": _none,  # the sentence made of measured facts, which every profile has first
        "blip": _blip,
        "blip2": _blip2,
        "eilev": _eilev,
        "image-text-to-text": _image_text_to_text,
    },
    "face_analyzer": {"none": _none, "insightface": _insightface},
    "image_text_matcher": {"colours": _colour_match, "blip-itm": _blip_itm},
    "video_encoder": {"none": _none, "clip4clip": _clip4clip},
    "writer": {"none": _none, "gemini": _gemini},
}

PROFILES: Mapping[str, Mapping[str, str]] = {
    "builtin": {
        "text_encoder": "minilm",
        "person_detector": "background",
        "clothing_reader": "colour-names",
        "captioner": "describer",
        "face_analyzer": "none",
        "image_text_matcher": "colours",
        "video_encoder": "none",
        "writer": "none",
    },
    "cpu": {
        "text_encoder": "kpf-sbert",
        "person_detector": "yolox",
        "clothing_reader": "colour-names",
        "captioner": "blip",
        "face_analyzer": "insightface:buffalo_s",
        "image_text_matcher": "blip-itm",
        "video_encoder": "clip4clip",
        "writer": "gemini",
    },
    "gpu": {
        "text_encoder": "kpf-sbert",
        "person_detector": "rt-detr",
        "clothing_reader": "colour-names",
        "captioner": "blip2",
        "face_analyzer": "insightface:buffalo_l",
        "image_text_matcher": "blip-itm",
        "video_encoder": "clip4clip",
        "writer": "gemini",
    },
}

ALWAYS_LOADED = frozenset({"text_encoder"})
"""A search never waits for a model that idled; the others are called by jobs."""


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
            if _split(choice)[0] not in ADAPTERS[port]:
                raise ConfigError(
                    f"models.overrides.{port}: there is no adapter {_split(choice)[0]!r}; "
                    f"it can be {_listed(ADAPTERS[port])}."
                )
        self.chosen: Mapping[str, str] = chosen
        self._config = config
        self._locks = {port: threading.Lock() for port in ADAPTERS}
        self._loaded: dict[str, object] = {}
        self._used_at: dict[str, float] = {}
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
        """True where an adapter other than "none" is configured; never loads it."""
        return ADAPTERS[port][_split(self.chosen[port])[0]] is not _none

    def looks_again(self, port: str) -> bool:
        """True where the port has a model of its own to look at pictures with."""
        adapter = ADAPTERS[port][_split(self.chosen[port])[0]]
        return adapter is not _none and adapter is not _colour_match

    def text_encoder_of(self, model: str, revision: str) -> TextEncoder | None:
        """The encoder that made a space, if this machine has it; for the time in which the
        vectors of another one are still being made."""
        present = self.text_encoder()
        if (present.name, present.revision) == (model, revision):
            return present
        with self._locks["text_encoder"]:
            if (model, revision) not in self._former:
                self._former[model, revision] = self._find_text_encoder(model, revision)
            return self._former[model, revision]

    def _find_text_encoder(self, model: str, revision: str) -> TextEncoder | None:
        for adapter, load in ADAPTERS["text_encoder"].items():
            weights = "" if load is _minilm else model
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

    def evict_idle(self) -> None:
        """Let go of the models nobody asked for lately."""
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
                adapter, weights = _split(self.chosen[port])
                wanted = Wanted(adapter=adapter, weights=weights, config=self._config)
                self._loaded[port] = ADAPTERS[port][adapter](wanted)
            return self._loaded[port]


def _split(choice: str) -> tuple[str, str]:
    """``adapter:weights`` in two; weights are "" for the adapter's usual ones."""
    adapter, _, weights = choice.partition(":")
    return adapter, weights


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(sorted(names))
