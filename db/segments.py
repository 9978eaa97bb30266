"""Segments and the detections in them: the only place that writes either table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

from psycopg2.extras import Json, execute_batch

from core.errors import NotFound
from core.types import Box, Detection, Segment
from db.queries import queries
from db.rows import Connection, execute, fetch_all, fetch_value

SQL = queries("segments")
_SEGMENT_NAMES = tuple(f.name for f in fields(Segment) if f.name != "detections")
_WRITTEN_NAMES = tuple(name for name in _SEGMENT_NAMES if name not in ("id", "revision"))
_DETECTION_NAMES = ("label", "start_ms", "end_ms", "at_ms", "score", "attributes")
_BOX_NAMES = tuple(f.name for f in fields(Box))


def list_segments(conn: Connection, video_id: int) -> list[Segment]:
    """The live segments of a video by start, each with its detections."""
    return [
        segment_from_snapshot(row["snapshot"])
        for row in fetch_all(conn, SQL["list_segments"], {"video_id": video_id})
    ]


def neighbours(conn: Connection, segment: Segment, *, each: int) -> list[Segment]:
    """A live segment with up to ``each`` of its video before it and after it, by start."""
    values = {"video_id": segment.video_id, "start_ms": segment.start_ms, "each": each}
    rows = fetch_all(conn, SQL["neighbours"], values)
    return [segment_from_snapshot(row["snapshot"]) for row in rows]


def get_segments(conn: Connection, segment_ids: Iterable[int]) -> dict[int, Segment]:
    """Those of the ids that exist, deleted ones too."""
    rows = fetch_all(conn, SQL["get_segments"], {"segment_ids": list(segment_ids)})
    found = [segment_from_snapshot(row["snapshot"]) for row in rows]
    return {segment.id: segment for segment in found}


def get_segment(conn: Connection, segment_id: int) -> Segment:
    """Live or deleted. Raises NotFound."""
    found = get_segments(conn, [segment_id])
    if not found:
        raise NotFound(f"There is no segment {segment_id}.")
    return found[segment_id]


def write_segment(conn: Connection, segment: Segment, *, before: Segment | None) -> int:
    """Store ``segment`` (``id == 0``: a new one) inside the current change set; returns its id.

    Where it differs from ``before`` in its detections only its revision stays: history has the
    version, and whoever is at its words loses nothing.
    """
    values = {name: getattr(segment, name) for name in _SEGMENT_NAMES}
    if before is None:
        segment_id = int(fetch_value(conn, SQL["insert_segment"], values))
    else:
        segment_id = segment.id
        same = all(getattr(before, name) == values[name] for name in _WRITTEN_NAMES)
        if not same or before.detections == segment.detections:
            execute(conn, SQL["update_segment"], values)
    if before is None or before.detections != segment.detections:
        _replace_detections(conn, segment_id, segment.detections)
    return segment_id


def segment_from_snapshot(snapshot: Mapping[str, Any]) -> Segment:
    """A value from ``segment_snapshot()``: the shape history keeps and every read uses."""
    detections = tuple(_detection(row) for row in snapshot["detections"])
    return Segment(detections=detections, **{name: snapshot[name] for name in _SEGMENT_NAMES})


def _replace_detections(conn: Connection, segment_id: int, detections: Iterable[Detection]) -> None:
    execute(conn, SQL["delete_detections"], {"segment_id": segment_id})
    rows = [
        {name: getattr(seen, name) for name in _DETECTION_NAMES}
        | {f"box_{name}": value for name, value in asdict(seen.box).items()}
        | {"segment_id": segment_id, "attributes": Json(dict(seen.attributes))}
        for seen in detections
    ]
    with conn.cursor() as cursor:
        execute_batch(cursor, SQL["insert_detection"], rows)


def _detection(row: Mapping[str, Any]) -> Detection:
    box = Box(**{name: row[f"box_{name}"] for name in _BOX_NAMES})
    return Detection(box=box, **{name: row[name] for name in _DETECTION_NAMES})
