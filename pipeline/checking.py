"""Whether weights on disk are the right ones, and whether the model they make answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.config import Config
from core.errors import ClipOpsError
from pipeline.adapters import ADAPTERS, Wanted
from pipeline.catalogue import Model, Pack, Package, PlainFile
from pipeline.fingerprints import Progress, files_read, git_sha1_of, no_progress, sha256_of
from pipeline.weights import COMMAND, read_manifest

SENTENCE = "A person in a red jacket walks in from the left."


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """How many files have the hash they should, how many nobody published one for, and the
    sentence about the first that differs."""

    right: int
    unknown: int
    problem: str | None


def check_files(model: Model, path: Path, progress: Progress = no_progress) -> Files:
    """Compare every file of a model with its hash: the pull's, the published one, or the name
    Hugging Face's tools store it under."""
    place = path.parent if path.is_file() and read_manifest(path.parent) else path
    expected = _expected(model, place)
    files = list(files_read(place))
    right = unknown = 0
    for number, file in enumerate(files):
        name = file.relative_to(place).as_posix() if place.is_dir() else file.name
        wanted = expected.get(name) or _stored_as(file)
        if wanted is None:
            unknown += 1
        elif _hash(file, wanted) == wanted:
            right += 1
        else:
            return Files(right=right, unknown=unknown, problem=_other(model, file))
        progress((number + 1) / len(files))
    return Files(right=right, unknown=unknown, problem=None)


def check_answer(port: str, adapter: str, weights: str, config: Config) -> str | None:
    """Load a model through the registry's own loader and ask it one small thing; the sentence
    about what went wrong, None when it answers as it should."""
    try:
        model = ADAPTERS[port][adapter](Wanted(adapter=adapter, weights=weights, config=config))
        if model is None:
            return None
        fits = PROBES[port](model)
    except ClipOpsError as error:
        return str(error)
    except (OSError, ValueError, TypeError, RuntimeError, KeyError, AttributeError) as error:
        # Weights of another kind break a library in many ways; the person needs the model's name.
        return (
            f"{port}: {adapter} cannot be loaded or asked ({type(error).__name__}: "
            f"{_one_line(error)}); get its weights anew with `{COMMAND} --again`, or choose others "
            f"in models.overrides.{port}."
        )
    return None if fits else f"{port}: {adapter} gives an answer of the wrong shape."


def _expected(model: Model, place: Path) -> Mapping[str, str]:
    manifest = read_manifest(place)
    if manifest is not None:
        return {name: sha256 for name, (_, sha256) in manifest.files.items()}
    match model.origin:
        case PlainFile(file=file, sha256=sha256):
            return {file: sha256} if sha256 else {}
        case Pack(members=members):
            return {name: sha256 for name, sha256 in members.items() if sha256}
        case Package():
            from pipeline.models.text_minilm import WEIGHTS_SHA256

            return {"model.safetensors": WEIGHTS_SHA256}
        case _:
            return {}


def _stored_as(file: Path) -> str | None:
    """In the store of Hugging Face's tools a file is a link to its content, which has its hash as
    a name: sha256 for large ones, git's for small ones."""
    name = file.resolve().name if file.is_symlink() else ""
    return name if len(name) in (40, 64) and not set(name) - set("0123456789abcdef") else None


def _hash(file: Path, wanted: str) -> str:
    return sha256_of(file) if len(wanted) == 64 else git_sha1_of(file)


def _other(model: Model, file: Path) -> str:
    return (
        f"{model.name}: {file} is not the file it should be (its hash differs); get it anew with "
        f"`{COMMAND} --again {model.name}`."
    )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _picture() -> Any:
    """uint8 (96, 128, 3): a grey picture with a darker middle; nobody's face."""
    import numpy as np

    picture = np.full((96, 128, 3), 160, np.uint8)
    picture[24:72, 48:80] = 60
    return picture


def _encodes(encoder: Any) -> bool:
    return _finite(encoder.encode([SENTENCE]), (1, encoder.dim))


def _detects(detector: Any) -> bool:
    from pipeline.frames import Frame

    frames = [Frame(at_ms=0, image=_picture()), Frame(at_ms=250, image=_picture())]
    return len(detector.watch(frames).look(frames)) == len(frames)


def _captions(captioner: Any) -> bool:
    said = captioner.caption([[_picture()]])
    return len(said) == 1 and isinstance(said[0], str)


def _analyzes(analyzer: Any) -> bool:
    return len(analyzer.analyze([_picture()])) == 1


def _matches(matcher: Any) -> bool:
    return _finite(matcher.match([_picture()], [SENTENCE]), (1, 1))


def _encodes_clips(encoder: Any) -> bool:
    clips = encoder.encode_clips([[_picture()]])
    texts = encoder.encode_texts([SENTENCE])
    return _finite(clips, (1, encoder.dim)) and _finite(texts, (1, encoder.dim))


def _reads(reader: Any) -> bool:
    from pipeline.frames import Frame

    return list(reader.read(Frame(at_ms=0, image=_picture()), [])) == []


def _writes(writer: Any) -> bool:
    return len(writer.korean([SENTENCE])) == 1


def _finite(values: Any, shape: tuple[int, ...]) -> bool:
    import numpy as np

    return tuple(values.shape) == shape and bool(np.isfinite(values).all())


PROBES: Mapping[str, Callable[[Any], bool]] = {
    "text_encoder": _encodes,
    "person_detector": _detects,
    "clothing_reader": _reads,
    "captioner": _captions,
    "face_analyzer": _analyzes,
    "image_text_matcher": _matches,
    "video_encoder": _encodes_clips,
    "writer": _writes,
}
"""One small question per port, and whether the answer has the shape the port promises."""
