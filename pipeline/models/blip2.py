"""BLIP-2 in its parts: pictures or videos in front of a prompt, a language model goes on.

Li et al., "BLIP-2: Bootstrapping Language-Image Pre-training with Frozen Image Encoders and Large
Language Models" (2023). A video is what VideoBLIP and EILEV make of it (yukw777/EILEV): every
frame through the vision model, their patches side by side, one Q-Former over all of them.
Composed of the stock class's parts because EILEV's weights have its layout and no class there, and
because older BLIP-2 folders lack the picture token the stock ``generate`` looks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from transformers import Blip2ForConditionalGeneration
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

from core.errors import ModelError
from pipeline.models.captions import patches_of, pixels
from pipeline.models.checkpoint import load_model, load_part, load_tokenizer, way_out
from pipeline.models.runtime import Runtime, dtype
from pipeline.weights import Located

if TYPE_CHECKING:
    from pipeline.ports import Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the language model is given: token ``ids``, and which of them are ``slots`` whose
    embeddings the picture's query tokens replace."""

    ids: tuple[int, ...]
    slots: tuple[bool, ...]


class Blip2:
    """The stock model, its tokenizer and its image processor, loaded from ``located``."""

    def __init__(self, located: Located, runtime: Runtime) -> None:
        """Raises ModelError for weights that cannot be used."""
        self._runtime = runtime
        self._model = load_model(Blip2ForConditionalGeneration, located, runtime)
        self._images = load_part(BlipImageProcessorPil, located)
        self._tokenizer = load_tokenizer(located)
        self.decoder_only: bool = self._model.config.use_decoder_only_language_model
        self.queries: int = self._model.query_tokens.shape[1]
        needed = ["pad_token_id", "bos_token_id" if self.decoder_only else "eos_token_id"]
        lacking = [name for name in needed if getattr(self._tokenizer, name) is None]
        if lacking:
            raise ModelError(
                f"{located.name} at {located.path} has no {lacking[0]} in its tokenizer; "
                f"{way_out(located)}."
            )
        self.pad: int = self._tokenizer.pad_token_id
        self.start: int | None = self._tokenizer.bos_token_id
        self.end: int | None = self._tokenizer.eos_token_id
        self.newline: tuple[int, ...] = self.tokens("\n")[:1]

    def tokens(self, text: str) -> tuple[int, ...]:
        """The tokens of ``text`` alone."""
        return tuple(self._tokenizer(text, add_special_tokens=False).input_ids)

    def stop(self) -> dict[str, int]:
        """A language model that only decodes was taught to end with the line (LAVIS,
        blip2_opt.py): 50118 in OPT's vocabulary. Flan-T5 has an end token of its own."""
        if self.decoder_only and self.newline:
            return {"eos_token_id": self.newline[0], "pad_token_id": self.pad}
        return {"pad_token_id": self.pad}

    def generate(
        self, clips: Sequence[Sequence[Image]], layout: Layout, settings: Mapping[str, Any]
    ) -> list[str]:
        """What the language model writes after ``layout`` for each clip; clips have one length."""
        frames = len(clips[0])
        pictures = pixels(self._images, [image for clip in clips for image in clip])
        videos = pictures.reshape(len(clips), frames, *pictures.shape[1:]).transpose(1, 2)
        embeddings = self.embed(videos, layout)
        words = self._model.language_model.generate(
            inputs_embeds=embeddings,
            attention_mask=torch.ones(embeddings.shape[:2], dtype=torch.long).to(embeddings.device),
            **self.stop(),
            **settings,
        )
        said: list[str] = self._tokenizer.batch_decode(words, skip_special_tokens=True)
        return said

    def embed(self, videos: torch.Tensor, layout: Layout) -> torch.Tensor:
        """(videos, 3, frames, height, width) pixels to (videos, tokens, width) embeddings of
        ``layout``."""
        device = self._runtime.device
        features = self.features(videos.to(device, dtype(self._runtime)))
        ids = torch.tensor(layout.ids, device=device).expand(len(videos), -1)
        slots = torch.tensor(layout.slots, device=device).expand(len(videos), -1)
        words = self._model.language_model.get_input_embeddings()(ids)
        return words.masked_scatter(slots[..., None], features.to(words.dtype))

    def features(self, videos: torch.Tensor) -> torch.Tensor:
        """(videos, 3, frames, height, width) to (videos, query tokens, width of the language
        model)."""
        model = self._model
        count, frames = videos.shape[0], videos.shape[2]
        patches = patches_of(model.vision_model, videos.transpose(1, 2).flatten(end_dim=1))
        patches = patches.reshape(count, frames * patches.shape[1], patches.shape[2])
        queries = model.qformer(
            query_embeds=model.query_tokens.expand(count, -1, -1),
            encoder_hidden_states=patches,
            encoder_attention_mask=torch.ones(
                patches.shape[:2], dtype=torch.long, device=patches.device
            ),
        ).last_hidden_state
        projected: torch.Tensor = model.language_projection(queries.to(patches.dtype))
        return projected
