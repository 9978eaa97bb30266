"""Captions a model proposes, kept until somebody takes or drops them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.queries import queries
from db.rows import Connection, execute, fetch_all

SQL = queries("drafts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A proposal for a segment as it was at ``revision``; ``before`` and ``before_ko`` are its
    captions now, ``stale`` says that it was changed since. ``author`` is ``model@revision``."""

    video_id: int
    segment_id: int
    revision: int
    start_ms: int
    end_ms: int
    thumbnail_ms: int
    before: str
    before_ko: str
    before_author: str
    caption: str
    caption_ko: str
    author: str
    stale: bool


def write_draft(
    conn: Connection, *, segment_id: int, revision: int, caption: str, caption_ko: str, author: str
) -> None:
    """Keep a proposal; it takes the place of an earlier one for the segment."""
    values = {
        "segment_id": segment_id,
        "revision": revision,
        "caption": caption,
        "caption_ko": caption_ko,
        "author": author,
    }
    execute(conn, SQL["write_draft"], values)


def list_drafts(conn: Connection, video_ids: Sequence[int]) -> list[Draft]:
    """The proposals for live segments of these videos, by video and start."""
    rows = fetch_all(conn, SQL["list_drafts"], {"video_ids": list(video_ids)})
    return [Draft(**row) for row in rows]


def videos_with_drafts(conn: Connection) -> list[int]:
    """Ids of the videos that have proposals."""
    return [row["video_id"] for row in fetch_all(conn, SQL["videos_with_drafts"])]


def drop_drafts(conn: Connection, segment_ids: Iterable[int]) -> int:
    """Forget proposals; returns how many there were."""
    return execute(conn, SQL["drop_drafts"], {"segment_ids": list(segment_ids)})
