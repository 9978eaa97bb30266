"""Videos and cameras: rows in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from core.errors import NotFound
from core.types import Camera, Video, VideoFacts, VideoStatus
from db.queries import queries
from db.rows import Connection, execute, fetch_all, fetch_one, fetch_value

SQL = queries("videos")
_FACT_NAMES = tuple(f.name for f in fields(VideoFacts))


def list_videos(conn: Connection, *, limit: int = 200, offset: int = 0) -> list[Video]:
    """Newest first."""
    return [
        video_from_row(row)
        for row in fetch_all(conn, SQL["list_videos"], {"limit": limit, "offset": offset})
    ]


def count_videos(conn: Connection) -> int:
    return int(fetch_value(conn, SQL["count_videos"]))


def get_video(conn: Connection, video_id: int) -> Video:
    """Raises NotFound."""
    row = fetch_one(conn, SQL["get_video"], {"video_id": video_id})
    if row is None:
        raise NotFound(f"There is no video {video_id}.")
    return video_from_row(row)


def find_video(conn: Connection, wanted: str) -> Video:
    """By id, source, path or title. Raises NotFound."""
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        return get_video(conn, int(wanted))
    row = fetch_one(conn, SQL["find_by_source"], {"source": wanted})
    if row is None:
        raise NotFound(
            f"There is no video {wanted}; `python -m pipeline videos` lists the ones there are."
        )
    return get_video(conn, row["id"])


def find_by_sha256(conn: Connection, sha256: str) -> int | None:
    """The id of the video with these bytes, if it is in the library."""
    row = fetch_one(conn, SQL["find_by_sha256"], {"sha256": sha256})
    return None if row is None else int(row["id"])


def insert_video(
    conn: Connection,
    *,
    source: str,
    path: str,
    sha256: str,
    title: str,
    camera_id: int | None,
    facts: VideoFacts,
    recorded_at: datetime | None = None,
) -> int | None:
    """The new id, or None where these bytes are in the library already."""
    values = {name: getattr(facts, name) for name in _FACT_NAMES}
    values |= {"source": source, "path": path, "sha256": sha256, "title": title}
    values |= {"camera_id": camera_id, "fixed_camera": True if camera_id else None}
    values |= {"recorded_at": recorded_at or facts.recorded_at}
    row = fetch_one(conn, SQL["insert_video"], values)
    return None if row is None else int(row["id"])


def move_video(conn: Connection, video_id: int, *, path: str, source: str) -> None:
    """Remember the new place of a file that was moved."""
    execute(conn, SQL["move_video"], {"video_id": video_id, "path": path, "source": source})


def set_progress(
    conn: Connection,
    video_id: int,
    *,
    status: VideoStatus,
    stage: str | None = None,
    progress: float = 0.0,
    error: str | None = None,
) -> None:
    """What the library page and the progress bars show."""
    values = {
        "video_id": video_id,
        "status": status,
        "stage": stage,
        "progress": progress,
    }
    execute(conn, SQL["set_progress"], values | {"error": error})


def is_fixed_camera(conn: Connection, video_id: int) -> bool | None:
    """What was said or found out about the viewpoint; None before it is known."""
    row = fetch_one(conn, SQL["get_video"], {"video_id": video_id})
    return None if row is None else row["fixed_camera"]


def set_fixed_camera(conn: Connection, video_id: int, fixed_camera: bool) -> None:
    values = {"video_id": video_id, "fixed_camera": fixed_camera}
    execute(conn, SQL["set_fixed_camera"], values)


def lock_video(conn: Connection, video_id: int) -> None:
    """Hold the video for this transaction. Raises NotFound."""
    if fetch_one(conn, SQL["lock_video"], {"video_id": video_id}) is None:
        raise NotFound(f"There is no video {video_id}.")


def finished_stages(conn: Connection, video_id: int) -> dict[str, int]:
    """Stage name -> milliseconds it took."""
    rows = fetch_all(conn, SQL["finished_stages"], {"video_id": video_id})
    return {row["stage"]: row["took_ms"] for row in rows}


def finish_stage(conn: Connection, video_id: int, stage: str, *, took_ms: int) -> None:
    """Call in the transaction that stores the stage's result."""
    values = {"video_id": video_id, "stage": stage, "took_ms": took_ms}
    execute(conn, SQL["finish_stage"], values)
    execute(conn, SQL["finish_failure"], {"video_id": video_id, "stage": stage})


def fail_stage(conn: Connection, video_id: int, stage: str, error: str) -> None:
    """Remember why a stage the video can do without was not done; it will be tried again."""
    execute(conn, SQL["fail_stage"], {"video_id": video_id, "stage": stage, "error": error})


def begin_stage(conn: Connection, video_id: int, stage: str, error: str) -> int:
    """Remember ``error`` should the process die in this stage; ``finish_stage``, ``fail_stage``
    and ``leave_stage`` take it back. Returns how many times in a row it was begun without an end.
    """
    values = {"video_id": video_id, "stage": stage, "error": error}
    return int(fetch_value(conn, SQL["begin_stage"], values))


def leave_stage(conn: Connection, video_id: int, stage: str, error: str) -> None:
    """The stage begun with ``error`` ended in order, without a result."""
    values = {"video_id": video_id, "stage": stage, "error": error}
    execute(conn, SQL["leave_stage"], values)
    execute(conn, SQL["forget_begun"], values)


def has_progressed(conn: Connection, video_id: int, stage: str) -> None:
    """A stage that keeps what it has done got further: earlier deaths are forgiven."""
    execute(conn, SQL["has_progressed"], {"video_id": video_id, "stage": stage})


def failed_stages(conn: Connection, video_id: int) -> dict[str, str]:
    """Stage name -> the sentence that says why, in the order they failed."""
    rows = fetch_all(conn, SQL["failed_stages"], {"video_id": video_id})
    return {row["stage"]: row["error"] for row in rows}


def with_failed_stages(conn: Connection) -> list[int]:
    """The videos that have a stage to try again."""
    return [row["video_id"] for row in fetch_all(conn, SQL["with_failed_stages"])]


def has_vectors(conn: Connection, video_id: int) -> bool:
    """True where meaning finds some moment of the video."""
    return bool(fetch_value(conn, SQL["has_vectors"], {"video_id": video_id}))


def redo_stage(conn: Connection, video_id: int, stage: str) -> None:
    """Have the next ingest of the video do the stage again."""
    execute(conn, SQL["redo_stage"], {"video_id": video_id, "stage": stage})


def upsert_camera(conn: Connection, name: str, timezone: str) -> int:
    return int(fetch_value(conn, SQL["upsert_camera"], {"name": name, "timezone": timezone}))


def list_cameras(conn: Connection) -> list[Camera]:
    return [Camera(**row) for row in fetch_all(conn, SQL["list_cameras"])]


def video_from_row(row: Mapping[str, Any]) -> Video:
    """A row of ``get_video`` as a value."""
    facts = VideoFacts(**{name: row[name] for name in _FACT_NAMES})
    names = [f.name for f in fields(Video) if f.name != "facts"]
    return Video(facts=facts, **{name: row[name] for name in names})
