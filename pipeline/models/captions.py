"""From clips to captions: what every captioner does around its model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch

from pipeline.models.batching import run_batched
from pipeline.models.keyframe_copies import first_alike
from pipeline.models.sentence import sentence

if TYPE_CHECKING:
    from pipeline.ports import Image

Clip = Sequence["Image"]


def caption_clips(
    clips: Sequence[Clip],
    size: int,
    say: Callable[[Sequence[Clip]], Sequence[str]],
    *,
    prompt: str = "",
) -> list[str]:
    """One sentence per clip, in their order. ``say`` gives the model's words for at most ``size``
    clips; clips that show the same are asked for once. "" where the model found no words."""
    firsts = first_alike(clips)
    asked = sorted(set(firsts))
    with torch.inference_mode():
        said = run_batched([clips[index] for index in asked], size, say)
    words = {index: sentence(text, prompt=prompt) for index, text in zip(asked, said, strict=True)}
    return [words[index] for index in firsts]


def best_of(clip: Clip) -> Image:
    """The picture of a clip for a model that looks at one: the middle one."""
    return clip[len(clip) // 2]


def rgb(image: Image) -> Image:
    """uint8 (height, width, 3), RGB, as image processors want it."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def pixels(processor: object, images: Sequence[Image]) -> torch.Tensor:
    """float32 (images, 3, height, width) as ``processor``, one of transformers', makes them."""
    made = processor(  # type: ignore[operator]
        images=[rgb(image) for image in images],
        input_data_format="channels_last",  # a picture three pixels high could be either
        return_tensors="pt",
    )
    tensor: torch.Tensor = made["pixel_values"]
    return tensor
