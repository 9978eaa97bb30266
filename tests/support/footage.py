"""The rendered sample, made once and kept until the code that renders it changes."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from tests.support import REPOSITORY

CACHE = REPOSITORY / "var" / "test-sample"


def rendered_sample() -> Path:
    """The folder with the sample's videos and ground truth. Renders it when needed (a minute)."""
    folder = CACHE / _key()
    if not folder.exists():
        from pipeline import sample

        for stale in CACHE.glob("*"):
            shutil.rmtree(stale, ignore_errors=True)
        draft = folder.with_suffix(".new")
        draft.mkdir(parents=True)
        sample.render(draft, lambda _fraction: None)
        draft.rename(folder)
    return folder


def _key() -> str:
    digest = hashlib.sha256()
    for path in sorted((REPOSITORY / "pipeline" / "sample").rglob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
