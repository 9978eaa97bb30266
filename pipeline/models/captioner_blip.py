"""Captions by BLIP: one keyframe to one sentence.

Li et al., "BLIP: Bootstrapping Language-Image Pre-training for Unified Vision-Language
Understanding and Generation" (2022). As published the text decoder goes on from "a picture of".
The published three beams cost 2.7 times the time of the one taken here; ``models.generation``
brings them back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from transformers import BlipForConditionalGeneration
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

from core.config import ModelsConfig
from pipeline.models.captions import Clip, best_of, caption_clips, patches_of, pixels
from pipeline.models.checkpoint import load_model, load_part, load_tokenizer
from pipeline.models.generation import settings
from pipeline.models.runtime import Runtime, dtype
from pipeline.weights import Located

if TYPE_CHECKING:
    from pipeline.ports import Image

PROMPT = "a picture of"
MOST_TOKENS = 20
BATCH = {"cpu": 8, "cuda": 64}


class BlipCaptioner:
    """The Captioner of the ``cpu`` profile."""

    def __init__(self, located: Located, runtime: Runtime, models: ModelsConfig) -> None:
        """Raises ModelError for weights that cannot be used, ConfigError for generation settings
        that cannot."""
        self.name, self.revision = located.name, located.revision
        self._settings = settings(models, max_new_tokens=MOST_TOKENS, num_beams=1)
        self._model = load_model(BlipForConditionalGeneration, located, runtime)
        self._images = load_part(BlipImageProcessorPil, located)
        self._tokenizer = load_tokenizer(located)
        self._runtime = runtime
        self._batch = runtime.batch_size or BATCH[runtime.device.split(":")[0]]
        self._prompt = models.prompt or PROMPT
        self._text = self._model.config.text_config
        words = self._tokenizer(self._prompt, add_special_tokens=False).input_ids
        self._start = torch.tensor([[self._text.bos_token_id, *words]])

    def moments(self, start_ms: int, end_ms: int, best_ms: int) -> tuple[int, ...]:
        return (min(max(best_ms, start_ms), end_ms - 1),)

    def caption(self, clips: Sequence[Sequence[Image]]) -> list[str]:
        """Raises ModelError where one picture does not fit the memory."""
        return caption_clips(clips, self._batch, self._say, prompt=self._prompt, name=self.name)

    def _say(self, clips: Sequence[Clip]) -> list[str]:
        device = self._runtime.device
        pictures = pixels(self._images, [best_of(clip) for clip in clips])
        seen = patches_of(self._model.vision_model, pictures.to(device, dtype(self._runtime)))
        start = self._start.expand(len(clips), -1).to(device)
        words = self._model.text_decoder.generate(
            input_ids=start,
            encoder_hidden_states=seen,
            encoder_attention_mask=torch.ones(seen.shape[:2], dtype=torch.long, device=device),
            eos_token_id=self._text.sep_token_id,
            pad_token_id=self._text.pad_token_id,
            **self._settings,
        )
        told = words[:, start.shape[1] :]
        said: list[str] = self._tokenizer.batch_decode(told, skip_special_tokens=True)
        return said
