"""The JSON documents about people: plain dictionaries with the names docs/people.md gives."""

from __future__ import annotations

from typing import Any

from core.config import Config
from core.people import (
    Appearance,
    Crop,
    GalleryFace,
    PeopleChange,
    PeopleOutcome,
    Person,
    PersonSummary,
    Receipt,
)
from pipeline.crop_files import crop_path

Document = dict[str, Any]


def person_document(config: Config, one: PersonSummary) -> Document:
    return {
        **_person(one.person),
        "appearances": one.appearances,
        "videos": one.videos,
        "gallery_faces": one.gallery_faces,
        "merged": [_person(merged) for merged in one.merged],
        "cover": None if one.cover is None else _path(config, one.cover),
    }


def gallery_document(config: Config, one: GalleryFace) -> Document:
    return {
        "face_id": one.id,
        "kind": one.kind,
        "source": one.source,
        "size_px": round(one.size_px, 1),
        "model": one.model,
        "crop": _path(config, one.crop) if one.has_crop else None,
    }


def appearance_document(config: Config, one: Appearance) -> Document:
    return {
        "appearance_id": one.id,
        "video_id": one.video_id,
        "start_ms": one.start_ms,
        "end_ms": one.end_ms,
        "at_ms": one.at_ms,
        "size_px": round(one.size_px, 1),
        "faces": one.faces,
        "decision": one.decision,
        "person": None if one.person is None else _person(one.person),
        "group": one.group,
        "cosine": None if one.cosine is None else round(one.cosine, 4),
        "candidates": [
            {**_person(like.person), "cosine": round(like.cosine, 4)} for like in one.candidates
        ],
        "crop": _path(config, one.crop),
    }


def outcome_document(outcome: PeopleOutcome | None) -> Document:
    """None: nothing was done."""
    if outcome is None:
        outcome = PeopleOutcome(change_id=None, appearances=0, segments=0)
    return {
        "change_id": outcome.change_id,
        "appearances": outcome.appearances,
        "segments": outcome.segments,
        "people": [_person(one) for one in outcome.people],
    }


def change_document(one: PeopleChange) -> Document:
    return {
        "change_id": one.id,
        "kind": one.kind,
        "actor": one.actor.name,
        "origin": one.actor.origin,
        "reason": one.reason,
        "at": one.at.isoformat(),
        "reverts": one.reverts,
        "reverted_by": one.reverted_by,
        "appearances": one.appearances,
        "segments": one.segments,
        "people": list(one.subjects),
    }


def receipt_document(one: Receipt) -> Document:
    return {
        "receipt_id": one.id or None,
        "at": one.at.isoformat(),
        "actor": one.by.name,
        "origin": one.by.origin,
        "removed": dict(one.removed),
        "left_captions": list(one.left_captions),
    }


def _person(one: Person) -> Document:
    return {"person_id": one.id, "label": one.label, "group": one.group, "name": one.name}


def _path(config: Config, crop: Crop) -> str:
    return str(crop_path(config, crop))
