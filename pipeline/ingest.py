"""Ingest: from what a person typed to a video that can be searched.

A video and the job that finishes it are stored in one transaction, so whoever dies in between,
a worker completes it. The command line does the work itself while it runs; whoever holds the
video's lock works, everybody else watches.
"""

from __future__ import annotations

import difflib
import secrets
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

from core.errors import ClipOpsError, NotFound, ServiceUnavailable
from core.types import Video, VideoStatus
from db import jobs, videos
from db.pool import Database
from db.rows import Connection
from pipeline.media import shelf_dir
from pipeline.sources import Source, resolve, sha256_of
from pipeline.stages import OPTIONAL, STAGES, wanted
from pipeline.workshop import Workshop

log = structlog.get_logger()

WATCH_INTERVAL_S = 0.3
REPORT_INTERVAL_S = 0.5
MOST_DEATHS = 3


class Report(Protocol):
    """Who wants to know how far it is: a progress bar, or nobody."""

    def stage(self, title: str, stage: str, /) -> None:
        """``stage`` of the video ``title`` begins."""

    def progress(self, share: float, /) -> None:
        """``share`` (0..1) of the stage is done."""


class Silent:
    """A report nobody reads."""

    def stage(self, _title: str, _stage: str) -> None:
        return None

    def progress(self, _share: float) -> None:
        return None


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


def again(conn: Connection, video_id: int) -> None:
    """Have the worker do what is missing of a video."""
    if not jobs.is_ingest_waiting(conn, video_id):
        videos.set_progress(conn, video_id, status="queued")
        jobs.defer_ingest(conn, video_id)


def process(workshop: Workshop, video_id: int, report: Report) -> Video:
    """Run the missing stages, or watch the process that does; returns the video when done.

    Raises what a stage raises; errors that trying again cannot mend mark the video failed.
    """
    with jobs.working_on(workshop.database.url, jobs.INGEST, video_id) as mine:
        if mine:
            return _run_stages(workshop, video_id, report)
    return _watch(workshop, video_id, report)


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


def _run_stages(workshop: Workshop, video_id: int, report: Report) -> Video:
    with workshop.database.transaction() as conn:
        video = videos.get_video(conn, video_id)
        finished = videos.finished_stages(conn, video_id)
    for name in wanted(workshop.registry):
        if name in finished:
            continue
        stage = STAGES[name]
        progress = _Progress(workshop.database, video, name, report)
        if name in OPTIONAL and not _may_begin(workshop, video_id, name):
            continue
        try:
            stage(workshop, video, progress)
        except ServiceUnavailable:
            raise
        except ClipOpsError as error:
            _mark_failed(workshop, video_id, name, error)
            if name not in OPTIONAL:
                raise
        except Exception as error:  # the edge of a job: other videos go on, nobody is left waiting
            broken = _broken(video_id, name)
            _mark_failed(workshop, video_id, name, broken)
            if name not in OPTIONAL:
                raise broken from error
    return _ready(workshop, video_id)


def _may_begin(workshop: Workshop, video_id: int, stage: str) -> bool:
    """False for a stage whose model took the process down again and again: the video is better
    without it than never ready. Asking for the stage anew counts from the start."""
    stopped = (
        f"The process stopped in the middle of the stage {stage}, {MOST_DEATHS} times."
    )
    with workshop.database.transaction() as conn:
        begun = videos.begin_stage(conn, video_id, stage, stopped)
        if begun > MOST_DEATHS:
            videos.fail_stage(conn, video_id, stage, stopped)
    return begun <= MOST_DEATHS


def _ready(workshop: Workshop, video_id: int) -> Video:
    """The video can be searched; what some model could not do is said with it."""
    with workshop.database.transaction() as conn:
        failed = videos.failed_stages(conn, video_id)
        videos.set_progress(conn, video_id, status="ready", progress=1.0, error=_not_done(failed))
        jobs.finish_ingests(conn, video_id)
        video = videos.get_video(conn, video_id)
    if not failed:
        shutil.rmtree(shelf_dir(workshop.config, video_id), ignore_errors=True)
    return video


NOT_DONE = {
    "faces": "faces were not looked for",
    "caption": "the captions are the simple ones",
    "clothes": "clothes were not named",
    "clips": "pictures cannot be searched by meaning",
}


def _not_done(failed: Mapping[str, str]) -> str | None:
    """One sentence for the stages a ready video lacks, the first reason with it."""
    if not failed:
        return None
    missing = "; ".join(NOT_DONE[stage] for stage in failed)
    reason = next(iter(failed.values()))
    return f"{missing[0].upper()}{missing[1:]}. {reason}"


def _mark_failed(workshop: Workshop, video_id: int, stage: str, error: ClipOpsError) -> None:
    with workshop.database.transaction() as conn:
        if stage in OPTIONAL:
            videos.fail_stage(conn, video_id, stage, str(error))
        else:
            videos.set_progress(conn, video_id, status="failed", stage=stage, error=str(error))


def _broken(video_id: int, stage: str) -> ClipOpsError:
    """Log the traceback of the present exception under a reference a person can quote."""
    reference = secrets.token_hex(4)
    log.exception("stage_broke", video_id=video_id, stage=stage, reference=reference)
    return ClipOpsError(
        f"Something broke in the stage {stage}; ingest it again, and if it breaks again report "
        f"the log lines of reference {reference}."
    )


def _watch(workshop: Workshop, video_id: int, report: Report) -> Video:
    """Show another process's progress; take over where that one dies."""
    stage = ""
    while True:
        with workshop.database.transaction() as conn:
            video = videos.get_video(conn, video_id)
        if video.status in ("ready", "failed"):
            return video
        if video.stage and video.stage != stage:
            stage = video.stage
            report.stage(video.title, stage)
        report.progress(video.progress)
        time.sleep(WATCH_INTERVAL_S)
        with jobs.working_on(workshop.database.url, jobs.INGEST, video_id) as mine:
            if mine:
                return _run_stages(workshop, video_id, report)


class _Progress:
    """Tells the person at once and the database (the library page) twice a second."""

    def __init__(self, database: Database, video: Video, stage: str, report: Report) -> None:
        self._database, self._video_id, self._stage = database, video.id, stage
        self._report = report
        self._stored_at = 0.0
        report.stage(video.title, stage)
        self(0.0)

    def __call__(self, share: float) -> None:
        self._report.progress(share)
        now = time.monotonic()
        if now - self._stored_at >= REPORT_INTERVAL_S:
            self._stored_at = now
            with self._database.transaction() as conn:
                videos.set_progress(
                    conn, self._video_id, status="processing", stage=self._stage, progress=share
                )


def _failed(source: str, error: ClipOpsError, video_id: int | None = None) -> Outcome:
    # A name that is not UTF-8 must not break the document it is reported in.
    shown = source.encode(errors="replace").decode()
    return Outcome(video_id=video_id, source=shown, status="failed", segments=0, error=str(error))
