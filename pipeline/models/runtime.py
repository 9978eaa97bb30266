"""How a model runs on this machine: device, precision, batch size.

``choose`` resolves the configuration, ``prepare`` puts a torch model into that state and
``inference`` is the context to call it in. What each precision is worth on a CPU depends on its
instructions (bf16 is native on one and seven times slower than fp32 on the next), so "auto"
measures instead of guessing (docs/adr/0016-precision.md).
"""

from __future__ import annotations

import threading
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

import structlog

from core.config import ModelsConfig
from core.errors import ConfigError

if TYPE_CHECKING:
    import torch

    Model = TypeVar("Model", bound=torch.nn.Module)

Precision = Literal["fp32", "bf16", "int8"]

WORTH_IT = 1.15
"""A lower precision is taken when it is this many times faster: it costs some exactness."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """``device`` is a torch device name ("cpu", "cuda", "cuda:1"); ``batch_size`` None lets the
    adapter take what suits its model on that device."""

    device: str
    precision: Precision
    batch_size: int | None = None


def choose(models: ModelsConfig) -> Runtime:
    """Resolve "auto". Raises ConfigError for a device this machine lacks, or for a precision the
    device cannot do."""
    device = _device(models.device)
    return Runtime(
        device=device,
        precision=_precision(models.precision, device),
        batch_size=models.batch_size,
    )


def dtype(runtime: Runtime) -> torch.dtype:
    """What the tensors of a model prepared for ``runtime`` are made of; int8 models take and give
    float32."""
    return _dtype(runtime.precision)


def prepare(model: Model, runtime: Runtime) -> Model:
    """``model`` on the device, in the precision and in evaluation mode; changed in place.

    int8 replaces the Linear layers (pipeline.models.int8_linear); everything else stays float32.
    """
    model.eval().requires_grad_(False)
    if runtime.precision == "int8":
        from pipeline.models.int8_linear import quantise

        quantise(model.float())
    else:
        _cast(model, dtype(runtime))
    return model.to(runtime.device)


def inference() -> AbstractContextManager[object]:
    """The context every model is called in: no gradients, no bookkeeping for them."""
    import torch

    return torch.inference_mode()


def _device(wanted: str) -> str:
    import torch

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if wanted == "auto":
        return "cuda" if count else "cpu"
    if wanted == "cpu":
        return wanted
    if not count:
        raise ConfigError(
            f"models.device: {wanted} asks for a graphics card, and torch finds none on this "
            "machine; set models.device to cpu or auto."
        )
    index = int(wanted.partition(":")[2] or 0)
    if index >= count:
        raise ConfigError(
            f"models.device: there is no {wanted}; the last card of this machine is "
            f"cuda:{count - 1}."
        )
    return wanted


def _precision(wanted: str, device: str) -> Precision:
    if device == "cpu":
        if wanted == "int8" and "int8" not in _possible():
            raise ConfigError(
                "models.precision: int8 needs a torch built with oneDNN, and this one is not; set "
                "models.precision to auto."
            )
        return _fastest_on_cpu() if wanted == "auto" else _named(wanted)
    if wanted == "int8":
        raise ConfigError(
            "models.precision: int8 runs on the CPU only; set models.precision to bf16 or auto "
            f"for {device}, or models.device to cpu."
        )
    import torch

    if wanted == "auto":
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        return "bf16" if native else "fp32"
    return _named(wanted)


def _named(wanted: str) -> Precision:
    for precision in _PRECISIONS:
        if precision == wanted:
            return precision
    raise ConfigError(f"models.precision: {wanted!r} is not one of auto, {', '.join(_PRECISIONS)}.")


_PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16", "int8")
_measured: list[Precision] = []
_measuring = threading.Lock()


def _fastest_on_cpu() -> Precision:
    """Measured once per process, in about a quarter of a second."""
    with _measuring:
        if not _measured:
            took_ms = matmul_ms()
            fastest = min(took_ms, key=lambda precision: took_ms[precision])
            gain = took_ms["fp32"] / took_ms[fastest]
            _measured.append(fastest if gain >= WORTH_IT else "fp32")
            log.debug(
                "precision_measured",
                device="cpu",
                chosen=_measured[0],
                **{f"{name}_ms": round(value, 2) for name, value in took_ms.items()},
            )
        return _measured[0]


def matmul_ms(*, tokens: int = 64, width: int = 768, rounds: int = 5) -> dict[Precision, float]:
    """Milliseconds of the widest matrix of a BERT-base or ViT-B layer (``width`` to four times
    ``width``) at ``tokens`` rows per precision this machine can do: the least of ``rounds`` runs,
    of fewer where the first was twice as slow as another precision's.

    On one thread and in turns: several that wait for each other, or for a busy machine, once made
    the fastest look three times slower than the next.
    """
    import torch

    layers = {precision: _layer(precision, width) for precision in _possible()}
    rows = {p: torch.randn(tokens, width, dtype=_dtype(p)) for p in layers}
    took: dict[Precision, float] = dict.fromkeys(layers, float("inf"))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with inference():
            for number in range(rounds + 1):
                for precision in layers:
                    if took[precision] > 2 * min(took.values()) and number > 1:
                        continue
                    start = time.perf_counter()
                    layers[precision](rows[precision])
                    if number:  # the first call packs weights
                        ms = (time.perf_counter() - start) * 1_000
                        took[precision] = min(took[precision], ms)
    finally:
        torch.set_num_threads(threads)
    return took


def _layer(precision: Precision, width: int) -> torch.nn.Module:
    import torch

    linear = torch.nn.Sequential(torch.nn.Linear(width, 4 * width))
    return prepare(linear, Runtime(device="cpu", precision=precision))


def _possible() -> tuple[Precision, ...]:
    from pipeline.models.int8_linear import available

    return _PRECISIONS if available() else _PRECISIONS[:2]


def _dtype(precision: Precision) -> torch.dtype:
    import torch

    return torch.bfloat16 if precision == "bf16" else torch.float32


def _cast(model: torch.nn.Module, wanted: torch.dtype) -> None:
    """To ``wanted``, but for the modules a transformers model marks as exact only in float32."""
    import torch

    exact = tuple(getattr(model, "_keep_in_fp32_modules_strict", None) or ())
    if not exact or wanted == torch.float32:
        model.to(wanted)
        return
    for name, module in model.named_modules():
        kept = any(part in name.split(".") for part in exact)
        for tensor in (*module.parameters(recurse=False), *module.buffers(recurse=False)):
            if tensor.is_floating_point():
                tensor.data = tensor.data.to(torch.float32 if kept else wanted)
