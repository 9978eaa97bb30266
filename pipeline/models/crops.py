"""Cutting a thing out of a picture, and keeping the cut as a small JPEG."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.types import Box

if TYPE_CHECKING:
    from pipeline.ports import Image

QUALITY = 88


def padded_crop(image: Image, box: Box, *, padding: float = 0.15) -> Image:
    """What ``box`` shows with ``padding`` of its own width and height around it on each side, cut
    at the picture's edges; a copy of at least one pixel, uint8 (h, w, 3)."""
    height, width = image.shape[:2]
    left, right = _span(box.left, box.width, padding, width)
    top, bottom = _span(box.top, box.height, padding, height)
    return image[top:bottom, left:right].copy()


def to_jpeg(image: Image, *, longest_side: int | None = None, quality: int = QUALITY) -> bytes:
    """The picture as a JPEG, made smaller where its longer side has more than ``longest_side``
    pixels, never larger."""
    height, width = image.shape[:2]
    if longest_side is not None and max(height, width) > longest_side:
        scale = longest_side / max(height, width)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    _, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return encoded.tobytes()


def _span(start: float, length: float, padding: float, pixels: int) -> tuple[int, int]:
    first = min(max(0, round((start - padding * length) * pixels)), pixels - 1)
    last = min(max(first + 1, round((start + (1 + padding) * length) * pixels)), pixels)
    return first, last
