"""Faces found with SCRFD and told apart with ArcFace, by insightface from a folder of ONNX files.

SCRFD: Guo et al. 2021; ArcFace: Deng et al. 2019. insightface's own ``get`` asks the recogniser
face by face; here all faces of all pictures are aligned first and asked together where the
network takes more than one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.types import Box
from pipeline.models.face_alignment import aligned, template, turns
from pipeline.models.face_pack import Pack, open_pack
from pipeline.models.failing import working
from pipeline.models.runtime import Runtime
from pipeline.ports import Face
from pipeline.weights import Located

if TYPE_CHECKING:
    from pipeline.ports import Image

LEAST_SCORE = 0.5
"""Of the detector."""

FOUND_FROM_PX = 16
"""A face this large in the picture the detector is given is found (in 7 of 7 pictures; in 5 at
10 px, in none at 8)."""

SOUGHT_FROM_PX, USUAL_SIDE, LARGEST_SIDE = 48, 640, 2_560
"""Pictures are made smaller for the detector down to USUAL_SIDE, as long as a face of
SOUGHT_FROM_PX keeps FOUND_FROM_PX; smaller faces could not be told apart anyway."""

CLOSE_UP_SIDE, CLOSE_UP_SHARE, SAME_FACE = 128, 0.3, 0.3
"""At 640 px a face that fills the picture is missed, at 128 px it is found: a second, small look
(2 ms) adds faces of at least this share of the picture's longer side that overlap (intersection
over union) none of the first look. The first look's landmarks are the finer ones."""

GRID = 32
"""The detector's coarsest stride: it wants sizes that are multiples."""

THINNEST_PX = 8
"""Where the picture, as the detector is given it, is thinner than this nothing is found."""

AT_ONCE = 32
"""Faces given to the recogniser together where it takes several."""

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A face before it has an embedding; ``edges`` float32 (4,) left, top, right, bottom in pixels
    inside the picture, ``points`` float32 (5, 2)."""

    edges: Array
    score: float
    points: Array


class InsightFaceAnalyzer:
    """FaceAnalyzer on any insightface pack (buffalo_s, buffalo_l, ...); never uses the network."""

    def __init__(self, located: Located, runtime: Runtime) -> None:
        """Raises ModelError with one sentence for a folder that is no pack: missing or damaged
        files, no detector or recogniser, two of one kind, networks of another kind."""
        self._pack: Pack = open_pack(located, runtime)
        self.name = located.name
        self.revision = located.revision
        self.dim: int = self._pack.dim
        self._at_once = (runtime.batch_size or AT_ONCE) if self._pack.takes_several else 1

    def analyze(self, images: Sequence[Image]) -> list[tuple[Face, ...]]:
        """The faces of each picture, largest first; thread-safe. Raises ModelError where a network
        fails."""
        with working(self.name, "looking for faces"):
            return self._analyze(images)

    def _analyze(self, images: Sequence[Image]) -> list[tuple[Face, ...]]:
        found = [self._find(image) for image in images]
        size = self._pack.crop_px
        crops = [
            crop
            for image, faces in zip(images, found, strict=True)
            for crop in _crops(image, faces, size)
        ]
        embeddings = iter(self._embeddings(crops))
        return [
            tuple(
                face for one in faces if (face := _face(one, image, next(embeddings))) is not None
            )
            for image, faces in zip(images, found, strict=True)
        ]

    def _find(self, image: Image) -> list[_Found]:
        height, width = image.shape[:2]
        found = self._look(image, _look_side(max(height, width)))
        close_ups = self._look(image, CLOSE_UP_SIDE) if self._pack.any_size else []
        for close_up in close_ups:
            long_enough = _longer_side(close_up) >= CLOSE_UP_SHARE * max(height, width)
            if long_enough and all(_overlap(close_up, one) < SAME_FACE for one in found):
                found.append(close_up)
        return sorted(found, key=_area, reverse=True)

    def _look(self, image: Image, side: int) -> list[_Found]:
        height, width = image.shape[:2]
        scale = side / max(height, width)
        if min(height, width) * scale < THINNEST_PX:
            return []
        size = tuple(GRID * max(1, -(-round(pixels * scale) // GRID)) for pixels in (width, height))
        boxes, points = self._pack.detector.detect(image, input_size=size, det_thresh=LEAST_SCORE)
        limits = np.array([width, height, width, height], np.float32)
        found = []
        for box, five in zip(boxes, points, strict=True):
            edges = np.clip(box[:4], 0, limits)
            if np.isfinite(five).all() and (edges[2:] > edges[:2]).all() and np.ptp(five) > 0:
                found.append(_Found(edges=edges, score=float(box[4]), points=five))
        return found

    def _embeddings(self, crops: Sequence[Image]) -> Array:
        """(n, dim) float32 as the recogniser gives them."""
        rows = [
            self._pack.recogniser.get_feat(list(crops[at : at + self._at_once]))
            for at in range(0, len(crops), self._at_once)
        ]
        return np.concatenate(rows) if rows else np.empty((0, self.dim), np.float32)


def _look_side(side: int) -> int:
    """The longer side of what the detector is given for a picture with this longer side: never
    larger than the picture."""
    enough = -(-side * FOUND_FROM_PX // SOUGHT_FROM_PX)
    return min(side, max(USUAL_SIDE, enough), LARGEST_SIDE)


def _crops(image: Image, faces: Sequence[_Found], size: int) -> list[Image]:
    if not faces:
        return []
    found = turns(np.stack([face.points for face in faces]), template(size))
    return [aligned(image, turn, size) for turn in found]


def _face(found: _Found, image: Image, embedding: Array) -> Face | None:
    """None where the recogniser gives no direction."""
    length = float(np.linalg.norm(embedding))
    if not np.isfinite(length) or length == 0:
        return None
    height, width = image.shape[:2]
    left, top, right, bottom = (float(edge) for edge in found.edges)
    box = Box(
        left=left / width,
        top=top / height,
        width=(right - left) / width,
        height=(bottom - top) / height,
    )
    return Face(
        box=box,
        score=min(max(found.score, 0.0), 1.0),
        size_px=min(right - left, bottom - top),
        embedding=(embedding / length).astype(np.float32),
    )


def _longer_side(face: _Found) -> float:
    return float((face.edges[2:] - face.edges[:2]).max())


def _area(face: _Found) -> float:
    return float(np.prod(face.edges[2:] - face.edges[:2]))


def _overlap(a: _Found, b: _Found) -> float:
    """Intersection over union."""
    sides: Any = np.minimum(a.edges[2:], b.edges[2:]) - np.maximum(a.edges[:2], b.edges[:2])
    shared = float(np.prod(np.maximum(sides, 0)))
    return shared / (_area(a) + _area(b) - shared)
