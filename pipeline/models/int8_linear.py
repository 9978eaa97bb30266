"""Linear layers in eight bits on the CPU: weights quantised once, inputs at every call.

Weights are int8 with one scale per output, inputs uint8 with one scale and one zero point per row
(a token), products are summed in int32 by oneDNN and leave as float32. A scale per row is finer
than the usual one per call, and a row's result does not depend on what else is in the batch: a
sentence keeps its vector, a picture its caption. torch's own ``quantize_dynamic`` and its quantised
tensors announce their removal; the operators used here take plain integer tensors. Measurements
and the alternatives: docs/adr/0016-precision.md.
"""

from __future__ import annotations

import torch
from torch import nn

LEAST_WIDTH = 16
"""Narrower layers gain nothing and lose the most."""


class Int8Linear(nn.Module):
    """What ``linear`` computes, at a cosine of about .9999 to it. float32 (..., in) to (..., out).

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
        self._no_zero_points = torch.zeros(self.out_features, dtype=torch.int32)
        self._sums = weights.sum(dim=1) * scales
        self._levels = levels()
        none = torch.zeros(self.out_features)
        self._bias = none if linear.bias is None else linear.bias.detach().float()
        self.weight = torch.empty_like(weights, device="meta")
        self.bias = None if linear.bias is None else self._bias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows = x.reshape(-1, self.in_features)
        if not len(rows):
            return x.new_zeros((*x.shape[:-1], self.out_features))
        least = rows.amin(dim=1, keepdim=True).clamp_max_(0)
        most = rows.amax(dim=1, keepdim=True).clamp_min_(0)
        step = (most - least).div_(self._levels).clamp_min_(1e-12)
        zero = least.div_(step).neg_().round_()
        # Adding a half and cutting off rounds: the values are never negative.
        levels = torch.addcdiv(zero + 0.5, rows, step).to(torch.uint8)
        y = torch.ops.onednn.qlinear_pointwise(
            levels, 1.0, 0, self._packed, self._scales, self._no_zero_points, None,
            1.0, 0, torch.float32, "none", [], "",
        )  # fmt: skip
        y.addr_(zero[:, 0], self._sums, alpha=-1)
        return torch.addcmul(self._bias, y, step).reshape(*x.shape[:-1], self.out_features)


def available() -> bool:
    """True where torch was built with oneDNN."""
    return torch.backends.mkldnn.is_available()


def quantise(model: nn.Module) -> None:
    """Replace every plain Linear of ``model`` by its Int8Linear, in place."""
    done: dict[int, Int8Linear] = {}
    for name, layer in list(model.named_modules(remove_duplicate=False)):
        # Subclasses carry a meaning of their own (the projection inside MultiheadAttention is
        # read, not called), so only the class itself is replaced.
        if name and type(layer) is nn.Linear and min(layer.weight.shape) >= LEAST_WIDTH:
            if id(layer) not in done:
                done[id(layer)] = Int8Linear(layer)
            parent, _, attribute = name.rpartition(".")
            setattr(model.get_submodule(parent), attribute, done[id(layer)])


def levels() -> int:
    """Steps an input is divided into. Without VNNI the products of two eight-bit numbers overflow
    the 16 bits they are added in (cosine .990), so one bit less is used (.9998)."""
    able = torch.cpu.get_capabilities()
    return 255 if able.get("avx512_vnni") or able.get("avx_vnni") else 127
