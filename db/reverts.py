"""Reverting: undo one operation of the history and keep what happened since."""

from __future__ import annotations

from core.errors import EditRefused, RevertBlocked
from core.reverting import plan_revert
from core.types import Actor, ChangeSet, EditResult
from db import history, operations
from db.pool import Database
from db.rows import Connection, execute
from db.segments import get_segments, list_segments
from db.videos import lock_video


def revert(
    database: Database,
    change_set_id: int,
    *,
    by: Actor,
    idempotency_key: str,
    reason: str = "",
    with_dependents: bool = False,
) -> EditResult:
    """Undo one operation and keep what happened since.

    Raises RevertBlocked, with the smallest set of later operations that would have to go too,
    where they depend on it; ``with_dependents`` reverts those first, in the same transaction.
    """
    with database.transaction() as conn:
        target = history.get_change_set(conn, change_set_id)
        lock_video(conn, target.video_id)
        if history.find_idempotent(conn, idempotency_key) is not None:
            return operations.repeated(
                conn, idempotency_key, video_id=target.video_id, kind="revert", by=by
            )
        chain: list[ChangeSet] = []
        execute(conn, "SAVEPOINT before_revert")
        result = _revert_chain(conn, change_set_id, by, idempotency_key, reason, chain)
        if len(chain) > 1 and not with_dependents:
            execute(conn, "ROLLBACK TO SAVEPOINT before_revert")
            raise RevertBlocked(
                f"{_later(len(chain) - 1)} on this one; revert them together or leave it.",
                dependents=tuple(chain[:-1]),
            )
        return result


def _later(count: int) -> str:
    return "1 later operation depends" if count == 1 else f"{count} later operations depend"


def _revert_chain(
    conn: Connection,
    change_set_id: int,
    by: Actor,
    key: str,
    reason: str,
    done: list[ChangeSet],
) -> EditResult:
    """Revert an operation after everything that depends on it; ``done`` collects the order."""
    while True:
        # Read anew each time: reverting a dependent changes what the target finds.
        target = history.get_change_set(conn, change_set_id)
        plan = plan_revert(
            target,
            live=list_segments(conn, target.video_id),
            touched=get_segments(conn, [c.segment_id for c in target.changes]),
            later=history.later_change_sets(conn, target),
        )
        if not plan.dependents:
            break
        newest = plan.dependents[0]
        _revert_chain(conn, newest.id, by, f"{key}/{newest.id}", reason, done)
    opened = history.open_change_set(
        conn,
        video_id=target.video_id,
        kind="revert",
        by=by,
        reason=reason,
        reverts=target.id,
        idempotency_key=key,
    )
    if opened is None:
        raise EditRefused("This revert is being done already.")
    done.append(target)
    result = operations.store(conn, opened, target.video_id, plan.writes)
    history.flush(conn)
    history.mark_reverted(conn, target.id, reverted_by=opened)
    if target.reverts is not None:
        history.mark_reverted(conn, target.reverts, reverted_by=None)
    return result
