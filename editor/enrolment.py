"""Pictures of people that come in through the web: looked at, never kept.

Only what the pipeline makes of them stays: the face, its vector, the name of the file.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.datastructures import FileStorage

from core.config import Config
from core.errors import InputError, MachineError, ModelError
from core.names import clean_name
from core.people import PeopleOutcome
from core.types import Actor
from db.pool import Database
from editor.intake import safe_name
from pipeline import people as use_cases
from pipeline.registry import Registry

if TYPE_CHECKING:
    from pipeline.ports import FaceAnalyzer

MOST_PICTURES = 60
MOST_BYTES = 512 * 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What became of one picture; ``problem`` is a sentence that calls it by its own name."""

    file: str
    status: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Every picture in the order given; ``outcome`` is None where none of them is new."""

    pictures: tuple[Shown, ...]
    outcome: PeopleOutcome | None


def require_faces(registry: Registry) -> FaceAnalyzer:
    """The model that knows faces. Raises ModelError, saying how to get one, where there is none."""
    analyzer = registry.face_analyzer()
    if analyzer is None:
        raise ModelError(
            "This configuration recognises no faces; set models.profile to cpu or gpu, or "
            "models.overrides.face_analyzer, for example to insightface:buffalo_s."
        )
    return analyzer


def enrol(
    config: Config,
    database: Database,
    registry: Registry,
    files: Sequence[FileStorage],
    *,
    group: str,
    name: str,
    by: Actor,
    idempotency_key: str,
    preview: bool = False,
) -> Done:
    """Add the face of each picture to the gallery of ``group/name``.

    Raises InputError for no or too many pictures and for what is no name, ModelError without a
    face model, MachineError where the disk is full.
    """
    if not files:
        raise InputError("Choose at least one picture.")
    if len(files) > MOST_PICTURES:
        raise InputError(f"At most {MOST_PICTURES} pictures at a time; send the others after.")
    group, name = clean_name(group), clean_name(name)
    analyzer = require_faces(registry)
    with tempfile.TemporaryDirectory(prefix="pictures-", dir=_folder(config)) as folder:
        paths = [_keep(file, Path(folder), number) for number, file in enumerate(files)]
        pictures = [use_cases.Picture(path=path, group=group, name=name) for path in paths]
        found = use_cases.enrol(
            config,
            database,
            analyzer,
            pictures,
            by=by,
            idempotency_key=idempotency_key,
            preview=preview,
        )
    shown = (
        Shown(file=path.name, status=one.status, problem=one.problem.replace(str(path), path.name))
        for path, one in zip(paths, found.files, strict=True)
    )
    return Done(pictures=tuple(shown), outcome=found.outcome)


def _folder(config: Config) -> Path:
    folder = config.media_dir / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _keep(file: FileStorage, folder: Path, number: int) -> Path:
    """The picture as a file of its own folder: two may have one name."""
    path = folder / str(number) / safe_name(file.filename or "")
    try:
        path.parent.mkdir()
        with path.open("xb") as kept:
            shutil.copyfileobj(file.stream, kept)
    except OSError as error:
        raise MachineError(
            f"The upload cannot be stored ({error.strerror}); check the disk."
        ) from error
    return path
