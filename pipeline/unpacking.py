"""The ONNX files out of a model pack's zip, and nothing else."""

from __future__ import annotations

import shutil
import stat
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from core.errors import ModelError

LARGEST_BYTES = 4_000_000_000
"""What a pack may unpack to: ten times the largest known."""


def unpack(archive: Path, folder: Path, members: Iterable[str]) -> None:
    """Write the pack's ONNX files into ``folder``, flat, under their own names.

    Raises ModelError, the rest of a sentence, for an archive that is broken, reaches outside of
    its folder, is out of proportion, or lacks one of ``members``; ``folder`` is then of no use.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            chosen = _chosen(opened.infolist())
            absent = [name for name in members if name not in chosen]
            if absent:
                raise ModelError(f"the pack lacks {', '.join(absent)}")
            folder.mkdir(parents=True, exist_ok=True)
            for name, entry in chosen.items():
                with opened.open(entry) as source, (folder / name).open("wb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise ModelError(f"the pack is not a zip that can be read ({error})") from error


def _chosen(entries: Sequence[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    chosen: dict[str, zipfile.ZipInfo] = {}
    if sum(entry.file_size for entry in entries) > LARGEST_BYTES:
        raise ModelError("the pack would unpack to more than a pack can hold")
    for entry in entries:
        place = PurePosixPath(entry.filename.replace("\\", "/"))
        linked = stat.S_ISLNK(entry.external_attr >> 16)
        if place.is_absolute() or ".." in place.parts or ":" in entry.filename or linked:
            raise ModelError(f"the pack reaches outside of its folder ({entry.filename})")
        if entry.is_dir() or place.suffix.lower() != ".onnx":
            continue
        if place.name in chosen:
            raise ModelError(f"the pack holds {place.name} twice")
        chosen[place.name] = entry
    return chosen
