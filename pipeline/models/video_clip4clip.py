"""Clips and sentences in one space: CLIP4Clip with mean pooling.

Luo et al., "CLIP4Clip: An Empirical Study of CLIP for End to End Video Clip Retrieval" (2021):
the frames' CLIP vectors at length 1, their mean, at length 1 again (``meanP``); one frame a second,
twelve at most, spread evenly. Weights: Searchium-ai/clip4clip-webvid150k.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import CLIPTextModelWithProjection, CLIPVisionModelWithProjection

from core.errors import ModelError
from pipeline.models.batching import run_batched
from pipeline.models.checkpoint import load_tokenizer, reading, way_out
from pipeline.models.failing import working
from pipeline.models.pictures import clip_pixels
from pipeline.models.runtime import Runtime, dtype, inference, prepare
from pipeline.weights import Located

if TYPE_CHECKING:
    from pipeline.ports import Image

    Array = NDArray[np.float32]

FRAME_EVERY_MS = 1_000
MOST_FRAMES = 12
BATCH = {"cpu": 12, "cuda": 256}
"""Frames, or sentences, worked on at once."""


class Clip4ClipEncoder:
    """The VideoEncoder of the ``cpu`` and ``gpu`` profiles."""

    def __init__(self, located: Located, runtime: Runtime) -> None:
        """Raises ModelError where the folder does not hold CLIP's text and vision model, both with
        a projection into one space."""
        self.name, self.revision = located.name, located.revision
        self._runtime = runtime
        self._batch = runtime.batch_size or BATCH[runtime.device.split(":")[0]]
        self._texts = _load(CLIPTextModelWithProjection, located, runtime)
        self._frames = _load(CLIPVisionModelWithProjection, located, runtime)
        self._tokenizer = load_tokenizer(located)
        self._size = int(self._frames.config.image_size)
        self._longest = int(self._texts.config.max_position_embeddings)
        self.dim = int(self._frames.visual_projection.out_features)
        if self._texts.text_projection.out_features != self.dim:
            raise ModelError(
                f"{located.name} at {located.path} gives vectors of "
                f"{self._texts.text_projection.out_features} numbers for text and of {self.dim} "
                f"for pictures; {way_out(located)}."
            )
        if len(self._tokenizer) > self._texts.config.vocab_size:
            raise ModelError(
                f"{located.name} at {located.path} has a tokenizer with more words than its text "
                f"model knows; {way_out(located)}."
            )

    def moments(self, start_ms: int, end_ms: int) -> tuple[int, ...]:
        """One a second from ``start_ms`` on; of more than MOST_FRAMES as many, the first and the
        last among them."""
        seconds = range(start_ms, max(end_ms, start_ms + 1), FRAME_EVERY_MS)
        if len(seconds) <= MOST_FRAMES:
            return tuple(seconds)
        chosen = np.linspace(0, len(seconds) - 1, num=MOST_FRAMES, dtype=int)
        return tuple(seconds[index] for index in chosen.tolist())

    def encode_clips(self, clips: Sequence[Sequence[Image]]) -> Array:
        """(clips, dim) float32, unit length; frames of several clips share a batch. Raises
        ModelError where the model fails or a single frame does not fit the memory."""
        frames = [frame for clip in clips for frame in clip]
        with working(self.name, "looking at a clip"):
            vectors = _rows(run_batched(frames, self._batch, self._frame_vectors), self.dim)
        ends = list(accumulate(len(clip) for clip in clips))
        means = [
            vectors[end - len(clip) : end].mean(axis=0)
            for clip, end in zip(clips, ends, strict=True)
        ]
        return _unit(_rows(means, self.dim))

    def encode_texts(self, texts: Sequence[str]) -> Array:
        """(texts, dim) float32, unit length; what is beyond 77 tokens is cut off, as published."""
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        with working(self.name, "reading a sentence"):
            made = run_batched([texts[index] for index in order], self._batch, self._text_vectors)
        vectors = np.empty((len(texts), self.dim), np.float32)
        vectors[order] = _rows(made, self.dim)
        return vectors

    def _frame_vectors(self, frames: Sequence[Image]) -> list[Array]:
        pixels = torch.from_numpy(clip_pixels(frames, self._size))
        with inference():
            made = self._frames(pixels.to(self._runtime.device, dtype(self._runtime)))
            return list(_unit(made.image_embeds.float().cpu().numpy()))

    def _text_vectors(self, texts: Sequence[str]) -> list[Array]:
        words = self._tokenizer(
            list(texts),
            padding=True,
            truncation=True,
            max_length=self._longest,
            return_tensors="pt",
        ).to(self._runtime.device)
        with inference():
            made = self._texts(words.input_ids, attention_mask=words.attention_mask)
            return list(_unit(made.text_embeds.float().cpu().numpy()))


def _load(kind: Any, located: Located, runtime: Runtime) -> Any:
    """One of the two halves. The folder's config.json is that of the whole CLIP, so the general
    check for its kind does not apply; what a half lacks tells as much."""
    with reading(located):
        model, info = kind.from_pretrained(
            located.path, local_files_only=True, dtype=dtype(runtime), output_loading_info=True
        )
    missing = sorted(info["missing_keys"])
    if missing:
        raise ModelError(
            f"{located.name} at {located.path} lacks {len(missing)} weights of a "
            f"{kind.__name__}, such as {missing[0]}; {way_out(located)}."
        )
    with reading(located):
        return prepare(model, runtime)


def _rows(vectors: Sequence[NDArray[np.float32]], dim: int) -> Array:
    return np.stack(vectors) if len(vectors) else np.zeros((0, dim), np.float32)


def _unit(rows: Array) -> Array:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), np.float32)
