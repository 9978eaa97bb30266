"""Made-up segments told by the product's own describer: its captions in both languages."""

from __future__ import annotations

from random import Random

from core.types import Box
from core.vocabulary import COLOURS
from pipeline.describer import describe
from pipeline.facts import Gate, Motion, PersonFacts, Phase, Place, Scene, SegmentFacts
from pipeline.tracks import Observation

PLACES: tuple[Place, ...] = ("left", "centre", "right")
GATES: tuple[Gate, ...] = ("left", "right", "front", "back")
MOTIONS: tuple[Motion, ...] = ("stands", "walks", "runs")
QUIET_SHARE = 0.1


def told_scenes(count: int, seed: int) -> tuple[tuple[str, str], ...]:
    """At most ``count`` different captions, (Korean, English), the same for the same seed."""
    random = Random(seed)  # noqa: S311
    told = (describe(_segment(random)) for _ in range(count))
    return tuple(dict.fromkeys((caption.ko, caption.en) for caption in told))


def _segment(random: Random) -> SegmentFacts:
    if random.random() < QUIET_SHARE:
        return _facts((), _scene(random), quiet=random.random() < 0.3)
    people = tuple(_person(random) for _ in range(random.choices((1, 2, 3), (70, 25, 5))[0]))
    return _facts(people, Scene(), quiet=False)


def _facts(people: tuple[PersonFacts, ...], scene: Scene, *, quiet: bool) -> SegmentFacts:
    return SegmentFacts(
        start_ms=0,
        end_ms=max((person.end_ms for person in people), default=10_000),
        kind="quiet" if quiet else "activity",
        people=people,
        at_once=len(people),
        scene=Scene() if quiet else scene,
    )


def _scene(random: Random) -> Scene:
    return Scene(
        movement=random.choice((0.001, 0.02, 0.4)),
        movement_at=(random.random(), random.random()),
        light=random.random(),
        colours=tuple(random.sample(COLOURS, random.randint(0, 2))),
    )


def _person(random: Random) -> PersonFacts:
    phases: list[Phase] = []
    at_ms = 0
    for _ in range(random.randint(1, 3)):
        motion = random.choice(MOTIONS)
        towards = None if motion == "stands" else random.choice(GATES)
        lasts_ms = random.randrange(1_500, 30_000)
        phases.append(
            Phase(
                motion=motion,
                start_ms=at_ms,
                end_ms=at_ms + lasts_ms,
                place=random.choice(PLACES),
                towards=towards,
            )
        )
        at_ms += lasts_ms
    comes, goes = random.random(), random.random()
    box = Box(left=0.4, top=0.2, width=0.2, height=0.6)
    return PersonFacts(
        start_ms=0,
        end_ms=at_ms,
        upper=random.choice((*COLOURS, None)),
        lower=random.choice((*COLOURS, None, None)),
        enters=random.choice(GATES) if comes < 0.5 else None,
        leaves=random.choice(GATES) if goes < 0.5 else None,
        appears=comes > 0.85,
        disappears=goes > 0.85,
        motion=phases[0].motion,
        place=phases[0].place,
        phases=tuple(phases),
        best=Observation(at_ms=0, box=box, score=0.9),
        score=0.9,
    )
