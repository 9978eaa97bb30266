"""An aisle between two rows of shelves, with a lit drinks cooler across its far end."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from pipeline.sample.backdrop import Scene
from pipeline.sample.colours import linear
from pipeline.sample.furniture import Stand, board, ceiling_lamp, room, shelf
from pipeline.sample.lens import Lens
from pipeline.sample.light import Lamp, Lighting
from pipeline.sample.paint import bottle, package, plaster, sign, tiles
from pipeline.sample.surface import Box, Drum, Panel, Solid, plain

CEILING = 3.0
COOLER = 10.6


def aisle() -> Scene:
    """The scene with its camera over the near cross aisle."""
    lamps = [ceiling_lamp(0.1, y, ceiling=CEILING, along="y", power=1.7) for y in (3.4, 6.0, 8.8)]
    cooler = Lamp(
        origin=(-2.6, COOLER - 0.05, 0.3),
        u=(5.0, 0, 0),
        v=(0, 0, 1.7),
        power=0.55,
        colour=(0.9, 0.98, 1.08),
    )
    lamps += [ceiling_lamp(x, 1.7, ceiling=CEILING, power=0.9) for x in (-2.3, 2.5)]
    return Scene(
        name="aisle",
        title="CAM 2  AISLE",
        lens=Lens(
            position=(0.15, 0.0, 2.62),
            yaw_deg=-1.5,
            tilt_deg=18.5,
            field_of_view_deg=66.0,
            width=960,
            height=540,
        ),
        solids=(*_shell(), *(panel for panel, _ in lamps), *_shelves(), *_cooler(), *_signs()),
        lighting=Lighting(lamps=(*(lamp for _, lamp in lamps), cooler), ambient=0.30),
    )


def _shell() -> Iterator[Solid]:
    yield from room(
        left=-5.2,
        right=5.2,
        near=0.4,
        far=COOLER + 0.8,
        ceiling=CEILING,
        floor=tiles("#c3beb2", size_m=0.45, grout="#979389"),
        wall=plaster("#d9d6cb", skirting="#6b6258"),
        gloss=0.5,
    )
    yield Panel(
        origin=(-5.2, COOLER + 0.7, 0),
        u=(10.4, 0, 0),
        v=(0, 0, CEILING),
        paint=plaster("#c9c5b8"),
    )


def _shelves() -> Iterator[Solid]:
    levels = (0.14, 0.5, 0.86, 1.2, 1.52)
    for number in range(3):
        start = 4.25 + number * 1.45
        yield from shelf(
            Stand(corner=(-1.85, start), along="y", front=1, length=1.43, depth=0.5),
            levels=levels,
            top=1.85,
            seed=21 + number,
        )
        yield from shelf(
            Stand(corner=(2.05, start), along="y", front=-1, length=1.43, depth=0.5),
            levels=levels,
            top=1.85,
            seed=31 + number,
        )
    # The backs of the neighbouring rows, and an end display towards the camera on each side.
    for corner, seed in (((-2.55, 4.2), 41), ((1.85, 4.2), 42)):
        yield from shelf(
            Stand(corner=corner, along="x", front=-1, length=0.9, depth=0.42),
            levels=(0.14, 0.5, 0.86, 1.2),
            top=1.55,
            seed=seed,
        )
    for left in (-2.55, 2.1):
        yield Box(
            low=(left, 4.25, 0),
            high=(left + 0.65, 8.6, 1.85),
            paint=plain(linear("#b9b7b0")),
            shadow=True,
        )
    for number, (x, y) in enumerate(
        ((-2.5, 5.0), (-2.45, 5.42), (-2.5, 7.2), (2.2, 4.9), (2.2, 6.6))
    ):
        low, high = (x, y, 1.85), (x + 0.5, y + 0.38, 2.1 + 0.05 * (number % 2))
        yield Box(low=low, high=high, paint=package(low, high, "#a5835a", "#b3925f", number))


def _cooler() -> Iterator[Solid]:
    """Glass-fronted cabinets full of bottles, lit from inside."""
    dark, frame = plain(linear("#3b3f42")), plain(linear("#7c8184"))
    yield Box(
        low=(-3.2, COOLER + 0.55, 0),
        high=(3.4, COOLER + 0.6, 2.1),
        paint=plain(linear("#e8eef0")),
        glow=0.5,
        shadow=True,
    )
    yield Box(low=(-3.2, COOLER, 0), high=(3.4, COOLER + 0.6, 0.22), paint=dark)
    yield Box(low=(-3.2, COOLER - 0.02, 2.05), high=(3.4, COOLER + 0.6, 2.35), paint=dark)
    for door in range(7):
        x = -3.2 + door * 1.1 - 0.03
        yield Box(low=(x, COOLER - 0.04, 0.22), high=(x + 0.06, COOLER + 0.02, 2.05), paint=frame)
    random = Random(5)  # noqa: S311 - picks goods, guards no secret
    colours = (
        ("#7fa8b8", "#dfe7e8"),
        ("#8a5a33", "#e6d6b0"),
        ("#4f8a5c", "#e4ead4"),
        ("#c4a24e", "#f2ead0"),
        ("#9a4b44", "#f0e4da"),
        ("#d8d8d2", "#6d8aa3"),
    )
    for level in (0.26, 0.64, 1.0, 1.36, 1.7):
        yield Box(
            low=(-3.2, COOLER + 0.06, level - 0.03),
            high=(3.4, COOLER + 0.55, level),
            paint=plain(linear("#c9ced0")),
        )
        x = -3.12
        while x < 3.25:
            glass, label = random.choice(colours)
            height = random.uniform(0.22, 0.3)
            for _ in range(random.randint(4, 8)):
                if x > 3.25:
                    break
                centre = (x, COOLER + 0.13)
                yield Drum(
                    centre=centre,
                    radius=0.042,
                    bottom=level,
                    top=level + height * 0.75,
                    paint=bottle(level, level + height * 0.75, glass, label),
                    glow=0.25,
                )
                yield Drum(
                    centre=centre,
                    radius=0.018,
                    bottom=level + height * 0.75,
                    top=level + height,
                    paint=plain(linear(label)),
                    glow=0.2,
                )
                x += 0.095
            x += 0.03
    header = sign(("COLD  DRINKS",), ink="#eef6f8", ground="#2f5f7d", size=(900, 110))
    yield board((-1.4, COOLER - 0.03, 2.06), (2.9, 0, 0), (0, 0, 0.28), header, glow=0.5)


def _signs() -> Iterator[Solid]:
    """Hanging signs over the aisle, and a price card at each end display."""
    hanging = sign(("3  SNACKS", "COFFEE  TEA"), ink="#f4efe0", ground="#2f5d50", size=(420, 170))
    yield board((-0.55, 6.9, 2.27), (1.2, 0, 0), (0, 0, 0.44), hanging)
    for x in (-0.45, 0.55):
        yield Box(
            low=(x, 6.9, 2.71), high=(x + 0.015, 6.915, CEILING), paint=plain(linear("#666666"))
        )
    offer = sign(("2 FOR 1",), ink="#5a3a12", ground="#e6cf8a", size=(260, 110))
    yield board((-2.45, 3.75, 1.56), (0.55, 0, 0), (0, 0, 0.2), offer)
    yield board((2.05, 3.75, 1.56), (0.55, 0, 0), (0, 0, 0.2), offer)
