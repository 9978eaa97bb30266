"""What a person typed, turned into video files on this machine."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.config import Config
from core.errors import InputError
from pipeline.frames import Progress

VIDEO_EXTENSIONS = frozenset(
    {
        ".3gp",
        ".asf",
        ".avi",
        ".dav",
        ".flv",
        ".gif",
        ".m2ts",
        ".m4v",
        ".mkv",
        ".mov",
        ".mp4",
        ".mpeg",
        ".mpg",
        ".mts",
        ".mxf",
        ".ogv",
        ".ts",
        ".webm",
        ".wmv",
    }
)
"""Files a folder is searched for. A file named by itself may have any name."""

BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One video to ingest: the local file, where it came from (path or link), what to call it,
    and when it was recorded if its origin says so (UTC).

    One that was found but cannot be used raises InputError when its ``path`` is taken."""

    path: Path
    uri: str
    title: str
    recorded_at: datetime | None


class MisnamedSource(Source):
    """A video whose name is no UTF-8 (an archive of old Windows files, say): the library could
    not store where it is. It stands among the others of its folder, so that they go on."""

    __slots__ = ()

    def __init__(self, path: Path) -> None:
        shown = _shown(str(path))
        for name, value in (("uri", shown), ("title", _shown(path.stem)), ("recorded_at", None)):
            object.__setattr__(self, name, value)

    @property
    def path(self) -> Path:  # type: ignore[override]
        raise _misnamed(self.uri)

    def __repr__(self) -> str:
        return f"MisnamedSource({self.uri!r})"


def resolve(config: Config, arguments: Sequence[str], progress: Progress) -> list[Source]:
    """Files, folders (searched through, in order of name, hidden ones left out) and http(s) links
    as sources, in the order given.

    Raises InputError naming the argument that cannot be used, MachineError when the disk is full.
    A file of a folder that cannot be used is among the sources; see Source.
    """
    sources: list[Source] = []
    for number, argument in enumerate(arguments):
        share = _share(progress, number, len(arguments))
        if "://" in argument:
            from pipeline.downloads import download

            sources += download(config, argument, share)
        else:
            sources += _local(argument)
        share(1.0)
    return sources


def sha256_of(path: Path, progress: Progress) -> str:
    """Hexadecimal digest of the file's bytes. Raises InputError when it cannot be read."""
    digest = hashlib.sha256()
    done = 0
    try:
        with path.open("rb") as file:
            size = max(os.fstat(file.fileno()).st_size, 1)
            while block := file.read(BLOCK):
                digest.update(block)
                done += len(block)
                progress(min(1.0, done / size))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from error
    return digest.hexdigest()


def _share(progress: Progress, number: int, count: int) -> Progress:
    return lambda part: progress((number + part) / count)


def _local(argument: str) -> list[Source]:
    if "\0" in argument:
        raise InputError(f"{argument!r} is not a path.")
    path = Path(argument).expanduser().absolute()
    if not _is_text(str(path)):
        raise _misnamed(_shown(str(path)))
    try:
        if path.is_dir():
            found = list(_videos_below(path))
        elif path.exists():
            return [_source(path)]
        else:
            raise InputError(f"{argument} does not exist; check the path.")
    except OSError as error:
        raise InputError(f"{argument} cannot be read ({error.strerror}).") from error
    if not found:
        raise InputError(
            f"There is no video in {argument}; files ending in "
            f"{', '.join(sorted(VIDEO_EXTENSIONS))} are looked for."
        )
    return [_source(video) for video in found]


def _source(path: Path) -> Source:
    if not _is_text(str(path)):
        return MisnamedSource(path)
    return Source(path=path, uri=str(path), title=path.stem, recorded_at=None)


def _is_text(name: str) -> bool:
    """False where the file system's bytes are no UTF-8 (Python keeps them as surrogates)."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(name: str) -> str:
    return name.encode(errors="replace").decode()


def _misnamed(shown: str) -> InputError:
    return InputError(f"The name {shown} is not valid UTF-8; rename it, then ingest it again.")


def _videos_below(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(parent, name)
            hidden = name.startswith(".")
            if not hidden and path.suffix.lower() in VIDEO_EXTENSIONS and path.is_file():
                yield path
