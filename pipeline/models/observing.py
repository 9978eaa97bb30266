"""Sightings to observations: what tracking wants to know of each."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.frames import Frame
from pipeline.models.person_shape import proportion
from pipeline.ports import Clothing, ClothingReader, Sighting
from pipeline.tracks import LIKELY_PERSON, Observation, Side

OUTLINE = (12, 24)
"""Columns and rows a silhouette is scaled to."""

SHARP = 3_000.0
"""Variance of the Laplacian of a person in focus at 480 pixels width."""


def observe(
    frame: Frame, sightings: Sequence[Sighting], reader: ClothingReader
) -> list[Observation]:
    """One observation per sighting; clothes are read of what looks like a person."""
    likely = [sighting for sighting in sightings if sighting.score >= LIKELY_PERSON]
    clothes = dict(zip(map(id, likely), reader.read(frame, likely), strict=True))
    return [
        Observation(
            at_ms=frame.at_ms,
            box=sighting.box,
            score=sighting.score,
            clothing=clothes.get(id(sighting), Clothing()),
            cut=_cut(sighting, frame),
            outline=_outline(sighting.mask),
            proportion=None if sighting.mask is None else proportion(sighting.mask),
            sharpness=_sharpness(frame.image, sighting) if id(sighting) in clothes else 0.0,
        )
        for sighting in sightings
    ]


def _cut(sighting: Sighting, frame: Frame) -> frozenset[Side]:
    height, width = frame.image.shape[:2]
    box = sighting.box
    touches: dict[Side, bool] = {
        "left": box.left * width < 1.5,
        "right": (box.left + box.width) * width > width - 1.5,
        "top": box.top * height < 1.5,
        "bottom": (box.top + box.height) * height > height - 1.5,
    }
    return frozenset(side for side, touching in touches.items() if touching)


def _outline(mask: NDArray[np.bool_] | None) -> NDArray[np.float32] | None:
    if mask is None:
        return None
    scaled = cv2.resize(mask.astype(np.float32), OUTLINE, interpolation=cv2.INTER_AREA)
    return np.asarray(scaled, dtype=np.float32)


def _sharpness(image: NDArray[np.uint8], sighting: Sighting) -> float:
    """0 (blurred) to 1 (sharp)."""
    height, width = image.shape[:2]
    box = sighting.box
    top, left = round(box.top * height), round(box.left * width)
    crop = image[
        top : top + max(2, round(box.height * height)),
        left : left + max(2, round(box.width * width)),
    ]
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    return min(float(cv2.Laplacian(grey, cv2.CV_32F).var()) / SHARP, 1.0)
