"""Frames of a video kept on disk for the models that come after the one pass of decoding."""

from __future__ import annotations

import bisect
import shutil
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from pipeline.frames import Frame
from pipeline.media import replacing
from pipeline.video import frame_at

WIDTH = 1280
"""Pixels a kept frame is wide: a person of a tenth of the height still has 70 rows."""

MOST_OF_A_SEGMENT = 48
JPEG_QUALITY = 90

NEAR_SHARE = 0.5
"""A kept frame stands for a moment up to this share of the distance between kept frames away."""


class Shelf:
    """Keeps at most MOST_OF_A_SEGMENT frames of each of ``spans`` (start_ms, end_ms); what was not
    kept, or is gone, is decoded when it is asked for."""

    width = WIDTH

    def __init__(self, folder: Path, path: Path, spans: Sequence[tuple[int, int]]) -> None:
        self._folder, self._path = folder, path
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]
        self._kept = sorted(int(file.stem) for file in folder.glob("*.jpg"))

    def see(self, frames: Sequence[Frame], _anybody: Sequence[bool]) -> None:
        """Keep those frames that are far enough from the last kept one."""
        for frame in frames:
            gap_ms = self._gap_ms(frame.at_ms)
            if self._kept and 0 <= frame.at_ms - self._kept[-1] < gap_ms:
                continue
            self._write(frame)

    def picture(self, at_ms: int, *, exact: bool = False) -> Frame:
        """The kept frame nearest to ``at_ms``, or the decoded one where none is near enough
        (``exact``: none of that very time). Raises UnreadableMedia."""
        position = bisect.bisect_left(self._kept, at_ms)
        near = self._kept[max(position - 1, 0) : position + 1]
        nearest = min(near, key=lambda kept_ms: abs(kept_ms - at_ms), default=None)
        within_ms = 0 if exact else max(NEAR_SHARE * self._gap_ms(at_ms), 500)
        if nearest is not None and abs(nearest - at_ms) <= within_ms:
            image = cv2.imread(str(self._file(nearest)), cv2.IMREAD_COLOR)
            if image is not None:
                return Frame(at_ms=nearest, image=np.asarray(image, dtype=np.uint8))
        return frame_at(self._path, at_ms, width=WIDTH)

    def remove(self) -> None:
        """Delete what was kept."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._kept = []

    def _gap_ms(self, at_ms: int) -> float:
        index = max(bisect.bisect_right(self._starts, at_ms) - 1, 0)
        if not self._spans:
            return 0.0
        start_ms, end_ms = self._spans[index]
        return (end_ms - start_ms) / MOST_OF_A_SEGMENT

    def _write(self, frame: Frame) -> None:
        _, jpeg = cv2.imencode(".jpg", frame.image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        with replacing(self._file(frame.at_ms)) as part:
            part.write_bytes(jpeg.tobytes())
        if frame.at_ms not in self._kept:
            bisect.insort(self._kept, frame.at_ms)

    def _file(self, at_ms: int) -> Path:
        return self._folder / f"{at_ms:012d}.jpg"
