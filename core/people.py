"""Who is in the footage: people in groups, their appearances, and what was done about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from core.types import Actor, Box, Language

PeopleChangeKind = Literal[
    "ingest",
    "enrol",
    "name",
    "rename",
    "merge",
    "unmerge",
    "assign",
    "reject",
    "forget",
    "undo",
]
Verdict = Literal["is", "is not"]
Decision = Literal["auto", "manual"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A small picture of a face: of an appearance (``seen``) or of the gallery."""

    kind: Literal["seen", "gallery"]
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody; without ``name`` and ``group`` somebody seen whom nobody has named.

    ``merged_into`` is the person this one was said to be, None for a person of its own.
    ``removed``: the operation that made this person was undone.
    """

    id: int
    group: str | None
    name: str | None
    merged_into: int | None = None
    removed: bool = False

    @property
    def label(self) -> str:
        """``group/name`` or ``Unknown 12``; ``db.people.find_person`` understands both."""
        return f"{self.group}/{self.name}" if self.name else f"Unknown {self.id}"

    def label_in(self, language: Language) -> str:
        """The label as a person reads it in that language."""
        return f"미확인 {self.id}" if not self.name and language == "ko" else self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSummary:
    """A person with what the library has of them: appearances and videos (current ones), faces in
    the gallery, the people merged into this one and a picture to show."""

    person: Person
    appearances: int
    videos: int
    gallery_faces: int
    merged: tuple[Person, ...]
    cover: Crop | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A person and the cosine of the face to their nearest face in the gallery."""

    person: Person
    cosine: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """Somebody's face followed through ``[start_ms, end_ms)`` of a video.

    ``at_ms``, ``box`` and ``size_px`` are of its best face, ``faces`` is how many were seen.
    ``person`` is who it is with everything merged followed; None where it is nobody known,
    where only ``group`` is sure, or where it may be either of two ``candidates``. ``cosine`` is
    how near the face is to that person's gallery, None for a decision made by hand.
    """

    id: int
    video_id: int
    start_ms: int
    end_ms: int
    at_ms: int
    box: Box
    size_px: float
    faces: int
    decision: Decision
    person: Person | None
    group: str | None
    cosine: float | None
    candidates: tuple[Likeness, ...]

    @property
    def crop(self) -> Crop:
        return Crop(kind="seen", id=self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryFace:
    """A face others are compared with. ``enrolled`` from a picture (``source`` is its file name),
    ``confirmed`` by a person's decision, ``founding``: the first face of somebody unknown."""

    id: int
    person_id: int
    kind: Literal["enrolled", "founding", "confirmed"]
    source: str
    size_px: float
    model: str
    has_crop: bool

    @property
    def crop(self) -> Crop:
        return Crop(kind="gallery", id=self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleItem:
    """One row before and after a change; None is 'did not exist'."""

    item: Literal["person", "gallery_face", "decision"]
    id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleChange:
    """One operation on people. ``appearances`` and ``segments`` (live ones) read differently since;
    ``subjects`` are the labels, as of now, of the people it touched."""

    id: int
    kind: PeopleChangeKind
    actor: Actor
    reason: str
    at: datetime
    reverts: int | None
    reverted_by: int | None
    appearances: int
    segments: int
    subjects: tuple[str, ...] = ()
    items: tuple[PeopleItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleOutcome:
    """What an operation did, or would do where ``change_id`` is None: how many appearances and
    live segments read differently, and the people concerned as they are (would be) afterwards."""

    change_id: int | None
    appearances: int
    segments: int
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof that somebody was forgotten, without saying who. ``removed`` counts what is gone by
    kind; ``left_captions`` are the segments whose captions still mention the name."""

    id: str
    change_id: int
    at: datetime
    by: Actor
    removed: Mapping[str, int] = field(default_factory=dict)
    left_captions: tuple[int, ...] = ()
