"""What it takes to undo one old operation and nothing else: a three-way merge by field.

A field of a segment goes back to its value before the operation unless a person changed that
field later. Changes by the pipeline (a caption rewritten after a split) never block a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.errors import EditRefused
from core.segments import require_free
from core.types import ChangeSet, Segment, SegmentChange


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertPlan:
    """Segments to store, or the operations that stand in the way (newest first)."""

    writes: tuple[Segment, ...]
    dependents: tuple[ChangeSet, ...]


def plan_revert(
    target: ChangeSet,
    *,
    live: Sequence[Segment],
    touched: Mapping[int, Segment],
    later: Sequence[ChangeSet],
) -> RevertPlan:
    """Plan the revert of ``target``.

    ``live`` are the live segments of the video, ``touched`` the present state of every segment
    the operation changed, ``later`` every newer operation on the video. Raises EditRefused for
    operations that have nothing to go back to.
    """
    if target.kind == "ingest":
        raise EditRefused("An ingest cannot be reverted; delete the segments instead.")
    if target.reverted_by is not None:
        raise EditRefused(f"This was reverted already, by operation {target.reverted_by}.")
    blocking = [c for c in later if _counts(c, target)]
    writes: list[Segment] = []
    dependents: dict[int, ChangeSet] = {}
    for change in target.changes:
        now = touched[change.segment_id]
        for other in blocking:
            if _collides(change, now, other):
                dependents[other.id] = other
        written_since = any(_writes_caption(change.segment_id, other) for other in blocking)
        writes.append(_restored(change, now, caption_stays=written_since))
    if not dependents:
        dependents = _in_the_way(writes, live, blocking)
    return RevertPlan(
        writes=tuple(w for w in writes if w != touched[w.id]),
        dependents=tuple(sorted(dependents.values(), key=lambda c: -c.id)),
    )


def _counts(later: ChangeSet, target: ChangeSet) -> bool:
    """Whether the effect of a later operation is still there and is a person's."""
    if later.reverted_by is not None or later.actor.origin == "pipeline":
        return False
    # A revert of something newer than the target cancels out together with it.
    return later.reverts is None or later.reverts < target.id


def _collides(change: SegmentChange, now: Segment, other: ChangeSet) -> bool:
    for theirs in other.changes:
        if theirs.segment_id != change.segment_id:
            continue
        their_fields = _changed_fields(theirs)
        if change.before is None or (now.state == "deleted" and "state" in their_fields):
            return True
        if their_fields & _changed_fields(change):
            return True
    return False


def _changed_fields(change: SegmentChange) -> set[str]:
    before, after = change.before, change.after
    if before is None or after is None:
        return {"span", "caption", "caption_ko", "state"}
    pairs = {
        "span": ((before.start_ms, before.end_ms), (after.start_ms, after.end_ms)),
        "caption": (before.caption, after.caption),
        "caption_ko": (before.caption_ko, after.caption_ko),
        "state": (before.state, after.state),
    }
    return {name for name, (old, new) in pairs.items() if old != new}


def _writes_caption(segment_id: int, other: ChangeSet) -> bool:
    return any(
        theirs.segment_id == segment_id and _changed_fields(theirs) & {"caption", "caption_ko"}
        for theirs in other.changes
    )


def _restored(change: SegmentChange, now: Segment, *, caption_stays: bool) -> Segment:
    before = change.before
    if before is None:
        return replace(now, state="deleted")
    fields = _changed_fields(change)
    result = now
    if "caption" in fields or "caption_ko" in fields:
        result = replace(
            result,
            caption_author=before.caption_author,
            needs_caption=before.needs_caption,
        )
        if "caption" in fields:
            result = replace(result, caption=before.caption)
        if "caption_ko" in fields:
            result = replace(result, caption_ko=before.caption_ko)
    if "span" in fields or "state" in fields:
        result = _with_old_span(result, before, caption_too=not caption_stays)
    return result


def _with_old_span(result: Segment, before: Segment, *, caption_too: bool) -> Segment:
    """Back to the old stretch, with what was seen in it.

    A caption the pipeline wrote since for the other stretch would be wrong for this one, so the
    old one comes back too; one that a person wrote since stays.
    """
    if caption_too:
        result = replace(
            result,
            caption=before.caption,
            caption_ko=before.caption_ko,
            caption_author=before.caption_author,
            needs_caption=before.needs_caption,
        )
    return replace(
        result,
        start_ms=before.start_ms,
        end_ms=before.end_ms,
        kind=before.kind,
        state=before.state,
        thumbnail_ms=before.thumbnail_ms,
        detections=before.detections,
    )


def _in_the_way(
    writes: Sequence[Segment], live: Sequence[Segment], blocking: Iterable[ChangeSet]
) -> dict[int, ChangeSet]:
    """Later operations that put another segment where one of ``writes`` has to go back."""
    written = {w.id for w in writes}
    standing = [s for s in live if s.id not in written]
    newcomers = [w for w in writes if w.state == "live"]
    covered = {
        s.id for s in standing for w in newcomers if w.start_ms < s.end_ms and s.start_ms < w.end_ms
    }
    found = {
        c.id: c
        for c in blocking
        for change in c.changes
        if change.segment_id in covered and _changed_fields(change) & {"span", "state"}
    }
    if covered and not found:
        for write in newcomers:
            require_free(write.start_ms, write.end_ms, standing)
    return found
