"""From clips to captions: what every captioner does around its model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch

from core.errors import ModelError
from pipeline.models.batching import run_batched
from pipeline.models.checkpoint import reason_of
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
    prompt: str,
    name: str,
) -> list[str]:
    """One sentence per clip, in their order. ``say`` gives the model's words for at most ``size``
    clips; clips that show the same are asked for once. "" where the model found no words.

    Raises ModelError, with ``name``, where the model fails or one clip does not fit the memory.
    """
    firsts = first_alike(clips)
    asked = sorted(set(firsts))
    try:
        with torch.inference_mode():
            said = run_batched([clips[index] for index in asked], size, say)
    except (ValueError, TypeError, RuntimeError, LookupError) as error:
        raise ModelError(
            f"{name} failed at a caption ({reason_of(error)}); check "
            "models.prompt and models.generation, or name another captioner in models.overrides."
        ) from error
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


def patches_of(vision_model: torch.nn.Module, pictures: torch.Tensor) -> torch.Tensor:
    """(pictures, 3, height, width) to (pictures, patches, width), the vision model's last states.

    A CPU looks at one picture at a time: what eight of them leave between two layers does not fit
    its cache (ViT-B/16 at 384 in int8: 1.12 s of CPU time a picture alone, 1.99 among eight).
    """
    parts = pictures.split(1) if pictures.device.type == "cpu" else (pictures,)
    return torch.cat([vision_model(pixel_values=part).last_hidden_state for part in parts])
