"""Whom to compare with a description: people stored by the pipeline, or footage looked at anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.errors import InputError
from core.garments import GarmentPart, korean_garment
from core.types import Box, Detection, Video
from core.vocabulary import korean_colour
from db import videos
from db.clothes import StoredPerson, WantedClothes, likeliest_people, segment_at
from db.segments import get_segments
from pipeline.clothes_description import Description
from pipeline.clothes_notes import Bilingual, left_out, moving_camera, only_likeliest
from pipeline.person_crops import crops_at, is_readable, picture_size
from pipeline.workshop import Workshop, path_of, shelf_of

if TYPE_CHECKING:
    from pipeline.ports import Clothing, Image
    from pipeline.processing import Report
    from pipeline.stays import Stay

MOST_CANDIDATES = 200
"""Stored people compared with one description: each costs the decoding of a picture."""

COLOUR_SHARE = 0.42
"""Share of the cloth from which on somebody wears a colour; as in pipeline.facts."""

Skip = Callable[[Bilingual, InputError | None], None]
"""Told what had to be left out (in English and Korean), and the error where there was one."""

PARTS = {"upper": ("top", "상의"), "lower": ("bottoms", "하의")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may be the one: in view from ``start_ms`` to ``end_ms``, cut out at ``at_ms``.
    ``matched`` names, in English and Korean, what was measured as described."""

    video: Video
    segment_id: int | None
    start_ms: int
    end_ms: int
    at_ms: int
    box: Box
    crop: Image = field(repr=False)
    matched: tuple[Bilingual, ...]


def stored_people(
    workshop: Workshop,
    wanted: Description,
    *,
    video_ids: Sequence[int] | None,
    confidence: float,
    skip: Skip,
    progress: Callable[[float], None],
) -> Iterator[Candidate]:
    """The likeliest of the people found when their videos were ingested, video by video.

    A video that cannot be read any more is left out, and so is whoever is too small.
    """
    with workshop.database.transaction() as conn:
        found = likeliest_people(
            conn,
            WantedClothes(
                colours=tuple(term.colour for term in wanted.colours),
                parts=tuple(term.part for term in wanted.colours),
                kinds=tuple(_kinds(wanted)),
                confidence=confidence,
            ),
            video_ids=video_ids,
            limit=MOST_CANDIDATES + 1,
        )
    if len(found) > MOST_CANDIDATES:
        skip(only_likeliest(MOST_CANDIDATES), None)
    by_video: dict[int, list[StoredPerson]] = defaultdict(list)
    for one in found[:MOST_CANDIDATES]:
        by_video[one.video_id].append(one)
    done = 0
    for video_id, people in by_video.items():
        with workshop.database.transaction() as conn:
            video = videos.get_video(conn, video_id)
        try:
            for one in _cut_out(workshop, video, people, wanted, confidence):
                done += 1
                progress(done / len(found))
                yield one
        except InputError as error:
            skip(left_out(video.title, str(error)), error)


def people_anew(
    workshop: Workshop,
    wanted: Description,
    *,
    video_ids: Sequence[int],
    confidence: float,
    fps: float,
    skip: Skip,
    report: Report,
) -> Iterator[Candidate]:
    """Everybody in the footage, looked at ``fps`` frames a second: each stay once.

    A video that cannot be read is left out, and so is one with a moving camera where the detector
    needs one at rest.
    """
    from pipeline.stays import find_stays

    detector = workshop.registry.person_detector()
    reader = workshop.registry.clothing_reader()
    for video_id in video_ids:
        with workshop.database.transaction() as conn:
            video = videos.get_video(conn, video_id)
            moving = videos.is_fixed_camera(conn, video_id) is False
        report.stage(video.title, "looking at people")
        if moving and detector.needs_samples:
            skip(moving_camera(video.title), None)
            continue
        try:
            stays = find_stays(
                path_of(video),
                video.facts,
                detector=detector,
                reader=reader,
                fps=fps,
                confidence=confidence,
                progress=report.progress,
            )
            for stay in stays:
                yield _of_stay(workshop, video, stay, wanted)
        except InputError as error:
            skip(left_out(video.title, str(error)), error)


def _cut_out(
    workshop: Workshop,
    video: Video,
    people: Sequence[StoredPerson],
    wanted: Description,
    confidence: float,
) -> Iterator[Candidate]:
    size = picture_size(video.facts)
    large = sorted(
        (one for one in people if is_readable(one.person, confidence, size)),
        key=lambda one: one.person.at_ms,
    )
    with workshop.database.transaction() as conn:
        segments = get_segments(conn, {one.segment_id for one in large})
    shelf = shelf_of(workshop, video, list(segments.values()))
    crops = crops_at(shelf, [(one.person.at_ms, one.person.box) for one in large])
    for one, crop in zip(large, crops, strict=True):
        yield Candidate(
            video=video,
            segment_id=one.segment_id,
            start_ms=one.person.start_ms,
            end_ms=one.person.end_ms,
            at_ms=one.person.at_ms,
            box=one.person.box,
            crop=crop,
            matched=tuple(_measured(one.person, wanted)),
        )


def _of_stay(workshop: Workshop, video: Video, stay: Stay, wanted: Description) -> Candidate:
    at_ms = stay.best.at_ms
    with workshop.database.transaction() as conn:
        segment_id = segment_at(conn, video.id, at_ms)
    return Candidate(
        video=video,
        segment_id=segment_id,
        start_ms=stay.start_ms,
        end_ms=stay.end_ms,
        at_ms=at_ms,
        box=stay.best.box,
        crop=stay.crop,
        matched=tuple(_seen(stay.clothing, wanted)),
    )


def _measured(person: Detection, wanted: Description) -> Iterator[Bilingual]:
    """What the attributes of a stored person share with the description."""
    worn = person.attributes
    for term in wanted.colours:
        for part in _parts(term.part):
            if worn.get(part) == term.colour:
                yield _colour_words(term.colour, part)
    for one in wanted.garments:
        if worn.get(_attribute(one.part)) == one.kind:
            in_colour = one.part == "feet" and worn.get("shoes_colour") == one.colour
            yield _garment_words(one.kind, one.colour if in_colour else None)


def _seen(clothing: Clothing, wanted: Description) -> Iterator[Bilingual]:
    shares = {"upper": clothing.upper, "lower": clothing.lower}
    for term in wanted.colours:
        for part in _parts(term.part):
            if shares[part].get(term.colour, 0.0) >= COLOUR_SHARE:
                yield _colour_words(term.colour, part)


def _kinds(wanted: Description) -> Iterator[tuple[str, str]]:
    """The attributes of pipeline.clothes that somebody dressed as described would have."""
    for one in wanted.garments:
        yield _attribute(one.part), one.kind
        if one.part == "feet" and one.colour:
            yield "shoes_colour", one.colour


def _attribute(part: GarmentPart) -> str:
    return {"feet": "shoes", "lower": "lower_kind"}.get(part, "upper_kind")


def _parts(part: str) -> tuple[str, ...]:
    return ("upper", "lower") if part == "any" else (part,)


def _colour_words(colour: str, part: str) -> Bilingual:
    english, korean = PARTS[part]
    return f"{colour} {english}", f"{korean_colour(colour)} {korean}"


def _garment_words(kind: str, colour: str | None) -> Bilingual:
    if colour is None:
        return kind, korean_garment(kind)
    return f"{colour} {kind}", f"{korean_colour(colour)} {korean_garment(kind)}"
