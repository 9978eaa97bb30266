"""History: change sets and the versions their triggers wrote. Nothing here is ever rewritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from core.errors import NotFound
from core.types import Actor, ChangeKind, ChangeSet, Segment, SegmentChange
from db.queries import queries
from db.rows import Connection, Row, execute, fetch_all, fetch_one, fetch_value
from db.segments import segment_from_snapshot

SQL = queries("history")


def open_change_set(
    conn: Connection,
    *,
    video_id: int,
    kind: ChangeKind,
    by: Actor,
    reason: str = "",
    reverts: int | None = None,
    idempotency_key: str | None = None,
) -> int | None:
    """Start an operation: every segment written in this transaction is recorded under it.

    Returns None where ``idempotency_key`` was used before; then nothing is to be done.
    """
    values = {
        "video_id": video_id,
        "kind": kind,
        "actor": by.name,
        "origin": by.origin,
        "reason": reason,
        "reverts": reverts,
        "idempotency_key": idempotency_key,
    }
    change_set_id = fetch_value(conn, SQL["open_change_set"], values)
    if change_set_id is None:
        return None
    execute(conn, SQL["use_change_set"], {"change_set_id": str(change_set_id)})
    return int(change_set_id)


def find_idempotent(conn: Connection, idempotency_key: str) -> int | None:
    """The operation done under this key, if any."""
    row = fetch_one(conn, SQL["find_idempotent"], {"idempotency_key": idempotency_key})
    return None if row is None else int(row["id"])


def flush(conn: Connection) -> None:
    """Write the versions of the current operation now, before another one starts."""
    execute(conn, SQL["flush"])


def mark_reverted(conn: Connection, change_set_id: int, *, reverted_by: int | None) -> None:
    """Say which operation took this one back; None when that one was taken back itself."""
    values = {"change_set_id": change_set_id, "reverted_by": reverted_by}
    execute(conn, SQL["mark_reverted"], values)


def video_history(
    conn: Connection, video_id: int, *, limit: int = 100, before_id: int | None = None
) -> list[ChangeSet]:
    """Newest first; page on with ``before_id`` of the last one."""
    values = {"video_id": video_id, "limit": limit, "before_id": before_id}
    return _with_changes(conn, fetch_all(conn, SQL["change_sets_of_video"], values))


def segment_history(conn: Connection, segment_id: int, *, limit: int = 100) -> list[ChangeSet]:
    """The operations that touched one segment, newest first."""
    rows = fetch_all(conn, SQL["segment_history"], {"segment_id": segment_id, "limit": limit})
    return get_change_sets(conn, [row["id"] for row in rows])


def get_change_sets(conn: Connection, change_set_ids: Sequence[int]) -> list[ChangeSet]:
    """Those of the ids that exist, newest first."""
    values = {"change_set_ids": list(change_set_ids)}
    return _with_changes(conn, fetch_all(conn, SQL["get_change_sets"], values))


def get_change_set(conn: Connection, change_set_id: int) -> ChangeSet:
    """Raises NotFound."""
    found = get_change_sets(conn, [change_set_id])
    if not found:
        raise NotFound(f"There is no operation {change_set_id} in the history.")
    return found[0]


def later_change_sets(conn: Connection, change_set: ChangeSet) -> list[ChangeSet]:
    """Every newer operation on the same video, newest first."""
    values = {"video_id": change_set.video_id, "change_set_id": change_set.id}
    return _with_changes(conn, fetch_all(conn, SQL["later_change_sets"], values))


def _with_changes(conn: Connection, rows: Sequence[Row]) -> list[ChangeSet]:
    changes: dict[int, list[SegmentChange]] = defaultdict(list)
    for row in fetch_all(conn, SQL["changes_of"], {"change_set_ids": [r["id"] for r in rows]}):
        changes[row["change_set_id"]].append(
            SegmentChange(
                segment_id=row["segment_id"],
                before=_segment(row["before"]),
                after=_segment(row["after"]),
            )
        )
    return [_change_set(row, changes[row["id"]]) for row in rows]


def _segment(snapshot: Row | None) -> Segment | None:
    return None if snapshot is None else segment_from_snapshot(snapshot)


def _change_set(row: Row, changes: Sequence[SegmentChange]) -> ChangeSet:
    return ChangeSet(
        id=row["id"],
        video_id=row["video_id"],
        kind=row["kind"],
        actor=Actor(name=row["actor"], origin=row["origin"]),
        reason=row["reason"],
        at=row["at"],
        reverts=row["reverts"],
        reverted_by=row["reverted_by"],
        changes=tuple(changes),
    )
