"""Opening an ONNX file: what it takes and gives is checked before anything runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import onnxruntime
from google.protobuf.message import DecodeError
from onnxruntime.capi import onnxruntime_pybind11_state as states

from core.errors import ModelError
from pipeline.models.runtime import Runtime

Shape = tuple[int | None, ...]
"""Sizes; None where the model takes any."""

ONNX_ERRORS = (
    states.EPFail,
    states.Fail,
    states.InvalidArgument,
    states.InvalidGraph,
    states.InvalidProtobuf,
    states.NoModel,
    states.NoSuchFile,
    states.NotImplemented,
    states.RuntimeException,
)
"""What ONNX Runtime raises for a file it cannot load or run; they have no base of their own."""

_QUIET = 3
"""Log severity "error": the runtime warns about every unused initializer of a network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Inputs and outputs of a network, in order: name -> shape."""

    inputs: Mapping[str, Shape]
    outputs: Mapping[str, Shape]


def signature_of(path: Path, *, model: str, port: str) -> Signature:
    """Read without building the network. Raises ModelError for a file that is no ONNX network."""
    try:
        graph = onnx.load_model(str(path), load_external_data=False).graph
    except (DecodeError, OSError) as error:
        raise unreadable(path, model=model, port=port) from error
    weights = {initializer.name for initializer in graph.initializer}
    signature = Signature(
        inputs={one.name: _shape(one) for one in graph.input if one.name not in weights},
        outputs={one.name: _shape(one) for one in graph.output},
    )
    if not signature.inputs or not signature.outputs:
        raise unreadable(path, model=model, port=port)
    return signature


def open_session(
    path: Path, runtime: Runtime, *, model: str, port: str
) -> onnxruntime.InferenceSession:
    """A session that may be run by several threads at once. Raises ModelError for a file that
    ONNX Runtime cannot load."""
    try:
        return onnxruntime.InferenceSession(
            str(path), session_options(), providers=providers(runtime.device)
        )
    except ONNX_ERRORS as error:
        raise unreadable(path, model=model, port=port) from error


def session_options() -> onnxruntime.SessionOptions:
    """As the runtime thinks best, but quiet, and with threads that sleep when they wait: spinning,
    they took the cores from the decoder (YOLOX-nano from the file on two busy cores: 1.7 times the
    processor time and 1.8 times the seconds)."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _QUIET
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def providers(device: str) -> list[str | tuple[str, dict[str, Any]]]:
    """Where to run. The usual onnxruntime package knows the processor only: a network of these
    sizes is then run there although torch has a GPU."""
    chosen: list[str | tuple[str, dict[str, Any]]] = ["CPUExecutionProvider"]
    if device.startswith("cuda") and "CUDAExecutionProvider" in (
        onnxruntime.get_available_providers()
    ):
        number = int(device.partition(":")[2] or 0)
        chosen.insert(0, ("CUDAExecutionProvider", {"device_id": number}))
    return chosen


def unreadable(path: Path, *, model: str, port: str) -> ModelError:
    """For a file that is damaged or something else."""
    return ModelError(
        f"The model {model} cannot be loaded: {path.name} is not a whole ONNX network; get it "
        f"again with `python -m pipeline models pull` or name other weights in "
        f"models.overrides.{port}."
    )


def unsuitable(path: Path, *, model: str, port: str, expected: str, found: str) -> ModelError:
    """For a network of another kind. ``expected`` and ``found`` complete "is expected to" and
    "but it"."""
    return ModelError(
        f"The model {model} cannot be used: {path.name} is expected to {expected}, but it {found}; "
        f"name other weights in models.overrides.{port} or get the usual ones with "
        f"`python -m pipeline models pull`."
    )


def written(shapes: Mapping[str, Shape] | Sequence[Shape]) -> str:
    """``1x3x416x416``, ? for any size; several with commas."""
    listed = shapes.values() if isinstance(shapes, Mapping) else shapes
    return ", ".join("x".join("?" if size is None else str(size) for size in one) for one in listed)


def _shape(value: onnx.ValueInfoProto) -> Shape:
    return tuple(
        int(size.dim_value) if size.HasField("dim_value") and size.dim_value > 0 else None
        for size in value.type.tensor_type.shape.dim
    )
