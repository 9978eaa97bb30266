"""Moving the edge two neighbours share: one operation, so that one undo takes it back."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg2.extensions import connection as Connection

from core import segments as algebra
from core.errors import EditRefused, StaleRevision
from core.types import Actor, EditResult, Segment
from db import operations
from db.pool import Database
from db.segments import get_segment


def move_border(
    database: Database,
    segment_id: int,
    *,
    next_id: int,
    at_ms: int,
    by: Actor,
    expected_revision: int,
    next_revision: int,
    idempotency_key: str,
    reason: str = "",
) -> EditResult:
    """End ``segment_id`` and start its neighbour ``next_id`` at ``at_ms``.

    Raises EditRefused where they do not touch or one would become too short, StaleRevision when
    either has changed since.
    """

    def change(conn: Connection, segment: Segment) -> Sequence[Segment]:
        following = get_segment(conn, next_id)
        if following.revision != next_revision:
            raise StaleRevision(expected_revision=next_revision, current=following)
        if following.video_id != segment.video_id or following.start_ms != segment.end_ms:
            raise EditRefused("These two segments share no border.")
        return [
            algebra.trim(segment, segment.start_ms, at_ms, []),
            algebra.trim(following, at_ms, following.end_ms, []),
        ]

    return operations.edit(
        database, segment_id, "trim", change, by, expected_revision, idempotency_key, reason
    )
