"""Solid things of a scene, and the buffer that keeps the nearest surface of every pixel.

A classic geometry buffer (Saito and Takahashi 1990): every primitive is intersected exactly,
pixel by pixel, inside the rectangle it projects to; shading happens once, afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pipeline.sample.lens import NEAR, Lens

Paint = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""World points (n, 3) and normals (n, 3) to linear colours (n, 3)."""


def plain(colour: np.ndarray) -> Paint:
    """One colour everywhere."""
    return lambda points, _normals: np.broadcast_to(colour, points.shape)


@dataclass
class Buffer:
    """Per pixel, float32 unless said: ``depth`` (h, w; infinite where empty), ``normal`` and
    ``albedo`` (h, w, 3), ``glow`` (h, w; light of its own as a multiple of the albedo),
    ``gloss`` (h, w; how much of a mirror it is)."""

    lens: Lens
    depth: np.ndarray
    normal: np.ndarray
    albedo: np.ndarray
    glow: np.ndarray
    gloss: np.ndarray

    @classmethod
    def empty(cls, lens: Lens) -> Buffer:
        shape = (lens.height, lens.width)
        return cls(
            lens,
            np.full(shape, np.inf, np.float32),
            np.zeros((*shape, 3), np.float32),
            np.zeros((*shape, 3), np.float32),
            np.zeros(shape, np.float32),
            np.zeros(shape, np.float32),
        )

    def points(self) -> np.ndarray:
        """World position (h, w, 3) of every pixel's surface."""
        everything = slice(None)
        depth = np.where(np.isfinite(self.depth), self.depth, 0.0)
        return self.lens.eye + self.lens.rays(everything, everything) * depth[..., None]


class Solid(Protocol):
    """Anything that can be put into a buffer."""

    paint: Paint
    glow: float
    gloss: float

    def corners(self) -> np.ndarray:
        """Points (n, 3) whose projection bounds the projection of the whole."""
        ...

    def hit(self, eye: np.ndarray, rays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Depth (h, w), infinite where missed, and normals (h, w, 3) for rays (h, w, 3)."""
        ...


@dataclass(frozen=True, kw_only=True)
class Box:
    """An axis-aligned box between two corners, metres."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]
    paint: Paint
    glow: float = 0.0
    gloss: float = 0.0
    shadow: bool = False

    def corners(self) -> np.ndarray:
        ends = np.array([self.low, self.high], np.float32)
        return np.array(
            [[ends[i, 0], ends[j, 1], ends[k, 2]] for i in (0, 1) for j in (0, 1) for k in (0, 1)]
        )

    def hit(self, eye: np.ndarray, rays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        safe = np.where(np.abs(rays) < 1e-6, np.float32(1e-6), rays)
        to_low = (np.array(self.low, np.float32) - eye) / safe
        to_high = (np.array(self.high, np.float32) - eye) / safe
        enter = np.minimum(to_low, to_high)
        axis = enter.argmax(-1)
        near = np.take_along_axis(enter, axis[..., None], -1)[..., 0]
        far = np.maximum(to_low, to_high).min(-1)
        depth = np.where((near <= far) & (near > NEAR), near, np.inf).astype(np.float32)
        towards = -np.sign(rays)
        normal = np.where(np.arange(3) == axis[..., None], towards, 0.0).astype(np.float32)
        return depth, normal


@dataclass(frozen=True, kw_only=True)
class Drum:
    """An upright cylinder: a tin, a bottle, a bucket."""

    centre: tuple[float, float]
    radius: float
    bottom: float
    top: float
    paint: Paint
    glow: float = 0.0
    gloss: float = 0.0

    def corners(self) -> np.ndarray:
        x, y = self.centre
        r = self.radius
        return np.array(
            [
                [x + i * r, y + j * r, z]
                for i in (-1, 1)
                for j in (-1, 1)
                for z in (self.bottom, self.top)
            ]
        )

    def hit(self, eye: np.ndarray, rays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        origin = eye[:2] - np.array(self.centre, np.float32)
        across = rays[..., :2]
        a = np.maximum((across**2).sum(-1), 1e-9)
        b = across @ origin
        c = float(origin @ origin) - self.radius**2
        root = b * b - a * c
        side = np.where(root > 0, (-b - np.sqrt(np.maximum(root, 0))) / a, np.inf)
        height = eye[2] + side * rays[..., 2]
        side = np.where((height >= self.bottom) & (height <= self.top), side, np.inf)
        with np.errstate(divide="ignore"):
            lid = (self.top - eye[2]) / rays[..., 2]
        on_lid = ((origin + across * lid[..., None]) ** 2).sum(-1) <= self.radius**2
        lid = np.where(on_lid & (lid > NEAR), lid, np.inf)
        depth = np.minimum(np.where(side > NEAR, side, np.inf), lid).astype(np.float32)
        finite = np.where(np.isfinite(depth), depth, 0.0)
        normal = np.zeros_like(rays)
        normal[..., :2] = (origin + across * finite[..., None]) / self.radius
        normal[lid < side] = (0.0, 0.0, 1.0)
        return depth, normal


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A flat rectangle: ``origin`` plus ``u`` and ``v`` edges; seen from both sides."""

    origin: tuple[float, float, float]
    u: tuple[float, float, float]
    v: tuple[float, float, float]
    paint: Paint
    glow: float = 0.0
    gloss: float = 0.0

    def corners(self) -> np.ndarray:
        origin, u, v = (np.array(part, np.float32) for part in (self.origin, self.u, self.v))
        return np.stack([origin, origin + u, origin + v, origin + u + v])

    def place(self, points: np.ndarray) -> np.ndarray:
        """World points (..., 3) to fractions (..., 2) along ``u`` and ``v``."""
        offset = points - np.array(self.origin, np.float32)
        u, v = np.array(self.u, np.float32), np.array(self.v, np.float32)
        return np.stack([offset @ u / (u @ u), offset @ v / (v @ v)], -1)

    def hit(self, eye: np.ndarray, rays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        normal = np.cross(self.u, self.v).astype(np.float32)
        normal /= np.linalg.norm(normal)
        slope = rays @ normal
        slope = np.where(np.abs(slope) < 1e-6, np.float32(1e-6), slope)
        depth = (normal @ (np.array(self.origin, np.float32) - eye)) / slope
        place = self.place(eye + rays * depth[..., None])
        inside = ((place >= 0) & (place <= 1)).all(-1) & (depth > NEAR)
        facing = normal * -np.sign(slope)[..., None]
        return np.where(inside, depth, np.inf).astype(np.float32), facing.astype(np.float32)


def put(buffer: Buffer, solid: Solid) -> None:
    """Draw ``solid`` into the buffer wherever it is nearer than what is there."""
    lens = buffer.lens
    corners = solid.corners()
    behind = ((corners - lens.eye) @ lens.axes[2]) < NEAR
    if behind.all():
        return
    rows, columns = slice(0, lens.height), slice(0, lens.width)
    if not behind.any():
        pixels, _ = lens.project(corners)
        left, top = np.floor(pixels.min(0)).astype(int) - 1
        right, bottom = np.ceil(pixels.max(0)).astype(int) + 1
        rows = slice(max(top, 0), min(bottom, lens.height))
        columns = slice(max(left, 0), min(right, lens.width))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return
    rays = lens.rays(rows, columns)
    depth, normal = solid.hit(lens.eye, rays)
    nearer = depth < buffer.depth[rows, columns]
    if not nearer.any():
        return
    points = lens.eye + rays[nearer] * depth[nearer][:, None]
    buffer.depth[rows, columns][nearer] = depth[nearer]
    buffer.normal[rows, columns][nearer] = normal[nearer]
    buffer.albedo[rows, columns][nearer] = solid.paint(points, normal[nearer])
    buffer.glow[rows, columns][nearer] = solid.glow
    buffer.gloss[rows, columns][nearer] = solid.gloss
