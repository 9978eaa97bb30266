"""The empty shop as a camera sees it: rendered once for each clip, people are laid over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFilter

from pipeline.sample.colours import display
from pipeline.sample.lens import Lens
from pipeline.sample.light import Lighting
from pipeline.sample.surface import Box, Buffer, Solid, put

SOFTNESS = 0.45
"""Blur of the lens in pixels."""
FLOOR_M = 0.03
"""Whatever lies lower than this takes shadows: the floor and a mat on it."""
LIGHT_STEP = 5
"""Light is computed for every fifth fine pixel each way and spread along surfaces."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A place before it is looked at."""

    name: str
    title: str
    lens: Lens
    solids: tuple[Solid, ...]
    lighting: Lighting

    @property
    def blockers(self) -> tuple[Box, ...]:
        return tuple(s for s in self.solids if isinstance(s, Box) and s.shadow)


@dataclass(frozen=True, kw_only=True)
class Backdrop:
    """``picture`` uint8 (h, w, 3) sRGB; ``depth`` float32 (k*h, k*w) metres along the view, with
    k = ``fineness`` pixels for one; ``mirror_depth`` (h, w) the same of the image in the floor;
    ``gloss`` and ``floor`` float32 (h, w): mirror share of the
    floor, and where the floor is."""

    lens: Lens
    picture: np.ndarray
    depth: np.ndarray
    mirror_depth: np.ndarray
    gloss: np.ndarray
    floor: np.ndarray
    fineness: int


def render_backdrop(scene: Scene, *, fineness: int = 2) -> Backdrop:
    """Draw the scene with ``fineness`` x ``fineness`` samples a pixel."""
    lens = scene.lens
    buffer = _buffer(scene.solids, lens.scaled(fineness))
    light = _spread(buffer, *_coarse_light(buffer, scene.lighting, scene.blockers))
    colour = buffer.albedo * (light + buffer.glow[..., None])
    below = _mirrored(scene)
    share = _fresnel(buffer)
    colour += _mirror_image(below, scene, fineness) * share[..., None]
    picture = Image.fromarray(display(_binned(colour, fineness)))
    soft = np.asarray(picture.filter(ImageFilter.GaussianBlur(SOFTNESS)))
    on_floor = (buffer.points()[..., 2:] < FLOOR_M).astype(np.float32)
    return Backdrop(
        lens=lens,
        picture=_vignette(soft),
        depth=buffer.depth,
        mirror_depth=below.depth,
        gloss=_binned(share[..., None], fineness)[..., 0],
        floor=_binned(on_floor, fineness)[..., 0],
        fineness=fineness,
    )


def _buffer(solids: Sequence[Solid], lens: Lens) -> Buffer:
    buffer = Buffer.empty(lens)
    for solid in solids:
        put(buffer, solid)
    return buffer


def _coarse_light(
    buffer: Buffer, lighting: Lighting, blockers: Sequence[Box]
) -> tuple[np.ndarray, np.ndarray]:
    """Light and surface points (h/5, w/5, 3) at every ``LIGHT_STEP``-th pixel."""
    step = slice(LIGHT_STEP // 2, None, LIGHT_STEP)
    points = buffer.points()[step, step]
    normals = buffer.normal[step, step]
    flat = lighting.at(points.reshape(-1, 3), normals.reshape(-1, 3), blockers)
    return flat.reshape(points.shape), points


def _spread(buffer: Buffer, coarse: np.ndarray, coarse_points: np.ndarray) -> np.ndarray:
    """Joint bilateral upsampling (Kopf et al. 2007): nearby light of the same surface."""
    height, width = buffer.depth.shape
    points = buffer.points()
    normals = buffer.normal
    step = slice(LIGHT_STEP // 2, None, LIGHT_STEP)
    coarse_normals = normals[step, step]
    rows = (np.arange(height) - LIGHT_STEP // 2) / LIGHT_STEP
    columns = (np.arange(width) - LIGHT_STEP // 2) / LIGHT_STEP
    total = np.zeros_like(points)
    weights = np.full((height, width), 1e-6, np.float32)
    total += 1e-6
    for lower in (0, 1):
        for right in (0, 1):
            row = np.clip(np.floor(rows).astype(int) + lower, 0, coarse.shape[0] - 1)
            column = np.clip(np.floor(columns).astype(int) + right, 0, coarse.shape[1] - 1)
            at = np.ix_(row, column)
            near_row = 1 - np.abs(rows - np.clip(np.floor(rows) + lower, 0, None))
            near_column = 1 - np.abs(columns - np.clip(np.floor(columns) + right, 0, None))
            closeness = np.maximum(near_row, 0.05)[:, None] * np.maximum(near_column, 0.05)
            apart = ((points - coarse_points[at]) ** 2).sum(-1)
            alike = np.maximum((normals * coarse_normals[at]).sum(-1), 0.0) ** 4
            weight = (closeness * (alike + 1e-3) / (0.0004 + apart)).astype(np.float32)
            total += coarse[at] * weight[..., None]
            weights += weight
    return total / weights[..., None]


def _fresnel(buffer: Buffer) -> np.ndarray:
    """Mirror share (h, w): the floor's gloss, stronger where it is seen at a low angle."""
    everything = slice(None)
    rays = buffer.lens.rays(everything, everything)
    cosine = np.abs(rays[..., 2]) / np.linalg.norm(rays, axis=-1)
    return buffer.gloss * (0.25 + 0.75 * (1.0 - cosine) ** 3)


def _mirrored(scene: Scene) -> Buffer:
    """The scene as a mirror on the floor shows it."""
    return _buffer([solid for solid in scene.solids if not solid.gloss], scene.lens.mirror())


def _mirror_image(below: Buffer, scene: Scene, fineness: int) -> np.ndarray:
    """What a polished floor shows (h, w, 3), blurred as polish does, without shadows."""
    shape = below.depth.shape
    lighting = replace(scene.lighting, samples=1)
    light = lighting.at(below.points().reshape(-1, 3), below.normal.reshape(-1, 3))
    colour = below.albedo * (light.reshape(*shape, 3) * 0.85 + below.glow[..., None])
    # Light 0..2 as 8 bits: Pillow blurs no floats.
    image = Image.fromarray(np.clip(colour * 127.5, 0, 255).astype(np.uint8))
    size = (shape[1] * fineness, shape[0] * fineness)
    blurred = image.filter(ImageFilter.BoxBlur(shape[1] / 320)).resize(
        size, Image.Resampling.BILINEAR
    )
    return np.asarray(blurred, np.float32) / 127.5


def _binned(fine: np.ndarray, fineness: int) -> np.ndarray:
    """Mean of each ``fineness`` x ``fineness`` block: (h, w, c) to (h/k, w/k, c)."""
    height, width, channels = fine.shape
    shape = (height // fineness, fineness, width // fineness, fineness, channels)
    return np.minimum(fine, 4.0).reshape(shape).mean((1, 3))


def _vignette(picture: np.ndarray) -> np.ndarray:
    """A cheap lens loses light towards its corners."""
    height, width = picture.shape[:2]
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None] * height / width
    fall = 1.0 - 0.16 * (across**2 + down**2)
    return (picture * fall[..., None] + 0.5).astype(np.uint8)
