"""Objects of a segment: how many of each kind, where and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.facts import ObjectFacts
from pipeline.ports import Sighting

LIKELY_OBJECT = 0.45
"""A score from which an object counts. Measured in docs/adr/0018."""

FEWEST_SIGHTINGS, FEWEST_SHARE = 2, 0.1
"""A thing seen once in many frames is a mistake of the detector."""


@dataclass(frozen=True, slots=True)
class _Glimpse:
    """The things of one kind in one frame, surest first."""

    at_ms: int
    sightings: tuple[Sighting, ...]

    @property
    def worth(self) -> tuple[int, float]:
        return len(self.sightings), sum(s.score for s in self.sightings)


class ObjectTally:
    """Collects the frames of one segment."""

    def __init__(self) -> None:
        self._frames = 0
        self._glimpses: dict[str, list[_Glimpse]] = defaultdict(list)

    def add(self, at_ms: int, sightings: Sequence[Sighting]) -> None:
        """One frame; people are left to the tracker."""
        self._frames += 1
        by_label: dict[str, list[Sighting]] = defaultdict(list)
        for sighting in sightings:
            if sighting.label != "person" and sighting.score >= LIKELY_OBJECT:
                by_label[sighting.label].append(sighting)
        for label, found in by_label.items():
            ordered = tuple(sorted(found, key=lambda s: -s.score))
            self._glimpses[label].append(_Glimpse(at_ms, ordered))

    def objects(self) -> tuple[ObjectFacts, ...]:
        """One entry per kind that was seen often enough, most frames first."""
        fewest = min(self._frames, max(FEWEST_SIGHTINGS, FEWEST_SHARE * self._frames))
        often = [
            (label, glimpses)
            for label, glimpses in self._glimpses.items()
            if len(glimpses) >= fewest
        ]
        often.sort(key=lambda item: (-len(item[1]), item[0]))
        return tuple(_facts(label, glimpses) for label, glimpses in often)


def _facts(label: str, glimpses: Sequence[_Glimpse]) -> ObjectFacts:
    best = max(glimpses, key=lambda glimpse: glimpse.worth)
    return ObjectFacts(
        label=label,
        count=len(best.sightings),
        start_ms=glimpses[0].at_ms,
        end_ms=max(glimpses[-1].at_ms, glimpses[0].at_ms + 1),
        at_ms=best.at_ms,
        score=best.sightings[0].score,
        boxes=tuple(sighting.box for sighting in best.sightings),
    )
