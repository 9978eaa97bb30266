"""Soft shadows of people on the floor, one for each lamp, and the dark touch of their soles."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from pipeline.sample.backdrop import Backdrop
from pipeline.sample.lens import Lens
from pipeline.sample.light import Lamp, Lighting
from pipeline.sample.skeleton import Limb, Pose

COARSE = 5
"""Shadows are soft: they are drawn with a fifth of the pixels each way."""
_CIRCLE = np.stack([np.cos(np.arange(10) * np.pi / 5), np.sin(np.arange(10) * np.pi / 5)], 1)


def cast(picture: np.ndarray, poses: list[Pose], backdrop: Backdrop, lighting: Lighting) -> None:
    """Darken the floor under and beside ``poses`` in place."""
    if not poses:
        return
    lens = backdrop.lens.scaled(1 / COARSE)
    size = (lens.width, lens.height)
    dark = np.zeros((lens.height, lens.width), np.float32)
    lamps = [lamp for lamp in lighting.lamps if lamp.normal[2] < -0.9]
    for pose in poses:
        for lamp, weight in _nearest(lamps, pose):
            mask = Image.new("L", size, 0)
            draw = ImageDraw.Draw(mask)
            for start, end, radius in _bones(pose):
                _blot(draw, lens, _on_floor(start, lamp), _on_floor(end, lamp), radius)
            dark += weight * _soft(mask, lens.width / 110)
        touch = Image.new("L", size, 0)
        draw = ImageDraw.Draw(touch)
        for leg, toe in zip(pose.legs, pose.toes, strict=True):
            height = max(leg.end[2] - 0.085, 0.0)
            if height < 0.12:
                tip = leg.end + toe * 0.14
                _blot(draw, lens, leg.end[:2] - toe[:2] * 0.05, tip[:2], 0.06 * (1 - height * 5))
        dark += 0.45 * _soft(touch, lens.width / 260)
        under = Image.new("L", size, 0)
        place = pose.hips[:2]
        _blot(ImageDraw.Draw(under), lens, place, place, 0.3)
        dark += 0.18 * _soft(under, lens.width / 80)
    full = Image.fromarray(np.minimum(dark, 0.8)).resize(
        (backdrop.lens.width, backdrop.lens.height), Image.Resampling.BILINEAR
    )
    shade = 1.0 - np.asarray(full) * backdrop.floor
    rows = np.flatnonzero((shade < 0.995).any(1))
    if len(rows):
        part = slice(rows[0], rows[-1] + 1)
        picture[part] = (picture[part] * shade[part, :, None] + 0.5).astype(np.uint8)


def _nearest(lamps: list[Lamp], pose: Pose) -> list[tuple[Lamp, float]]:
    """The two nearest ceiling lamps with how dark a shadow each gives."""
    apart = [(float(((_centre(lamp) - pose.hips) ** 2).sum()), lamp) for lamp in lamps]
    apart.sort(key=lambda entry: entry[0])
    return [(lamp, min(2.1 / (2.0 + square), 0.34)) for square, lamp in apart[:2] if square < 16]


def _centre(lamp: Lamp) -> np.ndarray:
    return np.array(lamp.origin) + np.array(lamp.u) / 2 + np.array(lamp.v) / 2


def _bones(pose: Pose) -> list[tuple[np.ndarray, np.ndarray, float]]:
    """Start, end and thickness of everything that casts a shadow."""
    bones = [(pose.hips, pose.neck, 0.17), (pose.head, pose.head, 0.1)]
    limbs: tuple[tuple[Limb, float], ...] = (
        *((leg, 0.08) for leg in pose.legs),
        *((arm, 0.05) for arm in pose.arms),
    )
    for limb, radius in limbs:
        bones += [(limb.root, limb.bend, radius), (limb.bend, limb.end, radius * 0.8)]
    return bones


def _on_floor(point: np.ndarray, lamp: Lamp) -> np.ndarray:
    """Where the light of a lamp past ``point`` meets the floor (2,)."""
    source = _centre(lamp)
    share = source[2] / max(source[2] - point[2], 0.4)
    return source[:2] + (point[:2] - source[:2]) * share


def _blot(
    draw: ImageDraw.ImageDraw, lens: Lens, start: np.ndarray, end: np.ndarray, radius: float
) -> None:
    """A lengthy round spot on the floor."""
    along = end - start
    length = float(np.hypot(*along))
    ahead = along / length if length > 1e-6 else np.array([1.0, 0.0])
    aside = np.array([-ahead[1], ahead[0]])
    ends = np.where(_CIRCLE[:, :1] > 0, end, start)
    outline = ends + radius * (_CIRCLE[:, :1] * ahead + _CIRCLE[:, 1:] * aside)
    floor = np.column_stack([outline, np.zeros(len(outline))])
    if ((floor - lens.eye) @ lens.axes[2]).min() < 0.5:
        return
    pixels, _ = lens.project(floor)
    draw.polygon(pixels.ravel().tolist(), fill=255)


def _soft(mask: Image.Image, radius: float) -> np.ndarray:
    return np.asarray(mask.filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255.0
