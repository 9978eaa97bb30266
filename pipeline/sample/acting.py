"""What a person in the sample can do, as data, and what the body does at a moment of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
Gesture = Literal["rest", "look", "phone", "serve", "pay"]
Side = Literal["left", "right", "door", "back", "front"]
Item = Literal["bottle", "box", "bag"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Go through ``to`` (metres on the floor) at ``speed`` metres a second."""

    to: tuple[Point, ...]
    speed: float = 1.05
    run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Stay for ``seconds`` facing ``facing`` (degrees, 0 away from the camera, 90 to the right)."""

    seconds: float
    facing: float
    gesture: Gesture = "look"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Stretch a hand to ``target`` (x, y, z metres) and come back, with ``takes`` in it."""

    seconds: float
    facing: float
    target: tuple[float, float, float]
    takes: Item | None = None


Action = Walk | Stand | Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One person in front of one camera, from coming into the picture to leaving it."""

    person: str
    camera: str
    start_ms: int
    start: Point
    actions: tuple[Action, ...]
    enters: Side
    leaves: Side
    carries: Item | None = None
