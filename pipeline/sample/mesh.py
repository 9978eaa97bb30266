"""Meshes of four-cornered faces: tubes lofted along a spine, and boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

OUTER_M = 0.05
"""How far outer clothes and arms win over what is under them, metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh:
    """``corners`` (n, 4, 3) metres, ``normals`` (n, 3) outward unit vectors, ``albedo`` (n, 3)
    linear, ``open`` (n,) 0..1: how much of the surrounding light reaches the face, ``over`` (n,)
    metres by which the face wins over others in drawing order: a hem over the leg under it."""

    corners: np.ndarray
    normals: np.ndarray
    albedo: np.ndarray
    open: np.ndarray
    over: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence[Mesh]) -> Mesh:
        return cls(
            corners=np.concatenate([part.corners for part in parts]),
            normals=np.concatenate([part.normals for part in parts]),
            albedo=np.concatenate([part.albedo for part in parts]),
            open=np.concatenate([part.open for part in parts]),
            over=np.concatenate([part.over for part in parts]),
        )

    def mirrored(self) -> Mesh:
        """The same below the floor, as a mirror on the floor shows it."""
        flip = np.array([1.0, 1.0, -1.0])
        return Mesh(
            corners=self.corners * flip,
            normals=self.normals * flip,
            albedo=self.albedo,
            open=self.open,
            over=self.over,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rings:
    """Cross-sections of a tube: ``vertices`` (rings, segments, 3), ``centres`` (rings, 3),
    ``angles`` (segments,) with 0 to the side, pi/2 to the front."""

    vertices: np.ndarray
    centres: np.ndarray
    angles: np.ndarray

    def mesh(
        self,
        albedo: np.ndarray,
        *,
        open: np.ndarray | float = 1.0,
        keep: np.ndarray | None = None,
        over: float = 0.0,
    ) -> Mesh:
        """Faces between neighbouring rings. ``albedo`` (3,) or (rings-1, segments, 3), ``open`` a
        number, (rings-1,) or (rings-1, segments); ``keep`` bool (rings-1, segments)."""
        here = self.vertices
        beside = np.roll(here, -1, axis=1)
        corners = np.stack([here[:-1], beside[:-1], beside[1:], here[1:]], 2)
        normals = cross(corners[:, :, 2] - corners[:, :, 0], corners[:, :, 3] - corners[:, :, 1])
        normals /= np.linalg.norm(normals, axis=-1, keepdims=True) + 1e-12
        middle = (self.centres[:-1] + self.centres[1:])[:, None] / 2
        inward = ((corners.mean(2) - middle) * normals).sum(-1) < 0
        normals[inward] *= -1
        shape = normals.shape[:2]
        colours = np.broadcast_to(albedo, (*shape, 3))
        opened = np.asarray(open, float)
        opened = np.broadcast_to(opened[:, None] if opened.ndim == 1 else opened, shape)
        chosen = np.ones(shape, bool) if keep is None else keep
        return Mesh(
            corners=corners[chosen],
            normals=normals[chosen],
            albedo=colours[chosen],
            open=opened[chosen],
            over=np.full(int(chosen.sum()), over),
        )


def rings(
    centres: np.ndarray,
    sides: np.ndarray,
    fronts: np.ndarray,
    widths: np.ndarray,
    depths: np.ndarray,
    *,
    segments: int,
    roundness: float = 2.0,
) -> Rings:
    """Superellipse cross-sections around ``centres`` (n, 3): half ``widths`` along ``sides`` and
    half ``depths`` along ``fronts`` (both (n, 3) unit vectors); ``roundness`` 2 is an ellipse."""
    angles = (np.arange(segments) + 0.5) * 2 * np.pi / segments
    power = 2.0 / roundness
    across = np.sign(np.cos(angles)) * np.abs(np.cos(angles)) ** power
    ahead = np.sign(np.sin(angles)) * np.abs(np.sin(angles)) ** power
    vertices = (
        centres[:, None]
        + sides[:, None] * (widths[:, None] * across)[..., None]
        + fronts[:, None] * (depths[:, None] * ahead)[..., None]
    )
    return Rings(vertices=vertices, centres=centres, angles=angles)


def bent_line(joints: Sequence[np.ndarray], *, count: int, softness: float = 0.3) -> np.ndarray:
    """Points (count, 3) from the first to the last of three joints, rounded at the middle one."""
    root, middle, end = joints
    start = middle + (root - middle) * softness
    stop = middle + (end - middle) * softness
    first, second = np.linalg.norm(start - root), np.linalg.norm(end - stop)
    curve = 0.5 * (np.linalg.norm(middle - start) + np.linalg.norm(stop - middle))
    total = first + second + 2 * curve
    places = np.linspace(0, total, count)
    points = np.empty((count, 3))
    for index, place in enumerate(places):
        if place <= first:
            points[index] = root + (start - root) * (place / first)
        elif place >= total - second:
            points[index] = end + (stop - end) * ((total - place) / second)
        else:
            t = (place - first) / (2 * curve)
            points[index] = (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t * t * stop
    return points


def around(line: np.ndarray, side: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Side and front unit vectors (n, 3) each, square to the direction of ``line`` (n, 3)."""
    along = np.gradient(line, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-12
    across = side - along * (along @ side)[:, None]
    across /= np.linalg.norm(across, axis=1, keepdims=True) + 1e-12
    return across, cross(across, along)


def cross(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Cross product (..., 3); several times quicker on small arrays than numpy's own."""
    x, y, z = first[..., 0], first[..., 1], first[..., 2]
    u, v, w = second[..., 0], second[..., 1], second[..., 2]
    return np.stack([y * w - z * v, z * u - x * w, x * v - y * u], -1)


def block(centre: np.ndarray, axes: np.ndarray, albedo: np.ndarray) -> Mesh:
    """A box around ``centre`` with half extents as the rows of ``axes`` (3, 3)."""
    corners, normals = [], []
    for axis in range(3):
        first, second = axes[(axis + 1) % 3], axes[(axis + 2) % 3]
        for sign in (-1, 1):
            middle = centre + sign * axes[axis]
            corners.append(
                [
                    middle - first - second,
                    middle + first - second,
                    middle + first + second,
                    middle - first + second,
                ]
            )
            normals.append(sign * axes[axis] / np.linalg.norm(axes[axis]))
    return Mesh(
        corners=np.array(corners),
        normals=np.array(normals),
        albedo=np.broadcast_to(albedo, (6, 3)),
        open=np.ones(6),
        over=np.full(6, OUTER_M),
    )
