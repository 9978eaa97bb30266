"""Edits: each function is one transaction that leaves one operation in the history.

Every one takes ``by`` (who, from where) and ``idempotency_key``; the same key again returns the
result of the first time and does nothing. ``expected_revision`` is the revision the person saw.
Errors: NotFound, EditRefused (its message says why), StaleRevision (someone was faster).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core import segments as algebra
from core.errors import EditRefused, StaleRevision
from core.timecode import format_ms
from core.types import Actor, EditResult, Segment
from db import history, operations
from db.pool import Database
from db.reverts import revert
from db.rows import Connection
from db.segments import list_segments
from db.videos import get_video, lock_video

__all__ = [
    "create",
    "delete",
    "edit_caption",
    "merge_with_next",
    "restore",
    "revert",
    "split",
    "trim",
]


def edit_caption(
    database: Database,
    segment_id: int,
    *,
    caption: str | None = None,
    caption_ko: str | None = None,
    by: Actor,
    expected_revision: int,
    idempotency_key: str,
    reason: str = "",
) -> EditResult:
    """Change one or both captions; None leaves that language as it is."""

    def change(_conn: Connection, segment: Segment) -> Sequence[Segment]:
        algebra.require_live(segment)
        new = replace(
            segment,
            caption=segment.caption if caption is None else _clean(caption),
            caption_ko=segment.caption_ko if caption_ko is None else _clean(caption_ko),
        )
        if new == segment:
            raise EditRefused("The captions are like this already.")
        return [replace(new, caption_author=by.name, needs_caption=False)]

    return operations.edit(
        database,
        segment_id,
        "caption",
        change,
        by,
        expected_revision,
        idempotency_key,
        reason,
    )


def split(
    database: Database,
    segment_id: int,
    *,
    at_ms: int,
    by: Actor,
    expected_revision: int,
    idempotency_key: str,
    reason: str = "",
) -> EditResult:
    """Cut at ``at_ms``, strictly inside; the first half keeps the id."""

    def change(_conn: Connection, segment: Segment) -> Sequence[Segment]:
        return algebra.split(segment, at_ms)

    return operations.edit(
        database,
        segment_id,
        "split",
        change,
        by,
        expected_revision,
        idempotency_key,
        reason,
    )


def merge_with_next(
    database: Database,
    segment_id: int,
    *,
    by: Actor,
    expected_revision: int,
    idempotency_key: str,
    reason: str = "",
    next_id: int | None = None,
    next_revision: int | None = None,
) -> EditResult:
    """Join with the segment that follows in the same video; a gap between them is closed.

    ``next_id`` and ``next_revision`` are what the person saw there, where they saw it.
    """

    def change(conn: Connection, segment: Segment) -> Sequence[Segment]:
        after = [s for s in list_segments(conn, segment.video_id) if s.start_ms >= segment.end_ms]
        if not after:
            raise EditRefused("This is the last segment; there is no next one to merge with.")
        if next_id is not None and (after[0].id, after[0].revision) != (next_id, next_revision):
            raise StaleRevision(expected_revision=next_revision or 0, current=after[0])
        return [algebra.merge(segment, after[0]), replace(after[0], state="deleted")]

    return operations.edit(
        database,
        segment_id,
        "merge",
        change,
        by,
        expected_revision,
        idempotency_key,
        reason,
    )


def trim(
    database: Database,
    segment_id: int,
    *,
    start_ms: int,
    end_ms: int,
    by: Actor,
    expected_revision: int,
    idempotency_key: str,
    reason: str = "",
) -> EditResult:
    """Move the edges of a segment to ``[start_ms, end_ms)``."""

    def change(conn: Connection, segment: Segment) -> Sequence[Segment]:
        _require_inside_video(conn, segment.video_id, end_ms)
        others = list_segments(conn, segment.video_id)
        return [algebra.trim(segment, start_ms, end_ms, others)]

    return operations.edit(
        database,
        segment_id,
        "trim",
        change,
        by,
        expected_revision,
        idempotency_key,
        reason,
    )


def delete(
    database: Database,
    segment_id: int,
    *,
    by: Actor,
    expected_revision: int,
    idempotency_key: str,
    reason: str = "",
) -> EditResult:
    """Take a segment out of the library; ``restore`` or ``revert`` brings it back."""

    def change(_conn: Connection, segment: Segment) -> Sequence[Segment]:
        if segment.state == "deleted":
            raise EditRefused("This segment is deleted already.")
        return [replace(segment, state="deleted")]

    return operations.edit(
        database,
        segment_id,
        "delete",
        change,
        by,
        expected_revision,
        idempotency_key,
        reason,
    )


def restore(
    database: Database,
    segment_id: int,
    *,
    by: Actor,
    expected_revision: int,
    idempotency_key: str,
    reason: str = "",
) -> EditResult:
    """Bring a deleted segment back where it was, if nothing else is there now."""

    def change(conn: Connection, segment: Segment) -> Sequence[Segment]:
        if segment.state == "live":
            raise EditRefused("This segment is not deleted.")
        others = list_segments(conn, segment.video_id)
        algebra.require_free(segment.start_ms, segment.end_ms, others)
        return [replace(segment, state="live")]

    return operations.edit(
        database,
        segment_id,
        "restore",
        change,
        by,
        expected_revision,
        idempotency_key,
        reason,
    )


def create(
    database: Database,
    video_id: int,
    *,
    start_ms: int,
    end_ms: int,
    caption: str = "",
    caption_ko: str = "",
    by: Actor,
    idempotency_key: str,
    reason: str = "",
) -> EditResult:
    """A new segment where there is none; without captions the pipeline writes them."""
    with database.transaction() as conn:
        lock_video(conn, video_id)
        change_set_id = history.open_change_set(
            conn,
            video_id=video_id,
            kind="create",
            by=by,
            reason=reason,
            idempotency_key=idempotency_key,
        )
        if change_set_id is None:
            return operations.repeated(
                conn, idempotency_key, video_id=video_id, kind="create", by=by
            )
        algebra.require_span(start_ms, end_ms)
        _require_inside_video(conn, video_id, end_ms)
        algebra.require_free(start_ms, end_ms, list_segments(conn, video_id))
        written = bool(caption.strip() or caption_ko.strip())
        segment = Segment(
            id=0,
            video_id=video_id,
            start_ms=start_ms,
            end_ms=end_ms,
            kind="manual",
            caption=_clean(caption),
            caption_ko=_clean(caption_ko),
            caption_author=by.name if written else "",
            needs_caption=not written,
            state="live",
            revision=1,
            thumbnail_ms=(start_ms + end_ms) // 2,
        )
        return operations.store(conn, change_set_id, video_id, [segment])


def _require_inside_video(conn: Connection, video_id: int, end_ms: int) -> None:
    duration_ms = get_video(conn, video_id).facts.duration_ms
    if end_ms > duration_ms:
        raise EditRefused(
            f"The video ends at {format_ms(duration_ms, tenths=True)}; "
            f"{format_ms(end_ms, tenths=True)} is past it."
        )


def _clean(caption: str) -> str:
    """One line, without the blanks that only break search and Slack messages."""
    return " ".join(caption.split())
