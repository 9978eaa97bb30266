"""Captions by a model that looks at pictures, in place of the describer's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from core.errors import ModelError, ServiceUnavailable
from core.types import Actor, Segment, Video
from db.segments import get_segments, list_segments, write_segment
from pipeline.alike import captions_of, known_views
from pipeline.describer import AUTHOR
from pipeline.frames import Progress
from pipeline.ports import Captioner, Writer
from pipeline.workshop import Workshop, open_change, shelf_of

if TYPE_CHECKING:
    from pipeline.models.keyframe_copies import KnownViews

log = structlog.get_logger()

GROUP = 16
"""Segments captioned and committed together: a model that dies loses at most these."""

AND = " + "
"""Between the captioner and the writer in the author of a caption whose Korean is the writer's."""

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
    known = known_views()
    for first in range(0, len(waiting), GROUP):
        group = waiting[first : first + GROUP]
        proposals = propose(workshop, captioner, video, group, known)
        written += _store(workshop, video, proposals)
        progress((first + len(group)) / len(waiting))
    return written


def is_describers(segment: Segment) -> bool:
    """True where the words are the describer's, of whatever version."""
    return segment.caption_author.split("@")[0] == AUTHOR.split("@")[0]


def propose(
    workshop: Workshop,
    captioner: Captioner,
    video: Video,
    segments: Sequence[Segment],
    known: KnownViews[str],
) -> list[Proposal]:
    """One proposal per segment the captioner has words for, in their order; views of the video that
    are ``known`` get the words they had. Korean by the writer where one is configured and answers,
    who signs too, else as it was."""
    from pipeline.models.scaling import scaled

    shelf = shelf_of(workshop, video, segments)
    clips = []
    for one in segments:
        moments = captioner.moments(one.start_ms, one.end_ms, one.thumbnail_ms)
        clips.append([scaled(shelf.picture(at_ms), PICTURE_WIDTH).image for at_ms in moments])
    captions = captions_of(captioner, clips, known)
    said = [(one, text) for one, text in zip(segments, captions, strict=True) if text]
    author = author_of(captioner)
    writer = workshop.registry.writer()
    if writer is not None and said:
        try:
            return _translated(writer, said, author)
        except ServiceUnavailable as error:
            log.warning("writer_silent", reason=str(error))
    return [
        Proposal(segment=one, caption=text, caption_ko=one.caption_ko, author=author)
        for one, text in said
    ]


def author_of(captioner: Captioner) -> str:
    """Who signs a caption; a writer signs behind it, see ``write_korean``."""
    return f"{captioner.name}@{captioner.revision}"


def captioned_by(author: str) -> str:
    """``author`` without the writer."""
    return author.split(AND)[0]


def write_korean(workshop: Workshop, video: Video) -> int:
    """Korean for captions of the configured captioner that no writer has signed, because none was
    configured or none answered; returns how many were written.

    Raises ModelError where the writer does not answer: what it wrote before that is kept.
    """
    captioner, writer = workshop.registry.captioner(), workshop.registry.writer()
    if captioner is None or writer is None:
        return 0
    author = author_of(captioner)
    with workshop.database.transaction() as conn:
        waiting = [one for one in list_segments(conn, video.id) if one.caption_author == author]
    written = 0
    for first in range(0, len(waiting), GROUP):
        said = [(one, one.caption) for one in waiting[first : first + GROUP]]
        try:
            proposals = _translated(writer, said, author)
        except ServiceUnavailable as error:
            raise ModelError(f"The Korean captions are still the simple ones: {error}") from error
        written += _store(workshop, video, proposals)
    return written


def _translated(writer: Writer, said: Sequence[tuple[Segment, str]], author: str) -> list[Proposal]:
    korean = writer.korean([text for _, text in said])
    return [
        Proposal(segment=one, caption=text, caption_ko=ko, author=f"{author}{AND}{writer.name}")
        for (one, text), ko in zip(said, korean, strict=True)
    ]


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
