"""Which bytes weights are: sha256 over what a model reads, remembered by size and time.

Hashing runs at about 1.5 GB a second, so 15 GB would cost ten seconds at every start; a file that
kept its size and time stamp is not read again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

WEIGHT_SUFFIXES = frozenset({".safetensors", ".bin", ".onnx", ".pt", ".pth"})
READ_SUFFIXES = WEIGHT_SUFFIXES | {".json", ".txt", ".model", ".jinja", ".data"}
"""Weights and what tells how to use them: another tokenizer is another model."""

MANIFEST = "clipops.json"
NOTES = ".fingerprints.json"
BLOCK = 1 << 20
LENGTH = 12
"""Hexadecimal digits of a revision that signs what a model makes."""

Progress = Callable[[float], None]
Note = tuple[int, int, str]
"""Size in bytes, time of the last change in nanoseconds, sha256."""


def no_progress(_share: float) -> None:
    """For whoever shows none."""


def sha256_of(path: Path, progress: Progress = no_progress) -> str:
    """The sha256 of a file, hexadecimal; OSError where it cannot be read."""
    digest = hashlib.sha256()
    size = max(path.stat().st_size, 1)
    done = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            done += len(block)
            progress(done / size)
    return digest.hexdigest()


def git_sha1_of(path: Path) -> str:
    """The name git gives a file's content: how a hub names files too small for large storage."""
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def files_read(path: Path) -> Iterator[Path]:
    """The files a model reads in ``path``, sorted; a file is its own."""
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if file.suffix in READ_SUFFIXES and file.name != MANIFEST and not hidden and file.is_file():
            yield file


def fingerprint(path: Path, *, notes: Path) -> str:
    """12 hexadecimal digits that stand for the bytes of a file or folder.

    Those of a single file begin its sha256. ``notes`` is the folder that remembers; where it
    cannot be written, the next call reads everything again.
    """
    remembered = _remembered(notes)
    fresh = dict(remembered)
    lines = []
    for file in files_read(path):
        state = file.stat()
        size, time_ns, digest = remembered.get(str(file.resolve()), (-1, -1, ""))
        if (size, time_ns) != (state.st_size, state.st_mtime_ns):
            digest = sha256_of(file)
        fresh[str(file.resolve())] = (state.st_size, state.st_mtime_ns, digest)
        lines.append((file, digest))
    if fresh != remembered:
        _remember(notes, fresh)
    if path.is_file():
        return lines[0][1][:LENGTH]
    whole = hashlib.sha256()
    for file, digest in lines:
        whole.update(f"{file.relative_to(path).as_posix()} {digest}\n".encode())
    return whole.hexdigest()[:LENGTH]


def _remembered(notes: Path) -> dict[str, Note]:
    try:
        found = json.loads((notes / NOTES).read_text(encoding="utf-8"))
        return {
            str(path): (int(size), int(time_ns), str(digest))
            for path, (size, time_ns, digest) in found.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):  # nothing noted, or not by us
        return {}


def _remember(notes: Path, fresh: dict[str, Note]) -> None:
    with suppress(OSError):
        notes.mkdir(parents=True, exist_ok=True)
        part = notes / f"{NOTES}.{os.getpid()}.part"
        part.write_text(json.dumps(fresh, indent=0), encoding="utf-8")
        part.replace(notes / NOTES)
