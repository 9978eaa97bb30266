"""Does a description fit a person? By the colours it names, without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.types import Box
from core.vocabulary import AttributeTerm, attributes_in
from pipeline.frames import Frame
from pipeline.models.clothing import ColourNameReader
from pipeline.ports import Clothing, Sighting

if TYPE_CHECKING:
    from pipeline.ports import Image

FULL_SHARE = 0.6
"""A colour on this share of a part is a full match: hair, folds and what shows beside the body
take the rest of it (.57 to 1.0 on the tops of six people in real footage)."""


class ColourMatcher:
    """The ImageTextMatcher of the ``builtin`` profile, for tight crops of one upright person.

    A sentence's score is the mean over the clothing colours it names, each by its share on the
    part it is named for. A sentence that names none scores 0: this model cannot tell, and a hit
    that nothing supports would be worse than none. What is not measured, such as shoes or the
    kind of a garment, counts for nothing; dark denim reads as black.
    """

    name = "colour-match"

    def __init__(self) -> None:
        self._reader = ColourNameReader()
        self.revision = self._reader.revision

    def match(self, images: Sequence[Image], texts: Sequence[str]) -> NDArray[np.float32]:
        """(images, texts) float32, 0 to 1."""
        asked = [attributes_in(text) for text in texts]
        rows = [
            [_score(clothing, terms) for terms in asked] for clothing in map(self._read, images)
        ]
        return np.asarray(rows, np.float32).reshape(len(images), len(texts))

    def _read(self, image: Image) -> Clothing:
        whole = Sighting(box=Box(left=0, top=0, width=1, height=1), score=1.0)
        return self._reader.read(Frame(at_ms=0, image=image), [whole])[0]


def _score(clothing: Clothing, terms: Sequence[AttributeTerm]) -> float:
    if not terms:
        return 0.0
    return sum(min(_share(clothing, term) / FULL_SHARE, 1.0) for term in terms) / len(terms)


def _share(clothing: Clothing, term: AttributeTerm) -> float:
    parts: Mapping[str, tuple[Mapping[str, float], ...]] = {
        "upper": (clothing.upper,),
        "lower": (clothing.lower,),
        "any": (clothing.upper, clothing.lower),
    }
    return max(part.get(term.colour, 0.0) for part in parts[term.part])
