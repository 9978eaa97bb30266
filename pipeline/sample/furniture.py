"""Furniture: shelves full of goods, counters, lamps, doors, as solids standing along an axis."""

from __future__ import annotations

import colorsys
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from PIL import Image

from pipeline.sample.colours import linear
from pipeline.sample.light import Lamp
from pipeline.sample.paint import (
    Vector,
    bottle,
    ceiling_grid,
    package,
    picture,
    price_strip,
)
from pipeline.sample.surface import Box, Drum, Paint, Panel, Solid, plain

PAPERS = ("#efe9d8", "#e4e7e6", "#f0dfb4", "#d9d2c0", "#f3f0ea")
"""Label colours of goods."""


@dataclass(frozen=True, kw_only=True)
class Stand:
    """Where a piece of furniture stands: ``corner`` on the floor, running along x or y for
    ``length`` metres, its front facing ``front`` (+1 or -1) along the other axis."""

    corner: tuple[float, float]
    along: str
    front: int
    length: float
    depth: float

    def box(
        self,
        span: tuple[float, float],
        out: tuple[float, float],
        height: tuple[float, float],
        paint: Paint,
        *,
        glow: float = 0.0,
        shadow: bool = False,
    ) -> Box:
        """A box in the furniture's own terms: along it, outwards from its back, up."""
        low, high = self.ends(span, out, height)
        return Box(low=low, high=high, paint=paint, glow=glow, shadow=shadow)

    def ends(
        self, span: tuple[float, float], out: tuple[float, float], height: tuple[float, float]
    ) -> tuple[Vector, Vector]:
        x, y = self.corner
        outward = sorted((self.front * out[0], self.front * out[1]))
        if self.along == "x":
            return (
                (x + span[0], y + outward[0], height[0]),
                (x + span[1], y + outward[1], height[1]),
            )
        return (x + outward[0], y + span[0], height[0]), (x + outward[1], y + span[1], height[1])

    def point(self, along: float, out: float) -> tuple[float, float]:
        (x, y, _), _ = self.ends((along, along), (out, out), (0, 0))
        return x, y


def shelf(stand: Stand, *, levels: tuple[float, ...], top: float, seed: int) -> Iterator[Solid]:
    """A gondola: back, sides, boards with price strips at ``levels`` (heights), and goods."""
    steel, back = plain(linear("#d3d4d2")), plain(linear("#b9b7b0"))
    strip = price_strip(0 if stand.along == "x" else 1)
    length, depth = stand.length, stand.depth
    yield stand.box((0, length), (0, 0.05), (0, top), back, shadow=True)
    for edge in (0.0, length - 0.03):
        yield stand.box((edge, edge + 0.03), (0, depth * 0.92), (0, top), steel, shadow=True)
    yield stand.box((0, length), (0, depth), (0, 0.12), plain(linear("#6d6e70")), shadow=True)
    random = Random(seed)  # noqa: S311 - picks goods, guards no secret
    for level, above in zip(levels, (*levels[1:], top + 0.12), strict=True):
        reach = depth * (1.0 if level < 0.3 else 0.9)
        yield stand.box((0, length), (0, reach), (level - 0.025, level), steel, shadow=True)
        yield stand.box((0, length), (reach, reach + 0.012), (level - 0.045, level + 0.005), strip)
        yield from _goods(stand, level, above - level - 0.06, reach, random)


def _goods(
    stand: Stand, level: float, room: float, reach: float, random: Random
) -> Iterator[Solid]:
    """One board's goods: runs of the same product, some shorter than the room, a few gaps."""
    place = 0.05
    while place < stand.length - 0.25:
        body, label = _wrapping(random)
        kind = random.choice(("box", "box", "bottle", "tin"))
        width = random.uniform(0.08, 0.17) if kind == "box" else random.uniform(0.06, 0.085)
        tallest = {"box": room * 0.95, "bottle": min(room * 0.95, 0.31), "tin": 0.16}[kind]
        height = tallest * random.uniform(0.72, 1.0)
        design = random.randrange(21)
        for _ in range(random.randint(2, 5 if kind == "box" else 7)):
            if place + width > stand.length - 0.05:
                return
            set_back = random.choice((0.02, 0.03, 0.05, 0.1))
            if random.random() > 0.05:
                span = (place + 0.004, place + width - 0.004)
                if kind == "box":
                    low, high = stand.ends(span, (0.06, reach - set_back), (level, level + height))
                    yield Box(low=low, high=high, paint=package(low, high, body, label, design))
                else:
                    yield from _round(stand, span, reach - set_back, level, height, body, label)
            place += width
        place += random.choice((0.01, 0.01, 0.03, 0.08))


def _wrapping(random: Random) -> tuple[str, str]:
    """Body and label colours of a product: duller than clothes, so that people stand out."""
    hue = random.choice((0.03, 0.06, 0.09, 0.11, 0.13, 0.25, 0.33, 0.45, 0.55, 0.6, 0.66, 0.95))
    tint = colorsys.hsv_to_rgb(hue, random.uniform(0.12, 0.55), random.uniform(0.3, 0.78))
    body = "#" + "".join(f"{round(255 * part):02x}" for part in tint)
    paper = random.choice(PAPERS)
    return (paper, body) if random.random() < 0.25 else (body, paper)


def _round(
    stand: Stand,
    span: tuple[float, float],
    front: float,
    level: float,
    height: float,
    body: str,
    label: str,
) -> Iterator[Solid]:
    radius = (span[1] - span[0]) / 2
    tall = height > 2.6 * radius * 2
    for row in range(2):
        centre = stand.point((span[0] + span[1]) / 2, front - radius - row * 2.1 * radius)
        shoulder = level + height * (0.68 if tall else 1.0)
        yield Drum(
            centre=centre,
            radius=radius,
            bottom=level,
            top=shoulder,
            paint=bottle(level, shoulder, body, label),
        )
        if tall:
            yield Drum(
                centre=centre,
                radius=radius * 0.42,
                bottom=shoulder,
                top=level + height,
                paint=bottle(level, level + height * 1.6, body, label),
            )


def board(origin: Vector, u: Vector, v: Vector, image: Image.Image, *, glow: float = 0.0) -> Panel:
    """A sign, poster or screen showing ``image``."""
    return Panel(origin=origin, u=u, v=v, paint=picture(origin, u, v, image), glow=glow)


def ceiling_lamp(
    x: float, y: float, *, ceiling: float, along: str = "x", power: float = 1.0
) -> tuple[Panel, Lamp]:
    """A fluorescent panel in the ceiling, and the light it gives."""
    width, length = (1.2, 0.3) if along == "x" else (0.3, 1.2)
    origin = (x - width / 2, y - length / 2, ceiling - 0.01)
    u, v = (0.0, length, 0.0), (width, 0.0, 0.0)
    panel = Panel(origin=origin, u=u, v=v, paint=plain(linear("#fffdf6")), glow=2.2)
    return panel, Lamp(origin=origin, u=u, v=v, power=power)


def room(
    *,
    left: float,
    right: float,
    near: float,
    far: float,
    ceiling: float,
    floor: Paint,
    wall: Paint,
    gloss: float,
) -> Iterator[Solid]:
    """Floor, ceiling and side walls; the far wall is the scene's own."""
    width, length = right - left, far - near
    yield Panel(origin=(left, near, 0), u=(width, 0, 0), v=(0, length, 0), paint=floor, gloss=gloss)
    yield Panel(
        origin=(left, near, ceiling),
        u=(width, 0, 0),
        v=(0, length, 0),
        paint=ceiling_grid,
    )
    for x in (left, right):
        yield Panel(origin=(x, near, 0), u=(0, length, 0), v=(0, 0, ceiling), paint=wall)
