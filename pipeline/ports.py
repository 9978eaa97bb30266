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

    from pipeline.frames import Frame

    Image = NDArray[np.uint8]
    """(height, width, 3), BGR, upright."""


@runtime_checkable
class TextEncoder(Protocol):
    """Sentences to vectors of one embedding space (``name``, ``revision``, ``dim``).

    ``languages`` are those whose sentences land near their meaning; a caller with a sentence
    in another language translates it first or leaves the vector leg out. ``gains_by_gloss``: a
    Korean query finds more with its English words (core.vocabulary) beside it.
    """

    name: str
    revision: str
    dim: int
    languages: frozenset[Language]
    gains_by_gloss: bool

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dim) float32, each row of length 1, in the order given; thread-safe."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One thing in one frame: what may be a person, or an object the detector knows.

    ``score`` 0..1 says how much it looks like one in this frame alone; tracks weigh it over time.
    ``mask`` is bool (h, w), the pixels of the thing inside ``box`` at the frame's own resolution,
    or None when the detector gives boxes only. ``label`` is "person" or another label of
    core.objects.
    """

    box: Box
    score: float
    label: str = "person"
    mask: NDArray[np.bool_] | None = None


class PersonWatch(Protocol):
    """A person detector set to one viewpoint."""

    def look(self, frames: Sequence[Frame]) -> list[tuple[Sighting, ...]]:
        """The sightings of each frame, in the frames' order. Frames come in time order."""
        ...


@runtime_checkable
class PersonDetector(Protocol):
    """Finds people, and other things where it knows any. ``needs_samples``: it compares with how
    the view looks without them, so it must be shown frames spread over the footage first and only
    works on a camera at rest.
    ``judges_motion``: a score says what a thing looks like, and tracks should also ask whether
    it moves like a living thing. ``frame_width`` is the width in pixels it likes its frames."""

    name: str
    revision: str
    needs_samples: bool
    judges_motion: bool
    frame_width: int

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
    """What a segment shows, in both languages. ``author`` is ``name@revision``."""

    en: str
    ko: str
    author: str


@runtime_checkable
class Captioner(Protocol):
    """Pictures of a segment to one English sentence."""

    name: str
    revision: str

    def moments(self, start_ms: int, end_ms: int, best_ms: int) -> tuple[int, ...]:
        """The times in [start_ms, end_ms) it wants to see, at least one; ``best_ms`` is the moment
        that shows most."""
        ...

    def caption(self, clips: Sequence[Sequence[Image]]) -> list[str]:
        """One sentence per clip, in the order given; "" where the model found no words. A clip is
        the pictures of its moments in time order, at least one; there may be fewer or other than
        asked for."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A face in a picture. ``size_px`` is the shorter side of its box in pixels of that picture;
    ``score`` 0..1 of the detector; ``embedding`` float32 (dim,), length 1."""

    box: Box
    score: float
    size_px: float
    embedding: NDArray[np.float32]


@runtime_checkable
class FaceAnalyzer(Protocol):
    """Finds faces and tells them apart. Vectors of one ``name`` and ``revision`` compare by
    cosine; ``dim`` is their length."""

    name: str
    revision: str
    dim: int

    def analyze(self, images: Sequence[Image]) -> list[tuple[Face, ...]]:
        """The faces of each picture, largest first; thread-safe."""
        ...


@runtime_checkable
class ImageTextMatcher(Protocol):
    """How well sentences fit pictures."""

    name: str
    revision: str

    def match(self, images: Sequence[Image], texts: Sequence[str]) -> NDArray[np.float32]:
        """(images, texts) float32, 0 (does not fit) to 1. Each picture is looked at once however
        many texts there are; texts are English."""
        ...


@runtime_checkable
class VideoEncoder(Protocol):
    """Clips and sentences to vectors of one space (``name``, ``revision``, ``dim``)."""

    name: str
    revision: str
    dim: int

    def moments(self, start_ms: int, end_ms: int) -> tuple[int, ...]:
        """The times in [start_ms, end_ms) whose frames stand for the clip, at least one."""
        ...

    def encode_clips(self, clips: Sequence[Sequence[Image]]) -> NDArray[np.float32]:
        """(clips, dim) float32, rows of length 1; a clip has at least one picture."""
        ...

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dim) float32, rows of length 1; English."""
        ...


@runtime_checkable
class Writer(Protocol):
    """Writes Korean captions for English ones."""

    name: str
    revision: str

    def korean(self, captions: Sequence[str]) -> list[str]:
        """One Korean sentence per English one. Raises ServiceUnavailable where it does not
        answer: whoever asks keeps the Korean there was."""
        ...
