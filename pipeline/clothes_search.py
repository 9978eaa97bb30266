"""Search by description over the people in view: who is dressed like that, and when?

Candidates are cut out of the footage and compared with the description by the image-text model;
the best are captioned. The models load at the first search; importing this loads none.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import InputError, ModelError, NotFound
from core.types import Box
from db import videos as library
from db.clothes import videos_of
from pipeline.clothes_candidates import Candidate, people_anew, stored_people
from pipeline.clothes_description import Description, read_description
from pipeline.clothes_limits import Limits
from pipeline.clothes_notes import (
    COLOURS_ONLY,
    NOBODY_SEEN,
    NOBODY_STORED,
    Bilingual,
    nobody_similar,
    untranslated,
    without_captions,
)
from pipeline.clothes_pictures import picture_path
from pipeline.media import replacing
from pipeline.query_text import clean_query
from pipeline.workshop import Workshop

if TYPE_CHECKING:
    from pipeline.ports import ImageTextMatcher
    from pipeline.processing import Report

COMPARED_TOGETHER = 16

CAPTIONED = 5
"""So many of the best hits get a caption: on a CPU each takes a second or more."""

PICTURE_SIDE = 640
"""Pixels of the longer side of a stored crop, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClothesHit:
    """Somebody who fits, in view from ``start_ms`` to ``end_ms`` and best seen at ``at_ms``, where
    ``box`` is. ``score`` 0..1 says how well the description fits the picture at ``picture``;
    ``matched`` names what was measured as described. ``caption`` is "" where there is none;
    ``segment_id`` is None where no live segment shows that moment."""

    video_id: int
    title: str
    camera: str | None
    segment_id: int | None
    start_ms: int
    end_ms: int
    at_ms: int
    box: Box
    score: float
    matched: tuple[str, ...]
    matched_ko: tuple[str, ...]
    caption: str
    picture: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ClothesAnswer:
    """``hits`` best first, of ``total`` that fit and ``compared`` that were looked at. ``english``
    is what the model was asked, by ``model`` (name@revision)."""

    description: str
    english: str
    model: str
    hits: tuple[ClothesHit, ...]
    total: int
    compared: int
    took_ms: int
    notes: tuple[str, ...]
    notes_ko: tuple[str, ...]


def find_people(
    workshop: Workshop,
    description: str,
    *,
    videos: Sequence[int] | None = None,
    camera: str | None = None,
    confidence: float | None = None,
    similarity: float | None = None,
    top_k: int | None = None,
    sample_fps: float | None = None,
    report: Report,
) -> ClothesAnswer:
    """The people dressed as described (English or Korean), in all videos, some, or a camera's.

    Without ``sample_fps`` those found at ingest are compared, likeliest first; with it the footage
    is looked at anew, so many frames a second. What is None is as in config.clothes. A crop of
    each hit is written under ``config.media_dir``.

    Raises InputError for a description or a limit that says nothing usable, NotFound for a video
    or camera there is none of, ModelError for a model that cannot be used, and what the first
    video raised where none could be read.
    """
    started = time.perf_counter()
    limits = Limits.of(
        workshop.config.clothes,
        confidence=confidence,
        similarity=similarity,
        top_k=top_k,
        sample_fps=sample_fps,
    )
    wanted = read_description(clean_query(description))
    _refuse_unusable(workshop, wanted)
    video_ids = _chosen(workshop, videos, camera)
    search = _Search(workshop, wanted, limits)
    candidates = search.candidates(video_ids, report)
    hits = search.best(candidates)
    if search.error is not None and not search.compared:
        raise search.error
    captions = search.captions(hits)
    found = [_hit(workshop, one, caption) for one, caption in zip(hits, captions, strict=True)]
    notes = search.notes
    return ClothesAnswer(
        description=description,
        english=wanted.english,
        model=f"{search.matcher.name}@{search.matcher.revision}",
        hits=tuple(found),
        total=search.total,
        compared=search.compared,
        took_ms=round((time.perf_counter() - started) * 1_000),
        notes=tuple(en for en, _ in notes),
        notes_ko=tuple(ko for _, ko in notes),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scored:
    score: float
    candidate: Candidate


class _Search:
    """One search as it goes on: what it compared, and what its answer has to admit."""

    def __init__(self, workshop: Workshop, wanted: Description, limits: Limits) -> None:
        self._workshop, self._wanted, self._limits = workshop, wanted, limits
        self.matcher: ImageTextMatcher = workshop.registry.image_text_matcher()
        self.compared = self.total = 0
        self.error: InputError | None = None
        self._nearest = 0.0
        self._notes: list[Bilingual] = []
        if not workshop.registry.looks_again("image_text_matcher"):
            self._notes.append(COLOURS_ONLY)
        if wanted.unknown:
            self._notes.append(untranslated(wanted.unknown))

    @property
    def notes(self) -> list[Bilingual]:
        """What the answer has to admit."""
        if self.total:
            return self._notes
        if self.compared:
            return [*self._notes, nobody_similar(self._nearest, self._limits.similarity)]
        stored = self._limits.sample_fps is None
        return [*self._notes, NOBODY_STORED if stored else NOBODY_SEEN]

    def candidates(self, video_ids: Sequence[int] | None, report: Report) -> Iterator[Candidate]:
        limits = self._limits
        if limits.sample_fps is None:
            report.stage(self._wanted.text, "comparing people")
            return stored_people(
                self._workshop,
                self._wanted,
                video_ids=video_ids,
                confidence=limits.confidence,
                skip=self._skip,
                progress=report.progress,
            )
        if video_ids is None:
            with self._workshop.database.transaction() as conn:
                video_ids = videos_of(conn, None)
        return people_anew(
            self._workshop,
            self._wanted,
            video_ids=video_ids,
            confidence=limits.confidence,
            fps=limits.sample_fps,
            skip=self._skip,
            report=report,
        )

    def best(self, candidates: Iterator[Candidate]) -> list[_Scored]:
        """Those similar enough, best first, at most top_k: of the others no picture is kept."""
        kept: list[_Scored] = []
        while group := list(islice(candidates, COMPARED_TOGETHER)):
            scores = self.matcher.match([one.crop for one in group], [self._wanted.english])
            scored = [
                _Scored(score=float(score), candidate=one)
                for score, one in zip(scores[:, 0], group, strict=True)
            ]
            similar = [one for one in scored if one.score >= self._limits.similarity]
            self.compared += len(group)
            self.total += len(similar)
            self._nearest = max([self._nearest, *(one.score for one in scored)])
            kept = sorted([*kept, *similar], key=_order)[: self._limits.top_k]
        return kept

    def captions(self, hits: Sequence[_Scored]) -> list[str]:
        """A caption for each of the first CAPTIONED hits, where there is a captioner."""
        captions = [""] * len(hits)
        try:
            captioner = self._workshop.registry.captioner() if hits else None
            if captioner is not None:
                crops = [[one.candidate.crop] for one in hits[:CAPTIONED]]
                captions[:CAPTIONED] = captioner.caption(crops)
        except ModelError as error:
            self._notes.append(without_captions(str(error)))
        return captions

    def _skip(self, note: Bilingual, error: InputError | None) -> None:
        self._notes.append(note)
        self.error = self.error or error


def _order(one: _Scored) -> tuple[float, int, int, int]:
    """Best first; of equals whoever was measured as described, then by video and time."""
    candidate = one.candidate
    return -one.score, -len(candidate.matched), candidate.video.id, candidate.at_ms


def _hit(workshop: Workshop, one: _Scored, caption: str) -> ClothesHit:
    found = one.candidate
    return ClothesHit(
        video_id=found.video.id,
        title=found.video.title,
        camera=found.video.camera,
        segment_id=found.segment_id,
        start_ms=found.start_ms,
        end_ms=found.end_ms,
        at_ms=found.at_ms,
        box=found.box,
        score=round(one.score, 3),
        matched=tuple(en for en, _ in found.matched),
        matched_ko=tuple(ko for _, ko in found.matched),
        caption=caption,
        picture=_write_picture(workshop, found),
    )


def _write_picture(workshop: Workshop, found: Candidate) -> Path:
    """The crop as JPEG; the same person at the same moment is one file however often found."""
    from pipeline.models.crops import to_jpeg

    target = picture_path(workshop.config, found.video.id, found.at_ms, found.box)
    with replacing(target) as part:
        part.write_bytes(to_jpeg(found.crop, longest_side=PICTURE_SIDE))
    return target


def _refuse_unusable(workshop: Workshop, wanted: Description) -> None:
    if not wanted.english and not wanted.unknown:
        raise InputError("Say what somebody wears, for example: black shirt, blue jeans.")
    if not wanted.english:
        raise InputError(
            f"{', '.join(wanted.unknown)}: these words could not be translated; name clothes and "
            "their colours, or write in English."
        )
    if not wanted.colours and not workshop.registry.looks_again("image_text_matcher"):
        raise InputError(
            "The built-in model knows people by the colours of their upper and lower body; name "
            "one, for example: black shirt."
        )


def _chosen(
    workshop: Workshop, wanted: Iterable[int] | None, camera: str | None
) -> list[int] | None:
    """Ids of the videos to look at; None for all of them. Raises NotFound."""
    from pipeline.ingest import find_camera

    with workshop.database.transaction() as conn:
        named = None if wanted is None else [library.get_video(conn, one).id for one in wanted]
        if camera is None:
            return named
        of_camera = videos_of(conn, find_camera(conn, camera))
    chosen = of_camera if named is None else [one for one in named if one in set(of_camera)]
    if not chosen:
        which = "has none of these videos" if named else "has no videos yet"
        raise NotFound(f"The camera {camera} {which}; `python -m pipeline videos` lists all.")
    return chosen
