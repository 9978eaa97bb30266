"""Tiny face packs with random weights, in the layout of insightface's: an SCRFD that takes what is
bright for faces, and a recogniser of the colours of the aligned face."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import helper

from tests.support.checkpoints.onnx_files import save_onnx

STRIDES = (8, 16, 32)
ANCHORS = 2

POINTS = np.array([(-0.3, -0.3), (0.3, -0.3), (0.0, 0.05), (-0.25, 0.35), (0.25, 0.35)])
"""Eyes, nose and corners of the mouth around the middle of a face of size 1."""

HALF = 1.4
"""Half a face in strides."""


def pack(folder: Path) -> None:
    """A detector and a recogniser that takes any number of faces, 24-d."""
    scrfd(folder / "det_tiny.onnx")
    arcface(folder / "rec_tiny.onnx")


def scrfd(path: Path, *, side: int | str = "?") -> Path:
    """Scores, distances to the four edges and five points for each of two anchors a cell, at
    three strides; nine outputs, all scores first."""
    rng = np.random.default_rng(1)
    nodes, weights, outputs = [], {}, {"score": {}, "box": {}, "points": {}}
    for stride in STRIDES:
        mean = f"mean{stride}"
        nodes.append(
            helper.make_node(
                "AveragePool",
                ["input.1"],
                [mean],
                kernel_shape=[stride, stride],
                strides=[stride, stride],
            )
        )
        points = np.tile((2 * HALF * POINTS).ravel(), ANCHORS)
        for name, width, tint, bias in (
            ("score", 1, np.full((ANCHORS, 3), 2.0), np.array([-3.0, -3.5])),
            ("box", 4, rng.normal(0, 0.05, (ANCHORS * 4, 3)), np.full(ANCHORS * 4, HALF)),
            ("points", 10, rng.normal(0, 0.02, (ANCHORS * 10, 3)), points),
        ):
            key = f"{name}{stride}"
            weights[f"w{key}"] = tint[:, :, None, None].astype(np.float32)
            weights[f"b{key}"] = bias.astype(np.float32)
            weights[f"shape{width}"] = np.array([-1, width])
            nodes += [
                helper.make_node("Conv", [mean, f"w{key}", f"b{key}"], [f"map{key}"]),
                helper.make_node("Transpose", [f"map{key}"], [f"last{key}"], perm=[0, 2, 3, 1]),
                helper.make_node("Reshape", [f"last{key}", f"shape{width}"], [f"rows{key}"]),
                helper.make_node(
                    "Sigmoid" if name == "score" else "Identity", [f"rows{key}"], [key]
                ),
            ]
            outputs[name][key] = [f"n{stride}", width]
    return save_onnx(
        path,
        nodes,
        inputs={"input.1": [1, 3, side, side]},
        outputs={**outputs["score"], **outputs["box"], **outputs["points"]},
        weights=weights,
    )


def arcface(path: Path, *, dim: int = 24, batch: int | str = "batch", side: int = 112) -> Path:
    """7 x 7 mean colours to a vector that is not normalised."""
    rng = np.random.default_rng(2)
    cell = side // 7
    nodes = [
        helper.make_node(
            "AveragePool", ["input"], ["mean"], kernel_shape=[cell, cell], strides=[cell, cell]
        ),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("Gemm", ["flat", "w", "b"], ["embedding"]),
    ]
    return save_onnx(
        path,
        nodes,
        inputs={"input": [batch, 3, side, side]},
        outputs={"embedding": [batch, dim]},
        weights={
            "w": rng.normal(0, 1, (3 * 49, dim)).astype(np.float32),
            "b": rng.normal(0, 0.2, dim).astype(np.float32),
        },
    )
