"""The worker: runs the jobs that ingests and edits leave in the database.

Any number of workers may run, on any number of machines that reach the database and the media.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress

import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.worker import Worker

from core.errors import ClipOpsError, InputError, MachineError, ModelError, ServiceUnavailable
from core.types import Video
from db import jobs, spaces, videos
from pipeline.clothes import write_clothes
from pipeline.frames import Progress
from pipeline.looking import NoDetector
from pipeline.people import sweep
from pipeline.processing import Silent, again, postpone, process
from pipeline.stages import REFRESH, caption_all, describe, write_thumbnails
from pipeline.vectors import (
    calibrate_spaces,
    prepare_switch,
    reembed,
    write_clip_vectors,
    write_vectors,
)
from pipeline.workshop import Workshop, shelf_of

log = structlog.get_logger()
# A C call that holds the interpreter lock stops heartbeats for as long as it runs.
STALLED_AFTER_S = 180.0
ORPHAN_INTERVAL_S = 30.0
DRAIN_S = 10.0
# A full disk or a lost database may take somebody a working day to mend.
RETRIES = 3_000


def run(workshop: Workshop) -> None:
    """Work until SIGTERM or Ctrl-C; the job in progress may finish within ten seconds, and one
    that does not is taken up by the next worker where it stopped."""
    with suppress(KeyboardInterrupt):
        asyncio.run(_work(workshop))


def application(workshop: Workshop) -> App:
    """The tasks, bound to one library."""
    app = App(connector=PsycopgConnector(conninfo=workshop.database.url))
    again = RetryStrategy(
        max_attempts=RETRIES, wait=10, retry_exceptions=[ServiceUnavailable, MachineError]
    )

    @app.task(name=jobs.INGEST, queue="ingest", retry=again)
    def ingest(video_id: int) -> None:
        _guarded(workshop, jobs.INGEST, video_id)

    @app.task(name=jobs.REFRESH, queue="refresh", retry=again)
    def refresh(video_id: int) -> None:
        _guarded(workshop, jobs.REFRESH, video_id)

    @app.task(name=jobs.WORDS, queue="words", retry=again)
    def words(video_id: int) -> None:
        _guarded(workshop, jobs.WORDS, video_id)

    @app.task(name=jobs.REEMBED, queue="library", retry=again)
    def fill_spaces(video_id: int) -> None:
        _guarded(workshop, jobs.REEMBED, video_id)

    return app


def embed_words(workshop: Workshop, video_id: int) -> None:
    """Give new captions their vectors at once; a video that no ingest has brought so far gets them
    by that. The refresh that comes after measures and does what else is missing."""
    with jobs.working_on(workshop.database.url, jobs.WORDS, video_id) as mine:
        if not mine:
            raise ServiceUnavailable("Another worker embeds this video; this one comes after.")
        with workshop.database.transaction() as conn:
            video = videos.get_video(conn, video_id)
            embedded = "embed" in videos.finished_stages(conn, video_id)
        if embedded:
            write_vectors(workshop, video, Silent().progress, calibrating=False)


def refresh_video(workshop: Workshop, video_id: int) -> None:
    """Do for what an edit left without words, pictures or vectors what ingest does for a video.

    What is missing is read from the library, not from this run, so that a killed one is made up
    for by the next. A model that fails is left to the next ingest, and the others do their part.
    """
    with jobs.working_on(workshop.database.url, jobs.REFRESH, video_id) as mine:
        if not mine:
            raise ServiceUnavailable("Another worker refreshes this video; this one comes after.")
        with workshop.database.transaction() as conn:
            video = videos.get_video(conn, video_id)
            known = {*videos.finished_stages(conn, video_id), *videos.failed_stages(conn, video_id)}
        for stage, step in REFRESH_STEPS:
            if stage not in known:
                continue  # the ingest has not come to it yet
            try:
                step(workshop, video, Silent().progress)
            except ModelError as error:
                log.warning("refresh_postponed", video_id=video_id, stage=stage, reason=str(error))
                postpone(workshop, video_id, stage, error)
        shelf_of(workshop, video, (), name=REFRESH).remove()


def _describe(workshop: Workshop, video: Video, progress: Progress) -> None:
    try:
        describe(workshop, video, progress, kind="caption")
    except ModelError:
        describe(workshop, video, progress, kind="caption", detector=NoDetector())
        raise


# Words first: they are found within the second, pictures and captions may take longer.
REFRESH_STEPS: tuple[tuple[str, Callable[[Workshop, Video, Progress], object]], ...] = (
    ("embed", write_vectors),
    ("thumbnails", write_thumbnails),
    ("understand", _describe),
    ("thumbnails", write_thumbnails),
    ("embed", write_vectors),
    ("caption", caption_all),
    ("clothes", write_clothes),
    ("clips", write_clip_vectors),
)


def reembed_library(workshop: Workshop) -> None:
    """Fill the spaces of newly configured models."""
    with jobs.working_on(workshop.database.url, jobs.REEMBED, jobs.THE_LIBRARY) as mine:
        if not mine:
            raise ServiceUnavailable("Another worker re-embeds the library; this one comes after.")
        reembed(workshop, Silent().progress)


def _guarded(workshop: Workshop, task: str, video_id: int) -> None:
    """Errors a person has to mend are stored with the video and end the job; others retry it."""
    try:
        with workshop.registry.in_use():
            if task == jobs.INGEST:
                _log_done(process(workshop, video_id, Silent()))
            elif task == jobs.REFRESH:
                refresh_video(workshop, video_id)
            elif task == jobs.WORDS:
                embed_words(workshop, video_id)
            else:
                reembed_library(workshop)
    except (InputError, ModelError) as error:
        log.warning("job_failed", task=task, video_id=video_id, reason=str(error))
    except ClipOpsError as error:
        log.warning("job_postponed", task=task, video_id=video_id, reason=str(error))
        raise


def _log_done(video: Video) -> None:
    log.info("video_ready", video_id=video.id, segments=video.segment_count)


async def _work(workshop: Workshop) -> None:
    app = application(workshop)
    async with app.open_async():
        # An edit must not wait for the hour of video somebody just dropped in, nor for a library
        # that gets a new model; nor its words for the pictures and captions of the edit before.
        workers = [_worker(app, queue) for queue in ("ingest", "refresh", "words", "library")]
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, lambda: [worker.stop() for worker in workers])
        log.info("worker_ready")
        async with asyncio.TaskGroup() as tasks:
            # In the group, so that the worker ends, and is started anew, should the rescue die.
            rescue = tasks.create_task(_rescue_orphans(workshop))
            await asyncio.gather(*(worker.run() for worker in workers))
            rescue.cancel()


def _worker(app: App, queue: str) -> Worker:
    return Worker(
        app,
        queues=[queue],
        name=queue,
        concurrency=1,
        shutdown_graceful_timeout=DRAIN_S,
        install_signal_handlers=False,
        stalled_worker_timeout=STALLED_AFTER_S,
        delete_jobs="successful",
    )


async def _rescue_orphans(workshop: Workshop) -> None:
    await asyncio.to_thread(_take_up, workshop)
    while True:
        workshop.registry.evict_idle()
        rescued = await asyncio.to_thread(_retry_orphans, workshop)
        if rescued:
            log.info("orphans_retried", jobs=rescued)
        await asyncio.sleep(ORPHAN_INTERVAL_S)


def _retry_orphans(workshop: Workshop) -> int:
    try:
        with workshop.database.transaction() as conn:
            return jobs.retry_orphans(conn)
    except ServiceUnavailable as error:
        log.warning("orphans_unknown", reason=str(error))
        return 0


def _take_up(workshop: Workshop) -> None:
    """At its start a worker tries again what a model could not do, turns to a new model, takes the
    measure of what it finds, and deletes vectors nothing has any more and the pictures of somebody
    forgotten that a process died over."""
    for task in (_try_again, prepare_switch, calibrate_spaces, _sweep, _sweep_vectors):
        try:
            task(workshop)
        except (ServiceUnavailable, ModelError) as error:
            log.warning("not_taken_up", task=task.__name__, reason=str(error))


def _try_again(workshop: Workshop) -> None:
    with workshop.database.transaction() as conn:
        for video_id in videos.with_failed_stages(conn):
            again(conn, video_id)


def _sweep_vectors(workshop: Workshop) -> None:
    while True:
        with workshop.database.transaction() as conn:
            if not spaces.sweep(conn):
                return


def _sweep(workshop: Workshop) -> None:
    sweep(workshop.config, workshop.database)
