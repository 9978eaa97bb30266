"""The rendered sample, made once and kept until the code that renders it changes."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import time
from pathlib import Path

from tests.support import REPOSITORY

CACHE = REPOSITORY / "var" / "test-sample"
STALE_AFTER_S = 24 * 3600


def rendered_sample() -> Path:
    """The folder with the sample's videos and ground truth. Renders it when needed (a minute).

    Two test runs at once render it once; another state of the code has a folder of its own.
    """
    folder = CACHE / _key()
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            from pipeline import sample

            _remove_stale()
            draft = folder.with_suffix(".new")
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            sample.render(draft, lambda _fraction: None)
            draft.rename(folder)
    return folder


def _remove_stale() -> None:
    for folder in CACHE.iterdir():
        if folder.is_dir() and time.time() - folder.stat().st_mtime > STALE_AFTER_S:
            shutil.rmtree(folder, ignore_errors=True)


def _key() -> str:
    digest = hashlib.sha256()
    for path in sorted((REPOSITORY / "pipeline" / "sample").rglob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
