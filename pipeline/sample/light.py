"""Light in a scene: lamps with an area, the boxes that stand in their way, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.sample.surface import Box

AMBIENT_REACH_M = 1.2
WINDOW_FACTOR = 4


@dataclass(frozen=True, kw_only=True)
class Lamp:
    """A glowing rectangle: ``origin`` plus two edges, metres; shines along ``u`` x ``v``.

    ``power`` is scaled so that a white floor 2.9 m under a 1.2 m x 0.3 m panel of power 1 shows
    about half of full white.
    """

    origin: tuple[float, float, float]
    u: tuple[float, float, float]
    v: tuple[float, float, float]
    power: float
    colour: tuple[float, float, float] = (1.0, 0.98, 0.94)

    @cached_property
    def normal(self) -> np.ndarray:
        across = np.cross(self.u, self.v)
        return (across / np.linalg.norm(across)).astype(np.float32)

    @cached_property
    def area(self) -> float:
        """Square metres."""
        return float(np.linalg.norm(np.cross(self.u, self.v)))

    def samples(self, count: int) -> np.ndarray:
        """float32 (count, 3) points spread evenly over the rectangle (an R2 sequence)."""
        steps = np.arange(1, count + 1)[:, None] * np.array([0.7548777, 0.5698403])
        spread = (0.5 + steps) % 1.0
        points = np.array(self.origin) + spread[:, :1] * self.u + spread[:, 1:] * self.v
        return points.astype(np.float32)


@dataclass(frozen=True, kw_only=True)
class Lighting:
    """All the light of a scene. ``ambient`` is what comes from everywhere, linear; ``exposure``
    is how much of all of it the camera takes in."""

    lamps: tuple[Lamp, ...]
    ambient: float = 0.34
    samples: int = 3
    exposure: float = 1.12

    def at(
        self, points: np.ndarray, normals: np.ndarray, blockers: Sequence[Box] = ()
    ) -> np.ndarray:
        """Irradiance float32 (n, 3) for points and normals (n, 3)."""
        start = points + normals * 0.012
        total = np.zeros_like(start)
        for lamp in self.lamps:
            # A window needs more points than a ceiling panel, or its shadows show as steps.
            count = self.samples * (WINDOW_FACTOR if blockers and lamp.area > 1.0 else 1)
            for sample in lamp.samples(count):
                total += self._from(lamp, sample, start, normals, blockers) / count
        total += self.ambient * self._open_sky(start, normals, blockers)[:, None]
        return total * self.exposure

    def _from(
        self,
        lamp: Lamp,
        sample: np.ndarray,
        points: np.ndarray,
        normals: np.ndarray,
        blockers: Sequence[Box],
    ) -> np.ndarray:
        towards = sample - points
        square = np.maximum((towards**2).sum(-1), 0.09)
        length = np.sqrt(square)
        facing = np.maximum((towards * normals).sum(-1), 0.0) / length
        # Real panels have diffusers: light leaves almost as well sideways as straight down.
        leaving = np.maximum(-(towards @ lamp.normal) / length, 0.0) * 0.7 + 0.3 * (
            (towards @ lamp.normal) < 0
        )
        strength = lamp.power * 4.0 * facing * leaving / (square + 1.0)
        lit = strength > 1e-3
        if blockers and lit.any():
            open_way = ~blocked(points[lit], towards[lit], blockers, reach=1.0)
            strength[lit] *= open_way
        return strength[:, None] * np.array(lamp.colour, np.float32)

    def _open_sky(
        self, points: np.ndarray, normals: np.ndarray, blockers: Sequence[Box]
    ) -> np.ndarray:
        """How much of the surroundings (n,) a point sees; less from below."""
        base = 0.72 + 0.28 * normals[:, 2]
        if not blockers:
            return base.astype(np.float32)
        directions = _hemisphere(9)
        seen = np.zeros(len(points), np.float32)
        side = np.where(np.abs(normals[:, 2:]) > 0.9, [[1.0, 0, 0]], [[0, 0, 1.0]])
        tangent = np.cross(normals, side)
        tangent /= np.linalg.norm(tangent, axis=-1, keepdims=True) + 1e-9
        second = np.cross(normals, tangent)
        for x, y, z in directions:
            ray = (tangent * x + second * y + normals * z).astype(np.float32)
            seen += ~blocked(points, ray * AMBIENT_REACH_M, blockers, reach=1.0)
        return (base * (0.25 + 0.75 * seen / len(directions))).astype(np.float32)


def blocked(
    points: np.ndarray, rays: np.ndarray, blockers: Sequence[Box], *, reach: float
) -> np.ndarray:
    """bool (n,): whether a box lies on the way from each point along ``reach`` times its ray."""
    # Axis by axis on flat arrays: reductions over a last axis of three are ten times slower.
    starts = [np.ascontiguousarray(points[:, axis]) for axis in range(3)]
    inverse = []
    for axis in range(3):
        ray = rays[:, axis]
        inverse.append(1.0 / np.where(np.abs(ray) < 1e-6, np.float32(1e-6), ray))
    hit = np.zeros(len(points), bool)
    for box in blockers:
        near = np.full(len(points), -np.inf, np.float32)
        far = np.full(len(points), np.float32(reach))
        for axis in range(3):
            low = (np.float32(box.low[axis]) - starts[axis]) * inverse[axis]
            high = (np.float32(box.high[axis]) - starts[axis]) * inverse[axis]
            np.maximum(near, np.minimum(low, high), out=near)
            np.minimum(far, np.maximum(low, high), out=far)
        hit |= (near <= far) & (far > 1e-3)
    return hit


def _hemisphere(count: int) -> np.ndarray:
    """Cosine-weighted directions (count, 3) around +z, evenly spread (golden angle)."""
    index = np.arange(count) + 0.5
    radius, angle = np.sqrt(index / count), index * 2.399963
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), np.sqrt(1 - index / count)], 1)
