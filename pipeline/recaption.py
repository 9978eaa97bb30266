"""Captions made again in bulk: proposed beside the present ones, then taken as one operation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from core.errors import EditRefused, ModelError
from core.types import Actor, EditResult, Segment, Video
from db import history, operations, videos
from db.drafts import Draft, drop_drafts, list_drafts, write_draft
from db.pool import Database
from db.rows import Connection
from db.segments import get_segments, list_segments
from pipeline.alike import known_views
from pipeline.captioning import GROUP, author_of, captioned_by, propose
from pipeline.frames import Progress
from pipeline.ports import Captioner
from pipeline.workshop import Workshop


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What taking proposals did: the operation, and the segments that were changed after their
    proposal was made and so were left alone."""

    result: EditResult
    left: tuple[int, ...]


def require_captioner(workshop: Workshop) -> Captioner:
    """The model that captions. Raises ModelError where only the describer is configured."""
    captioner = workshop.registry.captioner()
    if captioner is None:
        raise ModelError(
            "The builtin profile has no model that captions pictures; set models.profile to cpu "
            'or gpu, or models.overrides.captioner, for example to "blip".'
        )
    return captioner


def draft(
    workshop: Workshop, video: Video, progress: Progress, *, only: Collection[int] | None = None
) -> list[Draft]:
    """Propose a caption for every live segment of ``video`` (or those of ``only``), a person's
    too: nothing changes until it is taken. Committed group by group; run again, it goes on with
    the segments that have no fresh proposal of this model. Returns all proposals of the video.
    """
    captioner = require_captioner(workshop)
    author = author_of(captioner)
    with workshop.database.transaction() as conn:
        segments = [s for s in list_segments(conn, video.id) if only is None or s.id in only]
        fresh = {
            one.segment_id
            for one in list_drafts(conn, [video.id])
            if captioned_by(one.author) == author and not one.stale
        }
    waiting = [
        one
        for one in segments
        if one.id not in fresh and captioned_by(one.caption_author) != author
    ]
    known = known_views()
    for first in range(0, len(waiting), GROUP):
        group = waiting[first : first + GROUP]
        proposals = propose(workshop, captioner, video, group, known)
        with workshop.database.transaction() as conn:
            for one in proposals:
                write_draft(
                    conn,
                    segment_id=one.segment.id,
                    revision=one.segment.revision,
                    caption=one.caption,
                    caption_ko=one.caption_ko,
                    author=one.author,
                )
        progress((first + len(group)) / len(waiting))
    with workshop.database.transaction() as conn:
        return list_drafts(conn, [video.id])


def take(
    database: Database,
    video_id: int,
    *,
    by: Actor,
    idempotency_key: str,
    segment_ids: Collection[int] | None = None,
) -> Taken:
    """Make proposals (all of the video, or those of ``segment_ids``) its captions, as one
    operation that one revert takes back; re-embedding is enqueued with it.

    A segment changed since its proposal is left alone and named. Raises EditRefused where
    nothing is left to take.
    """
    with database.transaction() as conn:
        videos.lock_video(conn, video_id)
        change_set_id = history.open_change_set(
            conn, video_id=video_id, kind="recaption", by=by, idempotency_key=idempotency_key
        )
        if change_set_id is None:
            done = operations.repeated(
                conn, idempotency_key, video_id=video_id, kind="recaption", by=by
            )
            return Taken(result=done, left=())
        chosen = [
            one
            for one in list_drafts(conn, [video_id])
            if segment_ids is None or one.segment_id in segment_ids
        ]
        usable = [one for one in chosen if not one.stale]
        if not usable:
            raise EditRefused(_nothing_left(chosen))
        result = operations.store(conn, change_set_id, video_id, _with_words(conn, usable))
        drop_drafts(conn, [one.segment_id for one in usable])
    return Taken(result=result, left=tuple(one.segment_id for one in chosen if one.stale))


def drop(database: Database, video_id: int, segment_ids: Collection[int] | None = None) -> int:
    """Forget proposals of the video; returns how many there were."""
    with database.transaction() as conn:
        chosen = [
            one.segment_id
            for one in list_drafts(conn, [video_id])
            if segment_ids is None or one.segment_id in segment_ids
        ]
        return drop_drafts(conn, chosen)


def _with_words(conn: Connection, drafts: Sequence[Draft]) -> list[Segment]:
    present = get_segments(conn, [one.segment_id for one in drafts])
    return [
        replace(
            present[one.segment_id],
            caption=one.caption,
            caption_ko=one.caption_ko,
            caption_author=one.author,
            needs_caption=False,
        )
        for one in drafts
    ]


def _nothing_left(chosen: Sequence[Draft]) -> str:
    if chosen:
        return "Every one of these segments was changed after its proposal; propose captions again."
    return "There are no proposed captions here; propose some first."
