"""From a stored video to one that is ready: its stages run, or watched while another process does.

Whoever holds the video's lock works, everybody else watches and takes over where that one dies.
"""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

import structlog

from core.errors import ClipOpsError, ModelError, ServiceUnavailable
from core.types import Video
from db import jobs, videos
from db.pool import Database
from db.rows import Connection
from pipeline.media import shelf_dir
from pipeline.stages import OPTIONAL, RESUMED, SPARED, STAGES, wanted
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


def process(workshop: Workshop, video_id: int, report: Report) -> Video:
    """Run the missing stages, or watch the process that does; returns the video when done.

    Raises what a stage raises; errors that trying again cannot mend mark the video failed.
    """
    with jobs.working_on(workshop.database.url, jobs.INGEST, video_id) as mine:
        if mine:
            return _run_stages(workshop, video_id, report)
    return _watch(workshop, video_id, report)


def again(conn: Connection, video_id: int) -> None:
    """Have the worker do what is missing of a video."""
    if not jobs.is_ingest_waiting(conn, video_id):
        videos.set_progress(conn, video_id, status="queued")
        jobs.defer_ingest(conn, video_id)


def postpone(workshop: Workshop, video_id: int, stage: str, error: ClipOpsError) -> None:
    """Mark a finished stage to be done again, because something came up that its model should
    have done and could not; the video says so."""
    with workshop.database.transaction() as conn:
        videos.redo_stage(conn, video_id, stage)
        videos.fail_stage(conn, video_id, stage, str(error))
        failed = videos.failed_stages(conn, video_id)
        videos.set_progress(conn, video_id, status="ready", progress=1.0, error=_not_done(failed))


def _run_stages(workshop: Workshop, video_id: int, report: Report) -> Video:
    with workshop.database.transaction() as conn:
        video = videos.get_video(conn, video_id)
    for name in wanted(workshop.registry):
        with workshop.database.transaction() as conn:
            if name in videos.finished_stages(conn, video_id):
                continue
        _run_stage(workshop, video, name, report)
    return _ready(workshop, video_id)


def _run_stage(workshop: Workshop, video: Video, name: str, report: Report) -> None:
    if not _may_begin(workshop, video.id, name):
        if name in OPTIONAL:
            return
        gave_up = ClipOpsError(_stopped(name))
        _mark_failed(workshop, video.id, name, gave_up, spared=False)
        raise gave_up
    try:
        STAGES[name](workshop, video, _Progress(workshop.database, video, name, report))
    except ServiceUnavailable:
        _leave(workshop, video.id, name)
        raise
    except ClipOpsError as error:
        spared = name in OPTIONAL or (name in SPARED and isinstance(error, ModelError))
        _mark_failed(workshop, video.id, name, error, spared=spared)
        if not spared:
            raise
    except Exception as error:  # the edge of a job: other videos go on, nobody is left waiting
        broken = _broken(video.id, name)
        _mark_failed(workshop, video.id, name, broken, spared=name in OPTIONAL)
        if name not in OPTIONAL:
            raise broken from error
    except BaseException:  # Ctrl-C is no death
        _leave(workshop, video.id, name)
        raise


def _stopped(stage: str) -> str:
    return f"The process stopped in the middle of the stage {stage}, {MOST_DEATHS} times."


def _may_begin(workshop: Workshop, video_id: int, stage: str) -> bool:
    """False for a stage whose model took the process down again and again: the others must not
    wait for ever. Asking for the video anew counts from the start."""
    with workshop.database.transaction() as conn:
        begun = videos.begin_stage(conn, video_id, stage, _stopped(stage))
        if begun > MOST_DEATHS:
            videos.fail_stage(conn, video_id, stage, _stopped(stage))
    return begun <= MOST_DEATHS


def _leave(workshop: Workshop, video_id: int, stage: str) -> None:
    # Without a database nothing can be taken back; three such outages and it is asked for again.
    with suppress(ServiceUnavailable), workshop.database.transaction() as conn:
        videos.leave_stage(conn, video_id, stage, _stopped(stage))


def _ready(workshop: Workshop, video_id: int) -> Video:
    """The video can be searched; what some model could not do is said with it."""
    with workshop.database.transaction() as conn:
        failed = videos.failed_stages(conn, video_id)
        found = "embed" not in failed or videos.has_vectors(conn, video_id)
        videos.set_progress(
            conn,
            video_id,
            status="ready" if found else "failed",
            progress=1.0,
            error=_not_done(failed),
        )
        jobs.finish_ingests(conn, video_id)
        video = videos.get_video(conn, video_id)
    if not failed:
        shutil.rmtree(shelf_dir(workshop.config, video_id), ignore_errors=True)
    return video


NOT_DONE = {
    "understand": "people and things were not looked for",
    "embed": "the captions have no vectors of the configured model",
    "faces": "faces were not looked for",
    "caption": "the captions are the simple ones",
    "clothes": "clothes were not named",
    "clips": "pictures cannot be searched by meaning",
}


def _not_done(failed: Mapping[str, str]) -> str | None:
    """One sentence for the stages a ready video lacks, the first reason with it."""
    lacking = {stage: reason for stage, reason in failed.items() if stage in NOT_DONE}
    if not lacking:
        return None
    missing = "; ".join(NOT_DONE[stage] for stage in lacking)
    reason = next(iter(lacking.values()))
    return f"{missing[0].upper()}{missing[1:]}. {reason}"


def _mark_failed(
    workshop: Workshop, video_id: int, stage: str, error: ClipOpsError, *, spared: bool
) -> None:
    with workshop.database.transaction() as conn:
        if spared:
            videos.fail_stage(conn, video_id, stage, str(error))
        else:
            videos.leave_stage(conn, video_id, stage, _stopped(stage))
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
                if share > 0 and self._stage in RESUMED:
                    videos.has_progressed(conn, self._video_id, self._stage)
