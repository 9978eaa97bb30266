"""The JSON documents of ``--json``: plain dictionaries with the names the README gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.types import Camera, Hit, SearchResult, Segment, Video
from pipeline.ingest import Outcome

Document = dict[str, Any]


def ingest_document(outcomes: Sequence[Outcome]) -> Document:
    return {
        "videos": [
            {
                "video_id": one.video_id,
                "source": one.source,
                "status": one.status,
                "segments": one.segments,
                "error": one.error,
            }
            for one in outcomes
        ]
    }


def search_document(result: SearchResult) -> Document:
    return {
        "query": result.query,
        "total": result.total,
        "took_ms": result.took_ms,
        "notes": list(result.notes),
        "notes_ko": list(result.notes_ko),
        "filters": [
            {
                "name": chip.name,
                "label": chip.label,
                "label_ko": chip.label_ko,
                "without": chip.without,
            }
            for chip in result.chips
        ],
        "problems": [
            {
                "start": one.start,
                "end": one.end,
                "message": one.message,
                "message_ko": one.message_ko,
                "corrected": one.corrected,
            }
            for one in result.problems
        ],
        "hits": [_hit(hit) for hit in result.hits],
        "nearest": [_hit(hit) for hit in result.nearest],
        "removed": [
            {
                "filter": one.chip.label,
                "count": one.count,
                "at_least": one.at_least,
                "without": one.chip.without,
            }
            for one in result.removed
        ],
    }


def videos_document(found: Sequence[Video]) -> Document:
    return {"videos": [_video(video) for video in found]}


def segments_document(video: Video, found: Sequence[Segment]) -> Document:
    return {"video": _video(video), "segments": [_segment(segment) for segment in found]}


def cameras_document(found: Sequence[Camera]) -> Document:
    return {"cameras": [{"name": c.name, "uri": c.uri, "timezone": c.timezone} for c in found]}


def _hit(hit: Hit) -> Document:
    return {
        "segment_id": hit.segment.id,
        "video_id": hit.segment.video_id,
        "source": hit.source,
        "title": hit.video_title,
        "camera": hit.camera,
        "start_ms": hit.start_ms,
        "end_ms": hit.end_ms,
        "segment_ids": list(hit.segment_ids),
        "caption": hit.segment.caption,
        "caption_ko": hit.segment.caption_ko,
        "people": list(hit.people),
        "people_ko": list(hit.people_ko),
        "score": hit.score,
        "weak": hit.weak,
        "parts": [{"leg": p.leg, "rank": p.rank, "share": p.share} for p in hit.parts],
        "reasons": list(hit.reasons),
        "reasons_ko": list(hit.reasons_ko),
    }


def _video(video: Video) -> Document:
    return {
        "video_id": video.id,
        "source": video.source,
        "title": video.title,
        "camera": video.camera,
        "duration_ms": video.facts.duration_ms,
        "status": video.status,
        "stage": video.stage,
        "progress": round(video.progress, 3),
        "segments": video.segment_count,
        "recorded_at": None if video.recorded_at is None else video.recorded_at.isoformat(),
        "added_at": video.added_at.isoformat(),
        "error": video.error,
    }


def _segment(segment: Segment) -> Document:
    return {
        "segment_id": segment.id,
        "video_id": segment.video_id,
        "start_ms": segment.start_ms,
        "end_ms": segment.end_ms,
        "kind": segment.kind,
        "caption": segment.caption,
        "caption_ko": segment.caption_ko,
        "caption_author": segment.caption_author,
        "needs_caption": segment.needs_caption,
        "revision": segment.revision,
        "detections": [
            {
                "label": seen.label,
                "start_ms": seen.start_ms,
                "end_ms": seen.end_ms,
                "score": round(seen.score, 3),
                "attributes": dict(seen.attributes),
            }
            for seen in segment.detections
        ],
    }
