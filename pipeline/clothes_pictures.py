"""The crops of people that searches by clothes write: a file per person and moment, for a day.

A file is named by what it shows, ``<video>/<at_ms>-<left>-<top>.jpg`` (thousandths of the picture),
and belongs to no row: a search writes it again whenever it finds the same again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from core.config import Config
from core.types import Box

KEPT_S = 24 * 60 * 60
"""Whoever asked has looked by then."""

Span = tuple[int, int, int]
"""Id of a video, and from when to when (ms, both included)."""


def picture_path(config: Config, video_id: int, at_ms: int, box: Box) -> Path:
    """Where the crop of somebody at a moment lies."""
    place = f"{round(box.left * 1_000)}-{round(box.top * 1_000)}"
    return _folder(config) / str(video_id) / f"{at_ms}-{place}.jpg"


def sweep_old(config: Config) -> int:
    """Remove the crops older than KEPT_S and folders left empty; returns how many crops."""
    oldest = time.time() - KEPT_S
    gone = 0
    for path in sorted(_folder(config).glob("*/*")):
        with suppress(FileNotFoundError):  # another process sweeps too
            if path.stat().st_mtime < oldest:
                path.unlink()
                gone += 1
    for folder in sorted(_folder(config).glob("*")):
        with suppress(OSError):  # not empty, or gone
            folder.rmdir()
    return gone


def shown_in(config: Config, spans: Iterable[Span]) -> list[Path]:
    """The crops cut at a moment of one of these spans, whomever they show."""
    by_video: dict[int, list[tuple[int, int]]] = {}
    for video_id, start_ms, end_ms in spans:
        by_video.setdefault(video_id, []).append((start_ms, end_ms))
    return [
        path
        for video_id, moments in by_video.items()
        for path in sorted((_folder(config) / str(video_id)).glob("*.jpg"))
        if (at_ms := path.name.partition("-")[0]).isdigit()
        and any(start_ms <= int(at_ms) <= end_ms for start_ms, end_ms in moments)
    ]


def remove(paths: Iterable[Path]) -> None:
    """Remove these crops; one that is gone already is none."""
    for path in paths:
        path.unlink(missing_ok=True)


def _folder(config: Config) -> Path:
    return config.media_dir / "clothes"
