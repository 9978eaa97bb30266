"""History in words: what an operation was and what it changed, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from core.garments import korean_garment
from core.objects import korean_label
from core.types import (
    ChangeSet,
    Detection,
    Origin,
    Segment,
    SegmentChange,
    SegmentKind,
    VideoStatus,
)
from core.vocabulary import COLOURS, korean_colour
from editor.language import language
from editor.translation import gettext, ngettext

# An operation on more segments than this is summed up: nobody reads two hundred lines.
MOST_LINES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that changed; None before is new, None after is gone."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One operation as the history shows it."""

    id: int
    title: str
    actor: str
    origin: str
    at: datetime
    reason: str
    lines: tuple[Line, ...]
    more: str
    undone: bool
    can_revert: bool
    segment_id: int | None


def entry(change_set: ChangeSet) -> Entry:
    """An operation in words."""
    lines = tuple(line for change in change_set.changes for line in _lines(change))
    hidden = len(change_set.changes) if len(lines) > MOST_LINES else 0
    live = [c.segment_id for c in change_set.changes if c.after and c.after.state == "live"]
    return Entry(
        id=change_set.id,
        title=title(change_set),
        actor=change_set.actor.name,
        origin=origin_name(change_set.actor.origin),
        at=change_set.at,
        reason=change_set.reason,
        lines=() if hidden else lines,
        more=ngettext("%(num)d segment", "%(num)d segments", hidden) if hidden else "",
        undone=change_set.reverted_by is not None,
        # What the pipeline wrote it would write again at once.
        can_revert=change_set.actor.origin != "pipeline" and change_set.reverted_by is None,
        segment_id=live[0] if live else None,
    )


def title(change_set: ChangeSet) -> str:
    """What was done, in a few words."""
    match change_set.kind:
        case "ingest":
            new = all(change.before is None for change in change_set.changes)
            return gettext("Segments found") if new else gettext("Segments described")
        case "create":
            return gettext("Segment created")
        case "caption":
            return gettext("Caption changed")
        case "trim":
            return gettext("Segment trimmed")
        case "split":
            return gettext("Segment split")
        case "merge":
            return gettext("Segments merged")
        case "delete":
            return gettext("Segment deleted")
        case "restore":
            return gettext("Segment restored")
        case "recaption":
            return gettext("Captions written anew")
        case "clothes":
            return gettext("Clothes named")
        case "revert":
            return gettext("Operation %(number)s reverted", number=change_set.reverts)


def origin_name(origin: Origin) -> str:
    """Where an operation came from."""
    match origin:
        case "pipeline":
            return gettext("pipeline")
        case "web":
            return gettext("web")
        case "slack":
            return "Slack"
        case "api":
            return "API"


def kind_name(kind: SegmentKind) -> str:
    """What sort of stretch a segment is."""
    match kind:
        case "shot":
            return gettext("Shot")
        case "activity":
            return gettext("Activity")
        case "quiet":
            return gettext("Quiet")
        case "manual":
            return gettext("Made by hand")


def status_name(status: VideoStatus) -> str:
    """How far a video is."""
    match status:
        case "queued":
            return gettext("Waiting")
        case "processing":
            return gettext("Processing")
        case "ready":
            return gettext("Ready")
        case "failed":
            return gettext("Failed")


def seen_words(seen: Detection) -> str:
    """Who or what was seen, in a few words: ``Person · red jacket · walks``, ``Bottle ×3``."""
    attributes = seen.attributes
    if seen.label != "person":
        return object_words(seen.label, int(attributes.get("count") or 1))
    upper, lower, shoes = (
        garment_words(attributes.get(kind), attributes.get(colour), words)
        for kind, colour, words in (
            ("upper_kind", "upper", gettext("top")),
            ("lower_kind", "lower", gettext("bottom")),
            ("shoes", "shoes_colour", gettext("shoes")),
        )
    )
    parts = [gettext("Person"), *(part for part in (upper, lower, shoes) if part)]
    motion = attributes.get("motion")
    if motion:
        words = {
            "stands": gettext("stands"),
            "walks": gettext("walks"),
            "runs": gettext("runs"),
        }
        parts.append(words.get(str(motion), str(motion)))
    return " · ".join(parts)


def object_words(label: str, count: int) -> str:
    """A thing and how many of it are seen at once."""
    english = label.upper() if label == "tv" else label[:1].upper() + label[1:]
    name = korean_label(label) if language() == "ko" else english
    return f"{name} ×{count}" if count > 1 else name


def garment_words(kind: object, colour: object, fallback: str) -> str:
    """``red jacket``, ``jacket`` or, where only its colour is known, ``red top``."""
    if not kind and not colour:
        return ""
    korean = language() == "ko"
    garment = fallback if not kind else korean_garment(str(kind)) if korean else str(kind)
    return f"{colour_name(str(colour))} {garment}" if colour else garment


def colour_name(colour: str) -> str:
    """A colour of clothes, in the form that stands before a noun."""
    return korean_colour(colour) if language() == "ko" and colour in COLOURS else colour


def stage_name(stage: str | None) -> str:
    """What the pipeline is doing; stages without words of their own are shown by name."""
    words = {
        "probe": gettext("Reading the file"),
        "thumbnails": gettext("Taking pictures"),
        "copy": gettext("Writing a copy for browsers"),
        "segment": gettext("Finding segments"),
        "understand": gettext("Looking at the pictures"),
        "embed": gettext("Making it searchable"),
    }
    return words.get(stage or "", stage or gettext("Processing"))


def clock(at_ms: int, *, decimals: int = 0) -> str:
    """``83_456`` -> ``1:23``, ``1:23.4`` or ``1:23.456``."""
    seconds, rest_ms = divmod(max(at_ms, 0), 1_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{text}.{rest_ms:03}"[: len(text) + 1 + decimals] if decimals else text


def _lines(change: SegmentChange) -> Iterator[Line]:
    before = change.before if change.before and change.before.state == "live" else None
    after = change.after if change.after and change.after.state == "live" else None
    if before is None and after is None:
        return
    if before is None or after is None:
        yield Line(
            label=gettext("Segment"),
            before=_whole(before) if before else None,
            after=_whole(after) if after else None,
        )
        return
    if (before.start_ms, before.end_ms) != (after.start_ms, after.end_ms):
        decimals = _decimals(before, after)
        yield Line(
            label=gettext("Time"),
            before=_span(before, decimals),
            after=_span(after, decimals),
        )
    if before.caption != after.caption:
        yield Line(label=gettext("English"), before=before.caption, after=after.caption)
    if before.caption_ko != after.caption_ko:
        yield Line(label=gettext("Korean"), before=before.caption_ko, after=after.caption_ko)


def _whole(segment: Segment) -> str:
    return _span(segment, _decimals(segment, segment))


def _span(segment: Segment, decimals: int) -> str:
    start, end = segment.start_ms, segment.end_ms
    return f"{clock(start, decimals=decimals)}–{clock(end, decimals=decimals)}"


def _decimals(*spans: Segment) -> int:
    """As few digits as tell all the edges apart exactly, but never hundredths for whole tenths."""
    edges = [edge for span in spans for edge in (span.start_ms, span.end_ms)]
    if all(edge % 1_000 == 0 for edge in edges):
        return 0
    return 1 if all(edge % 100 == 0 for edge in edges) else 2
