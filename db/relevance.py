"""Which live segments a query is about: by number, by stretch of a video, by an equal caption."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from db.queries import queries
from db.rows import Connection, fetch_all, fetch_value

SQL = queries("relevance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """``[start_ms, end_ms)`` of a video."""

    video_id: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Captioned:
    """A live segment's words."""

    segment_id: int
    caption: str
    caption_ko: str


def count_live(conn: Connection) -> int:
    """How many live segments the library has."""
    return int(fetch_value(conn, SQL["count_live"]))


def live_among(conn: Connection, segment_ids: Collection[int]) -> frozenset[int]:
    """Those of the ids that are live segments."""
    rows = fetch_all(conn, SQL["live_among"], {"segment_ids": list(segment_ids)})
    return frozenset(row["id"] for row in rows)


def segments_in(conn: Connection, stretches: Sequence[Stretch]) -> list[list[int]]:
    """For each stretch the live segments it is about, the one that shares most of it first.

    A segment counts from half of it or half of the stretch on: a neighbour that the stretch only
    brushes is not meant. Where none counts, the one that shares most is.
    """
    values = {
        "video_ids": [one.video_id for one in stretches],
        "starts": [one.start_ms for one in stretches],
        "ends": [one.end_ms for one in stretches],
    }
    found: list[list[int]] = [[] for _ in stretches]
    for row in fetch_all(conn, SQL["segments_in"], values):
        place = found[row["position"] - 1]
        if row["counts"] or not place:
            place.append(row["id"])
    return found


def sample_captioned(conn: Connection, count: int, *, seed: int) -> list[Captioned]:
    """At most ``count`` live segments with a caption in either language, drawn by ``seed``."""
    rows = fetch_all(conn, SQL["sample_captioned"], {"count": count, "seed": seed})
    return [Captioned(**row) for row in rows]


def captioned_as(
    conn: Connection, captions: Sequence[str], language: Literal["en", "ko"]
) -> list[list[int]]:
    """For each caption the live segments that have exactly this one."""
    name = {"en": "captioned_as", "ko": "captioned_as_ko"}[language]
    found: list[list[int]] = [[] for _ in captions]
    for row in fetch_all(conn, SQL[name], {"captions": list(captions)}):
        found[row["position"] - 1] = row["ids"]
    return found


def captions_of(conn: Connection, segment_ids: Sequence[int]) -> dict[int, Captioned]:
    """The words of those of the ids that are live."""
    rows = fetch_all(conn, SQL["captions_of"], {"segment_ids": list(segment_ids)})
    return {row["segment_id"]: Captioned(**row) for row in rows}
