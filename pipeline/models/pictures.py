"""Pictures into the tensors CLIP models take, as the published code makes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

if TYPE_CHECKING:
    from pipeline.ports import Image

CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)
"""Per channel of RGB in 0..1 (Radford et al. 2021)."""

BICUBIC = Pillow.Resampling.BICUBIC

_LEVELS = np.arange(256, dtype=np.float32) / 255
_TABLES = [
    (_LEVELS - np.float32(mean)) / np.float32(std)
    for mean, std in zip(CLIP_MEAN, CLIP_STD, strict=True)
]
"""What each level of a channel becomes."""

MOST_SIDES = 8
"""A picture of 1 x 4000 pixels, resized whole to 224 rows, would take 600 MB. One that is longer
than this many of its shorter sides is never resized whole."""


def clip_pixels(images: Sequence[Image], size: int) -> NDArray[np.float32]:
    """(n, 3, size, size) float32, RGB: shorter side to ``size`` by Pillow's bicubic filter, the
    centre of the longer, CLIP's mean and deviation."""
    pixels = np.empty((len(images), 3, size, size), np.float32)
    for image, planes in zip(images, pixels, strict=True):
        square = centre_square(image, size)
        for channel, table in enumerate(_TABLES):
            # Each level's number is looked up: the same to the last bit, and much faster.
            np.take(table, square[..., channel], out=planes[channel], mode="clip")
    return pixels


def centre_square(image: Image, size: int) -> NDArray[np.uint8]:
    """uint8 (size, size, 3), RGB. Rounds as torchvision's Resize and CenterCrop do, which
    transformers' own image processor does not: it cuts half a pixel further to the left."""
    height, width = image.shape[:2]
    shorter = min(height, width)
    whole_width, whole_height = (int(size * side / shorter) for side in (width, height))
    left, top = round((whole_width - size) / 2), round((whole_height - size) / 2)
    # Channels are resampled one by one, so the order is turned where there is less to turn.
    picture = Pillow.fromarray(np.ascontiguousarray(image))
    if max(whole_width, whole_height) <= MOST_SIDES * size:
        whole = picture.resize((whole_width, whole_height), BICUBIC)
        return np.asarray(whole.crop((left, top, left + size, top + size)), np.uint8)[..., ::-1]
    # Only what is kept is resampled, a level next to the other way here and there.
    across, down = width / whole_width, height / whole_height
    kept = (left * across, top * down, (left + size) * across, (top + size) * down)
    return np.asarray(picture.resize((size, size), BICUBIC, box=kept), np.uint8)[..., ::-1]
