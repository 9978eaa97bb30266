"""Captions by EILEV: eight frames of up to eight seconds to one sentence.

Yu et al., "Eliciting In-Context Learning in Vision-Language Models for Videos Through Curated Data
Distributional Properties" (2024), yukw777/EILEV. The prompt is the one the weights were trained
with: they come from footage of head cameras and tell what the wearer does. ``models.prompt``
asks something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.config import ModelsConfig
from pipeline.models.blip2 import Blip2, Layout
from pipeline.models.captions import Clip, caption_clips
from pipeline.models.generation import settings
from pipeline.models.runtime import Runtime
from pipeline.weights import Located

if TYPE_CHECKING:
    from pipeline.ports import Image

PROMPT = "Question: What is the camera wearer doing? Answer:"
FRAMES, LONGEST_MS = 8, 8_000
MOST_TOKENS, BEAMS, LENGTH_PENALTY = 32, 5, -1.0
BATCH = {"cpu": 1, "cuda": 4}
"""Videos at once; each is eight pictures to the vision model."""


class EilevCaptioner:
    """A Captioner that looks at movement."""

    def __init__(self, located: Located, runtime: Runtime, models: ModelsConfig) -> None:
        """Raises ModelError for weights that cannot be used, ConfigError for generation settings
        that cannot."""
        self.name, self.revision = located.name, located.revision
        self._settings = settings(
            models,
            max_new_tokens=MOST_TOKENS,
            num_beams=BEAMS,
            length_penalty=LENGTH_PENALTY,
            do_sample=False,
        )
        self._model = Blip2(located, runtime)
        self._batch = runtime.batch_size or BATCH[runtime.device.split(":")[0]]
        self._prompt = models.prompt or PROMPT
        self._layout = layout(self._model, self._prompt)

    def moments(self, start_ms: int, end_ms: int, best_ms: int) -> tuple[int, ...]:
        """Evenly from the first to the last of the first eight seconds, as pytorchvideo's
        UniformTemporalSubsample picks frames; fewer where the segment has fewer milliseconds."""
        del best_ms  # the recipe takes the beginning
        last_ms = min(end_ms, start_ms + LONGEST_MS) - 1
        return tuple(sorted(set(np.linspace(start_ms, last_ms, FRAMES).astype(int).tolist())))

    def caption(self, clips: Sequence[Sequence[Image]]) -> list[str]:
        """Raises ModelError where one clip does not fit the memory."""
        return caption_clips(clips, self._batch, self._say, prompt=self._prompt, name=self.name)

    def _say(self, clips: Sequence[Clip]) -> list[str]:
        videos = [eight(clip) for clip in clips]
        return self._model.generate(videos, self._layout, self._settings)


def eight(clip: Clip) -> list[Image]:
    """Eight pictures evenly from the clip, the first and the last among them; repeated where it
    has fewer."""
    places = np.linspace(0, len(clip) - 1, FRAMES).astype(int)
    return [clip[place] for place in places]


def layout(model: Blip2, prompt: str) -> Layout:
    """Slots (pad tokens before they are replaced) and a new line for the video, then the prompt;
    the start token first for OPT, the end token last for Flan-T5."""
    words = (*model.newline, *model.tokens(prompt))
    if not model.decoder_only and model.end is not None:
        words = (*words, model.end)
    first = (model.start,) if model.decoder_only and model.start is not None else ()
    return Layout(
        ids=(*first, *(model.pad,) * model.queries, *words),
        slots=(False,) * len(first) + (True,) * model.queries + (False,) * len(words),
    )
