"""What every stage works with, and how each opens and closes its piece of work."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.config import Config
from core.errors import NotFound
from core.types import Actor, ChangeKind, Segment, Video
from db import history, videos
from db.pool import Database
from db.rows import Connection
from pipeline.media import shelf_dir
from pipeline.registry import Registry

if TYPE_CHECKING:
    from pipeline.models.shelf import Shelf

PIPELINE = Actor(name="pipeline", origin="pipeline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What every stage needs."""

    config: Config
    database: Database
    registry: Registry


def path_of(video: Video) -> Path:
    """The file; raises NotFound where it is gone."""
    path = Path(video.path)
    if not path.is_file():
        raise NotFound(f"{path} is not there any more; put it back or ingest it at its new place.")
    return path


def shelf_of(
    workshop: Workshop, video: Video, segments: Sequence[Segment], *, name: str = "ingest"
) -> Shelf:
    """The frames kept of a video by whichever pass; what is not kept is decoded when asked for.
    ``name`` is the pass that keeps or removes some."""
    from pipeline.models.shelf import Shelf

    spans = [(one.start_ms, one.end_ms) for one in segments]
    return Shelf(shelf_dir(workshop.config, video.id), path_of(video), spans, name=name)


def open_change(conn: Connection, video_id: int, kind: ChangeKind, by: Actor) -> None:
    """Lock the video; what this transaction writes of its segments is one operation."""
    videos.lock_video(conn, video_id)
    history.open_change_set(conn, video_id=video_id, kind=kind, by=by)


def finish(conn: Connection, video: Video, stage: str, started: float) -> None:
    """Mark the stage done, ``started`` being its time.perf_counter()."""
    took_ms = round((time.perf_counter() - started) * 1_000)
    videos.finish_stage(conn, video.id, stage, took_ms=took_ms)
