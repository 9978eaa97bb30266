"""A visit as movement: where body, feet, hands and gaze are at each moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from pipeline.sample.acting import Action, Gesture, Item, Reach, Stand, Visit, Walk
from pipeline.sample.course import Course, smoothstep, turned
from pipeline.sample.gait import RUN, WALK, Feet, behind, shuffling, standing, walking

EASE_S = 0.45
TURN_S = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """A moment of a body. ``place`` (2,) metres; ``run`` 0..1; ``swing`` left and right arm,
    -1..1; ``hand`` world target of the right hand with ``hand_weight`` 0..1; ``gaze`` radians to
    the right of the heading, ``nod`` radians down; ``gesture`` fades in with ``gesture_weight``."""

    place: np.ndarray
    heading: float
    feet: Feet
    run: float = 0.0
    swing: tuple[float, float] = (0.0, 0.0)
    gaze: float = 0.0
    nod: float = 0.0
    hand: tuple[float, float, float] | None = None
    hand_weight: float = 0.0
    gesture: Gesture = "rest"
    gesture_weight: float = 0.0
    holds: Item | None = None
    clock: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One action with its place in the visit: seconds from the visit's start, and what the body
    was like before it."""

    action: Action
    start_s: float
    end_s: float
    before: Stance
    course: Course | None = None
    eases: tuple[bool, bool] = (True, True)

    def travelled(self, seconds: float) -> float:
        """Metres walked after ``seconds`` of this beat: speeding up and slowing down at rest."""
        assert isinstance(self.action, Walk)
        assert self.course is not None
        speed, length = self.action.speed, self.course.length
        start = EASE_S if self.eases[0] else 0.0
        end = EASE_S if self.eases[1] else 0.0
        total = self.end_s - self.start_s
        if seconds < start:
            return speed * seconds**2 / (2 * start)
        if seconds > total - end and end:
            return length - speed * max(total - seconds, 0.0) ** 2 / (2 * end)
        return min(speed * (seconds - start / 2), length)

    def stance(self, seconds: float) -> Stance:
        """The body ``seconds`` after this beat began."""
        if isinstance(self.action, Walk):
            return self._walk(self.action, seconds)
        return self._stay(self.action, seconds)

    def _walk(self, action: Walk, seconds: float) -> Stance:
        assert self.course is not None
        distance = self.travelled(seconds)
        place = self.course.at(distance)
        ahead = self.course.heading(distance)
        turn = smoothstep(seconds / 0.5) if self.eases[0] else 1.0
        heading = turned(self.before.heading, ahead, turn)
        feet = walking(self.course, RUN if action.run else WALK, distance)
        # Arms go with the opposite leg.
        reach = 0.75 if action.run else 0.42
        left, right = (behind(foot, place, ahead) / reach for foot in feet)
        return Stance(
            place=place,
            heading=heading,
            feet=feet,
            run=turn if action.run else 0.0,
            swing=(float(np.clip(right, -1, 1)), float(np.clip(left, -1, 1))),
            gaze=0.12 * float(np.sin(0.9 * seconds + self.start_s)),
            nod=0.1,
            holds=self.before.holds,
            clock=self.start_s + seconds,
        )

    def _stay(self, action: Stand | Reach, seconds: float) -> Stance:
        facing = np.radians(action.facing)
        place = self.before.place
        share = seconds / min(TURN_S, action.seconds)
        feet = shuffling(self.before.feet, standing(place, facing), share)
        heading = turned(self.before.heading, facing, smoothstep(share))
        clock = self.start_s + seconds
        holds, hand, weight = self.before.holds, None, 0.0
        gesture: Gesture = "rest"
        fade, nod, gaze = 0.0, 0.06, 0.0
        if isinstance(action, Reach):
            hand = action.target
            middle = action.seconds * 0.55
            weight = smoothstep((seconds - 0.3) / (middle - 0.35)) * (
                1 - smoothstep((seconds - middle) / (action.seconds - middle))
            )
            if action.takes and seconds >= middle:
                holds = action.takes
            nod = 0.1 + 0.012 * (140 - 100 * action.target[2])
        else:
            gesture = action.gesture
            fade = smoothstep((seconds - 0.4) / 0.6) * smoothstep((action.seconds - seconds) / 0.5)
            if gesture == "look":
                gaze = 0.55 * float(np.sin(1.1 * clock)) * fade
                nod = 0.1 + 0.14 * float(np.sin(0.7 * clock + 1.0)) * fade
            elif gesture in ("phone", "serve", "pay"):
                nod = 0.06 + (0.42 if gesture == "phone" else 0.22) * fade
        return Stance(
            place=place,
            heading=heading,
            feet=feet,
            gaze=gaze,
            nod=float(nod),
            hand=hand,
            hand_weight=weight,
            gesture=gesture,
            gesture_weight=fade,
            holds=holds,
            clock=clock,
        )


@dataclass(frozen=True, kw_only=True)
class Motion:
    """A whole visit, beat after beat."""

    visit: Visit
    beats: tuple[Beat, ...] = field(default=())

    @classmethod
    def of(cls, visit: Visit) -> Motion:
        return cls(visit=visit, beats=tuple(_beats(visit)))

    @property
    def duration_s(self) -> float:
        return self.beats[-1].end_s

    @property
    def end_ms(self) -> int:
        return self.visit.start_ms + round(self.duration_s * 1000)

    def at(self, at_ms: float) -> Stance | None:
        """The body at a time of the clip; None before it came and after it left."""
        seconds = (at_ms - self.visit.start_ms) / 1000
        if seconds < 0:
            return None
        for beat in self.beats:
            if seconds < beat.end_s:
                return beat.stance(seconds - beat.start_s)
        return None


def _beats(visit: Visit) -> Iterator[Beat]:
    place = np.array(visit.start, float)
    first = visit.actions[0]
    heading = 0.0
    if isinstance(first, Walk):
        heading = Course.through((visit.start, *first.to)).heading(0.0)
    before = Stance(
        place=place, heading=heading, feet=standing(place, heading), holds=visit.carries
    )
    start = 0.0
    after_next = [*(later for _, later in pairwise(visit.actions)), None]
    for number, (action, following) in enumerate(zip(visit.actions, after_next, strict=True)):
        if number > 0 and isinstance(action, Walk):
            yield (turn := _turn(action, start, before))
            start, before = turn.end_s, turn.stance(turn.end_s - turn.start_s)
        beat = _beat(action, start, before, eases=(number > 0, following is not None))
        yield beat
        start = beat.end_s
        before = beat.stance(beat.end_s - beat.start_s)


def _turn(action: Walk, start_s: float, before: Stance) -> Beat:
    """Turning on the spot towards where the walk goes; nobody walks off sideways."""
    course = _course(action, before)
    away = abs(turned(before.heading, course.heading(0.0), 1.0) - before.heading)
    seconds = (0.25 if action.run else 0.36) * away if away > 0.5 else 0.01
    stand = Stand(seconds=seconds, facing=float(np.degrees(course.heading(0.0))), gesture="rest")
    return Beat(action=stand, start_s=start_s, end_s=start_s + seconds, before=before)


def _course(action: Walk, before: Stance) -> Course:
    return Course.through(((float(before.place[0]), float(before.place[1])), *action.to))


def _beat(action: Action, start_s: float, before: Stance, *, eases: tuple[bool, bool]) -> Beat:
    if not isinstance(action, Walk):
        return Beat(action=action, start_s=start_s, end_s=start_s + action.seconds, before=before)
    course = _course(action, before)
    seconds = course.length / action.speed + EASE_S / 2 * sum(eases)
    return Beat(
        action=action,
        start_s=start_s,
        end_s=start_s + seconds,
        before=before,
        course=course,
        eases=eases,
    )
