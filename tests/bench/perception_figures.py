"""What a measuring process tells the one that makes the tables."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds on the clock, and of all processors together. On a busy machine the second says more:
    others make a process wait, but they do not work in its place."""

    seconds: float
    processor_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The product's way of doing something beside its bare models, round by round. ``items`` are
    what a round handles."""

    what: str
    unit: str
    items: int
    precision: str
    product: tuple[Spent, ...]
    bare: tuple[Spent, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """Of each round: 1 where all the time is the model's."""
        pairs = zip(self.product, self.bare, strict=True)
        return tuple(bare.seconds / product.seconds for product, bare in pairs)

    @property
    def processor_ratios(self) -> tuple[float, ...]:
        """The same in processor time."""
        pairs = zip(self.product, self.bare, strict=True)
        return tuple(bare.processor_s / product.processor_s for product, bare in pairs)

    @property
    def product_per_s(self) -> float:
        return self.items / statistics.median(one.seconds for one in self.product)

    @property
    def bare_per_s(self) -> float:
        return self.items / statistics.median(one.seconds for one in self.bare)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One stage over one whole clip, and per model its calls, its rows (pictures, faces or
    sentences) and its seconds."""

    clip: str
    stage: str
    clip_s: float
    took: Spent
    calls: Mapping[str, int]
    rows: Mapping[str, int]
    model_s: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """One way of decoding for the models, round by round: what it took, and the seconds the models
    waited for a frame and the decoder for room."""

    how: str
    took: tuple[Spent, ...]
    models_waited_s: tuple[float, ...]
    decoder_waited_s: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of running a model: seconds per item, round by round; ``cosine`` is the least of its
    vectors to those of the first way, None where it makes none."""

    what: str
    way: str
    seconds: tuple[float, ...]
    cosine: float | None = None
    target: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All that one process found. ``chosen`` is the precision "auto" took; ``peak_mib`` is of the
    stage's first pass, before anything else was loaded."""

    stage: str
    chosen: str
    peak_mib: float
    paces: tuple[Pace, ...] = ()
    works: tuple[Work, ...] = ()
    waits: tuple[Waits, ...] = ()
    ways: tuple[Way, ...] = ()
    notes: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        return asdict(self)


def figures_from(document: Mapping[str, Any]) -> Figures:
    """What ``document`` gave, read back from JSON."""
    return TypeAdapter(Figures).validate_python(document)
