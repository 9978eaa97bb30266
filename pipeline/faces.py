"""Faces of a video: seen in the one pass of decoding, stored as appearances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from core.errors import ClipOpsError
from core.types import Segment, Video
from db import videos
from db.segments import list_segments
from pipeline.frames import Frame, Progress
from pipeline.ports import FaceAnalyzer
from pipeline.workshop import Workshop, finish, path_of

if TYPE_CHECKING:
    from pipeline.face_tracks import FaceWatch

WIDTH = 1280
"""Frames are searched for faces this wide: in full HD a face of 75 pixels still has 50."""

AROUND_MS = 500
"""Somebody's face may be in view a little before and after the body was found."""


class FaceWitness:
    """Watches the pass for faces. A model that fails ends the watching, not the pass; ``error``
    says why. ``everywhere``: look at frames without anybody too (close-ups show no body)."""

    width = WIDTH

    def __init__(self, analyzer: FaceAnalyzer | None, watch: FaceWatch | None) -> None:
        self.analyzer = analyzer
        self.watch = watch
        self.error: ClipOpsError | None = None
        self.everywhere = False

    @classmethod
    def of(cls, workshop: Workshop, *, everywhere: bool) -> FaceWitness | None:
        """None where this configuration has no face model."""
        if not workshop.registry.has("face_analyzer"):
            return None
        from pipeline.face_tracks import FaceWatch

        made = cls(None, None)
        made.everywhere = everywhere
        try:
            analyzer = workshop.registry.face_analyzer()
        except ClipOpsError as error:
            made.error = error
            return made
        assert analyzer is not None
        made.analyzer, made.watch = analyzer, FaceWatch(analyzer, workshop.config.people)
        return made

    def see(self, frames: Sequence[Frame], anybody: Sequence[bool]) -> None:
        if self.watch is None or self.error is not None:
            return
        chosen = [f for f, some in zip(frames, anybody, strict=True) if some or self.everywhere]
        try:
            self.watch.see(chosen)
        except ClipOpsError as error:
            self.error = error


def find_faces(workshop: Workshop, video: Video, progress: Progress) -> FaceWitness:
    """A pass for faces alone, through the stretches with somebody in them.

    Raises what the face model raises.
    """
    from pipeline.reading_ahead import read_ahead
    from pipeline.video import sample_frames

    with workshop.database.transaction() as conn:
        segments = list_segments(conn, video.id)
        fixed_camera = bool(videos.is_fixed_camera(conn, video.id))
    seen = FaceWitness.of(workshop, everywhere=True)
    if seen is None:
        return FaceWitness(None, None)
    stretches = list(_with_somebody(segments) if fixed_camera else _spans(segments))
    for done, (start_ms, end_ms) in enumerate(stretches, start=1):
        frames = sample_frames(
            path_of(video),
            fps=workshop.config.people.sample_fps,
            width=WIDTH,
            start_ms=start_ms,
            end_ms=end_ms,
        )
        for frame in read_ahead(frames):
            seen.see([frame], [True])
            if seen.error is not None:
                break
        progress(done / len(stretches))
    if seen.error is not None:
        raise seen.error
    return seen


def store_faces(workshop: Workshop, video: Video, seen: FaceWitness, started: float) -> None:
    """Store what was seen and finish the stage; ``started`` is its time.perf_counter()."""
    from pipeline.people import store_appearances

    if seen.analyzer is not None and seen.watch is not None:
        store_appearances(workshop, video, seen.analyzer, seen.watch.tracks())
    with workshop.database.transaction() as conn:
        finish(conn, video, "faces", started)


def _spans(segments: Sequence[Segment]) -> Iterator[tuple[int, int]]:
    for one in segments:
        yield one.start_ms, one.end_ms


def _with_somebody(segments: Sequence[Segment]) -> Iterator[tuple[int, int]]:
    """The times of all people, widened a little, overlapping ones joined."""
    spans = sorted(
        (max(one.start_ms - AROUND_MS, 0), one.end_ms + AROUND_MS)
        for segment in segments
        for one in segment.detections
        if one.label == "person"
    )
    while spans:
        start_ms, end_ms = spans.pop(0)
        while spans and spans[0][0] <= end_ms:
            end_ms = max(end_ms, spans.pop(0)[1])
        yield start_ms, end_ms
