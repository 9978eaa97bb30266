"""What passes the filters of a search.

A scope of few segments is read in full and every leg of the search looks at just those: exact, and
cheaper than any index that knows nothing of the filter. Filters that say nothing of segments but
when they were let whole videos pass. Any other is a condition on each row that a leg reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from db.conditions import Conditions, conditions, in_videos, time_values
from db.queries import queries
from db.rows import Connection, fetch_all, fetch_one, fetch_value
from db.scope import Scope, filters_of

SQL = queries("scope")
NARROW = 5_000
"""Up to so many segments every one is looked at."""
_OF_VIDEOS = frozenset(
    {"camera", "not_camera", "video", "not_video", "after", "before", "within", "not_between"}
)
# A longer list costs more than it saves.
MOST_VIDEOS, MOST_EDGES, MOST_PARTS = 50_000, 5_000, 20_000
# Up to so many segments the signs of every vector are compared: 1,000,000 segments gave .98 of the
# ten nearest of 97,150 in a seventh of the time the index took to find what passes.
FEW = 100_000
USUALLY_PER_VIDEO = 50.0


def resolve(conn: Connection, scope: Scope) -> Conditions:
    """The conditions of a scope, and its members where they are few."""
    if scope.is_open:
        return Conditions(sql="true")
    if all(name in _OF_VIDEOS for name, _ in filters_of(scope)):
        found = _by_video(conn, scope)
        if found is not None:
            return found
    found = conditions(conn, scope)
    sql = SQL["members"].replace("{conditions}", found.sql)
    rows = fetch_all(conn, sql, {**found.values, "most": NARROW + 1})
    members = tuple(row["id"] for row in rows) if len(rows) <= NARROW else None
    return Conditions(sql=found.sql, values=found.values, members=members)


def listing(
    conn: Connection, found: Conditions, *, oldest_first: bool, most: int
) -> list[dict[str, Any]]:
    """What passes, by the time it happened: ``segment_id``, ``video_id``, ``start_ms``, ``end_ms``
    and ``quiet``."""
    direction = "ASC" if oldest_first else "DESC"
    if found.members is not None:
        sql = SQL["listing_of"].replace("{direction}", direction)
        return fetch_all(conn, sql, {"scope": list(found.members)})[:most]
    sql = SQL["listing"].replace("{direction}", direction).replace("{conditions}", found.sql)
    sql = sql.replace("{of_videos}", found.of_videos)
    if found.passing:
        sql = f"WITH {found.passing}\n{sql}"
    return fetch_all(conn, sql, {**found.values, "most": most})


def _by_video(conn: Connection, scope: Scope) -> Conditions | None:
    """A scope of whole videos; None for too many of them, or of their parts."""
    whole, edges = _videos(conn, scope)
    if len(whole) + len(edges) > MOST_VIDEOS or len(edges) > MOST_EDGES:
        return None
    parts = _parts(conn, scope, edges) if edges else []
    if len(parts) > MOST_PARTS:
        return None
    per_video = float(fetch_value(conn, SQL["moments_per_video"]) or USUALLY_PER_VIDEO)
    likely = (len(whole) + len(edges)) * per_video
    members = _members(conn, whole, parts) if likely <= 2 * NARROW else None
    few = likely <= FEW
    return Conditions(
        sql=in_videos("s.video_id", "s.id", parts=bool(parts)),
        values={
            "scope_segments": parts,
            "scope_edges": edges,
            "scope_videos": [*whole, *(edges if parts else ())] if few else [],
            "scope_bits": _bits(whole),
            "scope_ids": max(whole, default=0) + 1,
        },
        members=members,
        by_video=True,
        few=few,
    )


def _videos(conn: Connection, scope: Scope) -> tuple[list[int], list[int]]:
    """Ids of the videos that pass as a whole, and of those that do in part."""
    part, whole = ["true"], ["true"]
    values: dict[str, Any] = {"most": MOST_VIDEOS + 1}
    for number, (name, value) in enumerate(filters_of(scope)):
        parameter = f"scope_{number}"
        values |= time_values(name, value, parameter)
        exact = f"{name}_of_video" in SQL
        for listed, query in (
            (part, f"{name}_of_video" if exact else f"{name}_part"),
            (whole, f"{name}_of_video" if exact else f"{name}_whole"),
        ):
            listed.append(f"({SQL[query].replace('{p}', parameter)})")
    sql = SQL["videos"].replace("{whole}", " AND ".join(whole))
    row = fetch_one(conn, sql.replace("{part}", " AND ".join(part)), values)
    assert row is not None
    return row["whole"] or [], row["part"] or []


def _parts(conn: Connection, scope: Scope, videos: Sequence[int]) -> list[int]:
    """What passes of the videos that pass in part."""
    found = conditions(conn, scope)
    sql = SQL["parts_of_videos"].replace("{conditions}", found.sql)
    values = {**found.values, "part_videos": videos, "most": MOST_PARTS + 1}
    return [row["id"] for row in fetch_all(conn, sql, values)]


def _members(
    conn: Connection, videos: Sequence[int], segments: Sequence[int]
) -> tuple[int, ...] | None:
    """The segments of these videos and these; None for many."""
    values = {"videos": list(videos), "segments": list(segments), "most": NARROW + 1}
    rows = fetch_all(conn, SQL["members_of_videos"], values)
    return tuple(row["id"] for row in rows) if len(rows) <= NARROW else None


def _bits(ids: Sequence[int]) -> bytes:
    """A bit for each id, as get_bit() of PostgreSQL numbers them."""
    bits = bytearray(max(ids, default=0) // 8 + 1)
    for one in ids:
        bits[one >> 3] |= 1 << (one & 7)
    return bytes(bits)
