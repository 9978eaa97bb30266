"""The stages that make a stored video searchable. Each commits its own result, once.

A stage runs again only where its result is missing, so a killed ingest goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from core.config import Config
from core.errors import NotFound
from core.types import Actor, ChangeKind, Segment, Video
from db import history, videos
from db.pool import Database
from db.rows import Connection
from db.segments import get_segments, list_segments, write_segment
from db.spaces import Unembedded, ensure_space, insert_vector, unembedded
from pipeline.frames import Progress
from pipeline.media import browser_copy_path, thumbnail_path
from pipeline.registry import Registry
from pipeline.search import CAPTION_SPACE

PIPELINE = Actor(name="pipeline", origin="pipeline")
EMBED_BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What every stage needs."""

    config: Config
    database: Database
    registry: Registry


Stage = Callable[[Workshop, Video, Progress], None]


def segment(workshop: Workshop, video: Video, progress: Progress) -> None:
    """Cut the video into shots, or into activity and quiet stretches."""
    from pipeline.segmenting import cut

    started = time.perf_counter()
    with workshop.database.transaction() as conn:
        fixed_camera = videos.is_fixed_camera(conn, video.id)
    drafts = cut(
        _path(video),
        video.facts,
        fixed_camera=fixed_camera,
        config=workshop.config.ingest,
        progress=progress,
    )
    with workshop.database.transaction() as conn:
        _open(conn, video.id, "ingest", PIPELINE)
        for draft in drafts:
            new = Segment(
                id=0,
                video_id=video.id,
                start_ms=draft.start_ms,
                end_ms=draft.end_ms,
                kind=draft.kind,
                caption="",
                caption_ko="",
                caption_author="",
                needs_caption=True,
                state="live",
                revision=1,
                thumbnail_ms=(draft.start_ms + draft.end_ms) // 2,
            )
            write_segment(conn, new, before=None)
        videos.set_fixed_camera(conn, video.id, all(d.kind != "shot" for d in drafts))
        _finish(conn, video, "segment", started)


def understand(workshop: Workshop, video: Video, progress: Progress) -> None:
    """See people, clothes and movement in each segment and say so in both languages."""
    started = time.perf_counter()
    caption(workshop, video, progress, kind="ingest")
    with workshop.database.transaction() as conn:
        _finish(conn, video, "understand", started)


def caption(workshop: Workshop, video: Video, progress: Progress, *, kind: ChangeKind) -> int:
    """Caption the segments that need it; a person who was faster keeps the last word.

    Returns how many were captioned.
    """
    from pipeline.understanding import understand as look

    with workshop.database.transaction() as conn:
        fixed_camera = bool(videos.is_fixed_camera(conn, video.id))
        waiting = [s for s in list_segments(conn, video.id) if s.needs_caption]
    if not waiting:
        return 0
    seen = look(
        _path(video),
        video.facts,
        [(s.start_ms, s.end_ms, s.kind) for s in waiting],
        registry=workshop.registry,
        fixed_camera=fixed_camera,
        sample_fps=workshop.config.ingest.sample_fps,
        progress=progress,
    )
    with workshop.database.transaction() as conn:
        author = Actor(name=seen[0].author, origin="pipeline")
        _open(conn, video.id, kind, author)
        present = get_segments(conn, [s.id for s in waiting])
        for old, new in zip(waiting, seen, strict=True):
            if present[old.id].revision != old.revision:
                continue
            captioned = replace(
                old,
                caption=new.caption,
                caption_ko=new.caption_ko,
                caption_author=new.author,
                needs_caption=False,
                thumbnail_ms=min(max(new.thumbnail_ms, old.start_ms), old.end_ms - 1),
                detections=new.detections,
            )
            write_segment(conn, captioned, before=old)
    return len(waiting)


def thumbnails(workshop: Workshop, video: Video, progress: Progress) -> None:
    """One picture per segment, at the moment that shows most."""
    started = time.perf_counter()
    write_thumbnails(workshop, video, progress)
    with workshop.database.transaction() as conn:
        _finish(conn, video, "thumbnails", started)


def write_thumbnails(workshop: Workshop, video: Video, progress: Progress) -> None:
    """Write the pictures that are missing."""
    from pipeline.video import write_thumbnail

    with workshop.database.transaction() as conn:
        present = list_segments(conn, video.id)
    for done, one in enumerate(present, start=1):
        target = thumbnail_path(workshop.config, video.id, one.thumbnail_ms)
        if not target.exists():
            write_thumbnail(_path(video), one.thumbnail_ms, target)
        progress(done / len(present))


def copy(workshop: Workshop, video: Video, progress: Progress) -> None:
    """A copy that browsers play, where they cannot play the original."""
    from pipeline.video import write_browser_copy

    started = time.perf_counter()
    target = browser_copy_path(workshop.config, video.id)
    if not video.facts.browser_playable and not target.exists():
        write_browser_copy(_path(video), target, progress)
    with workshop.database.transaction() as conn:
        _finish(conn, video, "copy", started)


def embed(workshop: Workshop, video: Video, progress: Progress) -> None:
    """A vector for every segment's words."""
    started = time.perf_counter()
    write_vectors(workshop, video, progress)
    with workshop.database.transaction() as conn:
        _finish(conn, video, "embed", started)


def write_vectors(workshop: Workshop, video: Video, progress: Progress) -> None:
    """Write the vectors that are missing."""
    encoder = workshop.registry.text_encoder()
    with workshop.database.transaction() as conn:
        space = ensure_space(
            conn,
            kind=CAPTION_SPACE,
            model=encoder.name,
            revision=encoder.revision,
            dim=encoder.dim,
        )
        waiting = unembedded(conn, space, video.id)
    for first in range(0, len(waiting), EMBED_BATCH):
        batch = waiting[first : first + EMBED_BATCH]
        vectors = encoder.encode([document(one) for one in batch])
        with workshop.database.transaction() as conn:
            for one, vector in zip(batch, vectors, strict=True):
                insert_vector(conn, space, one, vector.tolist())
        progress((first + len(batch)) / len(waiting))


def document(one: Unembedded) -> str:
    """The text a segment is embedded by: English where there is some, else the Korean."""
    return one.caption or one.caption_ko


STAGES: dict[str, Stage] = {
    "segment": segment,
    "understand": understand,
    "thumbnails": thumbnails,
    "copy": copy,
    "embed": embed,
}


def _path(video: Video) -> Path:
    path = Path(video.path)
    if not path.is_file():
        raise NotFound(f"{path} is not there any more; put it back or ingest it at its new place.")
    return path


def _open(conn: Connection, video_id: int, kind: ChangeKind, by: Actor) -> None:
    videos.lock_video(conn, video_id)
    history.open_change_set(conn, video_id=video_id, kind=kind, by=by)


def _finish(conn: Connection, video: Video, stage: str, started: float) -> None:
    took_ms = round((time.perf_counter() - started) * 1_000)
    videos.finish_stage(conn, video.id, stage, took_ms=took_ms)
