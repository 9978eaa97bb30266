"""Captions by a model that looks at pictures, in place of the describer's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import structlog

from core.errors import ServiceUnavailable
from core.types import Actor, Segment, Video
from db.segments import get_segments, list_segments, write_segment
from pipeline.describer import AUTHOR
from pipeline.frames import Progress
from pipeline.ports import Captioner, Writer
from pipeline.workshop import Workshop, open_change, shelf_of

log = structlog.get_logger()

GROUP = 16
"""Segments captioned and committed together: a model that dies loses at most these."""

PICTURE_WIDTH = 768
"""Twice what captioners look at; more would only fill the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the captioner says of a segment as it was at its ``revision``."""

    segment: Segment
    caption: str
    caption_ko: str
    author: str


def write_captions(
    workshop: Workshop, video: Video, progress: Progress, *, only: Collection[int] | None = None
) -> int:
    """Replace the describer's sentences (of the segments ``only``, where given); a person's stay.

    Committed group by group, so that a retry goes on where this one stopped. Returns how many
    were written. Raises ModelError where the captioner cannot be used.
    """
    captioner = workshop.registry.captioner()
    if captioner is None:
        return 0
    with workshop.database.transaction() as conn:
        waiting = [
            one
            for one in list_segments(conn, video.id)
            if is_describers(one) and (only is None or one.id in only)
        ]
    written = 0
    for first in range(0, len(waiting), GROUP):
        group = waiting[first : first + GROUP]
        proposals = propose(workshop, captioner, video, group)
        written += _store(workshop, video, proposals)
        progress((first + len(group)) / len(waiting))
    return written


def is_describers(segment: Segment) -> bool:
    """True where the words are the describer's, of whatever version."""
    return segment.caption_author.split("@")[0] == AUTHOR.split("@")[0]


def propose(
    workshop: Workshop, captioner: Captioner, video: Video, segments: Sequence[Segment]
) -> list[Proposal]:
    """One proposal per segment the captioner has words for, in their order. Korean by the writer
    where one is configured and answers, else as it was."""
    from pipeline.models.scaling import scaled

    shelf = shelf_of(workshop, video, segments)
    clips = []
    for one in segments:
        moments = captioner.moments(one.start_ms, one.end_ms, one.thumbnail_ms)
        clips.append([scaled(shelf.picture(at_ms), PICTURE_WIDTH).image for at_ms in moments])
    captions = captioner.caption(clips)
    said = [(one, text) for one, text in zip(segments, captions, strict=True) if text]
    korean = _korean(workshop.registry.writer(), said)
    author = f"{captioner.name}@{captioner.revision}"
    return [
        Proposal(segment=one, caption=text, caption_ko=ko, author=author)
        for (one, text), ko in zip(said, korean, strict=True)
    ]


def _korean(writer: Writer | None, said: Sequence[tuple[Segment, str]]) -> list[str]:
    as_it_was = [segment.caption_ko for segment, _ in said]
    if writer is None or not said:
        return as_it_was
    try:
        return writer.korean([text for _, text in said])
    except ServiceUnavailable as error:
        log.warning("writer_silent", reason=str(error))
        return as_it_was


def _store(workshop: Workshop, video: Video, proposals: Sequence[Proposal]) -> int:
    if not proposals:
        return 0
    written = 0
    with workshop.database.transaction() as conn:
        open_change(conn, video.id, "ingest", Actor(name=proposals[0].author, origin="pipeline"))
        present = get_segments(conn, [one.segment.id for one in proposals])
        for one in proposals:
            now = present[one.segment.id]
            if now.revision == one.segment.revision:
                write_segment(conn, with_words(now, one), before=now)
                written += 1
    return written


def with_words(segment: Segment, proposal: Proposal) -> Segment:
    """``segment`` with the proposed captions, signed."""
    return replace(
        segment,
        caption=proposal.caption,
        caption_ko=proposal.caption_ko,
        caption_author=proposal.author,
        needs_caption=False,
    )
