"""The camera: a pinhole in a world of metres, x to the right, y away from it, z upwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

NEAR = 0.3


@dataclass(frozen=True, kw_only=True)
class Lens:
    """Where a camera hangs and what it sees.

    ``position`` in metres, ``yaw_deg`` to the right of +y, ``tilt_deg`` downwards, picture size
    in pixels. ``mirrored`` looks from below the floor: what a mirror on the floor would show.
    """

    position: tuple[float, float, float]
    yaw_deg: float
    tilt_deg: float
    field_of_view_deg: float
    width: int
    height: int
    mirrored: bool = False

    def scaled(self, factor: float) -> Lens:
        """The same view with ``factor`` times as many pixels each way."""
        return replace(self, width=round(self.width * factor), height=round(self.height * factor))

    def mirror(self) -> Lens:
        """The view of the same camera in a mirror lying on the floor."""
        return replace(self, mirrored=not self.mirrored)

    @cached_property
    def focal(self) -> float:
        """Focal length in pixels."""
        return 0.5 * self.width / float(np.tan(np.radians(self.field_of_view_deg) / 2))

    @cached_property
    def eye(self) -> np.ndarray:
        return np.array(self.position, np.float32) * self._flip

    @cached_property
    def axes(self) -> np.ndarray:
        """float32 (3, 3): right, up and forward as rows."""
        yaw, tilt = np.radians(self.yaw_deg), np.radians(self.tilt_deg)
        forward = np.array([np.sin(yaw) * np.cos(tilt), np.cos(yaw) * np.cos(tilt), -np.sin(tilt)])
        right = np.array([np.cos(yaw), -np.sin(yaw), 0.0])
        up = np.cross(right, forward)
        return (np.stack([right, up, forward]) * self._flip).astype(np.float32)

    @cached_property
    def _flip(self) -> np.ndarray:
        return np.array([1.0, 1.0, -1.0 if self.mirrored else 1.0], np.float32)

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """World points (..., 3) to pixels (..., 2) and depth (...) along the viewing direction.

        Depths are clamped to ``NEAR``: callers keep things in front of the camera.
        """
        seen = (points - self.eye) @ self.axes.T
        depth = np.maximum(seen[..., 2], NEAR)
        across = self.width / 2 + self.focal * seen[..., 0] / depth
        down = self.height / 2 - self.focal * seen[..., 1] / depth
        return np.stack([across, down], -1), depth

    def rays(self, rows: slice, columns: slice) -> np.ndarray:
        """Directions (h, w, 3) through pixel centres; a point is ``eye + depth * ray``."""
        across = (np.arange(self.width)[columns] + 0.5 - self.width / 2) / self.focal
        down = (np.arange(self.height)[rows] + 0.5 - self.height / 2) / self.focal
        right, up, forward = self.axes
        return (forward + across[None, :, None] * right - down[:, None, None] * up).astype(
            np.float32
        )
