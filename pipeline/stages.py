"""The stages that make a stored video searchable. Each commits its own result, once.

A stage runs again only where its result is missing, so a killed ingest goes on where it stopped.
The first five need no model that may be missing; the words they leave can be searched while the
slower models of the others work, and one of those that fails leaves the rest alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from core.errors import ClipOpsError, ModelError
from core.types import Actor, ChangeKind, Segment, Video
from db import videos
from db.segments import get_segments, list_segments, write_segment
from pipeline.captioning import is_describers, write_captions, write_korean
from pipeline.clothes import write_clothes
from pipeline.faces import FaceWitness, find_faces, store_faces
from pipeline.frames import Progress
from pipeline.looking import NoDetector
from pipeline.media import browser_copy_path, thumbnail_path
from pipeline.ports import PersonDetector
from pipeline.registry import Registry
from pipeline.vectors import write_clip_vectors, write_vectors
from pipeline.workshop import PIPELINE, Workshop, finish, open_change, path_of, shelf_of

if TYPE_CHECKING:
    from pipeline.looking import Witness

log = structlog.get_logger()

Stage = Callable[[Workshop, Video, Progress], None]

REFRESH = "refresh"
"""The pass over segments that an edit left without words, and its shelf."""

LOOKING_AGAIN = ("captioner", "image_text_matcher", "video_encoder")


def segment(workshop: Workshop, video: Video, progress: Progress) -> None:
    """Cut the video into shots, or into activity and quiet stretches."""
    from pipeline.segmenting import cut

    started = time.perf_counter()
    with workshop.database.transaction() as conn:
        fixed_camera = videos.is_fixed_camera(conn, video.id)
    drafts = cut(
        path_of(video),
        video.facts,
        fixed_camera=fixed_camera,
        config=workshop.config.ingest,
        progress=progress,
    )
    with workshop.database.transaction() as conn:
        open_change(conn, video.id, "ingest", PIPELINE)
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
        finish(conn, video, "segment", started)


def understand(workshop: Workshop, video: Video, progress: Progress) -> None:
    """See people, clothes, objects and movement in each segment and say so in both languages.

    The same pass shows its frames to the face watch; faces are a stage of their own, finished
    here where that went well.
    """
    started = time.perf_counter()
    with workshop.database.transaction() as conn:
        fixed_camera = bool(videos.is_fixed_camera(conn, video.id))
    faces = FaceWitness.of(workshop, everywhere=not fixed_camera)
    try:
        describe(workshop, video, progress, kind="ingest", everything=True, faces=faces)
    except ModelError:
        # Without a detector the scene can be described all the same, and the video be found.
        describe(workshop, video, progress, kind="ingest", detector=NoDetector())
        raise
    with workshop.database.transaction() as conn:
        for stage in AFTER_LOOKING:
            videos.redo_stage(conn, video.id, stage)
        finish(conn, video, "understand", started)
    if faces is not None and faces.error is None:
        try:
            store_faces(workshop, video, faces, started)
        except ClipOpsError as error:
            # This stage is done; that of the faces comes next and does them again.
            log.warning("faces_not_stored", video_id=video.id, reason=str(error))


def describe(
    workshop: Workshop,
    video: Video,
    progress: Progress,
    *,
    kind: ChangeKind,
    everything: bool = False,
    detector: PersonDetector | None = None,
    faces: FaceWitness | None = None,
) -> list[int]:
    """Describe the segments that need words; a person who was faster keeps the last word.

    ``everything`` looks at the others too, for what is in view; words that are not the
    describer's stay. ``detector`` stands in for the configured one. Returns the ids of the
    segments described. Raises ModelError.
    """
    from pipeline.understanding import understand as look

    with workshop.database.transaction() as conn:
        fixed_camera = bool(videos.is_fixed_camera(conn, video.id))
        live = list_segments(conn, video.id)
    waiting = [one for one in live if everything or one.needs_caption]
    if not waiting:
        return []
    seen = look(
        path_of(video),
        video.facts,
        [(s.start_ms, s.end_ms, s.kind) for s in waiting],
        registry=workshop.registry,
        fixed_camera=fixed_camera,
        sample_fps=workshop.config.ingest.sample_fps,
        progress=progress,
        detector=detector,
        witnesses=_witnesses(workshop, video, waiting, kind, faces),
    )
    described: list[int] = []
    with workshop.database.transaction() as conn:
        author = Actor(name=seen[0].author, origin="pipeline")
        open_change(conn, video.id, kind, author)
        present = get_segments(conn, [s.id for s in waiting])
        for old, new in zip(waiting, seen, strict=True):
            if present[old.id].revision != old.revision:
                continue
            looked_at = replace(
                old,
                thumbnail_ms=min(max(new.thumbnail_ms, old.start_ms), old.end_ms - 1),
                detections=new.detections,
            )
            if old.needs_caption or is_describers(old):
                looked_at = replace(
                    looked_at,
                    caption=new.caption,
                    caption_ko=new.caption_ko,
                    caption_author=new.author,
                    needs_caption=False,
                )
            write_segment(conn, looked_at, before=old)
            described.append(old.id)
    return described


def _witnesses(
    workshop: Workshop,
    video: Video,
    segments: Sequence[Segment],
    kind: ChangeKind,
    faces: FaceWitness | None,
) -> list[Witness]:
    witnesses: list[Witness] = [] if faces is None else [faces]
    if any(map(workshop.registry.looks_again, LOOKING_AGAIN)):
        name = "ingest" if kind == "ingest" else REFRESH
        shelf = shelf_of(workshop, video, segments, name=name)
        shelf.remove()  # what a pass that was killed left behind
        witnesses.append(shelf)
    return witnesses


def faces(workshop: Workshop, video: Video, progress: Progress) -> None:
    """Find the faces again where the pass of ``understand`` could not."""
    started = time.perf_counter()
    seen = find_faces(workshop, video, progress)
    store_faces(workshop, video, seen, started)


def thumbnails(workshop: Workshop, video: Video, progress: Progress) -> None:
    """One picture per segment, at the moment that shows most."""
    started = time.perf_counter()
    write_thumbnails(workshop, video, progress)
    with workshop.database.transaction() as conn:
        finish(conn, video, "thumbnails", started)


def write_thumbnails(workshop: Workshop, video: Video, progress: Progress) -> None:
    """Write the pictures that are missing."""
    from pipeline.video import write_thumbnail

    with workshop.database.transaction() as conn:
        present = list_segments(conn, video.id)
    for done, one in enumerate(present, start=1):
        target = thumbnail_path(workshop.config, video.id, one.thumbnail_ms)
        if not target.exists():
            write_thumbnail(path_of(video), one.thumbnail_ms, target)
        progress(done / len(present))


def copy(workshop: Workshop, video: Video, progress: Progress) -> None:
    """A copy that browsers play, where they cannot play the original."""
    from pipeline.video import write_browser_copy

    started = time.perf_counter()
    target = browser_copy_path(workshop.config, video.id)
    if not video.facts.browser_playable and not target.exists():
        write_browser_copy(path_of(video), target, progress)
    with workshop.database.transaction() as conn:
        finish(conn, video, "copy", started)


def embed(workshop: Workshop, video: Video, progress: Progress) -> None:
    """A vector for every segment's words."""
    started = time.perf_counter()
    write_vectors(workshop, video, progress)
    with workshop.database.transaction() as conn:
        finish(conn, video, "embed", started)


def caption(workshop: Workshop, video: Video, progress: Progress) -> None:
    """Sentences by the captioner, where there is one, and their vectors."""
    started = time.perf_counter()
    caption_all(workshop, video, progress)
    with workshop.database.transaction() as conn:
        finish(conn, video, "caption", started)


def caption_all(workshop: Workshop, video: Video, progress: Progress) -> None:
    """Captions, the writer's Korean for those that have none yet, and the vectors of both.

    Raises ModelError for a captioner that cannot be used or a writer that does not answer.
    """
    write_captions(workshop, video, progress)
    try:
        write_korean(workshop, video)
    finally:
        # Also where this run wrote none: one before may have been killed right here.
        write_vectors(workshop, video, progress)


def clothes(workshop: Workshop, video: Video, progress: Progress) -> None:
    """What people wear, by the image-text model, where there is one."""
    started = time.perf_counter()
    write_clothes(workshop, video, progress)
    with workshop.database.transaction() as conn:
        finish(conn, video, "clothes", started)


def clips(workshop: Workshop, video: Video, progress: Progress) -> None:
    """A vector for every segment's pictures, where there is a video encoder."""
    started = time.perf_counter()
    write_clip_vectors(workshop, video, progress)
    with workshop.database.transaction() as conn:
        finish(conn, video, "clips", started)


STAGES: dict[str, Stage] = {
    "segment": segment,
    "understand": understand,
    "faces": faces,
    "thumbnails": thumbnails,
    "copy": copy,
    "embed": embed,
    "caption": caption,
    "clothes": clothes,
    "clips": clips,
}

SPARED = frozenset({"understand", "embed"})
"""Stages whose model may be missing: what they leave behind then can be watched and edited, and
found by its words; the rest of the video is done."""

RESUMED = frozenset({"caption", "clothes", "clips", "embed"})
"""Stages that commit as they go: the next try goes on where this one stopped."""

AFTER_LOOKING = ("thumbnails", "embed", "caption", "clothes")
"""What has more to do when segments were looked at again."""

OPTIONAL = {
    "faces": "face_analyzer",
    "caption": "captioner",
    "clothes": "image_text_matcher",
    "clips": "video_encoder",
}
"""Stages of one model, by its port: where it is not configured there is nothing to do, and where
it fails the video can be found, watched and edited all the same."""


def wanted(registry: Registry) -> tuple[str, ...]:
    """The stages this configuration has models for, in their order."""
    return tuple(
        name for name in STAGES if name not in OPTIONAL or registry.looks_again(OPTIONAL[name])
    )
