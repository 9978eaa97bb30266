"""People drawn into a picture: faces in painter's order, hidden by what stands nearer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from pipeline.sample.backdrop import Backdrop
from pipeline.sample.colours import display
from pipeline.sample.lens import NEAR, Lens
from pipeline.sample.light import Lighting
from pipeline.sample.mesh import Mesh

FILL = 0.10
"""Light from everywhere that people get on top of the scene's: the camera exposes for them."""

POLISH = 1.6
"""Blur of the mirror image in a floor, in pixels: it is polished, not a mirror."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A figure in the picture: ``left`` and ``top`` pixels, ``colour`` float32 (h, w, 3) sRGB
    already multiplied by ``cover`` float32 (h, w), 0..1."""

    left: int
    top: int
    colour: np.ndarray
    cover: np.ndarray

    def over(self, picture: np.ndarray, strength: np.ndarray | None = None) -> None:
        """Blend onto ``picture`` uint8 (H, W, 3) in place, ``strength`` (H, W) thinning it."""
        height, width = self.cover.shape
        rows, columns = slice(self.top, self.top + height), slice(self.left, self.left + width)
        share = 1.0 if strength is None else strength[rows, columns][..., None]
        below = picture[rows, columns]
        mixed = below * (1.0 - self.cover[..., None] * share) + self.colour * share
        picture[rows, columns] = np.clip(mixed + 0.5, 0, 255).astype(np.uint8)

    def blurred(self, radius: float) -> Layer:
        """The same out of focus."""
        rgba = np.concatenate([self.colour, self.cover[..., None] * 255.0], -1)
        image = Image.fromarray((rgba + 0.5).astype(np.uint8), "RGBA")
        soft = np.asarray(image.filter(ImageFilter.BoxBlur(radius)), np.float32)
        return Layer(left=self.left, top=self.top, colour=soft[..., :3], cover=soft[..., 3] / 255.0)


def face_colours(mesh: Mesh, lighting: Lighting) -> np.ndarray:
    """uint8 (n, 3): every face lit by the lamps of the scene."""
    middles = mesh.corners.mean(1).astype(np.float32)
    near = replace(lighting, samples=1)
    light = near.at(middles, mesh.normals.astype(np.float32)) + FILL
    return display(mesh.albedo * light * mesh.open[:, None])


def layer(
    mesh: Mesh, colours: np.ndarray, lens: Lens, *, fineness: int, scene_depth: np.ndarray | None
) -> Layer | None:
    """Draw ``mesh`` with ``fineness`` squared samples a pixel; None where nothing is seen.

    ``scene_depth`` (fineness * h, fineness * w) hides what lies behind it.
    """
    middles = mesh.corners.mean(1)
    facing = ((lens.eye - middles) * mesh.normals).sum(-1) > 0
    ahead = ((mesh.corners - lens.eye) @ lens.axes[2]).min(1) > NEAR
    chosen = np.flatnonzero(facing & ahead)
    if not len(chosen):
        return None
    fine = lens.scaled(fineness)
    pixels, depths = fine.project(mesh.corners[chosen])
    low = np.floor(pixels.min((0, 1)) / fineness).astype(int) - 1
    high = np.ceil(pixels.max((0, 1)) / fineness).astype(int) + 1
    left, top = max(low[0], 0), max(low[1], 0)
    right, bottom = min(high[0], lens.width), min(high[1], lens.height)
    if left >= right or top >= bottom:
        return None
    face_depth = depths.mean(1)
    order = np.argsort(mesh.over[chosen] - face_depth, kind="stable")
    width, height = (right - left) * fineness, (bottom - top) * fineness
    board = Image.new("I", (width, height), 0)
    draw = ImageDraw.Draw(board)
    corners = (pixels - [left * fineness, top * fineness]).reshape(-1, 8)
    for face, outline in zip(order.tolist(), corners[order].tolist(), strict=True):
        draw.polygon(outline, fill=face + 1)
    faces = np.asarray(board)
    seen = faces > 0
    if scene_depth is not None:
        rows = slice(top * fineness, bottom * fineness)
        columns = slice(left * fineness, right * fineness)
        reach = np.concatenate([[np.inf], face_depth]).astype(np.float32)
        seen &= reach[faces] < scene_depth[rows, columns]
    table = np.zeros((len(chosen) + 1, 4), np.uint8)
    table[1:, :3], table[1:, 3] = colours[chosen], 255
    painted = table[faces]
    painted[~seen] = 0
    return _softened(painted, left, top, fineness)


def _softened(painted: np.ndarray, left: int, top: int, fineness: int) -> Layer:
    """RGBA (h, w, 4) to a layer: crisp outlines, shading blurred so that faces do not show."""
    image = Image.fromarray(painted, "RGBA")
    if fineness > 1:
        radius = min(max(painted.shape[0] / 300, 0.7), 2.0)
        image = image.filter(ImageFilter.BoxBlur(radius))
    blurred = np.asarray(image.reduce(fineness), np.float32)
    cover = np.asarray(Image.fromarray(painted[..., 3]).reduce(fineness), np.float32) / 255.0
    colour = blurred[..., :3] * (255.0 * cover / np.maximum(blurred[..., 3], 1.0))[..., None]
    return Layer(left=left, top=top, colour=colour, cover=cover)


def reflect(picture: np.ndarray, mesh: Mesh, colours: np.ndarray, backdrop: Backdrop) -> None:
    """The mirror image on a polished floor, in place."""
    below = layer(
        mesh.mirrored(), colours, backdrop.lens, fineness=1, scene_depth=backdrop.mirror_depth
    )
    if below is not None:
        below.blurred(POLISH).over(picture, backdrop.gloss)
