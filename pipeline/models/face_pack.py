"""A folder of ONNX files as insightface opens it: looked through first, so that what is wrong with
it is said in one sentence and insightface never reaches for the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from pipeline.models.onnx_session import (
    ONNX_ERRORS,
    Signature,
    providers,
    session_options,
    signature_of,
    unsuitable,
    written,
)
from pipeline.models.runtime import Runtime
from pipeline.weights import Located

PORT = "face_analyzer"

Kind = Literal["detection", "recognition", "other", "unknown"]

WITH_LANDMARKS = (9, 15)
"""Outputs of an SCRFD that also gives eyes, nose and mouth: scores, boxes and five points at three
or five strides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """insightface's detector and recogniser. ``any_size``: the detector takes pictures of any size.
    ``crop_px`` is the side of the aligned faces the recogniser wants, ``takes_several`` whether
    more than one at a time."""

    detector: Any  # insightface.model_zoo.scrfd.SCRFD
    recogniser: Any  # insightface.model_zoo.arcface_onnx.ArcFaceONNX
    any_size: bool
    dim: int
    crop_px: int
    takes_several: bool


def open_pack(located: Located, runtime: Runtime) -> Pack:
    """Raises ModelError with one sentence that names the pack and the file."""
    folder, model = located.path, located.name
    files = sorted(folder.glob("*.onnx")) if folder.is_dir() else []
    if not files:
        raise ModelError(
            f"The face pack {model} is not there: {folder} is no folder of ONNX files; run "
            f"`python -m pipeline models pull` or name a folder in models.overrides.{PORT}."
        )
    networks = {file: signature_of(file, model=model, port=PORT) for file in files}
    _refuse_unknown(networks, model)
    _check_detector(_only("detection", networks, model), networks, model)
    crop_px = _crop_px(_only("recognition", networks, model), networks, model)
    try:
        analysis = _opened(folder, runtime)
        detector, recogniser = analysis.models["detection"], analysis.models["recognition"]
        detector.detect(np.zeros((64, 64, 3), np.uint8), input_size=(64, 64), det_thresh=1.0)
        dim = int(_tried(recogniser, 1, crop_px).shape[1])
    except (*ONNX_ERRORS, ValueError, IndexError) as error:
        raise ModelError(
            f"The face pack {model} cannot be used: its networks in {folder} do not run; get it "
            f"again with `python -m pipeline models pull` or name another folder in "
            f"models.overrides.{PORT}."
        ) from error
    return Pack(
        detector=detector,
        recogniser=recogniser,
        any_size=detector.static_input_size is None,
        dim=dim,
        crop_px=crop_px,
        takes_several=_takes_several(recogniser, crop_px),
    )


def _opened(folder: Path, runtime: Runtime) -> Any:
    # Importing it costs a second and a half.
    from insightface.app import FaceAnalysis

    return FaceAnalysis(
        name=str(folder),
        allowed_modules=["detection", "recognition"],
        providers=providers(runtime.device),
        sess_options=session_options(),
        # One session for pictures of all sizes: one per size would each keep its memory.
        static_shape_sessions=False,
    )


def _tried(recogniser: Any, faces: int, crop_px: int) -> NDArray[np.float32]:
    blank = [np.zeros((crop_px, crop_px, 3), np.uint8)] * faces
    return np.asarray(recogniser.get_feat(blank), np.float32)


def _takes_several(recogniser: Any, crop_px: int) -> bool:
    """Tried, because packs are about that declared for one face and take more."""
    if isinstance(recogniser.input_shape[0], int):
        return False
    try:
        return _tried(recogniser, 2, crop_px).shape[0] == 2
    except ONNX_ERRORS:
        return False


def _kind(network: Signature) -> Kind:
    """What insightface takes a file for (ModelRouter in insightface/model_zoo/model_zoo.py)."""
    shape = next(iter(network.inputs.values()))
    if len(network.outputs) >= 5:
        return "detection"
    if len(shape) != 4 or shape[2] is None or shape[3] is None:
        return "unknown"
    height, width = shape[2], shape[3]
    if (height, width) in ((192, 192), (96, 96)) or len(network.inputs) > 1:
        return "other"
    if height == width and height >= 112 and height % 16 == 0:
        return "recognition"
    return "other"


def _refuse_unknown(networks: Mapping[Path, Signature], model: str) -> None:
    for file, network in networks.items():
        if _kind(network) == "unknown":
            raise ModelError(
                f"The face pack {model} cannot be used: insightface does not know what "
                f"{file.name} is (it takes {written(network.inputs)}); take it out of the folder."
            )


def _only(kind: Kind, networks: Mapping[Path, Signature], model: str) -> Path:
    """The one file of a kind."""
    one, several = _MEANT[kind]
    files = [file for file, network in networks.items() if _kind(network) == kind]
    if len(files) > 1:
        raise ModelError(
            f"The face pack {model} cannot be used: {_names(files)} are both {several}; "
            "leave one of them in the folder."
        )
    if not files:
        raise ModelError(
            f"The face pack {model} cannot be used: there is no {one} among {_names(networks)}; "
            f"run `python -m pipeline models pull` or name another folder in "
            f"models.overrides.{PORT}."
        )
    return files[0]


def _check_detector(file: Path, networks: Mapping[Path, Signature], model: str) -> None:
    outputs = networks[file].outputs
    widths = [shape[-1] for shape in outputs.values() if shape]
    strides = len(outputs) // 3
    expected = [1] * strides + [4] * strides + [10] * strides
    if len(outputs) not in WITH_LANDMARKS or any(
        width not in (None, wanted) for width, wanted in zip(widths, expected, strict=True)
    ):
        raise unsuitable(
            file,
            model=model,
            port=PORT,
            expected="be an SCRFD face detector with landmarks (9 or 15 outputs: scores, boxes, "
            "points)",
            found=f"gives {len(outputs)} outputs ({written(outputs)})",
        )


def _crop_px(file: Path, networks: Mapping[Path, Signature], model: str) -> int:
    """The side of the faces it takes."""
    [shape] = networks[file].inputs.values()
    outputs = networks[file].outputs
    side = shape[2] or 0
    vectors = [one for one in outputs.values() if len(one) == 2 and (one[1] is None or one[1] > 1)]
    if (side % 112 and side % 128) or shape[1] != 3 or len(outputs) != 1 or not vectors:
        raise unsuitable(
            file,
            model=model,
            port=PORT,
            expected="be an ArcFace recogniser (1x3x112x112 in, one vector out)",
            found=f"takes {written([shape])} and gives {written(outputs)}",
        )
    return side


def _names(files: Iterable[Path]) -> str:
    return " and ".join(file.name for file in files)


_MEANT: Mapping[str, tuple[str, str]] = {
    "detection": ("face detector", "face detectors"),
    "recognition": ("face recogniser", "face recognisers"),
}
