"""Ingest: from what a person typed to a video that can be searched.

A video and the job that finishes it are stored in one transaction, so whoever dies in between,
a worker completes it. The command line does the work itself while it runs (pipeline.processing).
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import ClipOpsError, NotFound, ServiceUnavailable
from core.types import VideoStatus
from db import jobs, videos
from db.rows import Connection
from pipeline.processing import Report, again, process
from pipeline.sources import Source, resolve, sha256_of
from pipeline.stages import wanted
from pipeline.workshop import Workshop


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one source. ``error`` is one sentence, ``video_id`` None before storage."""

    video_id: int | None
    source: str
    status: VideoStatus
    segments: int
    error: str | None


def ingest(
    workshop: Workshop, arguments: Sequence[str], *, camera: str | None, report: Report
) -> list[Outcome]:
    """Ingest files, folders and links; one that fails does not stop the others.

    Raises NotFound before anything is done where there is no such camera.
    """
    with workshop.database.transaction() as conn:
        camera_id = None if camera is None else find_camera(conn, camera)
    outcomes = []
    for argument in arguments:
        try:
            report.stage(argument, "find")
            sources = resolve(workshop.config, [argument], report.progress)
        except ClipOpsError as error:
            outcomes.append(_failed(argument, error))
            continue
        outcomes += [_ingest_one(workshop, source, camera_id, report) for source in sources]
    return outcomes


def register(workshop: Workshop, source: Source, camera_id: int | None, report: Report) -> int:
    """Probe, hash and store a video with its job, once; returns the id.

    Raises UnreadableMedia where it is none; nothing is stored then.
    """
    from pipeline.video import probe

    report.stage(source.title, "probe")
    facts = probe(source.path)
    sha256 = sha256_of(source.path, report.progress)
    place = {"path": str(source.path), "source": source.uri}
    with workshop.database.transaction() as conn:
        video_id = videos.insert_video(
            conn,
            sha256=sha256,
            title=source.title,
            camera_id=camera_id,
            facts=facts,
            recorded_at=source.recorded_at or facts.recorded_at,
            **place,
        )
        if video_id is not None:
            jobs.defer_ingest(conn, video_id)
            return video_id
        known_id = videos.find_by_sha256(conn, sha256)
        if known_id is None:
            raise ServiceUnavailable("The video was removed while it was ingested; try again.")
        known = videos.get_video(conn, known_id)
        if not Path(known.path).exists():
            videos.move_video(conn, known_id, **place)
        if known.status != "ready" or _is_incomplete(workshop, conn, known_id):
            again(conn, known_id)
        return known_id


def _is_incomplete(workshop: Workshop, conn: Connection, video_id: int) -> bool:
    """True where a stage failed, or a model was configured since that has not seen the video."""
    return not set(wanted(workshop.registry)) <= set(videos.finished_stages(conn, video_id))


def find_camera(conn: Connection, name: str) -> int:
    """Raises NotFound with the nearest name and how to add one."""
    cameras = {camera.name: camera.id for camera in videos.list_cameras(conn)}
    if name in cameras:
        return cameras[name]
    near = difflib.get_close_matches(name, cameras, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise NotFound(
        f"There is no camera {name}.{hint} Add it with: python -m pipeline cameras add {name}"
    )


def _ingest_one(
    workshop: Workshop, source: Source, camera_id: int | None, report: Report
) -> Outcome:
    video_id = None
    try:
        video_id = register(workshop, source, camera_id, report)
        video = process(workshop, video_id, report)
    except ClipOpsError as error:
        return _failed(source.uri, error, video_id)
    return Outcome(
        video_id=video.id,
        source=video.source,
        status=video.status,
        segments=video.segment_count,
        error=video.error,
    )


def _failed(source: str, error: ClipOpsError, video_id: int | None = None) -> Outcome:
    # A name that is not UTF-8 must not break the document it is reported in.
    shown = source.encode(errors="replace").decode()
    return Outcome(video_id=video_id, source=shown, status="failed", segments=0, error=str(error))
