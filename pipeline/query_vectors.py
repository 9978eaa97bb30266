"""A query in the spaces of the library: its vectors, or what keeps it from having one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.errors import ModelError
from core.outfits import Bilingual
from core.vocabulary import english_gloss, has_korean
from db.spaces import Space

if TYPE_CHECKING:
    from pipeline.ports import TextEncoder, VideoEncoder
    from pipeline.registry import Registry

# What an answer has to admit, in English and Korean.
WORDS_ONLY = (
    "Searched by words only: the built-in model cannot read all of this Korean query.",
    "낱말로만 찾았습니다. 기본 모델이 이 한국어 검색어를 모두 읽지는 못합니다.",
)
OTHER_MODEL = (
    "The stored vectors are of another model; searched by words only.",
    "저장된 벡터가 다른 모델의 것이어서 낱말로만 찾았습니다.",
)
NO_PICTURES = (
    "The pictures themselves were not compared: the model of their vectors is not here.",
    "화면 자체는 비교하지 않았습니다. 화면 벡터를 만든 모델이 여기에 없습니다.",
)
PICTURES_UNREAD = (
    "The pictures themselves were not compared: not all of this query could be put into English.",
    "화면 자체는 비교하지 않았습니다. 이 검색어를 모두 영어로 옮기지는 못했습니다.",
)

Vector = list[float]


def caption_vector(
    registry: Registry, space: Space | None, words: str, notes: list[Bilingual]
) -> Vector | None:
    """The words in the space of captions, by the encoder that made its vectors; None, with a note,
    where that is not here or does not read them."""
    if space is None or not words:
        return None
    encoder = registry.text_encoder_of(space.model, space.revision)
    if encoder is None:
        notes.append(OTHER_MODEL)
        return None
    texts = _readable(words, encoder)
    if not texts:
        notes.append(WORDS_ONLY)
        return None
    return _mean(encoder.encode(texts).tolist())


def video_vector(
    registry: Registry, space: Space | None, words: str, notes: list[Bilingual]
) -> Vector | None:
    """The words in the space of pictures, whose encoders read English; None, with a note, where
    the model or an English wording is missing."""
    if space is None or not words:
        return None
    encoder = video_encoder_of(registry, space)
    if encoder is None:
        notes.append(NO_PICTURES)
        return None
    english = english_gloss(words)
    if english is None:
        if WORDS_ONLY not in notes:
            notes.append(PICTURES_UNREAD)
        return None
    vector: Vector = encoder.encode_texts([english])[0].tolist()
    return vector


def video_encoder_of(registry: Registry, space: Space) -> VideoEncoder | None:
    """The encoder that made the vectors of a space of pictures, or None where it is not here."""
    try:
        encoder = registry.video_encoder()
    except ModelError:  # its sentence is said by the checks; a search goes on without
        return None
    if encoder is None or (encoder.name, encoder.revision) != (space.model, space.revision):
        return None
    return encoder


def _readable(words: str, encoder: TextEncoder) -> list[str]:
    """The words in languages the encoder reads; none where there is no such wording."""
    if not has_korean(words):
        return [words]
    gloss = english_gloss(words)
    if "ko" not in encoder.languages:
        return [] if gloss is None else [gloss]
    return [words, gloss] if gloss is not None and encoder.gains_by_gloss else [words]


def _mean(vectors: Sequence[Vector]) -> Vector:
    """Of length 1, as its terms are."""
    if len(vectors) == 1:
        return vectors[0]
    total = [sum(values) for values in zip(*vectors, strict=True)]
    length = math.hypot(*total)
    return [value / length for value in total]
