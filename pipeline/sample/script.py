"""Who does what, when and where: three cameras, the same minute of a Saturday afternoon.

Positions are metres on each camera's own floor. The man in the black hoodie comes in at the front
door, is seen in the aisle ten seconds later, and runs out of the door with what he grabbed. The
woman in the yellow raincoat comes in first and pays at the counter half a minute later.
"""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.sample.acting import Reach, Stand, Visit, Walk

CAMERAS: tuple[str, ...] = ("front-door", "aisle", "counter")
DURATION_MS = 60_000
FPS = 12
CLOCK = datetime(2026, 3, 14, 14, 5, 0, tzinfo=UTC)
"""Shop time of the first picture, as burnt into the footage; the shop's zone is not said."""

VISITS: tuple[Visit, ...] = (
    Visit(
        person="yellow-raincoat",
        camera="front-door",
        start_ms=1_600,
        start=(-4.6, 10.8),
        actions=(
            Walk(to=((-0.8, 10.2), (-0.1, 8.6), (0.1, 7.4)), speed=1.05),
            Stand(seconds=2.6, facing=170, gesture="look"),
            Walk(to=((0.9, 5.2), (2.0, 4.0), (3.9, 3.8)), speed=1.05),
        ),
        enters="door",
        leaves="right",
    ),
    Visit(
        person="black-hoodie",
        camera="front-door",
        start_ms=20_000,
        start=(4.9, 10.7),
        actions=(
            Walk(to=((1.0, 10.0), (0.3, 8.0), (-0.2, 6.4)), speed=1.15),
            Stand(seconds=2.0, facing=-150, gesture="look"),
            Walk(to=((-1.4, 5.6), (-4.6, 5.5)), speed=1.15),
        ),
        enters="door",
        leaves="left",
    ),
    Visit(
        person="purple-coat",
        camera="front-door",
        start_ms=36_900,
        start=(-4.6, 5.6),
        actions=(Walk(to=((-1.7, 5.6), (0.2, 7.0), (0.55, 9.6), (5.0, 10.8)), speed=1.0),),
        enters="left",
        leaves="door",
        carries="bag",
    ),
    Visit(
        person="orange-shirt",
        camera="front-door",
        start_ms=36_900,
        start=(-4.7, 10.8),
        actions=(
            Walk(to=((-1.0, 10.3), (-0.45, 8.6), (-0.5, 7.0), (0.9, 5.4)), speed=1.15),
            Stand(seconds=1.6, facing=150, gesture="look"),
            Walk(to=((1.8, 4.1), (3.9, 3.8)), speed=1.15),
        ),
        enters="door",
        leaves="right",
    ),
    Visit(
        person="black-hoodie",
        camera="front-door",
        start_ms=53_000,
        start=(-4.6, 5.3),
        actions=(Walk(to=((-1.9, 5.6), (0.0, 7.2), (0.3, 9.4), (5.0, 10.9)), speed=3.3, run=True),),
        enters="left",
        leaves="door",
        carries="box",
    ),
    Visit(
        person="red-jacket",
        camera="aisle",
        start_ms=3_200,
        start=(-3.0, 9.5),
        actions=(
            Walk(to=((-0.6, 9.4), (-0.1, 8.0), (-0.72, 6.7)), speed=1.0),
            Stand(seconds=3.2, facing=-90, gesture="look"),
            Reach(seconds=2.6, facing=-90, target=(-1.22, 6.86, 1.26), takes="bottle"),
            Stand(seconds=1.2, facing=-70, gesture="phone"),
            Walk(to=((0.3, 5.2), (0.7, 3.8), (3.4, 3.4)), speed=1.1),
        ),
        enters="back",
        leaves="right",
    ),
    Visit(
        person="pink-hoodie",
        camera="aisle",
        start_ms=25_500,
        start=(3.3, 3.4),
        actions=(
            Walk(to=((0.9, 3.8), (0.5, 5.2), (0.95, 6.4)), speed=1.15),
            Stand(seconds=3.4, facing=90, gesture="phone"),
            Walk(to=((0.7, 8.0), (0.7, 9.3), (3.1, 9.5)), speed=1.15),
        ),
        enters="right",
        leaves="back",
    ),
    Visit(
        person="green-shirt",
        camera="aisle",
        start_ms=26_800,
        start=(-3.1, 9.5),
        actions=(
            Walk(to=((-0.7, 9.4), (-0.5, 8.2), (-0.7, 7.2)), speed=1.1),
            Stand(seconds=2.4, facing=-90, gesture="look"),
            Walk(to=((-0.6, 5.6), (-0.6, 3.9), (-3.4, 3.4)), speed=1.2),
        ),
        enters="back",
        leaves="left",
    ),
    Visit(
        person="black-hoodie",
        camera="aisle",
        start_ms=42_700,
        start=(-3.3, 3.4),
        actions=(
            Walk(to=((-0.6, 3.8), (0.2, 4.6), (0.95, 5.7)), speed=1.25),
            Stand(seconds=1.3, facing=140, gesture="look"),
            Reach(seconds=1.7, facing=90, target=(1.45, 5.5, 1.25), takes="box"),
            Walk(to=((0.2, 4.6), (-0.7, 3.7), (-3.6, 3.3)), speed=3.3, run=True),
        ),
        enters="left",
        leaves="left",
    ),
    Visit(
        person="employee",
        camera="counter",
        start_ms=3_500,
        start=(1.65, 10.1),
        actions=(
            Walk(to=((1.65, 8.2), (1.55, 5.75)), speed=1.1),
            Stand(seconds=11.5, facing=-90, gesture="serve"),
            Walk(to=((1.65, 8.0), (1.65, 10.2)), speed=1.1),
        ),
        enters="back",
        leaves="back",
    ),
    Visit(
        person="white-blouse",
        camera="counter",
        start_ms=5_500,
        start=(-3.6, 3.6),
        actions=(
            Walk(to=((-1.8, 4.2), (-0.12, 5.55)), speed=1.05),
            Stand(seconds=7.5, facing=88, gesture="pay"),
            Walk(to=((-1.2, 4.7), (-3.7, 3.6)), speed=1.05),
        ),
        enters="left",
        leaves="left",
    ),
    Visit(
        person="yellow-raincoat",
        camera="counter",
        start_ms=29_000,
        start=(-3.6, 3.6),
        actions=(
            Walk(to=((-1.6, 4.4), (-0.14, 5.6)), speed=1.05),
            Stand(seconds=7.0, facing=92, gesture="pay"),
            Walk(to=((-1.2, 4.6), (-3.7, 3.6)), speed=1.1),
        ),
        enters="left",
        leaves="left",
    ),
    Visit(
        person="employee",
        camera="counter",
        start_ms=30_000,
        start=(1.65, 10.1),
        actions=(
            Walk(to=((1.65, 8.2), (1.55, 5.7)), speed=1.2),
            Stand(seconds=5.4, facing=-90, gesture="serve"),
            Walk(to=((1.65, 8.0), (1.65, 10.2)), speed=1.2),
        ),
        enters="back",
        leaves="back",
    ),
    Visit(
        person="brown-jacket",
        camera="counter",
        start_ms=48_700,
        start=(-3.5, 3.7),
        actions=(
            Walk(to=((-2.0, 4.8), (-1.7, 7.3)), speed=1.3),
            Reach(seconds=2.4, facing=5, target=(-1.45, 7.8, 1.25), takes="box"),
            Walk(to=((-1.3, 5.4), (-1.9, 4.2), (-3.6, 3.5)), speed=1.4),
        ),
        enters="left",
        leaves="left",
    ),
)
