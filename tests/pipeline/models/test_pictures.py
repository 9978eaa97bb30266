from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pipeline.models.pictures import centre_square, clip_pixels


def resized_then_cut(bgr: np.ndarray, size: int) -> np.ndarray:
    """torchvision's Resize (int of the longer side) and CenterCrop (round half to even)."""
    height, width = bgr.shape[:2]
    if height < width:
        target = (int(size * width / height), size)
    else:
        target = (size, int(size * height / width))
    picture = Image.fromarray(np.ascontiguousarray(bgr[..., ::-1]))
    whole = np.asarray(picture.resize(target, Image.Resampling.BICUBIC))
    top, left = (int(np.rint((side - size) / 2)) for side in whole.shape[:2])
    return whole[top : top + size, left : left + size]


@pytest.mark.parametrize(
    "shape",
    [(224, 224), (1, 1), (37, 53), (432, 768), (1_080, 1_920), (481, 640), (225, 299),
     (230, 231), (80, 11)],
)  # fmt: skip
@pytest.mark.parametrize("size", [224, 32])
def test_pictures_are_resized_and_cut_like_the_published_ones(shape, size):
    bgr = np.random.default_rng(sum(shape)).integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert np.array_equal(centre_square(bgr, size), resized_then_cut(bgr, size))


@pytest.mark.parametrize("shape", [(2, 400), (400, 2), (10, 90)])
def test_long_strips_come_out_nearly_the_same_without_being_resized_whole(shape):
    ramp = np.linspace(0, 255, max(shape)).reshape([-1, 1] if shape[0] > shape[1] else [1, -1])
    bgr = np.repeat(np.broadcast_to(ramp, shape)[..., None], 3, axis=2).astype(np.uint8)
    difference = centre_square(bgr, 32).astype(int) - resized_then_cut(bgr, 32)
    assert np.abs(difference).max() <= 1


def test_a_line_of_pixels_does_not_fill_the_memory():
    assert centre_square(np.full((1, 60_000, 3), 7, np.uint8), 224).shape == (224, 224, 3)


def test_red_is_the_first_channel_and_values_are_centred():
    red = np.zeros((10, 10, 3), np.uint8)
    red[..., 2] = 255
    pixels = clip_pixels([red], 8)
    assert pixels.shape == (1, 3, 8, 8)
    assert pixels.dtype == np.float32
    expected = [(1 - 0.48145466) / 0.26862954, -0.4578275 / 0.26130258, -0.40821073 / 0.27577711]
    assert np.allclose(pixels[0, :, 4, 4], expected, atol=1e-5)
