"""Frames of a video kept on disk for the models that come after the one pass of decoding."""

from __future__ import annotations

import bisect
import itertools
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np

from pipeline.frames import Frame
from pipeline.media import replacing
from pipeline.video import frame_at

WIDTH = 1280
"""Pixels a kept frame is wide: a person of a tenth of the height still has 70 rows."""

MOST_OF_A_SEGMENT = 24
"""The twelve of a segment that a video encoder asks for, and no moment in it further from a kept
frame than a 48th of its length: a caption's picture is 0.4 s off in a segment of 20 s."""

JPEG_QUALITY = 88

MOST_BYTES = 2 << 30
"""Of one video, in all: seven hours of a camera before which something always moves. Frames of
1280 x 720 make 0.3 GB an hour in segments of a minute (48 a segment at quality 90 made 0.65)."""

NEAR_SHARE, NEAR_MS = 0.5, 500
"""A kept frame stands for a moment up to this share of the distance between kept frames away, and
always for one this near."""


class Shelf:
    """Keeps at most MOST_OF_A_SEGMENT frames of each of ``spans`` (start_ms, end_ms); what was not
    kept, or is gone, is decoded when it is asked for.

    ``name`` is the pass that keeps frames: it adds to and removes its own only. Frames are handed
    out whichever pass kept them, they are of the same video. One shelf writes under a name at a
    time. Beyond ``most_bytes`` the earliest segments are let go.
    """

    width = WIDTH

    def __init__(
        self,
        folder: Path,
        path: Path,
        spans: Sequence[tuple[int, int]],
        *,
        name: str = "ingest",
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._own, self._path, self._most_bytes = folder / name, path, most_bytes
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]
        # A process that was killed leaves hidden halves of files behind: their names are no times.
        files = [file for file in folder.glob("*/*.jpg") if file.stem.isdecimal()]
        self._files = {int(file.stem): file for file in files}
        self._kept = sorted(self._files)
        self._bytes: dict[int, int] | None = None
        self._last_ms: int | None = None

    def see(self, frames: Sequence[Frame], _anybody: Sequence[bool]) -> None:
        """Keep those frames that are far enough from the last kept one."""
        for frame in frames:
            near_ms = self._gap_ms(frame.at_ms)
            if self._last_ms is None or not 0 <= frame.at_ms - self._last_ms < near_ms:
                self._write(frame)
                self._last_ms = frame.at_ms

    def picture(self, at_ms: int, *, exact: bool = False) -> Frame:
        """The kept frame nearest to ``at_ms``, or the decoded one where none is near enough
        (``exact``: none of that very time). Raises UnreadableMedia."""
        position = bisect.bisect_left(self._kept, at_ms)
        near = self._kept[max(position - 1, 0) : position + 1]
        nearest = min(near, key=lambda kept_ms: abs(kept_ms - at_ms), default=None)
        within_ms = 0.0 if exact else self._within_ms(at_ms)
        if nearest is not None and abs(nearest - at_ms) <= within_ms:
            image = cv2.imread(str(self._files[nearest]), cv2.IMREAD_COLOR)
            if image is not None:
                return Frame(at_ms=nearest, image=np.asarray(image, dtype=np.uint8))
        return frame_at(self._path, at_ms, width=WIDTH)

    def remove(self) -> None:
        """Delete what the pass of this name kept."""
        shutil.rmtree(self._own, ignore_errors=True)
        self._files = {ms: file for ms, file in self._files.items() if file.parent != self._own}
        self._kept = sorted(self._files)
        self._bytes, self._last_ms = None, None

    def _span(self, at_ms: int) -> tuple[int, int] | None:
        index = max(bisect.bisect_right(self._starts, at_ms) - 1, 0)
        return self._spans[index] if self._spans else None

    def _gap_ms(self, at_ms: int) -> float:
        span = self._span(at_ms)
        return 0.0 if span is None else (span[1] - span[0]) / MOST_OF_A_SEGMENT

    def _within_ms(self, at_ms: int) -> float:
        """A quiet stretch is looked at every few seconds only, as nothing changes in between: there
        the frames kept of the segment stand for all of it."""
        usual = max(NEAR_SHARE * self._gap_ms(at_ms), NEAR_MS)
        span = self._span(at_ms)
        if span is None or not span[0] <= at_ms < span[1]:
            return usual
        first, last = (bisect.bisect_left(self._kept, edge) for edge in span)
        kept = self._kept[first:last]
        return max([usual, *(after - before for before, after in itertools.pairwise(kept))])

    def _write(self, frame: Frame) -> None:
        _, jpeg = cv2.imencode(".jpg", frame.image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        sizes = self._sizes()
        file = self._own / f"{frame.at_ms:012d}.jpg"
        with replacing(file) as part:
            part.write_bytes(jpeg.tobytes())
        sizes[frame.at_ms] = len(jpeg)
        self._files[frame.at_ms] = file
        if frame.at_ms not in self._kept:
            bisect.insort(self._kept, frame.at_ms)
        while sum(sizes.values()) > self._most_bytes and self._drop_earliest(but=frame.at_ms):
            pass

    def _sizes(self) -> dict[int, int]:
        """Bytes of each own frame; what a killed pass left half written goes first."""
        if self._bytes is None:
            for half in self._own.glob(".*.jpg"):
                half.unlink(missing_ok=True)
            own = {ms: file for ms, file in self._files.items() if file.parent == self._own}
            self._bytes = {ms: file.stat().st_size for ms, file in own.items()}
        return self._bytes

    def _drop_earliest(self, *, but: int) -> bool:
        """Let go of the first segment's frames, all of them: a segment of which some are gone would
        pass for a quiet one. False where only that of ``but`` is left."""
        sizes = self._sizes()
        span = self._span(min(sizes))
        if span == self._span(but):
            return False
        for at_ms in [ms for ms in sizes if self._span(ms) == span]:
            with suppress(OSError):
                self._files.pop(at_ms).unlink()
            self._kept.remove(at_ms)
            del sizes[at_ms]
        return True
