"""The small pictures of faces on disk: one file per row, written before its row is committed and
removed after its row is gone. A crash in between leaves a file without a row, never the other way
round; ``sweep`` removes such files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from core.config import Config
from core.people import Crop
from db import appearances, galleries, people_history
from db.pool import Database
from db.rows import Connection
from pipeline.media import replacing

BATCH = 10_000


def crop_path(config: Config, crop: Crop) -> Path:
    """Where the JPEG of a face lies."""
    return _folder(config, crop.kind) / f"{crop.id}.jpg"


def write(config: Config, pictures: Mapping[Crop, bytes]) -> None:
    """Write all or none; call it in the transaction of their rows, as the last thing.

    Raises MachineError where the disk is full.
    """
    written: list[Crop] = []
    try:
        for crop, jpeg in pictures.items():
            with replacing(crop_path(config, crop)) as part:
                part.write_bytes(jpeg)
            written.append(crop)
    except BaseException:
        remove(config, written)
        raise


def remove(config: Config, crops: Iterable[Crop]) -> int:
    """Remove these files; returns how many there were."""
    return sum(_unlink(crop_path(config, crop)) for crop in crops)


def sweep(config: Config, database: Database) -> int:
    """Remove every picture whose row is gone: what a crash after forgetting somebody, or in the
    middle of storing faces, left behind. Returns how many."""
    with database.transaction() as conn:
        # Nobody is between writing files and committing their rows while this lock is held.
        people_history.lock(conn, wait_s=None)
        seen = _sweep(conn, _folder(config, "seen"), appearances.existing)
        return seen + _sweep(conn, _folder(config, "gallery"), galleries.existing)


def _sweep(
    conn: Connection, folder: Path, existing: Callable[[Connection, Collection[int]], set[int]]
) -> int:
    files = sorted(path for path in folder.glob("*") if path.is_file())
    gone = 0
    for first in range(0, len(files), BATCH):
        batch = files[first : first + BATCH]
        ids = {path: int(path.stem) for path in batch if path.stem.isdigit()}
        rows = existing(conn, ids.values())
        # A file that is no number's is half of one that was being written.
        gone += sum(_unlink(path) for path in batch if ids.get(path) not in rows)
    return gone


def _folder(config: Config, kind: str) -> Path:
    return config.media_dir / "faces" / kind


def _unlink(path: Path) -> int:
    try:
        path.unlink()
    except FileNotFoundError:
        return 0
    return 1
