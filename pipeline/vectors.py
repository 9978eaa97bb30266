"""Vectors of segments: of their words and of their pictures, each in a space of its model.

A new model gets a space of its own beside the old one, which searches go on using until the new
one holds everything the old one does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import structlog

from core.errors import InputError
from core.types import Video
from db import jobs, videos
from db.segments import get_segments
from db.spaces import (
    CAPTION_SPACE,
    VIDEO_SPACE,
    Space,
    Unembedded,
    active_space,
    building_spaces,
    count_unembedded,
    ensure_space,
    insert_vector,
    link_known,
    retire_building,
    unembedded,
)
from pipeline.alike import known_views, vectors_of
from pipeline.calibrating import calibrate
from pipeline.frames import Progress
from pipeline.ports import TextEncoder, VideoEncoder
from pipeline.query_vectors import video_encoder_of
from pipeline.reading_ahead import read_ahead
from pipeline.workshop import Workshop, shelf_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from db.rows import Connection
    from pipeline.models.keyframe_copies import KnownViews
    from pipeline.ports import Image

log = structlog.get_logger()

EMBED_BATCH = 64
CLIP_BATCH = 8
PAGE = 200


def write_vectors(
    workshop: Workshop, video: Video, progress: Progress, *, calibrating: bool = True
) -> None:
    """Write the vectors of words that are missing, in the space of the configured encoder and,
    while that one is being built, in the one searches use; then calibrate a space that grew.

    Raises ModelError for an encoder that cannot be used, after the other space had its vectors.
    """
    for space, encoder in _word_spaces(workshop):
        _write_words(workshop, video.id, space, encoder, progress)
        if calibrating:
            _calibrate(workshop, space, encoder)


def write_clip_vectors(workshop: Workshop, video: Video, progress: Progress) -> None:
    """Write the vectors of pictures that are missing. Raises ModelError."""
    encoder = workshop.registry.video_encoder()
    if encoder is None:
        return
    with workshop.database.transaction() as conn:
        space = _space_of(workshop, conn, VIDEO_SPACE, encoder)
        if space.state == "building" and not space.held_back:
            jobs.defer_reembed(conn)
    _write_clips(workshop, video, space, encoder, progress)


def prepare_switch(workshop: Workshop) -> None:
    """Have the worker build the spaces of newly configured encoders, where the library has vectors
    of others. Raises ModelError for an encoder that cannot be used."""
    _prepare(workshop, CAPTION_SPACE, workshop.registry.text_encoder())
    if workshop.registry.has("video_encoder"):
        clip_encoder = workshop.registry.video_encoder()
        assert clip_encoder is not None
        _prepare(workshop, VIDEO_SPACE, clip_encoder)


def _prepare(workshop: Workshop, kind: str, encoder: TextEncoder | VideoEncoder) -> None:
    with workshop.database.transaction() as conn:
        if active_space(conn, kind) is None:
            return
        space = _space_of(workshop, conn, kind, encoder)
        if space.state == "active":
            # The configuration went back before the other space was complete.
            retire_building(conn, kind)
        else:
            jobs.defer_reembed(conn)


def calibrate_spaces(workshop: Workshop) -> None:
    """Calibrate the spaces in use that were not yet, or have grown since."""
    with workshop.database.transaction() as conn:
        captions, pictures = active_space(conn, CAPTION_SPACE), active_space(conn, VIDEO_SPACE)
    if captions is not None:
        former = workshop.registry.text_encoder_of(captions.model, captions.revision)
        if former is not None:
            _calibrate(workshop, captions, former)
    if pictures is not None:
        encoder = video_encoder_of(workshop.registry, pictures)
        if encoder is not None:
            _calibrate(workshop, pictures, encoder)


def reembed(workshop: Workshop, progress: Progress) -> None:
    """Fill the spaces that are being built, video by video, and switch to each that is complete.

    Idempotent: killed, it goes on with what is missing. A video whose file is gone keeps no
    vectors of pictures.
    """
    encoder = workshop.registry.text_encoder()
    clip_encoder = workshop.registry.video_encoder()
    gone: list[int] = []
    for video in _all_videos(workshop):
        with workshop.database.transaction() as conn:
            space = _space_of(workshop, conn, CAPTION_SPACE, encoder)
            clip_space = (
                None
                if clip_encoder is None
                else _space_of(workshop, conn, VIDEO_SPACE, clip_encoder)
            )
        if space.state == "building":
            _write_words(workshop, video.id, space, encoder, _nowhere)
        if clip_encoder is not None and clip_space is not None and clip_space.state == "building":
            try:
                _write_clips(workshop, video, clip_space, clip_encoder, _nowhere)
            except InputError as error:  # a file that is gone must not hold up the others
                log.warning("reembed_skipped", video_id=video.id, reason=str(error))
                gone.append(video.id)
    with workshop.database.transaction() as conn:
        space = _space_of(workshop, conn, CAPTION_SPACE, encoder)
    _calibrate(workshop, space, encoder)
    for kind in (CAPTION_SPACE, VIDEO_SPACE):
        _switch(workshop, kind, gone if kind == VIDEO_SPACE else [])
    progress(1.0)


def _switch(workshop: Workshop, kind: str, gone: Sequence[int]) -> None:
    """Turn searches to the spaces that are complete and no worse than the one in use."""
    from pipeline.spaces import switch_if_better

    with workshop.database.transaction() as conn:
        waiting = building_spaces(conn, kind)
        missing = {one.id: count_unembedded(conn, one, without=gone) for one in waiting}
    for space in waiting:
        if missing[space.id]:
            log.warning("space_incomplete", kind=kind, model=space.model, missing=missing[space.id])
        elif switch_if_better(workshop, space, _nowhere, without=gone):
            log.info("space_switched", kind=kind, model=space.model, space_id=space.id)


def _word_spaces(workshop: Workshop) -> Iterator[tuple[Space, TextEncoder]]:
    """The active space first: what is in it is found at once."""
    with workshop.database.transaction() as conn:
        active = active_space(conn, CAPTION_SPACE)
    former = active and workshop.registry.text_encoder_of(active.model, active.revision)
    if active is not None and former is not None:
        yield active, former
    encoder = workshop.registry.text_encoder()
    with workshop.database.transaction() as conn:
        space = _space_of(workshop, conn, CAPTION_SPACE, encoder)
        if space.state == "building" and not space.held_back:
            jobs.defer_reembed(conn)
    if active is None or space.id != active.id:
        yield space, encoder


def _space_of(
    workshop: Workshop, conn: Connection, kind: str, encoder: TextEncoder | VideoEncoder
) -> Space:
    return ensure_space(
        conn,
        kind=kind,
        model=encoder.name,
        revision=encoder.revision,
        dim=encoder.dim,
        index_kind=workshop.config.search.index,
    )


def _write_words(
    workshop: Workshop, video_id: int, space: Space, encoder: TextEncoder, progress: Progress
) -> None:
    with workshop.database.transaction() as conn:
        link_known(conn, space, video_id)
        waiting = unembedded(conn, space, video_id)
    alike: dict[str, list[Unembedded]] = {}
    for one in waiting:
        alike.setdefault(one.document, []).append(one)
    documents = sorted(alike)  # whoever writes the same ones beside this locks them in this order
    for first in range(0, len(documents), EMBED_BATCH):
        batch = documents[first : first + EMBED_BATCH]
        vectors = encoder.encode(batch)
        with workshop.database.transaction() as conn:
            for document, vector in zip(batch, vectors, strict=True):
                embedding = vector.tolist()
                for one in alike[document]:
                    insert_vector(conn, space, one, embedding)
        progress((first + len(batch)) / len(documents))


def _write_clips(
    workshop: Workshop, video: Video, space: Space, encoder: VideoEncoder, progress: Progress
) -> None:
    with workshop.database.transaction() as conn:
        link_known(conn, space, video.id)
        waiting = unembedded(conn, space, video.id, wordless=True)
        segments = get_segments(conn, [one.segment_id for one in waiting])
    shelf = shelf_of(workshop, video, list(segments.values()))

    def pictures() -> Iterator[tuple[list[Unembedded], list[list[Image]]]]:
        for first in range(0, len(waiting), CLIP_BATCH):
            batch = waiting[first : first + CLIP_BATCH]
            clips = []
            for one in batch:
                segment = segments[one.segment_id]
                moments = encoder.moments(segment.start_ms, segment.end_ms)
                clips.append([shelf.picture(at_ms).image for at_ms in moments])
            yield batch, clips

    known: KnownViews[NDArray[np.float32]] = known_views()
    done = 0
    # One batch ahead: the disk is read while the model looks.
    for batch, clips in read_ahead(pictures(), depth=1):
        quiet = [segments[one.segment_id].kind == "quiet" for one in batch]
        vectors = vectors_of(encoder, clips, quiet, known)
        with workshop.database.transaction() as conn:
            for one, vector in zip(batch, vectors, strict=True):
                insert_vector(conn, space, one, vector.tolist())
        done += len(batch)
        progress(done / len(waiting))
    _calibrate(workshop, space, encoder)


def _calibrate(workshop: Workshop, space: Space, encoder: TextEncoder | VideoEncoder) -> None:
    with workshop.database.transaction() as conn:
        calibrate(conn, space, encoder)


def _all_videos(workshop: Workshop) -> Iterator[Video]:
    offset = 0
    while True:
        with workshop.database.transaction() as conn:
            page: Sequence[Video] = videos.list_videos(conn, limit=PAGE, offset=offset)
        yield from page
        if len(page) < PAGE:
            return
        offset += PAGE


def _nowhere(_share: float) -> None:
    return None
