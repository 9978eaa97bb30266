"""What can be said of a stretch of video without recognising anything: how much moves and where,
how bright it is, its main colours."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from core.vocabulary import COLOURS
from pipeline.facts import Scene
from pipeline.frames import Frame
from pipeline.models.colours import colour_shares

GRID = (64, 36)
"""Columns and rows of the small pictures that are compared."""

MOVED = 14
"""Grey levels (of 255) a cell must change by; noise after the averaging stays under 5."""

STEADY_SHARE = 0.6
"""A camera at rest keeps at least this share of the cells unchanged from frame to frame."""


class SceneMeter:
    """Collects one stretch, frame by frame."""

    def __init__(self) -> None:
        self._last: NDArray[np.int16] | None = None
        self._moved: list[NDArray[np.bool_]] = []
        self._light: list[float] = []
        self._colours: list[NDArray[np.float64]] = []

    def add(self, frame: Frame) -> None:
        small = cv2.resize(frame.image, GRID, interpolation=cv2.INTER_AREA)
        grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.int16)
        if self._last is not None:
            # A change of the whole light is not movement.
            change = grey - self._last
            self._moved.append(np.abs(change - np.median(change)) > MOVED)
        self._last = grey
        self._light.append(float(grey.mean()) / 255)
        self._colours.append(colour_shares(small.reshape(-1, 3)))

    @property
    def steady(self) -> bool:
        """True when the camera seems to be at rest."""
        return all(1 - moved.mean() >= STEADY_SHARE for moved in self._moved)

    def scene(self) -> Scene:
        """The measurements; a stretch without frames has no colours and no movement."""
        if not self._light:
            return Scene()
        shares = np.mean(self._colours, axis=0)
        order = np.argsort(-shares, kind="stable")
        main = tuple(COLOURS[index] for index in order[:2] if shares[index] >= 0.2)
        return Scene(
            movement=float(np.mean([m.mean() for m in self._moved])) if self._moved else 0.0,
            movement_at=self._centre(),
            light=float(np.mean(self._light)),
            colours=main,
        )

    def _centre(self) -> tuple[float, float] | None:
        """Where things move on average, as fractions of width and height; None when nothing
        moves or when it moves everywhere."""
        if not self._moved:
            return None
        total = np.sum(self._moved, axis=0).astype(float)
        if total.sum() < 3 or (total > 0).mean() > 0.6:
            return None
        rows, columns = np.indices(total.shape)
        x = float((total * columns).sum() / total.sum() + 0.5) / total.shape[1]
        y = float((total * rows).sum() / total.sum() + 0.5) / total.shape[0]
        return x, y
