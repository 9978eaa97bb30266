"""People and their appearances as the JSON documents the API answers with, each with a version:
what a write has to show to prove that its author saw what it changes."""

from __future__ import annotations

import hashlib
from typing import Any

from core.people import Appearance, PeopleOutcome, Person, PersonSummary, Receipt
from editor.faces import face_url
from editor.people_wording import (
    appearance_words,
    outcome_sentence,
    person_name,
    receipt_lines,
)


def person_document(person: Person) -> dict[str, Any]:
    """Somebody, as far as a name and an address go."""
    return {
        "id": person.id,
        "group": person.group,
        "name": person.name,
        "words": person_name(person),
        "url": person_url(person),
    }


def summary_document(summary: PersonSummary) -> dict[str, Any]:
    """Somebody with what the library has of them."""
    return person_document(summary.person) | {
        "face": None if summary.cover is None else face_url(summary.cover),
        "appearances": summary.appearances,
        "videos": summary.videos,
        "gallery_faces": summary.gallery_faces,
        "merged": [person_document(one) for one in summary.merged],
        "version": version_of(summary),
    }


def appearance_document(one: Appearance) -> dict[str, Any]:
    """A face followed through a stretch of a video, and whose it is."""
    return {
        "id": one.id,
        "video_id": one.video_id,
        "start_ms": one.start_ms,
        "end_ms": one.end_ms,
        "at_ms": one.at_ms,
        "face": face_url(one.crop),
        "words": appearance_words(one),
        "person": None if one.person is None else person_document(one.person),
        "group": one.group,
        "candidates": [person_document(like.person) for like in one.candidates],
        "by_hand": one.decision == "manual",
        "version": version_of_appearance(one),
    }


def outcome_document(outcome: PeopleOutcome, *, preview: bool = False) -> dict[str, Any]:
    """What an operation did, or would do; ``people`` are those concerned."""
    return {
        "change_id": outcome.change_id,
        "appearances": outcome.appearances,
        "segments": outcome.segments,
        "sentence": outcome_sentence(outcome, preview=preview),
        "people": [person_document(one) for one in outcome.people],
    }


def receipt_document(receipt: Receipt) -> dict[str, Any]:
    """What is (or would be) gone, by kind and in words."""
    return {
        "receipt": receipt.id,
        "at": receipt.at.isoformat(),
        "removed": dict(receipt.removed),
        "lines": receipt_lines(receipt),
        "left_captions": list(receipt.left_captions),
    }


def person_url(person: Person) -> str:
    return f"/people/{person.id}"


def version_of(summary: PersonSummary) -> str:
    """Changes when the person is named, renamed, merged or un-merged."""
    one = summary.person
    return _version(one.id, one.group, one.name, one.removed, *[m.id for m in summary.merged])


def version_of_appearance(one: Appearance) -> str:
    """Changes when the appearance reads differently."""
    person = one.person and (one.person.id, one.person.group, one.person.name)
    likely = [like.person.id for like in one.candidates]
    return _version(one.id, person, one.group, one.decision, *likely)


def _version(*facts: object) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
