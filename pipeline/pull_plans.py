"""What a pull is about, kept on disk so that the next one goes on with the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.errors import ModelError
from pipeline.asking import Line
from pipeline.catalogue import Hub, Model, Pack, PlainFile
from pipeline.fetching import Remote
from pipeline.hub import listing

PLAN = ".plan.json"
PINS = "pins.json"
"""Beside the weights: link -> sha256 the first pull saw, where nobody published one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``files`` to fetch per path inside the model's folder; ``revision`` is the hub's commit or
    the sha256 of a plain file, "" where nobody published one; ``asked`` tells one wish from
    another."""

    asked: str
    source: str
    revision: str
    files: Mapping[str, Remote]

    @property
    def size(self) -> int:
        """Bytes of all files whose size is known."""
        return sum(remote.size or 0 for remote in self.files.values())


def make(model: Model, folder: Path, hub_url: str, line: Line) -> Plan:
    """Find out what a pull has to fetch; asks the hub. Raises ModelError or ServiceUnavailable,
    the rest of a sentence."""
    origin = model.origin
    if isinstance(origin, Hub):
        found = listing(hub_url, origin.repository, origin.revision, line)
        return Plan(
            asked=_asked(model, hub_url),
            source=f"{hub_url.rstrip('/')}/{origin.repository}",
            revision=found.commit,
            files={listed.path: listed.remote for listed in found.files},
        )
    if isinstance(origin, PlainFile | Pack):
        sha256 = origin.sha256 or pinned(folder).get(origin.url)
        file = origin.file if isinstance(origin, PlainFile) else archive_of(model)
        remote = Remote(url=origin.url, size=origin.size, sha256=sha256)
        return Plan(
            asked=_asked(model, hub_url),
            source=origin.url,
            revision=sha256 or "",
            files={file: remote},
        )
    raise ModelError("it comes with an installed package and is not pulled")


def kept(work: Path, model: Model, hub_url: str) -> Plan | None:
    """The plan an interrupted pull left, if it is what is asked for now."""
    try:
        found = json.loads((work / PLAN).read_text(encoding="utf-8"))
        files = {str(name): Remote(**remote) for name, remote in found.pop("files").items()}
        plan = Plan(**found, files=files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return plan if plan.asked == _asked(model, hub_url) else None


def keep(plan: Plan, work: Path) -> None:
    """Write the plan into the folder of its pull."""
    write_json(work / PLAN, asdict(plan))


def pinned(folder: Path) -> dict[str, str]:
    """The hashes first pulls saw."""
    try:
        found = json.loads((folder / PINS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def pin(folder: Path, url: str, sha256: str) -> None:
    """Note a hash for later pulls to match."""
    write_json(folder / PINS, pinned(folder) | {url: sha256})


def archive_of(model: Model) -> str:
    """The name of a pack's zip while it is pulled."""
    return f"{model.name}.zip"


def write_json(path: Path, document: Any) -> None:
    """Write a document so that it is there whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(document, indent=1), encoding="utf-8")
    part.replace(path)


def _asked(model: Model, hub_url: str) -> str:
    match model.origin:
        case Hub(repository=repository, revision=revision):
            return f"{hub_url.rstrip('/')}/{repository}@{revision}"
        case PlainFile(url=url, sha256=sha256) | Pack(url=url, sha256=sha256):
            return f"{url}@{sha256}"
    return model.name
