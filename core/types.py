"""The values every layer speaks: frozen, keyword-only, made at the edge and passed whole.

Time inside a video is integer milliseconds, half-open ``[start_ms, end_ms)``.
Wall-clock time is a timezone-aware ``datetime`` in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from core.query_parts import Problem

SegmentKind = Literal["shot", "activity", "quiet", "manual"]
SegmentState = Literal["live", "deleted"]
VideoStatus = Literal["queued", "processing", "ready", "failed"]
Origin = Literal["pipeline", "web", "slack", "api"]
ChangeKind = Literal[
    "ingest",
    "create",
    "caption",
    "trim",
    "split",
    "merge",
    "delete",
    "restore",
    "revert",
    "recaption",
    "clothes",
]
Language = Literal["en", "ko"]
Leg = Literal["vector", "text", "clothes", "seen", "video"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in the picture; all four numbers are fractions (0..1) of its width or height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A fixed viewpoint. ``timezone`` is an IANA name."""

    id: int
    name: str
    uri: str | None
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFacts:
    """What probing a file says about it, before anything is stored.

    ``rotation`` is degrees clockwise to apply for display (0, 90, 180, 270); ``width`` and
    ``height`` are the displayed size, after that rotation. ``start_ms`` is the time stamp of
    the first frame in the file; every other time in ClipOps counts from that frame.
    """

    duration_ms: int
    start_ms: int
    fps: float
    width: int
    height: int
    codec: str
    container: str
    rotation: int
    has_audio: bool
    browser_playable: bool
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A stored video. ``progress`` is 0..1 within ``stage`` while ``status`` is ``processing``."""

    id: int
    source: str
    path: str
    sha256: str
    title: str
    camera: str | None
    recorded_at: datetime | None
    added_at: datetime
    facts: VideoFacts
    status: VideoStatus
    stage: str | None
    progress: float
    error: str | None
    segment_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """Something seen in a segment. For ``label == "person"`` the attributes hold ``upper`` and
    ``lower`` (colour names of core.vocabulary or null) and the motion words."""

    label: str
    start_ms: int
    end_ms: int
    at_ms: int
    score: float
    box: Box
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch ``[start_ms, end_ms)`` of one video; ``revision`` grows with every change."""

    id: int
    video_id: int
    start_ms: int
    end_ms: int
    kind: SegmentKind
    caption: str
    caption_ko: str
    caption_author: str
    needs_caption: bool
    state: SegmentState
    revision: int
    thumbnail_ms: int
    detections: tuple[Detection, ...] = ()

    @property
    def duration_ms(self) -> int:
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does something, and from where."""

    name: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentChange:
    """One segment before and after an operation; ``None`` is 'did not exist'."""

    segment_id: int
    before: Segment | None
    after: Segment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """One operation in the history of a video."""

    id: int
    video_id: int
    kind: ChangeKind
    actor: Actor
    reason: str
    at: datetime
    reverts: int | None
    reverted_by: int | None
    changes: tuple[SegmentChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditResult:
    """What an edit left behind: the operation and every live segment it touched."""

    change_set_id: int
    video_id: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one leg of the search gave to a hit: its ``rank`` there and its ``share`` (0..1) of the
    hit's score."""

    leg: Leg
    rank: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One answer of a search: a window ``[start_ms, end_ms)`` of one video. ``segment`` is the best
    of the neighbouring segments in it, ``segment_ids`` are all of them by time. ``score`` is 0..1
    within the search, ``reasons`` say why it matched; ``weak`` is a near miss, not a match.
    ``people`` are those recognised by name, then what people in view wear."""

    segment: Segment
    video_title: str
    source: str
    camera: str | None
    recorded_at: datetime | None
    people: tuple[str, ...]
    score: float
    reasons: tuple[str, ...]
    reasons_ko: tuple[str, ...]
    people_ko: tuple[str, ...] = ()
    start_ms: int = 0
    end_ms: int = 0
    segment_ids: tuple[int, ...] = ()
    parts: tuple[Part, ...] = ()
    weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter, phrase or excluded word of a query. ``name`` is the filter's name, ``phrase`` or
    ``word``; ``without`` is the query that is left when it is taken out, "" where nothing is."""

    name: str
    label: str
    label_ko: str
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What one filter costs: the hits there are without it; ``at_least``: not all were counted."""

    chip: Chip
    count: int
    at_least: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Hits, best first. ``total`` counts every match found before the page was cut.

    Where there are none: ``problems`` say why nothing was searched; or ``nearest`` are the nearest
    misses, marked weak, and ``removed`` says what each filter costs.
    """

    query: str
    hits: tuple[Hit, ...]
    total: int
    took_ms: int
    notes: tuple[str, ...] = ()
    notes_ko: tuple[str, ...] = ()
    chips: tuple[Chip, ...] = ()
    problems: tuple[Problem, ...] = ()
    nearest: tuple[Hit, ...] = ()
    removed: tuple[Removed, ...] = ()
