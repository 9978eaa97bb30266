"""The numbers a search by description goes by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from core.config import ClothesConfig
from core.errors import InputError

MOST_HITS, MOST_FPS = 200, 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What counts: ``confidence`` of the detector, ``similarity`` of picture and words (both
    0..1), at most ``top_k`` hits; ``sample_fps`` frames a second, None: people found at ingest."""

    confidence: float
    similarity: float
    top_k: int
    sample_fps: float | None

    @classmethod
    def of(
        cls,
        defaults: ClothesConfig,
        *,
        confidence: float | None,
        similarity: float | None,
        top_k: int | None,
        sample_fps: float | None,
    ) -> Self:
        """What was asked for, else the configured. Raises InputError for an impossible number."""
        limits = cls(
            confidence=defaults.confidence if confidence is None else confidence,
            similarity=defaults.similarity if similarity is None else similarity,
            top_k=defaults.top_k if top_k is None else top_k,
            sample_fps=sample_fps,
        )
        for name in ("confidence", "similarity"):
            if not 0 <= getattr(limits, name) <= 1:
                raise InputError(f"The {name} is a number from 0 to 1.")
        if not 1 <= limits.top_k <= MOST_HITS:
            raise InputError(f"Ask for 1 to {MOST_HITS} people.")
        if sample_fps is not None and not 0 < sample_fps <= MOST_FPS:
            raise InputError(f"Look at more than 0 and at most {MOST_FPS:g} frames a second.")
        return limits
