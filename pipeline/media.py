"""Where ClipOps keeps what it makes from a video: thumbnails, browser copies, downloads."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.config import Config
from core.errors import MachineError
from core.types import Video


def thumbnail_path(config: Config, video_id: int, at_ms: int) -> Path:
    return config.media_dir / "thumbnails" / str(video_id) / f"{at_ms}.jpg"


def browser_copy_path(config: Config, video_id: int) -> Path:
    """Where the copy of a video that browsers cannot play lies."""
    return config.media_dir / "copies" / f"{video_id}.mp4"


def playable_path(config: Config, video: Video) -> Path:
    """The original where browsers play it, else its copy (which may not be written yet)."""
    if video.facts.browser_playable:
        return Path(video.path)
    return browser_copy_path(config, video.id)


def shelf_dir(config: Config, video_id: int) -> Path:
    """Where frames of a video lie while models still want to see them."""
    return config.data_dir / "work" / str(video_id)


def downloads_dir(config: Config) -> Path:
    return config.media_dir / "downloads"


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A temporary path beside ``target`` that takes its place on success and vanishes on failure,
    so no reader ever sees half a file. Raises MachineError when the disk is full or closed."""
    part = target.with_name(f".{secrets.token_hex(4)}-{target.name}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield part
        os.replace(part, target)
    except OSError as error:
        raise MachineError(
            f"{target} cannot be written ({error.strerror or error}); "
            "free some disk space or check the folder's permissions."
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
