"""What a model hub says about a repository: its commit, its files, their hashes.

Speaks the hub's documented addresses (``/api/models/<name>/revision/<revision>``, ``.../tree/...``,
``/<name>/resolve/<commit>/<file>``), so that a mirror or a local server can stand in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urljoin

from core.errors import ModelError
from pipeline.asking import Line, host_of
from pipeline.fetching import Remote, fetch_document

PAGES = 50
COMMIT = re.compile(r"[0-9a-f]{40}")
SHA256 = re.compile(r"[0-9a-f]{64}")
NEXT_PAGE = re.compile(r'<([^>]+)>\s*;\s*rel="next"')

SETTINGS = frozenset({".json", ".txt", ".model", ".jinja"})
MODULE = re.compile(r"\d+_\w+")
"""A folder of a sentence-transformers model: 1_Pooling, 2_Dense."""

OTHER_PROGRAMS = frozenset({"trainer_state.json", "all_results.json", "data_config.json"})

WEIGHTS = (
    (re.compile(r"model\.safetensors"), re.compile(r"model-\d+-of-\d+\.safetensors")),
    (re.compile(r"pytorch_model\.bin"), re.compile(r"pytorch_model-\d+-of-\d+\.bin")),
)
"""Whole or in parts, the better form first: of two forms of the same weights one is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file of a repository; ``path`` is relative, with forward slashes."""

    path: str
    remote: Remote


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The files a model needs at one commit."""

    commit: str
    files: tuple[Listed, ...]


def listing(hub_url: str, repository: str, revision: str, line: Line) -> Listing:
    """The needed files of a repository. Raises ModelError, the rest of a sentence, where the
    revision does not exist or holds no weights transformers can load."""
    api = f"{hub_url.rstrip('/')}/api/models/{quote(repository)}"
    about, _ = fetch_document(f"{api}/revision/{quote(revision, safe='')}", line)
    commit = str(about.get("sha", "")) if isinstance(about, dict) else ""
    if not COMMIT.fullmatch(commit):
        raise ModelError(f"{host_of(api)} does not answer as a model hub does")
    there = {
        listed.path: listed
        for entry in _tree(f"{api}/tree/{commit}?recursive=true", line)
        if (listed := _listed(entry, f"{hub_url.rstrip('/')}/{quote(repository)}", commit))
    }
    needed = choose(there)
    if not any(PurePosixPath(path).suffix in (".safetensors", ".bin") for path in needed):
        raise ModelError(
            f"{repository} holds no weights transformers can load (model.safetensors or "
            "pytorch_model.bin)"
        )
    return Listing(commit=commit, files=tuple(there[path] for path in needed))


def choose(paths: Iterable[str]) -> list[str]:
    """The files to fetch of those there are: settings and one form of the weights per folder,
    safetensors before pickles; never code, pictures or the forms of other programs."""
    folders: dict[PurePosixPath, list[str]] = {}
    for path in sorted(paths):
        place = PurePosixPath(path)
        inside = place.parent
        if len(inside.parts) > 1 or (inside.parts and not MODULE.fullmatch(inside.name)):
            continue
        folders.setdefault(inside, []).append(path)
    chosen = []
    for inside, found in sorted(folders.items()):
        names = {PurePosixPath(path).name for path in found}
        weights = _weights(names)
        settings = {
            name
            for name in names
            if PurePosixPath(name).suffix in SETTINGS
            and not name.startswith(".")
            and name not in OTHER_PROGRAMS
            and not (name.endswith(".index.json") and name not in weights)
        }
        chosen += [(inside / name).as_posix() for name in sorted(settings | weights)]
    return chosen


def _weights(names: set[str]) -> set[str]:
    for whole, part in WEIGHTS:
        found = {name for name in names if whole.fullmatch(name)}
        if found:
            return found
        found = {name for name in names if part.fullmatch(name)}
        if found:
            index = f"{whole.pattern.replace(chr(92), '')}.index.json"
            return found | ({index} & names)
    return set()


def _tree(url: str, line: Line) -> Iterator[dict[str, Any]]:
    for _ in range(PAGES):
        entries, headers = fetch_document(url, line)
        if not isinstance(entries, list):
            raise ModelError(f"{host_of(url)} does not answer as a model hub does")
        yield from (entry for entry in entries if isinstance(entry, dict))
        following = NEXT_PAGE.search(headers.get("Link") or "")
        if following is None:
            return
        url = urljoin(url, following[1])
    raise ModelError(f"{host_of(url)} lists more files than a model has")


def _listed(entry: dict[str, Any], address: str, commit: str) -> Listed | None:
    """A file of the tree; large ones carry the sha256 of their content, small ones git's name."""
    path, size = entry.get("path"), entry.get("size")
    if entry.get("type") != "file" or not isinstance(path, str) or not isinstance(size, int):
        return None
    if "\\" in path or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        raise ModelError(f"{host_of(address)} lists a file outside of the model ({path})")
    large = entry.get("lfs")
    sha256 = str(large.get("oid", "")) if isinstance(large, dict) else None
    name = str(entry.get("oid", ""))
    remote = Remote(
        url=f"{address}/resolve/{commit}/{quote(path)}",
        size=size,
        sha256=sha256 if sha256 and SHA256.fullmatch(sha256) else None,
        git_sha1=name if large is None and COMMIT.fullmatch(name) else None,
    )
    if remote.sha256 is None and remote.git_sha1 is None:
        raise ModelError(f"{host_of(address)} lists no hash of {path}")
    return Listed(path=path, remote=remote)
