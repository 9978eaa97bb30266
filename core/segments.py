"""Segment algebra: pure functions from segments to segments; the store applies their result.

A new segment has ``id == 0`` until it is stored. Every function raises EditRefused with a
sentence a person can act on; none of them touches a caption it was not asked to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.errors import EditRefused
from core.timecode import format_ms, format_range
from core.types import Detection, Segment

# Shorter pieces cannot be seen or clicked; one frame of slow CCTV lasts 200 ms.
MINIMUM_MS = 200


def split(segment: Segment, at_ms: int) -> tuple[Segment, Segment]:
    """Cut strictly inside; the first half keeps the id, both need a caption of their own."""
    require_live(segment)
    if not segment.start_ms + MINIMUM_MS <= at_ms <= segment.end_ms - MINIMUM_MS:
        raise EditRefused(
            f"{format_ms(at_ms, tenths=True)} is not inside the segment "
            f"{_range(segment)}; move the playhead at least {MINIMUM_MS / 1000} s away from its "
            "edges and split again."
        )
    first = _with_span(segment, segment.start_ms, at_ms)
    second = _with_span(segment, at_ms, segment.end_ms)
    return replace(first, needs_caption=True), replace(second, id=0, needs_caption=True)


def merge(first: Segment, second: Segment) -> Segment:
    """One segment over both; the first keeps its id, captions are joined, detections united."""
    require_live(first)
    require_live(second)
    if second.start_ms < first.end_ms or first.video_id != second.video_id:
        raise EditRefused("Only a segment and the one after it in the same video can be merged.")
    speaking = [s for s in (first, second) if s.kind != "quiet"] or [first, second]
    lead = speaking[0]
    return replace(
        first,
        end_ms=second.end_ms,
        kind=lead.kind,
        caption=_join(s.caption for s in speaking),
        caption_ko=_join(s.caption_ko for s in speaking),
        caption_author=lead.caption_author,
        needs_caption=any(s.needs_caption for s in speaking),
        thumbnail_ms=lead.thumbnail_ms,
        detections=first.detections + second.detections,
    )


def trim(segment: Segment, start_ms: int, end_ms: int, others: Sequence[Segment]) -> Segment:
    """Move the edges; ``others`` are the live segments of the video, which may not be covered."""
    require_live(segment)
    require_span(start_ms, end_ms)
    if (start_ms, end_ms) == (segment.start_ms, segment.end_ms):
        raise EditRefused("The segment already has these edges.")
    require_free(start_ms, end_ms, [s for s in others if s.id != segment.id])
    return _with_span(segment, start_ms, end_ms)


def require_span(start_ms: int, end_ms: int) -> None:
    """Raise unless ``[start_ms, end_ms)`` is long enough to be a segment."""
    if start_ms < 0 or end_ms - start_ms < MINIMUM_MS:
        raise EditRefused(
            f"A segment needs at least {MINIMUM_MS / 1000} s between its start and its end."
        )


def require_free(start_ms: int, end_ms: int, others: Iterable[Segment]) -> None:
    """Raise when ``[start_ms, end_ms)`` covers part of a live segment among ``others``."""
    for other in others:
        if other.state == "live" and start_ms < other.end_ms and other.start_ms < end_ms:
            raise EditRefused(
                f"{format_range(start_ms, end_ms)} would cover part of the segment "
                f"{_range(other)}; move or merge that one first."
            )


def _with_span(segment: Segment, start_ms: int, end_ms: int) -> Segment:
    return replace(
        segment,
        start_ms=start_ms,
        end_ms=end_ms,
        thumbnail_ms=min(max(segment.thumbnail_ms, start_ms), end_ms - 1),
        detections=tuple(_clip(segment.detections, start_ms, end_ms)),
    )


def _clip(detections: Iterable[Detection], start_ms: int, end_ms: int) -> Iterable[Detection]:
    for seen in detections:
        start, end = max(seen.start_ms, start_ms), min(seen.end_ms, end_ms)
        if start < end:
            yield replace(seen, start_ms=start, end_ms=end, at_ms=min(max(seen.at_ms, start), end))


def _join(captions: Iterable[str]) -> str:
    """Captions one after the other, without saying the same thing twice."""
    return " ".join(dict.fromkeys(c.strip() for c in captions if c.strip()))


def require_live(segment: Segment) -> None:
    """Raise unless the segment is there to be edited."""
    if segment.state != "live":
        raise EditRefused("This segment was deleted; restore it first.")


def _range(segment: Segment) -> str:
    return format_range(segment.start_ms, segment.end_ms)
