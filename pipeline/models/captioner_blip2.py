"""Captions by BLIP-2 on OPT or Flan-T5: one keyframe to one sentence.

The prompt, the five beams and the thirty tokens are those the authors caption COCO with (LAVIS,
blip2_opt.py and blip2_caption_*.yaml).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.config import ModelsConfig
from pipeline.models.blip2 import Blip2, Layout
from pipeline.models.captions import Clip, best_of, caption_clips
from pipeline.models.generation import settings
from pipeline.models.runtime import Runtime
from pipeline.weights import Located

if TYPE_CHECKING:
    from pipeline.ports import Image

PROMPT = "a photo of"
MOST_TOKENS, BEAMS = 30, 5
BATCH = {"cpu": 4, "cuda": 16}


class Blip2Captioner:
    """The Captioner of the ``gpu`` profile."""

    def __init__(self, located: Located, runtime: Runtime, models: ModelsConfig) -> None:
        """Raises ModelError for weights that cannot be used, ConfigError for generation settings
        that cannot."""
        self.name, self.revision = located.name, located.revision
        self._settings = settings(models, max_new_tokens=MOST_TOKENS, num_beams=BEAMS)
        self._model = Blip2(located, runtime)
        self._batch = runtime.batch_size or BATCH[runtime.device.split(":")[0]]
        self._prompt = models.prompt or PROMPT
        self._layout = layout(self._model, self._prompt)

    def moments(self, start_ms: int, end_ms: int, best_ms: int) -> tuple[int, ...]:
        return (min(max(best_ms, start_ms), end_ms - 1),)

    def caption(self, clips: Sequence[Sequence[Image]]) -> list[str]:
        """Raises ModelError where one picture does not fit the memory."""
        return caption_clips(clips, self._batch, self._say, prompt=self._prompt, name=self.name)

    def _say(self, clips: Sequence[Clip]) -> list[str]:
        pictures = [[best_of(clip)] for clip in clips]
        return self._model.generate(pictures, self._layout, self._settings)


def layout(model: Blip2, prompt: str) -> Layout:
    """The picture's slots, then the prompt as the tokenizer frames it: after the start token for
    OPT, before the end token for Flan-T5."""
    words = model.tokens(prompt)
    if model.decoder_only and model.start is not None:
        words = (model.start, *words)
    if not model.decoder_only and model.end is not None:
        words = (*words, model.end)
    return Layout(
        ids=(model.pad,) * model.queries + words,
        slots=(True,) * model.queries + (False,) * len(words),
    )
