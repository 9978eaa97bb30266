"""The counter with its till, seen along its length: customers on the left, staff on the right."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image, ImageDraw

from pipeline.sample.backdrop import Scene
from pipeline.sample.colours import linear
from pipeline.sample.furniture import Stand, board, ceiling_lamp, room, shelf
from pipeline.sample.lens import Lens
from pipeline.sample.light import Lamp, Lighting
from pipeline.sample.paint import package, plaster, sign, tiles
from pipeline.sample.surface import Box, Drum, Panel, Solid, plain

CEILING = 2.9
BACK = 8.4
COUNTER_TOP = 1.0


def counter() -> Scene:
    """The scene with its camera in the corner over the customers' side."""
    lamps = [
        ceiling_lamp(x, y, ceiling=CEILING, along="x", power=1.25)
        for x, y in ((-1.6, 3.6), (1.5, 4.4), (-1.4, 6.6), (1.7, 7.0))
    ]
    window = Lamp(
        origin=(-4.5, 7.4, 0.6), u=(0, -4.0, 0), v=(0, 0, 1.7), power=0.7, colour=(0.93, 0.98, 1.08)
    )
    return Scene(
        name="counter",
        title="CAM 3  COUNTER",
        lens=Lens(
            position=(-0.75, 0.0, 2.55),
            yaw_deg=4.0,
            tilt_deg=17.5,
            field_of_view_deg=67.0,
            width=960,
            height=540,
        ),
        solids=(*_shell(), *(panel for panel, _ in lamps), *_counter(), *_behind(), *_customers()),
        lighting=Lighting(lamps=(*(lamp for _, lamp in lamps), window), ambient=0.30),
    )


def _shell() -> Iterator[Solid]:
    wall = plaster("#cdd2cc", skirting="#6b6258")
    yield from room(
        left=-4.6,
        right=3.6,
        near=0.4,
        far=BACK + 2.5,
        ceiling=CEILING,
        floor=tiles("#bcae98", size_m=0.4, grout="#8c8170"),
        wall=wall,
        gloss=0.42,
    )
    # The back wall leaves a doorway to the store room, behind the counter.
    for left, right, low in ((-4.6, 1.15, 0.0), (2.15, 3.6, 0.0), (1.15, 2.15, 2.15)):
        yield Box(
            low=(left, BACK, low), high=(right, BACK + 0.12, CEILING), paint=wall, shadow=True
        )
    frame = plain(linear("#6f5a45"))
    yield Box(low=(1.08, BACK - 0.02, 0), high=(1.15, BACK + 0.13, 2.22), paint=frame)
    yield Box(low=(2.15, BACK - 0.02, 0), high=(2.22, BACK + 0.13, 2.22), paint=frame)
    yield Box(low=(1.08, BACK - 0.02, 2.15), high=(2.22, BACK + 0.13, 2.22), paint=frame)
    yield Panel(
        origin=(0.2, BACK + 2.0, 0), u=(3.0, 0, 0), v=(0, 0, CEILING), paint=plaster("#8f8a7c")
    )
    for number in range(4):
        low = (1.2, BACK + 1.5, number * 0.42)
        high = (1.75, BACK + 1.95, low[2] + 0.4)
        yield Box(low=low, high=high, paint=package(low, high, "#a5835a", "#b89a70", number))


def _counter() -> Iterator[Solid]:
    """The counter itself, its till, card reader, screen and small displays."""
    front, top = plain(linear("#7c5b3f")), plain(linear("#cfc9bc"))
    yield Box(low=(0.45, 4.0, 0.1), high=(1.05, 7.2, 0.96), paint=front, shadow=True)
    yield Box(low=(0.5, 4.04, 0), high=(1.0, 7.16, 0.1), paint=plain(linear("#3a3530")))
    for number in range(6):
        y = 4.06 + number * 0.53
        yield Box(low=(0.438, y, 0.2), high=(0.452, y + 0.45, 0.88), paint=plain(linear("#8d6a4a")))
    yield Box(low=(0.38, 3.94, 0.96), high=(1.1, 7.26, COUNTER_TOP), paint=top, shadow=True)
    dark, grey = plain(linear("#2b2d30")), plain(linear("#55595d"))
    yield Box(low=(0.66, 5.55, 1.0), high=(1.04, 5.95, 1.1), paint=grey)
    yield Box(low=(0.80, 5.57, 1.1), high=(0.84, 5.93, 1.4), paint=dark)
    origin, u, v = (0.852, 5.6, 1.13), (0, 0.3, 0), (0, 0, 0.24)
    yield board(origin, u, v, _till_screen(), glow=0.9)
    yield Box(low=(0.5, 5.62, 1.22), high=(0.56, 5.84, 1.36), paint=dark)
    yield Box(low=(0.52, 5.72, 1.0), high=(0.54, 5.75, 1.22), paint=grey)
    yield Box(low=(0.48, 5.3, 1.0), high=(0.58, 5.42, 1.06), paint=dark)
    for number, (body, label) in enumerate(
        (("#b8863b", "#f2e6c8"), ("#3d6b8f", "#e8edf0"), ("#4f7a4a", "#e6ead0"))
    ):
        low = (0.5, 6.3 + number * 0.22, 1.0)
        high = (0.72, low[1] + 0.18, 1.2)
        yield Box(low=low, high=high, paint=package(low, high, body, label, number))
    yield Drum(
        centre=(0.75, 4.35), radius=0.12, bottom=1.0, top=1.22, paint=plain(linear("#b9c4c0"))
    )
    for number in range(9):
        x, y = 0.75 + 0.07 * ((number % 3) - 1), 4.35 + 0.07 * (number // 3 - 1)
        yield Drum(
            centre=(x, y),
            radius=0.025,
            bottom=1.22,
            top=1.3,
            paint=plain(linear(("#d9b54a", "#8fae7a", "#c98b9a")[number % 3])),
        )


def _till_screen() -> Image.Image:
    image = Image.new("RGB", (120, 96), "#1d3a4a")
    draw = ImageDraw.Draw(image)
    for row in range(5):
        draw.rectangle((8, 8 + row * 14, 70, 16 + row * 14), fill="#7fa5b5")
        draw.rectangle((82, 8 + row * 14, 112, 16 + row * 14), fill="#a8c9a0")
    draw.rectangle((8, 80, 112, 91), fill="#d0c070")
    return image


def _behind() -> Iterator[Solid]:
    """Shelves along the wall behind the staff, the menu and a clock."""
    for number in range(2):
        yield from shelf(
            Stand(corner=(3.55, 4.2 + number * 1.9), along="y", front=-1, length=1.86, depth=0.36),
            levels=(0.5, 0.86, 1.2, 1.54),
            top=1.9,
            seed=51 + number,
        )
    menu = sign(
        ("COFFEE   2.5", "TEA   2.0", "ROLL   1.8", "SOUP   4.0"),
        ink="#f1ead8",
        ground="#33302c",
        size=(420, 330),
        border="#7c5b3f",
    )
    yield board((2.35, BACK - 0.02, 1.45), (0.9, 0, 0), (0, 0, 0.85), menu)
    pay = sign(("PLEASE", "PAY HERE"), ink="#f4efe0", ground="#2f5d50", size=(420, 170))
    yield board((0.2, 6.2, 2.3), (1.05, 0, 0), (0, 0, 0.4), pay)
    for x in (0.3, 1.13):
        yield Box(
            low=(x, 6.2, 2.7), high=(x + 0.015, 6.215, CEILING), paint=plain(linear("#666666"))
        )


def _customers() -> Iterator[Solid]:
    """Shelves on the far wall, a bread stand and a bin on the customers' side."""
    for number, left in enumerate((-4.1, -2.55)):
        yield from shelf(
            Stand(corner=(left, BACK), along="x", front=-1, length=1.53, depth=0.42),
            levels=(0.14, 0.5, 0.86, 1.2, 1.52),
            top=1.85,
            seed=61 + number,
        )
    bread = sign(("BAKERY",), ink="#fff6e0", ground="#9a6a3c", size=(500, 120))
    yield board((-3.2, BACK - 0.02, 2.1), (1.5, 0, 0), (0, 0, 0.36), bread)
    yield from shelf(
        Stand(corner=(-3.75, 4.5), along="y", front=1, length=1.6, depth=0.5),
        levels=(0.14, 0.5, 0.84),
        top=1.15,
        seed=71,
    )
    yield Drum(
        centre=(0.05, 7.85), radius=0.19, bottom=0.0, top=0.62, paint=plain(linear("#5d6468"))
    )
    yield Drum(
        centre=(0.05, 7.85), radius=0.2, bottom=0.62, top=0.67, paint=plain(linear("#3b3f42"))
    )
