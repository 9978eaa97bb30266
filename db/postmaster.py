"""Which processes of an embedded cluster are alive, and clearing away what dead ones left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import structlog

log = structlog.get_logger()

SOCKET_NAME = ".s.PGSQL.5432"

_LEFTOVER_SECONDS = 5.0


def status(folder: Path) -> str | None:
    """The status word of the living server of this cluster; None when there is none.

    Only a process that is a postgres working in this very folder counts: after a crash or in a
    new container the number in ``postmaster.pid`` may belong to anyone. Raises OSError when the
    file cannot be read.
    """
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not lines or not lines[0].strip().isdigit():
        return None
    try:
        if not _works_in(psutil.Process(int(lines[0])), folder):
            return None
    except psutil.NoSuchProcess:
        return None
    return lines[7].strip() if len(lines) > 7 else "starting"


def end_leftovers(folder: Path, socket_dir: Path) -> None:
    """End what outlived its server or its deleted folder, and remove stale lock files.

    The backends of a killed server leave by themselves as soon as they look up; one deep in an
    index build does not, and a new server refuses to start beside it. Only call this when
    ``status`` is None. Raises OSError when a file cannot be removed.
    """
    deadline = time.monotonic() + _LEFTOVER_SECONDS
    while remaining := list(_processes(folder)):
        if not folder.exists() or time.monotonic() > deadline:
            for process in remaining:
                process.kill()
            psutil.wait_procs(remaining, timeout=5)
            log.warning("database_leftovers_killed", processes=len(remaining))
            break
        time.sleep(0.1)
    stale = [folder / "postmaster.pid"]
    stale += [socket_dir / SOCKET_NAME, socket_dir / f"{SOCKET_NAME}.lock"]
    for path in stale:
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError):
            continue
        log.info("stale_lock_removed", path=str(path))


def _processes(folder: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        try:
            if _works_in(process, folder):
                yield process
        except psutil.NoSuchProcess:
            continue


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        if process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return process.cwd().removesuffix(" (deleted)") == str(folder)
    except psutil.AccessDenied:
        return False
