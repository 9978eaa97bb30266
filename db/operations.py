"""The frame of every edit: lock the video, open an operation, check the revision, store."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.errors import EditRefused, NotFound, StaleRevision
from core.types import Actor, ChangeKind, EditResult, Segment
from db import history, jobs
from db.pool import Database
from db.rows import Connection
from db.segments import get_segment, get_segments, write_segment
from db.videos import lock_video

# What an edit does: a segment as it is now -> the segments to store.
Change = Callable[[Connection, Segment], Sequence[Segment]]


def edit(
    database: Database,
    segment_id: int,
    kind: ChangeKind,
    change: Change,
    by: Actor,
    expected_revision: int,
    idempotency_key: str,
    reason: str,
) -> EditResult:
    with database.transaction() as conn:
        video_id = get_segment(conn, segment_id).video_id
        lock_video(conn, video_id)
        change_set_id = history.open_change_set(
            conn,
            video_id=video_id,
            kind=kind,
            by=by,
            reason=reason,
            idempotency_key=idempotency_key,
        )
        if change_set_id is None:
            return repeated(conn, idempotency_key, video_id=video_id, kind=kind, by=by)
        segment = get_segment(conn, segment_id)
        if segment.revision != expected_revision:
            raise StaleRevision(expected_revision=expected_revision, current=segment)
        return store(conn, change_set_id, video_id, change(conn, segment))


def store(
    conn: Connection, change_set_id: int, video_id: int, writes: Sequence[Segment]
) -> EditResult:
    present = get_segments(conn, [w.id for w in writes if w.id])
    ids = [write_segment(conn, w, before=present.get(w.id)) for w in writes]
    jobs.defer_refresh(conn, video_id)
    return _result(conn, change_set_id, video_id, ids)


def repeated(
    conn: Connection, idempotency_key: str, *, video_id: int, kind: ChangeKind, by: Actor
) -> EditResult:
    """The result of the first time. Raises EditRefused where the key stands for another edit."""
    change_set_id = history.find_idempotent(conn, idempotency_key)
    if change_set_id is None:
        raise NotFound("The first attempt at this edit was not stored; try again.")
    first = history.get_change_set(conn, change_set_id)
    if (first.video_id, first.kind, first.actor) != (video_id, kind, by):
        raise EditRefused("This idempotency key was used for another edit; use a new one.")
    ids = [change.segment_id for change in first.changes]
    return _result(conn, first.id, first.video_id, ids)


def _result(
    conn: Connection, change_set_id: int, video_id: int, segment_ids: Sequence[int]
) -> EditResult:
    touched = get_segments(conn, segment_ids).values()
    return EditResult(
        change_set_id=change_set_id,
        video_id=video_id,
        segments=tuple(s for s in touched if s.state == "live"),
    )
