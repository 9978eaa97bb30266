"""The front door, seen from inside: a glass front, the street behind it, a newspaper rack."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.sample.backdrop import Scene
from pipeline.sample.colours import linear
from pipeline.sample.furniture import Stand, board, ceiling_lamp, room, shelf
from pipeline.sample.lens import Lens
from pipeline.sample.light import Lamp, Lighting
from pipeline.sample.paint import package, plaster, sign, street, tiles
from pipeline.sample.surface import Box, Drum, Panel, Solid, plain

CEILING = 3.0
FRONT = 8.6
DOOR = (-1.0, 1.0)
DAYLIGHT = (0.93, 0.98, 1.08)


def front_door() -> Scene:
    """The scene with its camera above the middle of the shop."""
    lamps = [
        ceiling_lamp(x, y, ceiling=CEILING, power=1.15)
        for x, y in ((-1.7, 3.4), (1.7, 3.4), (-1.7, 6.2), (1.7, 6.2))
    ]
    day = Lamp(
        origin=(-3.6, FRONT + 0.1, 0.4), u=(7.2, 0, 0), v=(0, 0, 1.9), power=1.9, colour=DAYLIGHT
    )
    return Scene(
        name="front-door",
        title="CAM 1  FRONT DOOR",
        lens=Lens(
            position=(0.35, 0.0, 2.6),
            yaw_deg=-3.0,
            tilt_deg=16.0,
            field_of_view_deg=68.0,
            width=960,
            height=540,
        ),
        solids=(*_shell(), *(panel for panel, _ in lamps), *_front(), *_goods()),
        lighting=Lighting(lamps=(*(lamp for _, lamp in lamps), day), ambient=0.26),
    )


def _shell() -> Iterator[Solid]:
    yield from room(
        left=-4.6,
        right=4.6,
        near=0.4,
        far=FRONT,
        ceiling=CEILING,
        floor=tiles("#b9b4a8", size_m=0.5, grout="#8d897f"),
        wall=plaster("#d9d5c6", skirting="#6b6258"),
        gloss=0.5,
    )
    yield Panel(
        origin=(-12, FRONT + 0.15, -0.02),
        u=(24, 0, 0),
        v=(0, 8, 0),
        paint=tiles("#cfcbc2", size_m=0.8, grout="#a29e96"),
        glow=0.8,
    )
    yield Box(
        low=(-4.6, FRONT - 0.02, -0.02),
        high=(4.6, FRONT + 0.2, 0.004),
        paint=plain(linear("#77797a")),
    )
    yield board((-11, 17.5, -0.75), (22, 0, 0), (0, 0, 5.2), street(), glow=1.25)


def _front() -> Iterator[Solid]:
    """The shop front: wall, window frames, sliding door standing open."""
    wall, frame = plaster("#cfc8b4", skirting="#6b6258"), plain(linear("#8e9397"))
    back = FRONT + 0.18
    spans = (
        ((-4.6, -3.6), (0, CEILING)),
        ((3.6, 4.6), (0, CEILING)),
        ((-3.6, 3.6), (2.35, CEILING)),
        ((-3.6, DOOR[0] - 0.12), (0, 0.42)),
        ((DOOR[1] + 0.12, 3.6), (0, 0.42)),
    )
    for (left, right), (low, high) in spans:
        yield Box(low=(left, FRONT, low), high=(right, back, high), paint=wall, shadow=True)
    for x in (-3.6, -2.35, DOOR[0] - 0.12, DOOR[1], 2.35, 3.48):
        low = 0.0 if x in (DOOR[0] - 0.12, DOOR[1]) else 0.42
        yield Box(low=(x, FRONT, low), high=(x + 0.12, back, 2.35), paint=frame, shadow=True)
    for left, right in ((-3.6, DOOR[0]), (DOOR[1], 3.6)):
        yield Box(low=(left, FRONT, 0.42), high=(right, back, 0.5), paint=frame)
        yield Box(low=(left, FRONT, 2.25), high=(right, back, 2.35), paint=frame)
    yield Box(low=(DOOR[0], FRONT, 2.2), high=(DOOR[1], back, 2.35), paint=frame)
    # The two leaves of the sliding door rest in front of the windows.
    for left in (DOOR[0] - 1.02, DOOR[1] + 0.06):
        for x in (left, left + 0.9):
            yield Box(low=(x, FRONT - 0.09, 0.02), high=(x + 0.06, FRONT - 0.04, 2.2), paint=frame)
        for z in (0.02, 1.02, 2.12):
            yield Box(
                low=(left, FRONT - 0.09, z), high=(left + 0.96, FRONT - 0.04, z + 0.08), paint=frame
            )
    welcome = sign(("WELCOME",), ink="#f4efe0", ground="#2f5d50", size=(640, 120))
    yield board((-0.95, FRONT - 0.02, 2.45), (1.9, 0, 0), (0, 0, 0.36), welcome)
    opening = sign(
        ("OPEN", "8 - 22"), ink="#2f5d50", ground="#f1ecdc", size=(240, 200), border="#2f5d50"
    )
    yield board((1.5, FRONT - 0.01, 1.45), (0.55, 0, 0), (0, 0, 0.46), opening, glow=0.1)
    offer = sign(("FRESH", "BREAD", "DAILY"), ink="#fff6e0", ground="#9a6a3c", size=(240, 340))
    yield board((-2.25, FRONT - 0.12, 1.2), (0.55, 0, 0), (0, 0, 0.8), offer, glow=0.1)


def _goods() -> Iterator[Solid]:
    yield Panel(
        origin=(-1.05, 6.9, 0.012),
        u=(2.1, 0, 0),
        v=(0, 1.5, 0),
        paint=_mat,
    )
    yield from shelf(
        Stand(corner=(-3.2, 7.0), along="y", front=1, length=1.4, depth=0.4),
        levels=(0.14, 0.5, 0.86, 1.2),
        top=1.5,
        seed=11,
    )
    yield from shelf(
        Stand(corner=(3.35, 5.2), along="y", front=-1, length=3.0, depth=0.45),
        levels=(0.14, 0.52, 0.9, 1.28),
        top=1.65,
        seed=12,
    )
    yield from shelf(
        Stand(corner=(-3.3, 4.62), along="x", front=-1, length=1.5, depth=0.45),
        levels=(0.14, 0.48, 0.8),
        top=1.1,
        seed=13,
    )
    yield from _baskets((1.75, 7.9))
    for number, colour in enumerate(("#c9a3b4", "#d9c27a", "#b7a3c9")):
        x = -2.45 + number * 0.33
        yield Drum(
            centre=(x, 8.15), radius=0.13, bottom=0, top=0.34, paint=plain(linear("#6f7377"))
        )
        for stem in range(7):
            angle = stem * 2.4
            centre = (x + 0.07 * np.cos(angle), 8.15 + 0.07 * np.sin(angle))
            top = 0.55 + 0.05 * (stem % 3)
            yield Drum(
                centre=centre, radius=0.012, bottom=0.3, top=top, paint=plain(linear("#4d6b3f"))
            )
            yield Drum(
                centre=centre, radius=0.05, bottom=top, top=top + 0.07, paint=plain(linear(colour))
            )


def _mat(points: np.ndarray, _normals: np.ndarray) -> np.ndarray:
    """A ribbed rubber mat with a paler rim."""
    rib = np.modf(np.abs(points[:, 1]) / 0.06)[0] < 0.5
    tone = np.where(rib, 0.030, 0.045)
    rim = (np.abs(points[:, 0]) > 0.99) | (np.abs(points[:, 1] - 7.65) > 0.69)
    return np.where(rim, 0.09, tone)[:, None] * np.array([[1.0, 0.98, 0.95]])


def _baskets(at: tuple[float, float]) -> Iterator[Solid]:
    """A stack of shopping baskets."""
    x, y = at
    for number in range(6):
        low = (x, y, 0.03 + number * 0.085)
        high = (x + 0.46, y + 0.32, low[2] + 0.07)
        yield Box(
            low=low,
            high=high,
            paint=package(low, high, "#3f5f6a", "#34525c", 1),
            shadow=number == 5,
        )
    yield Box(low=(x, y, 0), high=(x + 0.46, y + 0.32, 0.03), paint=plain(linear("#444444")))
