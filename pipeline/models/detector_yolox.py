"""People and things found by YOLOX (Ge et al. 2021) from an ONNX export of Megvii's repository.

A picture is laid into the upper left of the network's input, the rest filled with grey 114, in BGR
and 0..255. Each cell of the grids at strides 8, 16 and 32 gives one box: centre, size, objectness
and a score per class (already sigmoid); the score of a sighting is objectness times class.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from core.objects import LABELS
from pipeline.frames import Frame
from pipeline.models.batching import run_batched
from pipeline.models.detector_post import LEAST_PERSON, sightings
from pipeline.models.failing import working
from pipeline.models.onnx_session import (
    ONNX_ERRORS,
    Signature,
    open_session,
    signature_of,
    unreadable,
    unsuitable,
    written,
)
from pipeline.models.runtime import Runtime
from pipeline.ports import Sighting
from pipeline.weights import Located

if TYPE_CHECKING:
    from pipeline.ports import Image

PORT = "person_detector"
STRIDES = (8, 16, 32)
FILL = 114
COLUMNS = 5 + len(LABELS)
"""Centre, size, objectness, classes."""

SAME_THING = 0.45
"""Intersection over union, as in YOLOX's own demo."""

AT_ONCE = 8

Array = NDArray[np.float32]


class YoloxDetector:
    """PersonDetector; one session that several threads may use."""

    needs_samples = False
    judges_motion = False

    def __init__(self, located: Located, runtime: Runtime) -> None:
        """Raises ModelError for a file that is damaged or is no YOLOX with the 80 COCO labels."""
        self.name = located.name
        self.revision = located.revision
        path = _file(located)
        self._input, self._size, several = _checked(path, located.name)
        height, width = self._size
        self.frame_width: int = width
        self._session = open_session(path, runtime, model=located.name, port=PORT)
        self._at_once = (runtime.batch_size or AT_ONCE) if several else 1
        self._cells = _cells(height, width)
        try:
            self._decoded = self._gives_decoded(path)
        except ONNX_ERRORS as error:
            raise unreadable(path, model=located.name, port=PORT) from error

    def watch(self, samples: Iterable[Frame]) -> YoloxDetector:
        """Every viewpoint is looked at alike; the samples are not needed."""
        del samples
        return self

    def look(self, frames: Sequence[Frame]) -> list[tuple[Sighting, ...]]:
        """People and things of each frame, best first. Raises ModelError where it fails."""
        images = [frame.image for frame in frames]
        with working(self.name, "looking for people"):
            return run_batched(images, self._at_once, self._sighted)

    def _sighted(self, images: Sequence[Image]) -> list[tuple[Sighting, ...]]:
        blob = np.full((len(images), 3, *self._size), FILL, np.float32)
        scales = [_lay(image, plane) for image, plane in zip(images, blob, strict=True)]
        [rows] = self._session.run(None, {self._input: blob})
        return [
            self._read(one, image, scale)
            for one, image, scale in zip(rows, images, scales, strict=True)
        ]

    def _read(self, rows: Array, image: Image, scale: tuple[float, float]) -> tuple[Sighting, ...]:
        """rows (cells, 85) of one picture."""
        promising = np.flatnonzero(rows[:, 4] >= LEAST_PERSON)  # a class score is at most 1
        rows = rows[promising]
        classes = rows[:, 5:].argmax(axis=1)
        scores = rows[:, 4] * rows[np.arange(len(rows)), 5 + classes]
        centres, sizes = rows[:, :2], rows[:, 2:4]
        if not self._decoded:
            left_top, stride = self._cells[promising, :2], self._cells[promising, 2:]
            centres = centres * stride + left_top
            sizes = np.exp(np.minimum(sizes, 20.0)) * stride
        height, width = image.shape[:2]
        full = np.array([width * scale[0], height * scale[1]] * 2, np.float32)
        edges = np.concatenate([centres - sizes / 2, centres + sizes / 2], axis=1) / full
        return sightings(edges, scores, classes, labels=LABELS, same_thing=SAME_THING)

    def _gives_decoded(self, path: Path) -> bool:
        """Whether centres are pixels already. On an empty picture they then spread over all of it,
        while offsets inside a cell stay within a few cells whatever the weights are."""
        blank = np.full((1, 3, *self._size), FILL, np.float32)
        [found] = self._session.run(None, {self._input: blank})
        centres, sizes, shares = found[0, :, :2], found[0, :, 2:4], found[0, :, 4:]
        away = np.abs(centres - (self._cells[:, :2] + self._cells[:, 2:] / 2)) / self._cells[:, 2:]
        decoded = bool(np.median(away) < np.median(np.abs(centres)) / 8 and (sizes > 0).all())
        raw = bool(np.median(np.abs(centres)) < 4 and np.median(np.abs(sizes)) < 8)
        if decoded == raw or shares.min() < 0 or shares.max() > 1:
            raise unsuitable(
                path,
                model=self.name,
                port=PORT,
                expected="give YOLOX boxes, per cell or in pixels, and scores from 0 to 1",
                found="gives other numbers",
            )
        return decoded


def _file(located: Located) -> Path:
    """The weights themselves, or the only ONNX file of their folder."""
    if located.path.is_file():
        return located.path
    files = sorted(located.path.glob("*.onnx"))
    if len(files) != 1:
        raise ModelError(
            f"The model {located.name} cannot be loaded: {located.path} holds "
            f"{len(files) or 'no'} ONNX files, one is expected; run "
            f"`python -m pipeline models pull` or name the file in models.overrides.{PORT}."
        )
    return files[0]


def _checked(path: Path, model: str) -> tuple[str, tuple[int, int], bool]:
    """The input's name, its height and width, and whether it takes several pictures."""
    network = signature_of(path, model=model, port=PORT)
    inputs, outputs = list(network.inputs.items()), list(network.outputs.values())
    name, shape = inputs[0]
    if len(inputs) == 1 and len(outputs) == 1 and len(shape) == 4 and shape[1] == 3:
        batch, _, height, width = shape
        fits = height is not None and width is not None and not height % 32 and not width % 32
        if fits and _gives_boxes(outputs[0], height or 0, width or 0):
            return name, (height or 0, width or 0), batch is None
    raise _other(path, model, network)


def _gives_boxes(shape: Sequence[int | None], height: int, width: int) -> bool:
    cells = sum((height // stride) * (width // stride) for stride in STRIDES)
    return len(shape) == 3 and shape[1] in (None, cells) and shape[2] in (None, COLUMNS)


def _other(path: Path, model: str, network: Signature) -> ModelError:
    return unsuitable(
        path,
        model=model,
        port=PORT,
        expected=f"be a YOLOX for {len(LABELS)} labels (1x3x416x416 in, 1x3549x{COLUMNS} out)",
        found=f"takes {written(network.inputs)} and gives {written(network.outputs)}",
    )


def _cells(height: int, width: int) -> Array:
    """(cells, 3): left and top of each cell in pixels, and its stride; in the network's order."""
    found = []
    for stride in STRIDES:
        rows, columns = np.mgrid[: height // stride, : width // stride]
        places = np.stack([columns.ravel(), rows.ravel(), np.ones(rows.size)], axis=1)
        found.append(places * stride)
    return np.concatenate(found).astype(np.float32)


def _lay(image: Image, plane: Array) -> tuple[float, float]:
    """Put the picture into the upper left of ``plane`` (3, height, width); how much smaller it
    became in width and height."""
    height, width = image.shape[:2]
    ratio = min(plane.shape[1] / height, plane.shape[2] / width)
    columns, rows = max(1, int(width * ratio)), max(1, int(height * ratio))
    fitted = image
    if (rows, columns) != (height, width):
        # As published; beyond a half it would leave pixels out (a person of 0.7 was lost in 8K).
        how = cv2.INTER_AREA if ratio < 0.5 else cv2.INTER_LINEAR
        fitted = np.asarray(cv2.resize(image, (columns, rows), interpolation=how))
    for channel, into in enumerate(plane):
        into[:rows, :columns] = fitted[..., channel]
    return columns / width, rows / height
