"""People and things found by detection transformers: D-FINE (Peng et al. 2024), RT-DETR and
RT-DETRv2 (Zhao et al. 2023, Lv et al. 2024), and others transformers knows as object detectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from transformers import AutoImageProcessor, AutoModelForObjectDetection

from core.errors import ModelError
from core.objects import known_label
from pipeline.frames import Frame
from pipeline.models.batching import run_batched
from pipeline.models.checkpoint import load_model, load_part, reading, way_out
from pipeline.models.detector_post import LEAST_PERSON, PERSON, sightings
from pipeline.models.failing import working
from pipeline.models.runtime import Runtime, dtype, inference
from pipeline.ports import Sighting
from pipeline.weights import Located

if TYPE_CHECKING:
    from pipeline.ports import Image

SAME_THING = 0.7
"""Intersection over union. These models give one box a thing above their usual threshold of 0.5;
the doubles among the unsure ones that tracks live on nearly coincide, while people in a crowd do
not."""

AT_ONCE = {"cpu": 2, "cuda": 16}

UNNAMED = "N/A"
"""The label of numbers COCO never gave to anything."""


class DetectionTransformer:
    """PersonDetector; thread-safe."""

    needs_samples = False
    judges_motion = False

    def __init__(self, located: Located, runtime: Runtime) -> None:
        """Raises ModelError for files that are damaged, of another kind or without the detection
        heads, and for a model that knows no people."""
        if runtime.precision == "int8":
            # It is for Linear layers. These networks are convolutions for the most part: nothing
            # was gained, and scores moved.
            runtime = replace(runtime, precision="fp32")
        self.name = located.name
        self.revision = located.revision
        self._model: Any = load_model(AutoModelForObjectDetection, located, runtime)
        self._processor: Any = load_part(AutoImageProcessor, located, backend="pil")
        names = self._model.config.id2label
        self._labels = tuple(
            "" if names[number] == UNNAMED else known_label(names[number])
            for number in range(len(names))
        )
        if PERSON not in self._labels:
            raise ModelError(
                f"{located.name} has no label for people among its {len(names)}; "
                f"{way_out(located)}."
            )
        self._device, self._dtype = runtime.device, dtype(runtime)
        self._at_once = runtime.batch_size or AT_ONCE[runtime.device.partition(":")[0]]
        with reading(located):
            self.frame_width: int = self._prepared([np.zeros((8, 8, 3), np.uint8)]).shape[-1]

    def watch(self, samples: Iterable[Frame]) -> DetectionTransformer:
        """Every viewpoint is looked at alike; the samples are not needed."""
        del samples
        return self

    def look(self, frames: Sequence[Frame]) -> list[tuple[Sighting, ...]]:
        """People and things of each frame, best first. Raises ModelError where the model fails."""
        images = [frame.image for frame in frames]
        with working(self.name, "looking for people"):
            return run_batched(images, self._at_once, self._sighted)

    def _sighted(self, images: Sequence[Image]) -> list[tuple[Sighting, ...]]:
        with inference():
            found = self._model(pixel_values=self._prepared(images))
            found.logits, found.pred_boxes = found.logits.float(), found.pred_boxes.float()
            read = self._processor.post_process_object_detection(found, threshold=LEAST_PERSON)
        return [
            sightings(
                one["boxes"].cpu().numpy(),
                one["scores"].cpu().numpy(),
                one["labels"].cpu().numpy(),
                labels=self._labels,
                same_thing=SAME_THING,
            )
            for one in read
        ]

    def _prepared(self, images: Sequence[Image]) -> Any:
        """(n, 3, height, width) of the model's dtype, on its device."""
        rgb = [np.ascontiguousarray(image[..., ::-1]) for image in images]
        pixels = self._processor(
            images=rgb, input_data_format="channels_last", return_tensors="pt"
        )["pixel_values"]
        return pixels.to(self._device, self._dtype)
