"""Every adapter there is, by port and name, and which of them make up a profile.

Importing this loads no model: each adapter's module is imported by its loader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.config import Config
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


Loader = Callable[[Wanted], Any]


def without(_wanted: Wanted) -> None:
    """The loader of a port that this configuration does without."""
    return


def _minilm(_wanted: Wanted) -> TextEncoder:
    from pipeline.models.text_minilm import MiniLmEncoder

    return MiniLmEncoder()


def _english_minilm(_wanted: Wanted) -> TextEncoder:
    from pipeline.models.text_minilm import EnglishMiniLmEncoder

    return EnglishMiniLmEncoder()


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
    "text_encoder": {
        "minilm": _minilm,
        "minilm-english": _english_minilm,
        "kpf-sbert": _sentence_transformer,
    },
    "person_detector": {
        "background": _background,
        "yolox": _yolox,
        "d-fine": _detection_transformer,
        "rt-detr": _detection_transformer,
    },
    "clothing_reader": {"colour-names": _colour_names},
    "captioner": {
        "describer": without,  # the sentence made of measured facts, which every profile has first
        "blip": _blip,
        "blip2": _blip2,
        "eilev": _eilev,
        "image-text-to-text": _image_text_to_text,
    },
    "face_analyzer": {"none": without, "insightface": _insightface},
    "image_text_matcher": {"colours": _colour_match, "blip-itm": _blip_itm},
    "video_encoder": {"none": without, "clip4clip": _clip4clip},
    "writer": {"none": without, "gemini": _gemini},
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

NO_MODEL = (without, _colour_match)
"""Loaders that stand for doing without a model of pictures."""


def split_choice(choice: str) -> tuple[str, str]:
    """``adapter:weights`` in two; weights are "" for the adapter's usual ones."""
    adapter, _, weights = choice.partition(":")
    return adapter, weights
