"""Footage that the project renders itself: a small shop, three fixed cameras, a minute each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.sample.script import CAMERAS

__all__ = ["CAMERAS", "render"]


def render(folder: Path, progress: Callable[[float], None]) -> list[Path]:
    """Write the clips and ``ground_truth.json`` into ``folder`` unless they are there.

    See ``pipeline.sample.rendering``; imported late because numpy and Pillow cost start-up time.
    """
    from pipeline.sample import rendering

    return rendering.render(folder, progress)
