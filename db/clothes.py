"""The people stored by what they wear: whom to compare with a description."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.types import Box, Detection
from db.queries import queries
from db.rows import Connection, fetch_all, fetch_value

SQL = queries("clothes")
COLOUR_OF_KIND = {"upper_kind": "upper", "lower_kind": "lower", "shoes": "shoes_colour"}
"""Attribute that names a kind of garment -> the one with its colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedClothes:
    """``colours[i]`` is worn on ``parts[i]`` (``upper``, ``lower``, ``any``); ``kinds`` are values
    of attributes (``upper_kind``, ``lower_kind``, ``shoes``, ``shoes_colour``), in pairs."""

    colours: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    confidence: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPerson:
    """Somebody seen in a live segment; ``fit`` counts what agrees less what contradicts."""

    video_id: int
    segment_id: int
    person: Detection = field(repr=False)
    fit: int


def likeliest_people(
    conn: Connection, wanted: WantedClothes, *, video_ids: Sequence[int] | None, limit: int
) -> list[StoredPerson]:
    """At most ``limit`` people of the library (or of ``video_ids``), likeliest first. Nobody is
    left out for a colour that was measured otherwise, only put behind."""
    values = {
        "colours": list(wanted.colours),
        "parts": list(wanted.parts),
        "attributes": [attribute for attribute, _ in wanted.kinds],
        "kinds": [kind for _, kind in wanted.kinds],
        "confidence": wanted.confidence,
        "video_ids": None if video_ids is None else list(video_ids),
        "limit": limit,
    }
    source = SQL["within"]
    if video_ids is None:
        source = SQL["anywhere"].replace("{kinds_source}", _kinds_source(wanted))
    rows = fetch_all(conn, SQL["candidates"].replace("{source}", source), values)
    return [_stored(row) for row in rows]


def videos_of(conn: Connection, camera_id: int | None) -> list[int]:
    """Ids of the videos of a camera; of all where None."""
    return [row["id"] for row in fetch_all(conn, SQL["videos_of"], {"camera_id": camera_id})]


def segment_at(conn: Connection, video_id: int, at_ms: int) -> int | None:
    """The live segment that shows this time; None where it was deleted."""
    found = fetch_value(conn, SQL["segment_at"], {"video_id": video_id, "at_ms": at_ms})
    return None if found is None else int(found)


def _kinds_source(wanted: WantedClothes) -> str:
    """Branches for the attributes that are wanted, each served by an index of its own."""
    branches = []
    for attribute in dict.fromkeys(attribute for attribute, _ in wanted.kinds):
        branches.append(SQL["of_kind"].format(kind=attribute))
        if attribute in COLOUR_OF_KIND:
            colour = COLOUR_OF_KIND[attribute]
            branches.append(SQL["of_kind_in_colour"].format(kind=attribute, colour=colour))
    return "\n".join(branches)


def _stored(row: Mapping[str, Any]) -> StoredPerson:
    box = Box(
        left=row["box_left"], top=row["box_top"], width=row["box_width"], height=row["box_height"]
    )
    person = Detection(
        label="person",
        start_ms=row["start_ms"],
        end_ms=row["end_ms"],
        at_ms=row["at_ms"],
        score=row["score"],
        box=box,
        attributes=row["attributes"],
    )
    return StoredPerson(
        video_id=row["video_id"],
        segment_id=row["segment_id"],
        person=person,
        fit=int(row["fit"]),
    )
