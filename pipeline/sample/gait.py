"""Steps: where both feet are after a distance walked. Feet on the floor do not move.

The timing of a step is tied to the distance covered, not to the clock, so feet never skate:
a foot swings while the body passes over the other one (walking: stance 60 % of the cycle; running:
about a third, with both feet in the air between; Perry, Gait Analysis, 1992).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.sample.course import Course, forward, rightward, smoothstep, turned

TOE_OUT = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """``place`` (2,) is the floor under the ankle; ``pitch`` radians lifts the heel about the ball;
    ``lift`` metres raises all of it; ``swing`` is 0 on the floor, up to 1 in mid-swing."""

    place: np.ndarray
    heading: float
    lift: float = 0.0
    pitch: float = 0.0
    swing: float = 0.0


Feet = tuple[Foot, Foot]
"""Left and right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Step ``length`` metres, the body's lead at lift-off and landing as shares of a step."""

    length: float
    before: float
    after: float
    lift: float
    push_off: float
    width: float = 0.085


WALK = Style(length=0.6, before=0.3, after=0.5, lift=0.055, push_off=0.75)
RUN = Style(length=1.12, before=0.75, after=0.55, lift=0.2, push_off=1.1, width=0.06)


def standing(place: np.ndarray, heading: float, width: float = 0.1) -> Feet:
    """Both feet side by side under ``place``."""
    out = rightward(heading) * width
    return (
        Foot(place=place - out, heading=heading - TOE_OUT),
        Foot(place=place + out, heading=heading + TOE_OUT),
    )


def walking(course: Course, style: Style, distance: float) -> Feet:
    """Feet of a body ``distance`` metres along ``course``; both stand together at its ends."""
    count = max(1, round(course.length / style.length))
    step = course.length / count
    return (
        _foot(course, style, step, count, distance, side=-1),
        _foot(course, style, step, count, distance, side=1),
    )


def _foot(
    course: Course, style: Style, step: float, count: int, distance: float, *, side: int
) -> Foot:
    """One foot: the left one (-1) takes the even steps, the last one closes up to the other."""
    planted, lead = 0.0, 0.0
    first = 0 if side < 0 else 1
    for number in range(first, count + 1, 2):
        passing = number * step
        start = max(passing - style.before * step, 0.0)
        end = min(passing + style.after * step, course.length)
        target = min((number + 1) * step, course.length)
        if number == count:
            start = max(course.length - 0.4 * step, 0.0)
        if target - planted < 1e-6:
            break
        if distance < start:
            break
        if distance < end:
            share = (distance - start) / max(end - start, 1e-6)
            left_at = _rise(style, step, start - planted)
            return _swinging(course, style, side, planted, target, share, left_at)
        planted, lead = target, distance - end
    landing = -0.22 * (1 - smoothstep(lead / (0.15 * step))) if planted > 0 and lead > 0 else 0.0
    pitch = _rise(style, step, distance - planted)
    return _on_course(course, style, side, planted, pitch=pitch if pitch > 0 else landing)


def _rise(style: Style, step: float, passed: float) -> float:
    """Heel lift (radians) of a standing foot the body has left ``passed`` metres behind."""
    leaves = (1.0 - style.before) * step
    return style.push_off * smoothstep((passed - leaves + 0.5 * step) / (0.5 * step))


def _swinging(
    course: Course, style: Style, side: int, start: float, end: float, share: float, left_at: float
) -> Foot:
    forth = start + (end - start) * smoothstep(share * 0.9 + 0.05)
    arc = float(np.sin(np.pi * share))
    scale = min(1.0, (end - start) / style.length)
    pitch = left_at * (1 - smoothstep(share / 0.75)) - 0.22 * smoothstep((share - 0.55) / 0.4)
    # A runner's heel comes up behind before the leg swings through.
    kick = 0.5 * style.lift * float(np.sin(np.pi * min(share * 1.6, 1.0)))
    return _on_course(
        course,
        style,
        side,
        forth,
        lift=(style.lift * arc + kick) * (0.4 + 0.6 * scale),
        pitch=pitch,
        swing=arc,
    )


def _on_course(
    course: Course,
    style: Style,
    side: int,
    distance: float,
    *,
    lift: float = 0.0,
    pitch: float = 0.0,
    swing: float = 0.0,
) -> Foot:
    heading = course.heading(distance)
    place = course.at(distance) + rightward(heading) * side * style.width
    return Foot(
        place=place, heading=heading + side * TOE_OUT * 0.6, lift=lift, pitch=pitch, swing=swing
    )


def shuffling(start: Feet, end: Feet, share: float) -> Feet:
    """Turning on the spot: first the left foot, then the right, with a small lift each."""
    return _shifted(start[0], end[0], share / 0.5), _shifted(start[1], end[1], share / 0.5 - 1.0)


def _shifted(start: Foot, end: Foot, share: float) -> Foot:
    part = smoothstep(share)
    moved = float(np.linalg.norm(end.place - start.place)) + abs(end.heading - start.heading) * 0.1
    arc = float(np.sin(np.pi * part)) * min(1.0, moved / 0.1)
    return Foot(
        place=start.place + (end.place - start.place) * part,
        heading=turned(start.heading, end.heading, part),
        lift=0.035 * arc,
        pitch=0.2 * arc,
        swing=0.5 * arc,
    )


def behind(foot: Foot, place: np.ndarray, heading: float) -> float:
    """How far (metres) a foot is ahead of the body along its heading."""
    return float((foot.place - place) @ forward(heading))
