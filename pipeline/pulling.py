"""Getting a model's weights: planned, fetched, verified, and only then put in place.

A pull works in ``<weights>/.pulling/<model>``, which outlives a crash, a kill and a reboot; the
finished folder is moved to its place by one rename, so a model is either whole or not there.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import ConfigError, MachineError, ModelError, ServiceUnavailable
from pipeline import pull_plans
from pipeline.asking import Line, Patience
from pipeline.catalogue import Hub, Model, Pack, Package, PlainFile
from pipeline.downloads import SPARE_BYTES
from pipeline.fetching import fetch
from pipeline.fingerprints import MANIFEST, Progress, files_read, no_progress, sha256_of
from pipeline.guard import Guard, is_public
from pipeline.pull_plans import PINS, PLAN, Plan, archive_of
from pipeline.unpacking import unpack
from pipeline.weights import COMMAND, PULLING, locate_model, missing_from, read_manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Puller:
    """Pulls into ``folder``. ``allow_private`` lets links lead into a private network: right for a
    hub that is itself there, wrong for any other. ``say`` takes sentences for the person."""

    folder: Path
    hub_url: str
    allow_private: bool = False
    patience: Patience = field(default_factory=Patience)
    say: Callable[[str], None] = lambda _sentence: None

    def pull(self, model: Model, progress: Progress = no_progress, *, anew: bool = False) -> Path:
        """Get the weights, or find them there already; where they lie. ``anew`` fetches them also
        where they are, from the first byte.

        Two pulls of one model at once: the second waits for the first and finds its work done.
        Raises ModelError that names the model, the folder, the reason and the command to go on
        with; MachineError when the disk is too small or full.
        """
        if isinstance(model.origin, Package):
            return locate_model(model, folder=self.folder).path
        try:
            with self._alone(model):
                found = None if anew else self._path_of(model)
                return found or self._pull(model, progress, anew=anew)
        except (ServiceUnavailable, ModelError) as error:
            self._tidy(self.folder / PULLING / model.folder)
            raise ModelError(
                f"{model.name} could not be pulled into {self.folder / model.folder}: {error}; run "
                f"`{COMMAND} {model.name}` again, or put its files there by hand (from "
                f"{model.page or self.hub_url})."
            ) from error
        except OSError as error:
            raise MachineError(
                f"{error.filename or self.folder} cannot be written ({error.strerror}); free some "
                "space or set models.folder to a folder you may write to, then pull again."
            ) from error

    def _pull(self, model: Model, progress: Progress, *, anew: bool) -> Path:
        work = self.folder / PULLING / model.folder
        if anew:
            shutil.rmtree(work, ignore_errors=True)
        if read_manifest(work) is not None and missing_from(model, work) is None:
            return self._put_in_place(model, work)  # stopped just before its last step
        with Guard(allow_private=self.allow_private) as guard:
            line = Line(guard=guard, patience=self.patience, say=self.say)
            plan = pull_plans.kept(work, model, self.hub_url)
            if plan is None:
                plan = pull_plans.make(model, self.folder, self.hub_url, line)
                shutil.rmtree(work, ignore_errors=True)  # nobody knows what lies there
            self._check_space(model, plan, work)
            work.mkdir(parents=True, exist_ok=True)
            pull_plans.keep(plan, work)
            before = 0
            for name, remote in plan.files.items():
                if not (work / name).is_file():
                    share = _share(progress, before, remote.size, plan.size)
                    fetch(remote, work / name, line, share)
                before += remote.size or 0
                progress(before / plan.size if plan.size else 1.0)
        self._finish(model, plan, work)
        return self._put_in_place(model, work)

    def _finish(self, model: Model, plan: Plan, work: Path) -> None:
        """Unpack, and write what was pulled beside it: the folder is then whole."""
        origin, revision, first_seen = model.origin, plan.revision, False
        if isinstance(origin, PlainFile | Pack):
            (name,) = plan.files
            revision = revision or sha256_of(work / name)
            first_seen = origin.sha256 is None
            if first_seen and origin.url not in pull_plans.pinned(self.folder):
                pull_plans.pin(self.folder, origin.url, revision)
                self.say(
                    f"Nobody published a hash of {name}: its sha256 {revision[:12]}... is noted in "
                    f"{self.folder / PINS}, and later pulls must match it."
                )
        if isinstance(origin, Pack):
            try:
                unpack(work / archive_of(model), work, origin.members)
            except ModelError:
                shutil.rmtree(work, ignore_errors=True)
                raise
        files = {}
        for file in files_read(work):
            name = file.relative_to(work).as_posix()
            known = plan.files[name].sha256 if name in plan.files else None
            files[name] = {"size": file.stat().st_size, "sha256": known or sha256_of(file)}
        manifest = {
            "name": origin.repository if isinstance(origin, Hub) else model.name,
            "source": plan.source,
            "revision": revision,
            "licence": model.licence,
            "first_seen": first_seen,
            "pulled_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "files": files,
        }
        pull_plans.write_json(work / MANIFEST, manifest)

    def _put_in_place(self, model: Model, work: Path) -> Path:
        (work / PLAN).unlink(missing_ok=True)
        (work / archive_of(model)).unlink(missing_ok=True)
        final = self.folder / model.folder
        aside = work.with_name(f"{work.name}.old")
        shutil.rmtree(aside, ignore_errors=True)
        if final.exists() and read_manifest(final) is None:
            aside = _free_name(final)
            self.say(f"What was put into {final} by hand is kept as {aside}.")
        if final.exists():
            final.rename(aside)
        work.rename(final)
        if aside.parent == work.parent:
            shutil.rmtree(aside, ignore_errors=True)
        return final

    def _tidy(self, work: Path) -> None:
        """Nothing half done is left where not a byte came."""
        if not any(file.name != PLAN for file in work.rglob("*") if file.is_file()):
            shutil.rmtree(work, ignore_errors=True)

    def _path_of(self, model: Model) -> Path | None:
        try:
            return locate_model(model, folder=self.folder).path
        except ModelError:
            return None

    def _check_space(self, model: Model, plan: Plan, work: Path) -> None:
        coming = sum(
            max((remote.size or model.size or 0) - _length(work / name), 0)
            for name, remote in plan.files.items()
        )
        if isinstance(model.origin, Pack):
            coming += model.origin.size or 0  # unpacked beside the archive; ONNX hardly shrinks
        free = shutil.disk_usage(self.folder).free
        if free < coming + SPARE_BYTES:
            raise MachineError(
                f"{model.name} needs {coming // 1_000_000} MB and the disk of {self.folder} has "
                f"{free // 1_000_000} MB free (ClipOps leaves {SPARE_BYTES // 1_000_000} MB); free "
                "some space or set models.folder to another disk."
            )

    @contextmanager
    def _alone(self, model: Model) -> Iterator[None]:
        """Hold the model's lock; the system lets go of it when the process ends, however."""
        place = self.folder / PULLING
        place.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(place / f"{model.folder}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.say(f"{model.name} is being pulled by another process; waiting for it.")
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def check_hub_url(hub_url: str) -> str:
    """The address as it is; ConfigError for one that is not http or https."""
    parts = urlsplit(hub_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(f"models.hub_url: {hub_url} is not an http or https address.")
    return hub_url


def leads_inside(hub_url: str) -> bool:
    """True for a hub within the own network, which may then send on to others there. False also
    where its name is not known: the pull will say so."""
    parts = urlsplit(hub_url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return not all(is_public(str(entry[4][0])) for entry in found)


def _share(progress: Progress, before: int, size: int | None, whole: int) -> Progress:
    """The progress of one file as part of all."""
    if not whole or not size:
        return progress
    return lambda done: progress((before + done * size) / whole)


def _length(path: Path) -> int:
    """Bytes of a file there already, whole or in part."""
    for place in (path, path.with_name(path.name + ".part")):
        if place.is_file():
            return place.stat().st_size
    return 0


def _free_name(folder: Path) -> Path:
    number = 1
    while (name := folder.with_name(f"{folder.name}.before-{number}")).exists():
        number += 1
    return name
