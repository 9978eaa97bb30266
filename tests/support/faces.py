"""Faces with known vectors: tracks to store, and pictures in which an analyzer finds them.

A face is a direction in a space of 16 numbers; ``face("ann", 0.3)`` lies at a known cosine from
``face("ann")``. Painted pictures carry their faces in their own pixels.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.config import Config
from core.types import Actor, Box
from db import appearances, videos
from db.pool import Database
from pipeline.appearing import store_appearances
from pipeline.face_tracks import FaceTrack
from pipeline.frames import Frame
from pipeline.ports import Face
from pipeline.registry import Registry
from pipeline.workshop import Workshop

DIM = 16
JIMIN = Actor(name="jimin", origin="web")
PLACE = Box(left=0.4, top=0.3, width=0.1, height=0.2)
NAMES = ("ann", "bob", "cho", "dan", "eve", "fay")


@dataclass(frozen=True)
class Model:
    """What the store wants to know of an analyzer."""

    name: str = "painted"
    revision: str = "1"
    dim: int = DIM


def face(name: str, turned: float = 0.0, *, towards: str = "") -> NDArray[np.float32]:
    """The face of ``name``; turned by an angle, its cosine to the unturned one is 1 - ``turned``.
    Different people are at right angles. It turns towards ``towards`` or to a side of its own."""
    vector = np.zeros(DIM)
    side = NAMES.index(towards) if towards else 8 + zlib.crc32(name.encode()) % 8
    vector[NAMES.index(name)] = 1 - turned
    vector[side] += np.sqrt(1 - (1 - turned) ** 2)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def between(one: str, other: str) -> NDArray[np.float32]:
    """As like the one as the other: cosine 0.71 to both."""
    vector = face(one) + face(other)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def track(
    embedding: NDArray[np.float32],
    start_ms: int = 0,
    end_ms: int = 2_000,
    *,
    size_px: float = 100.0,
    box: Box = PLACE,
) -> FaceTrack:
    return FaceTrack(
        start_ms=start_ms,
        end_ms=end_ms,
        at_ms=(start_ms + end_ms) // 2,
        box=box,
        size_px=size_px,
        faces=3,
        embedding=embedding,
        crop=b"\xff\xd8 a face",
        path=((start_ms, box), ((start_ms + end_ms) // 2, box)),
    )


def store(
    config: Config,
    database: Database,
    video_id: int,
    tracks: Sequence[FaceTrack],
    model: object = Model(),
) -> list[int]:
    """Store tracks as an ingest does; the ids of the video's appearances, by start."""
    workshop = Workshop(config=config, database=database, registry=Registry(config))
    with database.transaction() as conn:
        video = videos.get_video(conn, video_id)
    store_appearances(workshop, video, model, tracks)
    with database.transaction() as conn:
        return [one.id for one in appearances.appearances_of_video(conn, video_id)]


class PaintedFaces:
    """Finds the faces ``paint`` put into a picture: a real analyzer of unreal faces."""

    name, revision, dim = "painted", "1", DIM

    def __init__(self) -> None:
        self.looked_at = 0

    def analyze(self, images: Sequence[NDArray[np.uint8]]) -> list[tuple[Face, ...]]:
        self.looked_at += len(images)
        return [tuple(sorted(_read(image), key=lambda one: -one.size_px)) for image in images]


def paint(
    at_ms: int, *faces: tuple[NDArray[np.float32], Box], width: int = 640, height: int = 480
) -> Frame:
    """A picture that shows these faces."""
    image = np.full((height, width, 3), 90, np.uint8)
    for number, (embedding, box) in enumerate(faces):
        numbers = np.array([box.left, box.top, box.width, box.height, *embedding], np.float32)
        image[number + 1].reshape(-1)[: numbers.nbytes] = np.frombuffer(numbers.tobytes(), np.uint8)
    image[0, 0, :2] = divmod(len(faces), 256)
    return Frame(at_ms=at_ms, image=image)


def _read(image: NDArray[np.uint8]) -> list[Face]:
    height, width = image.shape[:2]
    found = []
    for number in range(256 * int(image[0, 0, 0]) + int(image[0, 0, 1])):
        raw = image[number + 1].reshape(-1)[: 4 * (4 + DIM)].tobytes()
        numbers = np.frombuffer(raw, np.float32)
        box = Box(
            **dict(zip(("left", "top", "width", "height"), map(float, numbers), strict=False))
        )
        size = min(box.width * width, box.height * height)
        found.append(Face(box=box, score=0.9, size_px=size, embedding=numbers[4:].copy()))
    return found
