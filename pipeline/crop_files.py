"""The small pictures of faces on disk: one file per row, in place before its row is committed and
removed after its row is gone. A crash in between leaves a file without a row, never the other way
round; ``sweep`` removes such files."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from core.config import Config
from core.people import Crop
from db import appearances, galleries, people_history
from db.pool import Database
from db.rows import Connection
from pipeline.media import replacing

BATCH = 10_000
STAGED = "new-"
STAGED_S = 24 * 60 * 60


def crop_path(config: Config, crop: Crop) -> Path:
    """Where the JPEG of a face lies."""
    return _folder(config, crop.kind) / f"{crop.id}.jpg"


@contextmanager
def staged(config: Config, jpegs: Sequence[bytes]) -> Iterator[list[Path]]:
    """Write pictures beside where they will lie, in their order, before the transaction of their
    rows: under the lock of ``place`` nothing is left to write. What is not placed by the end is
    removed. Raises MachineError where the disk is full.
    """
    folder = _folder(config, f"{STAGED}{secrets.token_hex(8)}")
    paths = [folder / f"{number}.jpg" for number in range(len(jpegs))]
    try:
        for path, jpeg in zip(paths, jpegs, strict=True):
            with replacing(path) as part:
                part.write_bytes(jpeg)
        yield paths
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def place(config: Config, pictures: Mapping[Crop, Path]) -> None:
    """Move staged pictures to where they belong, all or none; call it in the transaction of their
    rows, as the last thing. Raises MachineError where the folder cannot be written to."""
    placed: list[Crop] = []
    try:
        for crop, path in pictures.items():
            with replacing(crop_path(config, crop)) as part:
                path.rename(part)
            placed.append(crop)
    except BaseException:
        remove(config, placed)
        raise


def remove(config: Config, crops: Iterable[Crop]) -> int:
    """Remove these files; returns how many there were."""
    return sum(_unlink(crop_path(config, crop)) for crop in crops)


def sweep(config: Config, database: Database, *, wait_s: float | None = None) -> int:
    """Remove every picture whose row is gone: what a crash after forgetting somebody, or in the
    middle of storing faces, left behind. Returns how many. Raises Busy where operations on people
    take longer than ``wait_s``."""
    with database.transaction() as conn:
        # Nobody is between writing files and committing their rows while this lock is held.
        people_history.lock(conn, wait_s=wait_s)
        seen = _sweep(conn, _folder(config, "seen"), appearances.existing)
        gone = seen + _sweep(conn, _folder(config, "gallery"), galleries.existing)
    return gone + _sweep_staged(config)


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


def _sweep_staged(config: Config) -> int:
    """Of a process that died before it placed them; a living one is done within a day."""
    oldest = time.time() - STAGED_S
    gone = 0
    for folder in _folder(config, "").glob(f"{STAGED}*"):
        with suppress(FileNotFoundError):
            if folder.stat().st_mtime < oldest:
                gone += sum(_unlink(path) for path in folder.glob("*"))
                shutil.rmtree(folder, ignore_errors=True)
    return gone


def _folder(config: Config, kind: str) -> Path:
    return config.media_dir / "faces" / kind


def _unlink(path: Path) -> int:
    try:
        path.unlink()
    except FileNotFoundError:
        return 0
    return 1
