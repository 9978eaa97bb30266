"""Values as the JSON documents that the API answers with and the video page starts from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from core.people import Appearance
from core.types import ChangeSet, Detection, Hit, Language, SearchResult, Segment, Video
from editor.people_documents import appearance_document, version_of_appearance
from editor.undo import UndoState
from editor.wording import seen_words, title


def segment_document(segment: Segment) -> dict[str, Any]:
    """One segment with the people in it; times in milliseconds."""
    return {
        "id": segment.id,
        "video_id": segment.video_id,
        "start_ms": segment.start_ms,
        "end_ms": segment.end_ms,
        "kind": segment.kind,
        "caption": segment.caption,
        "caption_ko": segment.caption_ko,
        "caption_author": segment.caption_author,
        "needs_caption": segment.needs_caption,
        "state": segment.state,
        "revision": segment.revision,
        "thumbnail_ms": segment.thumbnail_ms,
        "thumbnail": thumbnail_url(segment),
        "detections": [detection_document(seen) for seen in segment.detections],
    }


def detection_document(seen: Detection) -> dict[str, Any]:
    """Who or what was seen, when (best at ``at_ms``), how it looked or how many there were."""
    return {
        "label": seen.label,
        "at_ms": seen.at_ms,
        "start_ms": seen.start_ms,
        "end_ms": seen.end_ms,
        "attributes": dict(seen.attributes),
        "words": seen_words(seen),
    }


def thumbnail_url(segment: Segment) -> str:
    """The picture of a segment; the moment in the query lets browsers keep it for good."""
    return f"/thumbnails/{segment.id}.jpg?at={segment.thumbnail_ms}"


def video_document(video: Video) -> dict[str, Any]:
    """One video of the library and how far it is."""
    return {
        "id": video.id,
        "title": video.title,
        "camera": video.camera,
        "duration_ms": video.facts.duration_ms,
        "fps": video.facts.fps,
        "width": video.facts.width,
        "height": video.facts.height,
        "status": video.status,
        "stage": video.stage,
        "progress": video.progress,
        "error": video.error,
        "segment_count": video.segment_count,
    }


def change_set_document(change: ChangeSet) -> dict[str, Any]:
    """One operation with every segment before and after it."""
    return {
        "id": change.id,
        "video_id": change.video_id,
        "kind": change.kind,
        "title": title(change),
        "actor": change.actor.name,
        "origin": change.actor.origin,
        "reason": change.reason,
        "at": change.at.isoformat(),
        "reverts": change.reverts,
        "reverted_by": change.reverted_by,
        "changes": [
            {
                "segment_id": item.segment_id,
                "before": item.before and segment_document(item.before),
                "after": item.after and segment_document(item.after),
            }
            for item in change.changes
        ],
    }


def timeline_document(
    video: Video,
    segments: Sequence[Segment],
    deleted: Sequence[Segment],
    latest: ChangeSet | None,
    stale: Mapping[int, Language],
    undo: UndoState[ChangeSet],
    others: Sequence[str],
    appearances: Sequence[Appearance],
) -> dict[str, Any]:
    """Everything the video page shows that an edit can change.

    ``latest`` is the newest operation of the video: a page that knows it is up to date.
    ``people`` does the same for who the faces are: it changes when one reads differently.
    ``stale`` says in which language a segment's caption was left behind by the other.
    """
    return {
        "video": video_document(video),
        "latest": latest.id if latest else 0,
        "latest_by": latest.actor.name if latest else "",
        "latest_origin": latest.actor.origin if latest else "",
        "stale": {str(segment_id): language for segment_id, language in stale.items()},
        "segments": [segment_document(segment) for segment in segments],
        "deleted": [segment_document(segment) for segment in deleted],
        "undo": undo.undo and undo.undo.kind,
        "redo": undo.redo and undo.redo.kind,
        "others": list(others),
        "appearances": [appearance_document(one) for one in appearances],
        "people": people_version(appearances),
    }


def people_version(appearances: Sequence[Appearance]) -> str:
    """Who is seen in a video and when, as a few letters."""
    versions = "".join(version_of_appearance(one) for one in appearances)
    return hashlib.sha256(versions.encode()).hexdigest()[:16]


def search_document(result: SearchResult) -> dict[str, Any]:
    """The answer of a search, best hit first; where there is none, why, and what is nearest."""
    return {
        "query": result.query,
        "total": result.total,
        "took_ms": result.took_ms,
        "notes": list(result.notes),
        "notes_ko": list(result.notes_ko),
        "chips": [asdict(chip) for chip in result.chips],
        "problems": [asdict(problem) for problem in result.problems],
        "hits": [hit_document(hit) for hit in result.hits],
        "nearest": [hit_document(hit) for hit in result.nearest],
        "removed": [asdict(one) for one in result.removed],
    }


def hit_document(hit: Hit) -> dict[str, Any]:
    """One hit with the page it opens: its best segment, and the window it stands in."""
    return segment_document(hit.segment) | {
        "url": f"/videos/{hit.segment.video_id}?segment={hit.segment.id}",
        "video_title": hit.video_title,
        "source": hit.source,
        "camera": hit.camera,
        "recorded_at": hit.recorded_at and hit.recorded_at.isoformat(),
        "people": list(hit.people),
        "people_ko": list(hit.people_ko),
        "window": {
            "start_ms": hit.start_ms,
            "end_ms": hit.end_ms,
            "segment_ids": list(hit.segment_ids),
        },
        "weak": hit.weak,
        "score": hit.score,
        "parts": [asdict(part) for part in hit.parts],
        "reasons": list(hit.reasons),
        "reasons_ko": list(hit.reasons_ko),
    }
