"""Tiny randomly initialised checkpoints, made from the real config classes and saved to disk, so
that adapters load them the way they load real weights."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from core.config import Config, ModelsConfig
from pipeline.adapters import ADAPTERS, Wanted

BUILDERS: dict[tuple[str, str], str] = {
    ("text_encoder", "kpf-sbert"): "text:sentence_transformer",
    ("person_detector", "yolox"): "detectors:yolox",
    ("person_detector", "d-fine"): "detectors:d_fine",
    ("person_detector", "rt-detr"): "detectors:rt_detr",
    ("captioner", "blip"): "captioners:blip",
    ("captioner", "blip2"): "captioners:blip2_opt",
    ("captioner", "eilev"): "captioners:blip2_opt",
    ("captioner", "image-text-to-text"): "captioners:image_text_to_text",
    ("face_analyzer", "insightface"): "faces:pack",
    ("image_text_matcher", "blip-itm"): "matchers:blip_itm",
    ("video_encoder", "clip4clip"): "video:clip4clip",
}
"""(port, adapter) -> module of this package : function(folder) that writes the checkpoint and may
return the path to load (default: the folder)."""


def load_adapter(
    port: str, adapter: str, folder: Path, models: ModelsConfig | None = None
) -> Any:  # what the port says
    """The adapter, loaded through the registry's own loader; on a tiny checkpoint written into
    ``folder`` where it needs weights."""
    weights = ""
    if (port, adapter) in BUILDERS:
        module, function = BUILDERS[port, adapter].split(":")
        builders = importlib.import_module(f"tests.support.checkpoints.{module}")
        weights = str(getattr(builders, function)(folder) or folder)
    models = models or ModelsConfig(device="cpu", precision="fp32")
    config = Config(data_dir=folder, models=models)
    return ADAPTERS[port][adapter](Wanted(adapter=adapter, weights=weights, config=config))
