"""Made-up scenes before a camera, told by the product's own describer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Literal, TypeVar

from core.types import Box
from pipeline.facts import Gate, Motion, PersonFacts, Phase, Place, Scene, SegmentFacts
from pipeline.tracks import Observation

T = TypeVar("T")

COLOURS = {
    "black": 24, "grey": 17, "blue": 16, "white": 14, "brown": 7, "beige": 6,
    "green": 5, "red": 5, "yellow": 2, "purple": 2, "pink": 1, "orange": 1,
}  # fmt: skip
"""Clothing colour -> weight: dark ones are common, so queries meet frequent and rare words."""

PLACES: tuple[Place, ...] = ("left", "centre", "right")
GATES: tuple[Gate, ...] = ("left", "right", "front", "back")
HEADCOUNT = {1: 62, 2: 24, 3: 9, 4: 4, 5: 1}


def lively(random: Random) -> SegmentFacts:
    """A stretch with people in it, or rarely with movement nobody is recognised in."""
    if random.random() < 0.06:
        return _nobody(random, "activity")
    people = [_person(random) for _ in range(_weighted(random, HEADCOUNT))]
    end_ms = max(person.end_ms for person in people) + random.randrange(200, 2_000)
    together = random.randint(1, len(people))
    return _facts("activity", end_ms, tuple(people), together)


def quiet(random: Random) -> SegmentFacts:
    """A stretch in which nothing happens; as in life most of these read alike."""
    if random.random() < 0.9:
        return _facts("quiet", random.randrange(4_000, 60_000), (), 0)
    return _nobody(random, "quiet")


def alike(facts: SegmentFacts, random: Random) -> SegmentFacts:
    """The same people doing nearly the same: other moments, places and ways out."""
    people = tuple(_replayed(person, random) for person in facts.people)
    end_ms = max((person.end_ms for person in people), default=facts.end_ms)
    return replace(facts, people=people, end_ms=end_ms + random.randrange(200, 2_000))


def _person(random: Random) -> PersonFacts:
    start_ms = random.randrange(0, 8_000)
    phases = _phases(random, start_ms)
    motions: list[Motion] = [phase.motion for phase in phases]
    end_ms = phases[-1].end_ms
    at_ms = random.randrange(start_ms, end_ms)
    comes, goes = random.random(), random.random()
    box = Box(left=random.uniform(0, 0.8), top=0.2, width=0.15, height=random.uniform(0.3, 0.7))
    return PersonFacts(
        start_ms=start_ms,
        end_ms=end_ms,
        upper=_colour(random, unknown=0.08),
        lower=_colour(random, unknown=0.3),
        enters=random.choice(GATES) if comes < 0.6 else None,
        leaves=random.choice(GATES) if goes < 0.6 else None,
        appears=comes > 0.9,
        disappears=goes > 0.9,
        motion="runs" if "runs" in motions else max(motions, key=motions.count),
        place=random.choice(phases).place,
        phases=phases,
        best=Observation(at_ms=at_ms, box=box, score=0.8),
        score=random.uniform(0.5, 0.98),
    )


def _phases(random: Random, start_ms: int) -> tuple[Phase, ...]:
    phases: list[Phase] = []
    at_ms = start_ms
    for _ in range(random.randint(1, 5)):
        motion: Motion = random.choices(("stands", "walks", "runs"), (48, 47, 5))[0]
        lasts_ms = random.randrange(1_200, 20_000 if motion == "stands" else 5_000)
        phases.append(
            Phase(
                motion=motion,
                start_ms=at_ms,
                end_ms=at_ms + lasts_ms,
                place=random.choice(PLACES),
                towards=None if motion == "stands" else random.choice(GATES),
            )
        )
        at_ms += lasts_ms
    return tuple(phases)


def _replayed(person: PersonFacts, random: Random) -> PersonFacts:
    phases = tuple(
        replace(
            phase,
            end_ms=phase.end_ms + random.randrange(0, 2_000),
            place=random.choice(PLACES) if random.random() < 0.3 else phase.place,
        )
        for phase in person.phases
    )
    leaves = random.choice(GATES) if person.leaves and random.random() < 0.3 else person.leaves
    return replace(person, phases=phases, leaves=leaves, end_ms=phases[-1].end_ms)


def _nobody(random: Random, kind: Literal["activity", "quiet"]) -> SegmentFacts:
    scene = Scene(
        movement=random.uniform(0.005, 0.5),
        movement_at=(random.random(), random.random()),
        light=random.random(),
        colours=tuple(random.sample(tuple(COLOURS), random.randint(0, 2))),
    )
    return _facts(kind, random.randrange(2_000, 40_000), (), 0, scene)


def _facts(
    kind: Literal["activity", "quiet"],
    end_ms: int,
    people: tuple[PersonFacts, ...],
    together: int,
    scene: Scene | None = None,
) -> SegmentFacts:
    return SegmentFacts(
        start_ms=0,
        end_ms=end_ms,
        kind=kind,
        people=people,
        at_once=together,
        scene=scene or Scene(),
    )


def _colour(random: Random, *, unknown: float) -> str | None:
    return None if random.random() < unknown else _weighted(random, COLOURS)


def _weighted(random: Random, weights: Mapping[T, int]) -> T:
    return random.choices(list(weights), list(weights.values()))[0]
