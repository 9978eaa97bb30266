"""The state of one video as its page shows it: segments, deleted ones, undo, who else is here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2.extensions import connection as Connection

from core.people import Appearance
from core.types import ChangeSet, Language, Segment, Video
from db import history, segments, videos
from db.appearances import appearances_of_video
from editor.documents import timeline_document
from editor.undo import undo_state

# Undo reaches this far back; the history page reaches everything.
REMEMBERED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A video as stored: live segments by start, the latest operations newest first, the
    deleted segments whose place is still free, and the faces seen."""

    video: Video
    segments: tuple[Segment, ...]
    history: tuple[ChangeSet, ...]
    deleted: tuple[Segment, ...]
    appearances: tuple[Appearance, ...]


def read_state(conn: Connection, video_id: int) -> State:
    """Raises NotFound."""
    video = videos.get_video(conn, video_id)
    live = segments.list_segments(conn, video_id)
    past = history.video_history(conn, video_id, limit=REMEMBERED)
    gone = segments.get_segments(conn, _deleted_ids(past))
    return State(
        video=video,
        segments=tuple(live),
        history=tuple(past),
        deleted=tuple(_restorable(gone.values(), live)),
        appearances=tuple(appearances_of_video(conn, video_id)),
    )


def timeline_of(state: State, *, name: str, others: Sequence[str]) -> dict[str, Any]:
    """The document of documents.timeline_document, for the person ``name``."""
    return timeline_document(
        state.video,
        state.segments,
        state.deleted,
        state.history[0] if state.history else None,
        _left_behind(state.segments, state.history),
        undo_state(state.history, name),
        others,
        state.appearances,
    )


def latest_change(conn: Connection, video_id: int) -> int:
    """The number of the newest operation; 0 where there is none."""
    past = history.video_history(conn, video_id, limit=1)
    return past[0].id if past else 0


def _left_behind(live: Sequence[Segment], past: Sequence[ChangeSet]) -> dict[int, Language]:
    """Segments whose words were changed in one language only, and which one has not followed yet;
    ``past`` is newest first. What was undone changed nothing."""
    captions = {segment.id: (segment.caption, segment.caption_ko) for segment in live}
    found: dict[int, Language] = {}
    stands = [one for one in past if one.kind != "revert" and one.reverted_by is None]
    for change_set in reversed(stands):
        for change in change_set.changes:
            before, after, words = change.before, change.after, captions.get(change.segment_id)
            if before is None or after is None or words is None:
                continue
            english = before.caption != after.caption
            korean = before.caption_ko != after.caption_ko
            if not english and not korean:
                continue
            changed: Language = "en" if english else "ko"
            follows = found.pop(change.segment_id, None) == changed
            if english != korean and not follows and all(words):
                found[change.segment_id] = "ko" if english else "en"
    return found


def _deleted_ids(past: Sequence[ChangeSet]) -> list[int]:
    """Segments whose last operation took them away by intent, newest first; merged ones live on
    in the segment that took them in."""
    decided: set[int] = set()
    found: list[int] = []
    for change_set in past:
        for change in change_set.changes:
            if change.segment_id in decided:
                continue
            decided.add(change.segment_id)
            gone = change.after is None or change.after.state == "deleted"
            if gone and change_set.kind in ("delete", "revert"):
                found.append(change.segment_id)
    return found


def _restorable(gone: Iterable[Segment], live: Sequence[Segment]) -> list[Segment]:
    """Deleted segments whose place is still free, by start."""
    return sorted(
        (
            segment
            for segment in gone
            if segment.state == "deleted"
            and not any(
                segment.start_ms < other.end_ms and other.start_ms < segment.end_ms
                for other in live
            )
        ),
        key=lambda segment: segment.start_ms,
    )
