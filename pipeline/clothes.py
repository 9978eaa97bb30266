"""What people wear, by a model that compares pictures with sentences: zero-shot over a short list.

Radford et al. (2021) for the idea; the model is the image-text matcher (BLIP-ITM, Li et al. 2022).
What is read of a person goes into the attributes of the detection:

``upper_kind``, ``lower_kind``   a kind of core.garments, where one leads clearly
``shoes``, ``shoes_colour``      ``shoes``, ``boots`` or ``sandals``, and their colour
``kinds``                        score (0..1) of each of these, by the attribute's name
``read_by``                      ``model@revision`` that looked, whatever it found
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.garments import FOOTWEAR_COLOURS, KINDS, with_article
from core.types import Actor, Detection, Segment, Video
from db import videos
from db.segments import get_segments, list_segments, write_segment
from pipeline.person_crops import crops_at, is_readable, picture_size, shows_feet
from pipeline.workshop import Workshop, open_change, shelf_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.frames import Progress
    from pipeline.ports import ImageTextMatcher

GROUP = 24
"""People read and committed together: a model that dies loses at most about these."""

LEAST_SCORE = 0.5
"""A sentence that does not fit the picture names nothing, however far the others are behind."""

LEAST_LEAD = 2.0
"""How many times the odds of the next kind: matchers give neighbours like shirt and t-shirt nearly
the same score close to 1, where only odds tell them apart."""

SURE = 1e-6
"""Scores are taken this far off 0 and 1 before odds are made of them."""

CAPTION_WORDS = {"trousers": "pants", "grey": "gray"}
"""Image-text models learnt from American captions (COCO's, and those of the web)."""


def _sentences(kinds: Iterable[str]) -> dict[str, str]:
    worded = {kind: with_article(CAPTION_WORDS.get(kind, kind)) for kind in kinds}
    return {kind: f"a person wearing {words}" for kind, words in worded.items()}


PROMPTS: Mapping[str, Mapping[str, str]] = {
    "upper_kind": _sentences((*KINDS["upper"], *KINDS["whole"])),
    "lower_kind": _sentences(KINDS["lower"]),
    "shoes": _sentences(KINDS["feet"]),
    "shoes_colour": {
        colour: f"a person wearing {CAPTION_WORDS.get(colour, colour)} shoes"
        for colour in FOOTWEAR_COLOURS
    },
}
"""Attribute -> value -> the sentence that stands for it."""

TEXTS: tuple[str, ...] = tuple(text for group in PROMPTS.values() for text in group.values())

ATTRIBUTES = (*PROMPTS, "kinds", "read_by")
"""What this stage writes."""


def write_clothes(
    workshop: Workshop, video: Video, progress: Progress, *, only: Collection[int] | None = None
) -> int:
    """Name the garments of the people in the live segments (of ``only``, where given).

    Whoever was read by this model before is left alone, and each group is committed, so that a
    retry goes on where this one stopped. Returns how many people were read; 0 where the matcher
    knows colours only. Raises ModelError, UnreadableMedia, NotFound.
    """
    if not workshop.registry.looks_again("image_text_matcher"):
        return 0
    with workshop.database.transaction() as conn:
        segments = [s for s in list_segments(conn, video.id) if only is None or s.id in only]
    confidence, size = workshop.config.clothes.confidence, picture_size(video.facts)
    seen = [s for s in segments if any(is_readable(d, confidence, size) for d in s.detections)]
    if not seen:
        return 0  # a quiet camera never loads the model
    matcher = workshop.registry.image_text_matcher()
    author = f"{matcher.name}@{matcher.revision}"

    def waits(one: Detection) -> bool:
        return is_readable(one, confidence, size) and one.attributes.get("read_by") != author

    places = [(s, [i for i, one in enumerate(s.detections) if waits(one)]) for s in seen]
    waiting = [Waiting(segment=s, people=tuple(people)) for s, people in places if people]
    total = sum(len(one.people) for one in waiting)
    done = written = 0
    for group in _groups(waiting):
        read = _read(workshop, matcher, video, group)
        written += _store(workshop, video, [one.segment for one in group], read, author)
        done += sum(len(one.people) for one in group)
        progress(done / total)
    return written


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A segment and the people to read in it, as indices into its detections."""

    segment: Segment
    people: tuple[int, ...]


def kinds_of(scores: NDArray[np.float32], *, feet: bool = True) -> dict[str, Any]:
    """The attributes that (TEXTS,) scores of one person say; ``feet`` False: out of view.

    A dress or a suit covers the legs: nothing is said of what is below it.
    """
    found: dict[str, Any] = {}
    sure: dict[str, float] = {}
    first = 0
    for attribute, prompts in PROMPTS.items():
        values = scores[first : first + len(prompts)].tolist()
        first += len(prompts)
        if attribute in ("shoes", "shoes_colour") and not feet:
            continue
        if attribute == "lower_kind" and found.get("upper_kind") in KINDS["whole"]:
            continue
        leader = _leader(dict(zip(prompts, values, strict=True)))
        if leader is not None:
            found[attribute], sure[attribute] = leader
    return {**found, "kinds": sure}


def _leader(scores: Mapping[str, float]) -> tuple[str, float] | None:
    ordered = sorted(scores, key=lambda name: -scores[name])
    best, following = scores[ordered[0]], scores[ordered[1]]
    if not best >= LEAST_SCORE or _odds(best) < LEAST_LEAD * _odds(following):
        return None
    return ordered[0], round(best, 3)


def _odds(score: float) -> float:
    inside = min(max(score, SURE), 1 - SURE)
    return inside / (1 - inside)


def _groups(waiting: Sequence[Waiting]) -> Iterator[list[Waiting]]:
    """Whole segments, GROUP people together or a little more."""
    group: list[Waiting] = []
    for one in waiting:
        group.append(one)
        if sum(len(each.people) for each in group) >= GROUP:
            yield group
            group = []
    if group:
        yield group


def _read(
    workshop: Workshop, matcher: ImageTextMatcher, video: Video, group: Sequence[Waiting]
) -> list[Segment]:
    """The segments of ``group`` with what their people wear."""
    shelf = shelf_of(workshop, video, [one.segment for one in group])
    people = [one.segment.detections[index] for one in group for index in one.people]
    crops = list(crops_at(shelf, [(person.at_ms, person.box) for person in people]))
    scores = iter(matcher.match(crops, TEXTS))
    author = f"{matcher.name}@{matcher.revision}"
    read: list[Segment] = []
    for one in group:
        detections = list(one.segment.detections)
        for index in one.people:
            person = detections[index]
            kinds = kinds_of(next(scores), feet=shows_feet(person.box))
            kept = {n: v for n, v in person.attributes.items() if n not in ATTRIBUTES}
            detections[index] = replace(person, attributes={**kept, **kinds, "read_by": author})
        read.append(replace(one.segment, detections=tuple(detections)))
    return read


def _store(
    workshop: Workshop,
    video: Video,
    asked: Sequence[Segment],
    read: Sequence[Segment],
    author: str,
) -> int:
    """Write the segments that still are as they were when ``asked``; returns how many people are
    in them."""
    written = 0
    with workshop.database.transaction() as conn:
        videos.lock_video(conn, video.id)
        present = get_segments(conn, [one.id for one in read])
        # Not by the revision alone: writing detections only, as this does, leaves it as it is.
        unchanged = [
            one for one, old in zip(read, asked, strict=True) if present.get(one.id) == old
        ]
        if unchanged:
            open_change(conn, video.id, "clothes", Actor(name=author, origin="pipeline"))
        for one in unchanged:
            before = present[one.id]
            write_segment(conn, one, before=before)
            changed = zip(one.detections, before.detections, strict=True)
            written += sum(now != old for now, old in changed)
    return written
