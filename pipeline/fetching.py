"""One file from a server to the disk: goes on where it stopped and hands over only what was
verified.

Huggingface_hub's own download is not used: it compares sizes but no hashes, and moves large files
over a protocol of its own that no local server can stand in for (docs/adr/0020).
"""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import MachineError, ModelError
from pipeline.asking import Line, TryAgain, answer, host_of, patiently, read
from pipeline.fingerprints import Progress, git_sha1_of, no_progress, sha256_of
from pipeline.guard import Guard

BLOCK = 1 << 20
DOCUMENT_BYTES = 16 << 20
"""No listing of a model's files comes near this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A file to fetch and what is known of it. ``sha256`` and ``git_sha1`` (git's name for the
    content) are compared where given; ``size`` is in bytes."""

    url: str
    size: int | None = None
    sha256: str | None = None
    git_sha1: str | None = None


def fetch(remote: Remote, path: Path, line: Line, progress: Progress = no_progress) -> None:
    """Fetch into ``path``; it appears there only when whole and verified.

    What has come so far lies beside it as ``<name>.part`` and is gone on with by the next call.
    Raises ServiceUnavailable or ModelError with the reason as the rest of a sentence, MachineError
    when the disk is full.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        resumed = part.exists()
        _fill(remote, part, line, progress)
        problem = _difference(remote, part)
        if problem and resumed:
            _forget(part)  # what lay there before may have been of another file
            _fill(remote, part, line, progress)
            problem = _difference(remote, part)
        if problem:
            _forget(part)
            raise ModelError(f"what {host_of(remote.url)} sends as {path.name} {problem}")
        part.replace(path)
        _tag_of(part).unlink(missing_ok=True)
    except OSError as error:
        raise MachineError(
            f"{error.filename or path} cannot be written ({error.strerror}); free some space there "
            "or set models.folder to another disk, then pull again to go on."
        ) from error


def fetch_document(url: str, line: Line) -> tuple[Any, Mapping[str, str]]:
    """A JSON document and the headers it came with; errors as of ``fetch``."""
    host = host_of(url)

    def ask() -> tuple[bytes, Mapping[str, str]]:
        with answer(url, line.guard) as response:
            said = response.headers.get("Content-Length", "")
            content = b""
            while block := read(response, BLOCK, host):
                content += block
                if len(content) > DOCUMENT_BYTES:
                    raise ModelError(f"{host} does not answer as a model hub does")
            if said.isdigit() and len(content) < int(said):
                raise TryAgain(f"{host} broke off")
            return content, response.headers

    content, headers = patiently(ask, line, gained=lambda: False)
    try:
        return json.loads(content), headers
    except ValueError as error:
        raise ModelError(f"{host} does not answer as a model hub does") from error


def _fill(remote: Remote, part: Path, line: Line, progress: Progress) -> None:
    """Bring ``part`` to its full length."""
    mark = _length(part)

    def ask() -> None:
        try:
            _receive(remote, part, line.guard, progress)
        except TryAgain as error:
            if error.stale:
                _forget(part)
            raise

    def gained() -> bool:
        nonlocal mark
        before, mark = mark, _length(part)
        return mark > before

    patiently(ask, line, gained)


def _receive(remote: Remote, part: Path, guard: Guard, progress: Progress) -> None:
    host = host_of(remote.url)
    have = _length(part)
    if have and have == remote.size:
        return
    if remote.size is not None and have > remote.size:
        _forget(part)
        have = 0
    with answer(remote.url, guard, _wanting(remote, part, have)) as response:
        start, total = _offered(response)
        if start not in (0, have):
            raise TryAgain(f"{host} sends another part than asked for", stale=True)
        if total is not None and remote.size is not None and total != remote.size:
            raise ModelError(f"{host} announces {total} bytes instead of {remote.size}")
        total = remote.size if total is None else total
        _note_tag(part, response.headers.get("ETag"))
        done = start
        with part.open("r+b" if start else "wb") as file:
            file.seek(start)
            while block := read(response, BLOCK, host):
                done += len(block)
                if total is not None and done > total:
                    raise ModelError(f"{host} sends more than {total} bytes")
                file.write(block)
                if total:
                    progress(done / total)
        if total is not None and done < total:
            raise TryAgain(f"{host} broke off after {done} of {total} bytes")


def _wanting(remote: Remote, part: Path, have: int) -> dict[str, str]:
    """Ask for the rest: only if the file is still the same where a tag tells, else only if a hash
    will."""
    if not have:
        return {}
    wanted = {"Range": f"bytes={have}-"}
    with suppress(OSError):
        return wanted | {"If-Range": _tag_of(part).read_text(encoding="utf-8")}
    return wanted if remote.sha256 or remote.git_sha1 else {}


def _offered(response: http.client.HTTPResponse) -> tuple[int, int | None]:
    """Where the answer begins and how long the whole file is, as the server says; -1 for what
    cannot be read."""
    if response.status == 206:
        said = response.headers.get("Content-Range", "")
        found = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", said)
        if found is None:
            return -1, None
        return int(found[1]), None if found[2] == "*" else int(found[2])
    length = response.headers.get("Content-Length", "")
    return 0, int(length) if length.isdigit() else None


def _difference(remote: Remote, part: Path) -> str | None:
    """What tells ``part`` from the file announced, in a few words."""
    if remote.size is not None and _length(part) != remote.size:
        return f"has {_length(part)} bytes instead of {remote.size}"
    if remote.sha256 is not None and (found := sha256_of(part)) != remote.sha256:
        return f"has sha256 {found[:12]}... instead of {remote.sha256[:12]}..."
    if remote.git_sha1 is not None and git_sha1_of(part) != remote.git_sha1:
        return "is not the file it lists"
    return None


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _tag_of(part: Path) -> Path:
    return part.with_name(part.name + ".etag")


def _note_tag(part: Path, tag: str | None) -> None:
    """Remember which version is being fetched; a weak tag promises nothing about bytes."""
    if tag and not tag.startswith("W/"):
        _tag_of(part).write_text(tag, encoding="utf-8")
    else:
        _tag_of(part).unlink(missing_ok=True)


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _tag_of(part).unlink(missing_ok=True)
