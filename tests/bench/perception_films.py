"""The footage of the section ``perception``: a busy camera, a quiet one, and faces."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.models.encoding import encode_mp4
from pipeline.sample.frame import Clip
from tests.bench.run import KEPT, SHARED

Picture = NDArray[np.uint8]

BUSY = SHARED / "media" / "one-by-one-person-detection.mp4"
FACES = SHARED / "faces" / "us_government"

FPS = 5
NOISE_LEVELS = 3.0
"""Deviation of the sensor's noise: an inexpensive camera in a lit room."""

DRIFT_LEVELS, DRIFT_S = 4.0, 90.0
"""The exposure goes up and down by so much, so slowly."""

FACE_SIZE = (1280, 720)
MOST_FACES_FRAMES = 24


def quiet_path(minutes: int) -> Path:
    return KEPT / f"quiet-{minutes}-min.mp4"


def quiet(*, minutes: int) -> Path:
    """An empty aisle under sensor noise, rendered once and kept."""
    target = quiet_path(minutes)
    if not target.is_file():
        KEPT.mkdir(parents=True, exist_ok=True)
        encode_mp4(target, noisy(minutes * 60 * FPS), fps=FPS, crf=26)
    return target


def noisy(count: int) -> Iterator[Picture]:
    """uint8 (height, width, 3), RGB."""
    view = Clip.of("aisle", scale=0.75, fineness=1).backdrop.picture.astype(np.int16)
    random = np.random.default_rng(3)
    fields = np.rint(random.normal(0, NOISE_LEVELS, (8, *view.shape))).astype(np.int16)
    for number in range(count):
        drift = DRIFT_LEVELS * np.sin(2 * np.pi * number / FPS / DRIFT_S)
        field = np.roll(fields[number % 8], (number * 97) % 211, axis=(0, 1))
        yield np.clip(view + field + round(float(drift)), 0, 255).astype(np.uint8)


def faces(folder: Path) -> Path:
    """Real faces, two portraits beside each other in every frame, two frames a second; made in
    ``folder`` every time, for the pictures are not the project's."""
    target = folder / "faces.mp4"
    portraits = [_fitted(path) for path in sorted(FACES.rglob("*.jpg"))]
    frames = (
        np.concatenate([portraits[n % len(portraits)], portraits[-1 - n % len(portraits)]], axis=1)
        for n in range(MOST_FACES_FRAMES)
    )
    encode_mp4(target, frames, fps=2)
    return target


def _fitted(path: Path) -> Picture:
    """RGB, half a frame wide, on grey."""
    width, height = FACE_SIZE[0] // 2, FACE_SIZE[1]
    image = np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR), np.uint8)[..., ::-1]
    ratio = min(width / image.shape[1], height / image.shape[0])
    size = (int(image.shape[1] * ratio), int(image.shape[0] * ratio))
    small = cv2.resize(np.ascontiguousarray(image), size, interpolation=cv2.INTER_AREA)
    whole = np.full((height, width, 3), 114, np.uint8)
    whole[: size[1], : size[0]] = small
    return whole
