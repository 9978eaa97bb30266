"""Captions by any model transformers loads as image-text-to-text, so that a newer one is a line
of configuration: ``"overrides": {"captioner": "image-text-to-text:owner/model"}``.

The model's own processor lays out pictures and prompt, with its chat template where it has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
import transformers
from PIL import Image as Pictures

from core.config import ModelsConfig
from pipeline.models.captions import Clip, best_of, caption_clips, rgb
from pipeline.models.checkpoint import load_model, load_part
from pipeline.models.generation import settings
from pipeline.models.runtime import Runtime, dtype
from pipeline.weights import Located

if TYPE_CHECKING:
    from pipeline.ports import Image

PROMPT = "Describe what happens in one sentence."
MOST_TOKENS = 60
BATCH = {"cpu": 2, "cuda": 8}

SEVERAL = 3
SEVERAL_PICTURES = frozenset(
    {
        "gemma3",
        "idefics2",
        "idefics3",
        "internvl",
        "llava_next_video",
        "llava_onevision",
        "mistral3",
        "pixtral",
        "qwen2_5_vl",
        "qwen2_vl",
        "qwen3_vl",
        "qwen3_vl_moe",
        "smolvlm",
    }
)
"""Kinds of model taught with several pictures in one question; their configuration does not say
so. The others are shown the best picture."""


class ImageTextToTextCaptioner:
    """A Captioner around AutoModelForImageTextToText and AutoProcessor."""

    def __init__(self, located: Located, runtime: Runtime, models: ModelsConfig) -> None:
        """Raises ModelError for weights that cannot be used, ConfigError for generation settings
        that cannot."""
        self.name, self.revision = located.name, located.revision
        self._runtime = runtime
        self._settings = settings(models, max_new_tokens=MOST_TOKENS, do_sample=False)
        self._model = load_model(transformers.AutoModelForImageTextToText, located, runtime)
        self._processor = load_part(transformers.AutoProcessor, located)
        self._batch = runtime.batch_size or BATCH[runtime.device.split(":")[0]]
        self._prompt = models.prompt or PROMPT
        self._several = self._model.config.model_type in SEVERAL_PICTURES
        self._decoder_only = not self._model.config.is_encoder_decoder
        self._suit_one_sentence()

    def moments(self, start_ms: int, end_ms: int, best_ms: int) -> tuple[int, ...]:
        best = min(max(best_ms, start_ms), end_ms - 1)
        if not self._several:
            return (best,)
        sixth = (end_ms - start_ms) // 6
        return tuple(sorted({start_ms + sixth, best, max(end_ms - 1 - sixth, start_ms)}))

    def caption(self, clips: Sequence[Sequence[Image]]) -> list[str]:
        """Raises ModelError where one clip does not fit the memory, or the processor cannot lay
        out the prompt."""
        return caption_clips(clips, self._batch, self._say, prompt=self._prompt, name=self.name)

    def _say(self, clips: Sequence[Clip]) -> list[str]:
        shown = [_pictures(clip, several=self._several) for clip in clips]
        inputs = self._processor(
            text=[self._laid_out(len(pictures)) for pictures in shown],
            images=shown,
            padding=True,
            return_tensors="pt",
        )
        given = {name: self._moved(value) for name, value in inputs.items()}
        words = self._model.generate(**given, **self._settings)
        if self._decoder_only:
            words = words[:, given["input_ids"].shape[1] :]
        said: list[str] = self._processor.batch_decode(words, skip_special_tokens=True)
        return said

    def _laid_out(self, pictures: int) -> str:
        """The prompt with a place for each picture."""
        if not self._processor.chat_template:
            mark = getattr(self._processor, "image_token", "")
            return f"{mark * pictures} {self._prompt}".strip()
        content = [{"type": "image"}] * pictures + [{"type": "text", "text": self._prompt}]
        laid_out: str = self._processor.apply_chat_template(
            [{"role": "user", "content": content}], add_generation_prompt=True
        )
        return laid_out

    def _moved(self, value: Any) -> Any:
        if not isinstance(value, torch.Tensor):
            return value
        if value.is_floating_point():
            return value.to(self._runtime.device, dtype(self._runtime))
        return value.to(self._runtime.device)

    def _suit_one_sentence(self) -> None:
        tokenizer = self._processor.tokenizer
        if self._decoder_only:
            # A text to go on from must end where the new one begins.
            tokenizer.padding_side = "left"
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
        if hasattr(self._processor.image_processor, "do_image_splitting"):
            # Idefics and SmolVLM cut a picture into up to 16 tiles to read small print in it: many
            # times the work, and nothing a sentence about what happens would tell.
            self._processor.image_processor.do_image_splitting = False


def _pictures(clip: Clip, *, several: bool) -> list[Pictures.Image]:
    """At most SEVERAL, evenly from the clip; the best one where the model takes one."""
    if not several:
        return [Pictures.fromarray(rgb(best_of(clip)))]
    last = len(clip) - 1
    count = min(SEVERAL, len(clip))
    places = sorted({round(last * place / max(count - 1, 1)) for place in range(count)})
    return [Pictures.fromarray(rgb(clip[place])) for place in places]
