"""A library with known videos, written through the same functions the pipeline uses."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import count

from core.types import Actor, Box, Detection, Segment, SegmentKind, VideoFacts
from db import history, videos
from db.pool import Database
from db.segments import list_segments, write_segment

PIPELINE = Actor(name="describer@2", origin="pipeline")
PERSON = Actor(name="jimin", origin="web")
_NUMBERS = count(1)


def facts(duration_ms: int = 60_000) -> VideoFacts:
    return VideoFacts(
        duration_ms=duration_ms,
        start_ms=0,
        fps=10.0,
        width=640,
        height=360,
        codec="h264",
        container="mp4",
        rotation=0,
        has_audio=False,
        browser_playable=True,
        recorded_at=None,
    )


def person(start_ms: int, end_ms: int, *, upper: str | None, lower: str | None = None) -> Detection:
    return Detection(
        label="person",
        start_ms=start_ms,
        end_ms=end_ms,
        at_ms=(start_ms + end_ms) // 2,
        score=0.9,
        box=Box(left=0.4, top=0.2, width=0.2, height=0.6),
        attributes={"upper": upper, "lower": lower},
    )


def draft(
    video_id: int,
    start_ms: int,
    end_ms: int,
    caption: str = "",
    caption_ko: str = "",
    *,
    kind: SegmentKind = "activity",
    detections: tuple[Detection, ...] = (),
) -> Segment:
    return Segment(
        id=0,
        video_id=video_id,
        start_ms=start_ms,
        end_ms=end_ms,
        kind=kind,
        caption=caption,
        caption_ko=caption_ko,
        caption_author=PIPELINE.name,
        needs_caption=False,
        state="live",
        revision=1,
        thumbnail_ms=start_ms,
        detections=detections,
    )


def add_video(
    database: Database,
    captions: Sequence[tuple[int, int, str, str]] = (),
    *,
    duration_ms: int = 60_000,
    camera: str | None = None,
    title: str | None = None,
    path: str | None = None,
    sha256: str | None = None,
) -> int:
    """A ready video with one segment per ``(start_ms, end_ms, caption, caption_ko)``."""
    number = next(_NUMBERS)
    with database.transaction() as conn:
        camera_id = videos.upsert_camera(conn, camera, "UTC") if camera else None
        video_id = videos.insert_video(
            conn,
            source=path or f"clip-{number}.mp4",
            path=path or f"clip-{number}.mp4",
            sha256=sha256 or hashlib.sha256(str(number).encode()).hexdigest(),
            title=title or f"clip-{number}",
            camera_id=camera_id,
            facts=facts(duration_ms),
        )
        assert video_id is not None
        videos.set_progress(conn, video_id, status="ready", progress=1.0)
        add_segments(
            conn, video_id, [draft(video_id, start, end, en, ko) for start, end, en, ko in captions]
        )
    return video_id


def add_segments(conn: object, video_id: int, drafts: Sequence[Segment]) -> list[int]:
    """Store segments as one ingest operation of the pipeline."""
    videos.lock_video(conn, video_id)
    assert history.open_change_set(conn, video_id=video_id, kind="ingest", by=PIPELINE)
    ids = [write_segment(conn, segment, before=None) for segment in drafts]
    history.flush(conn)
    return ids


def segments(database: Database, video_id: int) -> list[Segment]:
    with database.transaction() as conn:
        return list_segments(conn, video_id)
