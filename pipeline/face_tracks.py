"""Following faces through a video: which faces of which frames are one person in view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.config import PeopleConfig
from core.types import Box
from pipeline.ports import Face, FaceAnalyzer

if TYPE_CHECKING:
    from pipeline.frames import Frame
    from pipeline.ports import Image

GAP_MS = 2_500
"""A face may be away so long (turned, hidden) and still be the same track; at two frames a second
that is four frames."""

REACH, REACH_PER_SECOND = 0.8, 1.5
"""How far the middle of a face may be from where it was, in its own heights: a little always, and
as far as a walking head comes nearer or passes by."""

SIZE_STEP = 2.0
"""How many times larger or smaller a face may be than the one before it."""

OTHER = 0.2
"""Cosine under which two comparable faces are two people, however near their places: after a cut
somebody else sits where somebody sat. Turned heads of one person stay above it."""

CROP_SIDE = 192
"""Pixels of the longer side of a stored crop, with the padding around the face."""

EARLY = 0.9
"""A frame this share of the sampling interval after the last one counts as due: frames come when
the video has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceTrack:
    """One person's face through ``[start_ms, end_ms)``. ``at_ms``, ``box``, ``size_px`` and
    ``crop`` (JPEG) are of its best comparable face; ``faces`` counts those compared. ``embedding``
    float32 (dim,), length 1: the mean of those faces weighted by size. ``path`` are the boxes of
    all its faces over time, smaller ones too."""

    start_ms: int
    end_ms: int
    at_ms: int
    box: Box
    size_px: float
    faces: int
    embedding: NDArray[np.float32]
    crop: bytes
    path: tuple[tuple[int, Box], ...]


@dataclass(slots=True, kw_only=True)
class _Growing:
    path: list[tuple[int, Box]]
    total: NDArray[np.float64]
    faces: int = 0
    best: Face | None = None
    best_ms: int = 0
    picture: NDArray[np.uint8] | None = field(default=None, repr=False)

    @property
    def last_ms(self) -> int:
        return self.path[-1][0]

    @property
    def last_box(self) -> Box:
        return self.path[-1][1]


class FaceWatch:
    """Searches frames for faces and follows them. Frames come in time order, over the whole video;
    only ``settings.sample_fps`` of a second are searched. Not thread-safe."""

    def __init__(self, analyzer: FaceAnalyzer, settings: PeopleConfig) -> None:
        self._analyzer = analyzer
        self._settings = settings
        self._due_ms = 0.0
        self._open: list[_Growing] = []
        self._closed: list[FaceTrack] = []

    def see(self, frames: Sequence[Frame]) -> None:
        """Search the frames that are due. Raises what the analyzer raises."""
        due = []
        for frame in frames:
            if frame.at_ms >= self._due_ms:
                due.append(frame)
                self._due_ms = frame.at_ms + EARLY * 1_000 / self._settings.sample_fps
        if not due:
            return
        for frame, faces in zip(due, self._analyzer.analyze([f.image for f in due]), strict=True):
            self._link(frame, faces)

    def tracks(self) -> list[FaceTrack]:
        """What was followed so far, by start. A track without a face large enough to compare is
        nobody and left out."""
        made = [*self._closed, *(_finished(one) for one in self._open if one.faces)]
        return sorted(made, key=lambda track: (track.start_ms, track.at_ms))

    def _link(self, frame: Frame, faces: Sequence[Face]) -> None:
        at_ms = frame.at_ms
        for track in [one for one in self._open if at_ms - one.last_ms > GAP_MS]:
            self._open.remove(track)
            if track.faces:
                self._closed.append(_finished(track))
        height, width = frame.image.shape[:2]
        liking = self._liking(faces, at_ms, width / height)
        pairs = np.argwhere(np.isfinite(liking))
        order = np.argsort(-liking[tuple(pairs.T)], kind="stable")
        tracks_left = set(range(len(self._open)))
        faces_left = set(range(len(faces)))
        for track_number, face_number in pairs[order].tolist():
            # Each once: two faces of one frame are two people.
            if track_number in tracks_left and face_number in faces_left:
                tracks_left.discard(track_number)
                faces_left.discard(face_number)
                self._add(self._open[track_number], frame, faces[face_number])
        for face_number in sorted(faces_left):
            track = _Growing(path=[], total=np.zeros(self._analyzer.dim))
            self._add(track, frame, faces[face_number])
            self._open.append(track)

    def _liking(self, faces: Sequence[Face], at_ms: int, aspect: float) -> NDArray[np.float64]:
        """How well each face goes on with each open track: (tracks, faces), -inf where it cannot.

        Near in place and size, or surely the same face: that one may have moved on quickly. Never a
        face that is surely another.
        """
        tracks = self._open
        if not tracks or not faces:
            return np.empty((len(tracks), len(faces)))
        before = _boxes([track.last_box for track in tracks])[:, None]
        now = _boxes([face.box for face in faces])[None]
        across, down = (now[..., 0] - before[..., 0]) * aspect, now[..., 1] - before[..., 1]
        away = np.hypot(across, down) / np.maximum(now[..., 2], before[..., 2])
        waited = np.array([at_ms - track.last_ms for track in tracks])[:, None]
        closeness = 1 - away / (REACH + REACH_PER_SECOND * waited / 1_000)
        grown = now[..., 2] / before[..., 2]
        near = (closeness >= 0) & (grown <= SIZE_STEP) & (grown >= 1 / SIZE_STEP)
        means = np.stack([track.total / max(_length(track.total), 1e-9) for track in tracks])
        alike = means @ np.stack([face.embedding for face in faces]).T
        compared = np.outer(
            [track.faces > 0 for track in tracks], [self._is_comparable(face) for face in faces]
        )
        alike = np.where(compared, alike, 0.0)
        sure = compared & (alike >= self._settings.same)
        other = compared & (alike < OTHER)
        liking = alike + np.where(near, closeness, 0) + sure
        return np.where((near | sure) & ~other, liking, -np.inf)

    def _add(self, track: _Growing, frame: Frame, face: Face) -> None:
        track.path.append((frame.at_ms, face.box))
        if not self._is_comparable(face):
            return
        track.faces += 1
        track.total += face.size_px * face.embedding.astype(np.float64)
        if track.best is None or _worth(face) > _worth(track.best):
            track.best, track.best_ms = face, frame.at_ms
            track.picture = _cut(frame.image, face.box)

    def _is_comparable(self, face: Face) -> bool:
        return face.size_px >= self._settings.least_face_px


def _finished(track: _Growing) -> FaceTrack:
    from pipeline.models.crops import to_jpeg

    assert track.best is not None
    assert track.picture is not None
    length = _length(track.total)
    # Faces of one track never point apart so far that nothing is left; the best one if they do.
    mean = track.total / length if length > 1e-9 else track.best.embedding
    return FaceTrack(
        start_ms=track.path[0][0],
        end_ms=track.last_ms + 1,
        at_ms=track.best_ms,
        box=track.best.box,
        size_px=float(track.best.size_px),
        faces=track.faces,
        embedding=np.asarray(mean, np.float32),
        crop=to_jpeg(track.picture, longest_side=CROP_SIDE),
        path=tuple(track.path),
    )


def _cut(image: Image, box: Box) -> Image:
    from pipeline.models.crops import padded_crop

    return padded_crop(image, box, padding=0.3)


def _length(vector: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(vector))


def _worth(face: Face) -> float:
    return face.size_px * face.score


def _boxes(boxes: Sequence[Box]) -> NDArray[np.float64]:
    """(n, 3): the middle across and down, and the height."""
    rows = [(b.left + b.width / 2, b.top + b.height / 2, max(b.height, 1e-9)) for b in boxes]
    return np.array(rows, np.float64)
