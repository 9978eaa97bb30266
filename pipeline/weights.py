"""Where the weights of a model lie on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Weights on disk: ``path`` is a folder or one file; ``name`` and ``revision`` sign what the
    model makes (``name@revision``)."""

    path: Path
    name: str
    revision: str


def locate(adapter: str, weights: str, *, folder: Path) -> Located:
    """The weights of ``adapter``. ``weights`` is "" for its usual ones, a hub name
    (``owner/model[@revision]``), a pack's name, a folder or a file; pulled weights lie under
    ``folder``. Raises ModelError that names the model, the command that gets it and the folder
    looked in."""
    raise NotImplementedError
