"""What the pipeline asks of a model, as Protocols; adapters live one per file in pipeline/models.

Pictures are ``pipeline.frames.Frame``: uint8 (height, width, 3), BGR, upright. Places in the
picture are ``core.types.Box``: fractions of its width and height. Nothing here imports a model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from core.types import Box, Language

if TYPE_CHECKING:  # the bot and the editor import this module and never numpy
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.facts import SegmentFacts
    from pipeline.frames import Frame


@runtime_checkable
class TextEncoder(Protocol):
    """Sentences to vectors of one embedding space (``name``, ``revision``, ``dim``).

    ``languages`` are those whose sentences land near their meaning; a caller with a sentence
    in another language translates it first or leaves the vector leg out.
    """

    name: str
    revision: str
    dim: int
    languages: frozenset[Language]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dim) float32, each row of length 1, in the order given; thread-safe."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One thing in one frame that may be a person.

    ``score`` 0..1 says how much it looks like one in this frame alone; tracks weigh it over time.
    ``mask`` is bool (h, w), the pixels of the thing inside ``box`` at the frame's own resolution,
    or None when the detector gives boxes only.
    """

    box: Box
    score: float
    mask: NDArray[np.bool_] | None = None


class PersonWatch(Protocol):
    """A person detector set to one viewpoint."""

    def look(self, frames: Sequence[Frame]) -> list[tuple[Sighting, ...]]:
        """The sightings of each frame, in the frames' order. Frames come in time order."""
        ...


@runtime_checkable
class PersonDetector(Protocol):
    """Finds people. ``needs_samples``: it compares with how the view looks without them, so it
    must be shown frames spread over the footage first and only works on a camera at rest.
    ``judges_motion``: a score says what a thing looks like, and tracks should also ask whether
    it moves like a living thing."""

    name: str
    revision: str
    needs_samples: bool
    judges_motion: bool

    def watch(self, samples: Iterable[Frame]) -> PersonWatch:
        """Get ready for one viewpoint. ``samples`` is read once and may be empty for a detector
        that does not need it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Clothing:
    """Shares (0..1) of the pixels of the upper and the lower body per colour name of
    core.vocabulary; empty when that part is hidden or too small to say."""

    upper: Mapping[str, float] = field(default_factory=dict)
    lower: Mapping[str, float] = field(default_factory=dict)


@runtime_checkable
class ClothingReader(Protocol):
    """Names the colours a person wears."""

    name: str
    revision: str

    def read(self, frame: Frame, sightings: Sequence[Sighting]) -> list[Clothing]:
        """One reading per sighting, in their order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What a segment shows. ``ko`` is empty when the captioner speaks English only.
    ``author`` is ``name@revision``."""

    en: str
    ko: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a captioner may look at for one segment: measured facts, and as many keyframes as it
    asked for (best first)."""

    facts: SegmentFacts
    keyframes: tuple[Frame, ...] = ()


@runtime_checkable
class Captioner(Protocol):
    """Segments to sentences. ``keyframes`` is how many frames of each segment it wants to see."""

    name: str
    revision: str
    keyframes: int

    def caption(self, evidence: Sequence[Evidence]) -> list[Caption]:
        """One caption per segment, in the order given."""
        ...
