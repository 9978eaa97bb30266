"""Cutting people out of the pictures of a video."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from core.types import Box, Detection, VideoFacts

if TYPE_CHECKING:
    from pipeline.frames import Frame
    from pipeline.models.shelf import Shelf
    from pipeline.ports import Image

LEAST_ROWS, LEAST_COLUMNS = 64, 24
"""Pixels of the smallest person compared with words. A shirt has 16 rows of 64 then, a shoe four;
image-text models enlarge a crop to 384 rows, and of fewer pixels they say anything."""

WIDTH = 1280
"""Pixels a picture is wide that people are cut from, at most; what pipeline.models.shelf keeps."""

PADDING = 0.04
"""Of the box on each side: detectors cut hair and soles off."""

OUT_OF_VIEW = 0.985
"""Of the picture's height: whose box ends below it has the feet outside."""


def large_enough(box: Box, width: int, height: int) -> bool:
    """True where ``box`` has LEAST_ROWS x LEAST_COLUMNS pixels of a picture of this size."""
    return box.height * height >= LEAST_ROWS and box.width * width >= LEAST_COLUMNS


def picture_size(facts: VideoFacts) -> tuple[int, int]:
    """(width, height) in pixels of a video's pictures as people are cut from them."""
    width = min(facts.width, WIDTH)
    return width, round(facts.height * width / facts.width)


def is_readable(person: Detection, confidence: float, size: tuple[int, int]) -> bool:
    """A person, surely enough, with enough pixels in a picture of ``size`` (width, height)."""
    sure = person.label == "person" and person.score >= confidence
    return sure and large_enough(person.box, *size)


def shows_feet(box: Box) -> bool:
    """False where the lower edge of the picture cuts the body."""
    return box.top + box.height <= OUT_OF_VIEW


def person_crop(image: Image, box: Box) -> Image:
    """uint8 (rows, columns, 3) BGR: what ``box`` shows of ``image`` and a little around it; a copy
    of at least one pixel."""
    from pipeline.models.crops import padded_crop

    return padded_crop(image, box, padding=PADDING)


def crops_at(shelf: Shelf, places: Iterable[tuple[int, Box]]) -> Iterator[Image]:
    """The crop of each ``(at_ms, box)``, in their order; one after another at the same time cost
    one picture. Raises UnreadableMedia, NotFound."""
    shown: Frame | None = None
    shown_ms = -1
    for at_ms, box in places:
        if shown is None or shown_ms != at_ms:
            shown, shown_ms = shelf.picture(at_ms, exact=True), at_ms
        yield person_crop(shown.image, box)
