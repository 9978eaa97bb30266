"""Does a sentence fit a picture? BLIP's image-text matching head.

Li et al., "BLIP: Bootstrapping Language-Image Pre-training for Unified Vision-Language
Understanding and Generation" (2022); weights Salesforce/blip-itm-base-coco. The text model looks at
the picture while it reads, so every pair is a pass of its own; the vision model, which is most of
the work, sees each picture once, and so do the keys and values made of what it saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BlipForImageTextRetrieval
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

from pipeline.models.batching import run_batched
from pipeline.models.captions import patches_of, pixels
from pipeline.models.checkpoint import load_model, load_part, load_tokenizer
from pipeline.models.failing import working
from pipeline.models.runtime import Runtime, dtype, inference
from pipeline.weights import Located

if TYPE_CHECKING:
    from pipeline.ports import Image

    Array = NDArray[np.float32]
    Words = list[int]

FITS = 1
"""The class of the matching head that means the text fits."""

MOST_TOKENS = 35
"""Of a sentence, as the model was trained."""

IMAGE_BATCH = {"cpu": 4, "cuda": 64}
TEXT_BATCH = {"cpu": 32, "cuda": 256}
KEPT_IMAGES = 64
"""Pictures whose tokens are held at a time: 1.8 MB each at the published size."""


class BlipMatcher:
    """The ImageTextMatcher of the ``cpu`` and ``gpu`` profiles."""

    def __init__(self, located: Located, runtime: Runtime) -> None:
        """Raises ModelError for weights that cannot be used, such as a captioner's, which have no
        matching head."""
        self.name, self.revision = located.name, located.revision
        self._runtime = runtime
        self._model = load_model(BlipForImageTextRetrieval, located, runtime)
        self._processor = load_part(BlipImageProcessorPil, located)
        self._tokenizer = load_tokenizer(located)
        kind = runtime.device.split(":")[0]
        self._image_batch = runtime.batch_size or IMAGE_BATCH[kind]
        self._text_batch = runtime.batch_size or TEXT_BATCH[kind]
        self._longest = min(MOST_TOKENS, self._model.text_encoder.config.max_position_embeddings)

    def match(self, images: Sequence[Image], texts: Sequence[str]) -> Array:
        """(images, texts) float32: the probability that they fit, by the matching head. Raises
        ModelError where the model fails or a single picture does not fit the memory."""
        words = self._words(texts)
        scores = np.zeros((len(images), len(texts)), np.float32)
        if not words:
            return scores
        # A graphics card would rather look at many pictures at once than share keys and values.
        many = len(words) == 1 or (self._runtime.device != "cpu" and len(words) < len(images))
        with working(self.name, "matching pictures and words"), inference():
            for first in range(0, len(images), KEPT_IMAGES):
                some = images[first : first + KEPT_IMAGES]
                seen = run_batched(some, self._image_batch, self._see)
                fitting = self._by_text(seen, words) if many else self._by_image(seen, words)
                scores[first : first + len(seen)] = fitting
        return scores

    def cosine(self, images: Sequence[Image], texts: Sequence[str]) -> Array:
        """(images, texts) float32, -1 to 1: the contrastive similarity, which needs one pass per
        picture and one per text; BLIP's retrieval recipe adds it to the matching head's."""
        words = self._words(texts)
        width = int(self._model.config.image_text_hidden_size)
        with working(self.name, "matching pictures and words"), inference():
            pictures = run_batched(images, self._image_batch, self._picture_vectors)
            sentences = run_batched(words, self._text_batch, self._sentence_vectors)
        return _rows(pictures, width) @ _rows(sentences, width).T

    def _words(self, texts: Sequence[str]) -> list[Words]:
        if not texts:
            return []
        made = self._tokenizer(list(texts), truncation=True, max_length=self._longest)
        return [list(ids) for ids in made.input_ids]

    def _see(self, images: Sequence[Image]) -> list[torch.Tensor]:
        """What the vision model makes of each picture: (1, patches + 1, width)."""
        tensors = pixels(self._processor, images).to(self._runtime.device, dtype(self._runtime))
        return list(patches_of(self._model.vision_model, tensors).split(1))

    def _by_image(self, seen: Sequence[torch.Tensor], words: Sequence[Words]) -> Array:
        """One picture against many sentences. Its tokens keep a batch of one, so that the
        attention makes its keys and values once and shares them: most of the work by far."""
        order = sorted(range(len(words)), key=lambda index: len(words[index]))
        ordered = [words[index] for index in order]
        scores = np.empty((len(seen), len(words)), np.float32)
        for row, tokens in enumerate(seen):
            fit = partial(self._fit, tokens)
            scores[row, order] = run_batched(ordered, self._text_batch, fit)
        return scores

    def _by_text(self, seen: Sequence[torch.Tensor], words: Sequence[Words]) -> Array:
        """One sentence against many pictures."""
        scores = np.empty((len(seen), len(words)), np.float32)
        for column, one in enumerate(words):
            fit = partial(self._fit_each, one)
            scores[:, column] = run_batched(seen, self._image_batch, fit)
        return scores

    def _fit_each(self, words: Words, seen: Sequence[torch.Tensor]) -> list[float]:
        return self._fit(torch.cat(list(seen)), [words] * len(seen))

    def _fit(self, tokens: torch.Tensor, words: Sequence[Words]) -> list[float]:
        """Probabilities of sentences and the pictures of ``tokens``: one each, or one for all."""
        ids, mask = self._padded(words)
        read = self._model.text_encoder(ids, attention_mask=mask, encoder_hidden_states=tokens)
        logits = self._model.itm_head(read.last_hidden_state[:, 0]).float()
        scores: list[float] = logits.softmax(dim=-1)[:, FITS].tolist()
        return scores

    def _picture_vectors(self, images: Sequence[Image]) -> list[Array]:
        firsts = torch.cat([tokens[:, 0] for tokens in self._see(images)])
        return list(_unit(self._model.vision_proj(firsts)))

    def _sentence_vectors(self, words: Sequence[Words]) -> list[Array]:
        ids, mask = self._padded(words)
        read = self._model.text_encoder(ids, attention_mask=mask)
        return list(_unit(self._model.text_proj(read.last_hidden_state[:, 0])))

    def _padded(self, words: Sequence[Words]) -> tuple[torch.Tensor, torch.Tensor]:
        """Token ids and mask, int64 (sentences, longest), on the device."""
        longest = max(map(len, words))
        pad = int(self._tokenizer.pad_token_id or 0)
        ids = torch.tensor([[*one, *[pad] * (longest - len(one))] for one in words])
        mask = torch.tensor([[1] * len(one) + [0] * (longest - len(one)) for one in words])
        return ids.to(self._runtime.device), mask.to(self._runtime.device)


def _rows(vectors: Sequence[Array], width: int) -> Array:
    return np.stack(vectors) if len(vectors) else np.zeros((0, width), np.float32)


def _unit(vectors: torch.Tensor) -> Array:
    made: Array = torch.nn.functional.normalize(vectors.float(), dim=-1).cpu().numpy()
    return made
