"""How a model runs on this machine: device, precision, batch size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.config import ModelsConfig

Precision = Literal["fp32", "bf16", "int8"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """``device`` is a torch device name ("cpu", "cuda", "cuda:1"); ``batch_size`` None lets the
    adapter take what suits its model on that device."""

    device: str
    precision: Precision
    batch_size: int | None = None


def choose(models: ModelsConfig) -> Runtime:
    """Resolve "auto". Raises ConfigError for a device this machine lacks."""
    raise NotImplementedError
