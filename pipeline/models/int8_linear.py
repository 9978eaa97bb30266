"""Linear layers in eight bits on the CPU: weights quantised once, inputs at every call.

Weights are int8 with one scale per output, inputs uint8 with one scale per call (dynamic
quantisation), products are summed in int32 by oneDNN and leave as float32. torch's own
``quantize_dynamic`` and its quantised tensors announce their removal; the operators used here take
plain integer tensors. Measurements and the alternatives: docs/adr/0016-precision.md.
"""

from __future__ import annotations

import torch
from torch import nn

LEAST_WIDTH = 16
"""Narrower layers gain nothing and lose the most."""


class Int8Linear(nn.Module):
    """What ``linear`` computes, at a cosine of about .9998 to it. float32 (..., in) to (..., out).

    ``weight`` has shape and dtype of the weights but no values: some models ask for its dtype.
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.in_features, self.out_features = linear.in_features, linear.out_features
        exact = linear.weight.detach().float()
        scales = (exact.abs().amax(dim=1) / 127).clamp_min(1e-12)
        weights = (exact / scales[:, None]).round().to(torch.int8)
        self._packed = torch.ops.onednn.qlinear_prepack(weights, None)
        self._scales = scales
        self._zero_points = torch.zeros(self.out_features, dtype=torch.int32)
        self._bias = None if linear.bias is None else linear.bias.detach().float()
        self._levels = _levels()
        self.weight = torch.empty_like(weights, device="meta")
        self.bias = self._bias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows = x.reshape(-1, self.in_features)
        if not len(rows):
            return x.new_zeros((*x.shape[:-1], self.out_features))
        low, high = torch.aminmax(rows)
        least, most = min(low.item(), 0.0), max(high.item(), 0.0)
        scale = max(most - least, 1e-12) / self._levels
        zero = round(-least / scale)
        # Adding a half and cutting off rounds: the values are never negative.
        levels = torch.mul(rows, 1 / scale).add_(zero + 0.5).to(torch.uint8)
        y = torch.ops.onednn.qlinear_pointwise(
            levels, scale, zero, self._packed, self._scales, self._zero_points, self._bias,
            1.0, 0, torch.float32, "none", [], "",
        )  # fmt: skip
        return y.reshape(*x.shape[:-1], self.out_features)


def quantise(model: nn.Module) -> None:
    """Replace every plain Linear of ``model`` by its Int8Linear, in place."""
    done: dict[int, Int8Linear] = {}
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            # Subclasses carry a meaning of their own (the projection inside MultiheadAttention is
            # read, not called), so only the class itself is replaced.
            if type(child) is nn.Linear and min(child.weight.shape) >= LEAST_WIDTH:
                if id(child) not in done:
                    done[id(child)] = Int8Linear(child)
                setattr(module, name, done[id(child)])


def _levels() -> int:
    """Steps an input is divided into. Without VNNI the products of two eight-bit numbers overflow
    the 16 bits they are added in (cosine .990), so one bit less is used (.9998)."""
    able = torch.cpu.get_capabilities()
    return 255 if able.get("avx512_vnni") or able.get("avx_vnni") else 127
