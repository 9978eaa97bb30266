"""Where the weights of a model lie on this machine; nothing here touches the network.

Pulled weights lie under one folder, a folder a model: ``owner--model`` (``owner--model@revision``
where the configuration names a revision) with the hub's files, ``buffalo_s`` with a pack's ONNX
files, ``yolox_nano`` with its one file. A person may fill such a folder by hand. What Hugging
Face's tools or insightface keep in the user's home is used where it lies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import ModelError
from pipeline import catalogue
from pipeline.catalogue import Hub, Model, Pack, Package, PlainFile
from pipeline.fingerprints import LENGTH, MANIFEST, fingerprint

PULLING = ".pulling"
"""The folder among the weights for what is not whole yet."""

COMMAND = "python -m pipeline models pull"


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Weights on disk: ``path`` is a folder or one file; ``name`` and ``revision`` sign what the
    model makes (``name@revision``)."""

    path: Path
    name: str
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a pull wrote beside the weights: ``revision`` is the hub's commit or a sha256;
    ``files`` give size in bytes and sha256 per path inside the folder."""

    name: str
    source: str
    revision: str
    files: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    licence: str | None = None
    first_seen: bool = False
    """True where nobody published a hash and the first pull's is the one compared with."""


def locate(adapter: str, weights: str, *, folder: Path) -> Located:
    """The weights of ``adapter``. ``weights`` is "" for its usual ones, a hub name
    (``owner/model[@revision]``), a pack's name, a folder or a file; pulled weights lie under
    ``folder``. Raises ModelError that names the model, the command that gets it and the folder
    looked in."""
    given = _given_path(weights)
    if given is not None:
        return _as_it_is(adapter, given, folder)
    return locate_model(catalogue.of_adapter(adapter, weights), folder=folder)


def locate_model(model: Model, *, folder: Path) -> Located:
    """``locate`` for a model of the catalogue."""
    for place in places(model, folder):
        if missing_from(model, place) is None:
            return _located(model, place, folder)
    kept = folder / model.folder
    started = folder / PULLING / model.folder
    if started.is_dir():
        raise ModelError(
            f"{model.name} is only half pulled ({started}); run `{COMMAND} {model.name}` to go on."
        )
    lacks = missing_from(model, kept) if kept.exists() else None
    if lacks:
        raise ModelError(
            f"{model.name} is not whole in {kept}: {lacks}; run `{COMMAND} {model.name}` to get it "
            "anew."
        )
    looked_in = ", ".join(str(place) for place in places(model, folder))
    raise ModelError(
        f"{model.name} is not on this machine (looked in {looked_in}); get it with "
        f"`{COMMAND} {model.name}`, or put its files into {kept} by hand."
    )


def places(model: Model, folder: Path) -> Iterator[Path]:
    """Where the model may lie, the likeliest first."""
    match model.origin:
        case Hub() as origin:
            yield folder / model.folder
            if origin.by_hand:
                usual = folder / catalogue.folder_name(origin.repository)
                pulled = read_manifest(usual)
                if pulled is not None and pulled.revision.startswith(origin.revision):
                    yield usual
            yield from _snapshots(origin)
        case Pack():
            yield folder / model.folder
            yield Path.home() / ".insightface" / "models" / model.name
        case PlainFile(file=file):
            yield folder / model.folder
            yield folder / file
        case Package():
            from pipeline.models.text_minilm import package_folder

            yield package_folder()


def is_absent(model: Model, folder: Path) -> bool:
    """True where nothing of the model lies anywhere, not even a part."""
    started = folder / PULLING / model.folder
    return not started.is_dir() and not any(place.exists() for place in places(model, folder))


def missing_from(model: Model, place: Path) -> str | None:
    """What keeps ``place`` from being the whole model, in a few words; None when nothing does.
    Looks at names and sizes only."""
    if not place.exists():
        return "it does not exist"
    manifest = read_manifest(place)
    if manifest is not None:
        for name, (size, _) in manifest.files.items():
            file = place / name
            if not file.is_file():
                return f"{name} is missing"
            if file.stat().st_size != size:
                return f"{name} has {file.stat().st_size} bytes instead of {size}"
        return None
    match model.origin:
        case Hub():
            return _missing_of_hub(place)
        case Pack(members=members):
            absent = [name for name in members if not (place / name).is_file()]
            return f"{', '.join(absent)} missing" if absent else None
        case PlainFile(file=file):
            found = place if place.is_file() else place / file
            return None if found.is_file() else f"{file} is missing"
        case Package():
            return None if (place / "model.safetensors").is_file() else "its weights are missing"


def read_manifest(place: Path) -> Manifest | None:
    """What the pull wrote; None for weights that came another way."""
    try:
        found = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        return Manifest(
            name=str(found["name"]),
            source=str(found["source"]),
            revision=str(found["revision"]),
            files={str(k): (int(v["size"]), str(v["sha256"])) for k, v in found["files"].items()},
            licence=found.get("licence"),
            first_seen=bool(found.get("first_seen")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def weights_in(place: Path) -> list[str]:
    """Names of the weight files transformers would read in a folder: whole, or every part its
    index lists; [] where there are none or a part is missing."""
    for whole, index in (
        ("model.safetensors", "model.safetensors.index.json"),
        ("pytorch_model.bin", "pytorch_model.bin.index.json"),
    ):
        if (place / whole).is_file():
            return [whole]
        try:
            parts = json.loads((place / index).read_text(encoding="utf-8"))["weight_map"]
            names = sorted({str(name) for name in parts.values()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        if names and all((place / name).is_file() for name in names):
            return names
    return []


def _given_path(weights: str) -> Path | None:
    """The path the configuration names, or None when it names a model."""
    if not weights or weights in catalogue.KNOWN:
        return None
    path = Path(weights).expanduser()
    looks_like_one = path.is_absolute() or weights.startswith((".", "~")) or path.suffix == ".onnx"
    if looks_like_one and not path.exists():
        raise ModelError(
            f"The weights {path} do not exist; correct models.overrides, or leave the path out and "
            f"run `{COMMAND}`."
        )
    return path if path.exists() else None


def _as_it_is(adapter: str, path: Path, folder: Path) -> Located:
    manifest = read_manifest(path) if path.is_dir() else None
    onnx = sorted(path.glob("*.onnx")) if adapter == "yolox" and path.is_dir() else []
    if manifest is not None:
        name, revision = manifest.name, manifest.revision[:LENGTH]
    elif path.parent.name == "snapshots" and path.parent.parent.name.startswith("models--"):
        name = path.parent.parent.name.removeprefix("models--").replace("--", "/")
        revision = path.name[:LENGTH]
    else:
        name = path.stem if path.is_file() else path.resolve().name
        revision = _fingerprint(name, path, folder)
    return Located(path=onnx[0] if len(onnx) == 1 else path, name=name, revision=revision)


def _located(model: Model, place: Path, folder: Path) -> Located:
    manifest = read_manifest(place)
    path = place
    if isinstance(model.origin, PlainFile) and place.is_dir():
        path = place / model.origin.file
    name = model.origin.repository if isinstance(model.origin, Hub) else model.name
    if manifest is not None:
        revision = manifest.revision
    elif isinstance(model.origin, Package):
        from pipeline.models.text_minilm import WEIGHTS_SHA256

        revision = WEIGHTS_SHA256
    elif isinstance(model.origin, Hub) and place.parent.name == "snapshots":
        revision = place.name
    else:
        revision = _fingerprint(model.name, path, folder)
    return Located(path=path, name=name, revision=revision[:LENGTH])


def _fingerprint(name: str, path: Path, folder: Path) -> str:
    try:
        return fingerprint(path, notes=folder)
    except OSError as error:
        raise ModelError(
            f"The weights of {name} cannot be read ({error.filename}: {error.strerror}); check who "
            "may read them."
        ) from error


def _snapshots(origin: Hub) -> Iterator[Path]:
    """Snapshots Hugging Face's own tools keep: the revision asked for and, unless it was named by
    hand, what their main branch points to."""
    from huggingface_hub.constants import HF_HUB_CACHE
    from huggingface_hub.file_download import repo_folder_name

    kept = Path(HF_HUB_CACHE) / repo_folder_name(repo_id=origin.repository, repo_type="model")
    names = [origin.revision] if origin.by_hand else [origin.revision, catalogue.BRANCH]
    for name in dict.fromkeys(names):
        try:
            commit = (kept / "refs" / name).read_text(encoding="utf-8").strip()
        except OSError:
            commit = name
        if (kept / "snapshots" / commit).is_dir():
            yield kept / "snapshots" / commit


def _missing_of_hub(place: Path) -> str | None:
    if not (place / "config.json").is_file() and not (place / "modules.json").is_file():
        return "config.json is missing"
    return None if weights_in(place) else "its weights are missing"
