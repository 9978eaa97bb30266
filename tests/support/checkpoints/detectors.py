"""Tiny detectors with random weights: YOLOX as ONNX in the layout of Megvii's export, D-FINE and
RT-DETRv2 from their config classes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from onnx import helper
from transformers import (
    DFineConfig,
    DFineForObjectDetection,
    HGNetV2Config,
    RTDetrResNetConfig,
    RTDetrV2Config,
    RTDetrV2ForObjectDetection,
)
from transformers.models.rt_detr.image_processing_pil_rt_detr import RTDetrImageProcessorPil

from core.objects import LABELS
from tests.support.checkpoints.onnx_files import save_onnx

STRIDES = (8, 16, 32)
SIDE = 64
"""Pixels the tiny transformers look at."""

SMALL = {
    "encoder_hidden_dim": 16,
    "encoder_ffn_dim": 16,
    "encoder_attention_heads": 2,
    "encoder_in_channels": [16, 32, 32],
    "d_model": 16,
    "decoder_in_channels": [16, 16, 16],
    "decoder_ffn_dim": 16,
    "decoder_layers": 2,
    "decoder_attention_heads": 2,
    "num_queries": 20,
    "num_denoising": 0,
    "id2label": dict(enumerate(LABELS)),
    "label2id": {label: number for number, label in enumerate(LABELS)},
}


def yolox(
    folder: Path,
    *,
    height: int = 96,
    width: int = 128,
    batch: int | str = "batch",
    decoded: bool = False,
    classes: int = len(LABELS),
    seed: int = 0,
    sigmoid: bool = True,
) -> Path:
    """A network that averages each cell and maps its colour to the 5 + ``classes`` numbers of a
    YOLOX; raw, or ``decoded`` to pixels inside as Megvii's ``--decode_in_inference`` does."""
    rng = np.random.default_rng(seed)
    nodes, weights, levels = [], {}, []
    for stride in STRIDES:
        matrix = rng.normal(0, 1 / 255, (5 + classes, 3, 1, 1))
        weights[f"w{stride}"] = matrix.astype(np.float32)
        weights[f"b{stride}"] = rng.normal(0, 1, 5 + classes).astype(np.float32)
        nodes += [
            helper.make_node(
                "AveragePool",
                ["images"],
                [f"mean{stride}"],
                kernel_shape=[stride, stride],
                strides=[stride, stride],
            ),
            helper.make_node(
                "Conv", [f"mean{stride}", f"w{stride}", f"b{stride}"], [f"all{stride}"]
            ),
            helper.make_node("Reshape", [f"all{stride}", "flat"], [f"level{stride}"]),
        ]
        levels.append(f"level{stride}")
    weights["flat"] = np.array([0, 5 + classes, -1])
    weights["parts"] = np.array([2, 2, 1 + classes])
    weights.update(_grid(height, width))
    scores = "scores" if sigmoid else "logits"
    nodes += [
        helper.make_node("Concat", levels, ["cells_last"], axis=2),
        helper.make_node("Transpose", ["cells_last"], ["cells"], perm=[0, 2, 1]),
        helper.make_node("Split", ["cells", "parts"], ["xy", "wh", "logits"], axis=2),
        helper.make_node("Sigmoid", ["logits"], ["scores"]),
        helper.make_node("Add", ["xy", "grid"], ["placed"]),
        helper.make_node("Mul", ["placed", "strides"], ["centres"]),
        helper.make_node("Exp", ["wh"], ["grown"]),
        helper.make_node("Mul", ["grown", "strides"], ["sizes"]),
        helper.make_node(
            "Concat",
            ["centres", "sizes", scores] if decoded else ["xy", "wh", scores],
            ["output"],
            axis=2,
        ),
    ]
    cells = len(weights["grid"][0])
    return save_onnx(
        folder / "yolox.onnx",
        nodes,
        inputs={"images": [batch, 3, height, width]},
        outputs={"output": [batch, cells, 5 + classes]},
        weights=weights,
    )


def d_fine(folder: Path) -> None:
    """DFineForObjectDetection on a tiny HGNetV2."""
    backbone = HGNetV2Config(
        embedding_size=8,
        hidden_sizes=[8, 16, 32, 32],
        depths=[1, 1, 1, 1],
        stem_channels=[3, 8, 8],
        stage_in_channels=[8, 8, 16, 32],
        stage_mid_channels=[8, 8, 16, 16],
        stage_out_channels=[8, 16, 32, 32],
        stage_num_blocks=[1, 1, 1, 1],
        stage_numb_of_layers=[1, 1, 1, 1],
        stage_light_block=[False, False, True, True],
        stage_kernel_size=[3, 3, 3, 3],
        stage_downsample=[False, True, True, True],
        out_indices=[2, 3, 4],
    )
    torch.manual_seed(0)
    _save(DFineForObjectDetection(DFineConfig(backbone_config=backbone, **SMALL)), folder)


def rt_detr(folder: Path) -> None:
    """RTDetrV2ForObjectDetection on a tiny ResNet-D."""
    backbone = RTDetrResNetConfig(
        embedding_size=8,
        hidden_sizes=[8, 16, 32, 32],
        depths=[1, 1, 1, 1],
        layer_type="basic",
        out_features=["stage2", "stage3", "stage4"],
    )
    torch.manual_seed(0)
    _save(RTDetrV2ForObjectDetection(RTDetrV2Config(backbone_config=backbone, **SMALL)), folder)


def _save(model: torch.nn.Module, folder: Path) -> None:
    """With classes that reach the scores of real detections; fresh ones all score 0.01."""
    for head in model.class_embed:
        torch.nn.init.normal_(head.weight, std=0.5)
        torch.nn.init.normal_(head.bias, std=1.0)
        head.bias.data[LABELS.index("person")] = 2.0
    model.save_pretrained(folder)
    RTDetrImageProcessorPil(size={"height": SIDE, "width": SIDE}).save_pretrained(folder)


def _grid(height: int, width: int) -> dict[str, np.ndarray]:
    places, strides = [], []
    for stride in STRIDES:
        y, x = np.mgrid[: height // stride, : width // stride]
        places.append(np.stack([x.ravel(), y.ravel()], axis=1))
        strides.append(np.full((x.size, 1), stride))
    return {
        "grid": np.concatenate(places)[None].astype(np.float32),
        "strides": np.concatenate(strides)[None].astype(np.float32),
    }
