"""Ground truth of a clip: who was seen when and where, measured on the figures as drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.sample.acting import Reach, Stand, Walk
from pipeline.sample.frame import Clip, Sighting
from pipeline.sample.motion import Motion
from pipeline.sample.people import PEOPLE
from pipeline.sample.script import DURATION_MS, FPS

STEP_MS = 250
"""A whole number of pictures, so that all is measured on pictures of the clip."""
BOX_EVERY_MS = 500
LEAST_PIXELS = 60
"""Fewer visible pixels than this are not called seen: a toe behind a shelf."""
LEAST_QUIET_MS = 2_000

Boxes = dict[int, tuple[float, float, float, float]]
"""Time in ms to a box: left, top, width, height as fractions of the picture."""


class Witness:
    """Keeps where every figure of a clip was seen, every ``step_ms`` of its pictures."""

    def __init__(self, clip: Clip, *, step_ms: int = STEP_MS) -> None:
        self._clip = clip
        self._step_ms = step_ms
        self._seen: dict[int, Boxes] = {id(motion): {} for motion in clip.motions}

    def watch_all(self) -> None:
        """See the whole clip without drawing it: when only the ground truth is missing."""
        for at_ms in range(0, DURATION_MS, self._step_ms):
            self.watch(at_ms, self._clip.layers_at(at_ms))

    def watch(self, at_ms: int, sightings: Sequence[Sighting]) -> None:
        """Take note of the figures at ``at_ms``."""
        lens = self._clip.scene.lens
        for motion, figure in sightings:
            if figure is None or int((figure.cover > 0.5).sum()) < LEAST_PIXELS:
                continue
            rows = (figure.cover > 0.5).any(1).nonzero()[0]
            columns = (figure.cover > 0.5).any(0).nonzero()[0]
            self._seen[id(motion)][at_ms] = (
                (figure.left + int(columns[0])) / lens.width,
                (figure.top + int(rows[0])) / lens.height,
                (int(columns[-1]) - int(columns[0]) + 1) / lens.width,
                (int(rows[-1]) - int(rows[0]) + 1) / lens.height,
            )

    def truth(self) -> dict[str, Any]:
        """What there is to know about the footage, ready for JSON."""
        lens, camera = self._clip.scene.lens, self._clip.scene.name
        events = [
            _event(motion, boxes, self._step_ms)
            for motion in self._clip.motions
            if (boxes := self._seen[id(motion)])
        ]
        return {
            "camera": camera,
            "file": f"{camera}.mp4",
            "duration_ms": DURATION_MS,
            "fps": FPS,
            "size": [lens.width, lens.height],
            "quiet": [{"start_ms": start, "end_ms": end} for start, end in self._quiet()],
            "events": sorted(events, key=lambda event: int(event["start_ms"])),
        }

    def _quiet(self) -> Iterator[tuple[int, int]]:
        """Stretches of at least ``LEAST_QUIET_MS`` in which nobody is visible."""
        busy = {at_ms for boxes in self._seen.values() for at_ms in boxes}
        start: int | None = None
        for at_ms in range(0, DURATION_MS + self._step_ms, self._step_ms):
            empty = at_ms < DURATION_MS and at_ms not in busy
            if empty and start is None:
                start = at_ms
            elif not empty and start is not None:
                if at_ms - start >= LEAST_QUIET_MS:
                    yield start, min(at_ms, DURATION_MS)
                start = None


def _event(motion: Motion, boxes: Boxes, step_ms: int) -> dict[str, Any]:
    person = PEOPLE[motion.visit.person]
    start, end = min(boxes), min(max(boxes) + step_ms, DURATION_MS)
    return {
        "person": person.id,
        "description": person.description,
        "description_ko": person.description_ko,
        "upper": person.outfit.upper_colour,
        "lower": person.outfit.lower_colour,
        "start_ms": start,
        "end_ms": end,
        "enters": motion.visit.enters,
        "leaves": motion.visit.leaves,
        "does": list(_deeds(motion, start, end)),
        "boxes": [
            {"at_ms": at_ms, "box": [round(part, 4) for part in box]}
            for at_ms, box in sorted(boxes.items())
            if at_ms % BOX_EVERY_MS == 0
        ],
    }


def _deeds(motion: Motion, start: int, end: int) -> Iterator[dict[str, Any]]:
    """What the person does while seen, in order."""
    yield {"what": "enters", "from": motion.visit.enters, "start_ms": start, "end_ms": start}
    for beat in motion.beats:
        begins = max(motion.visit.start_ms + round(beat.start_s * 1000), start)
        ends = min(motion.visit.start_ms + round(beat.end_s * 1000), end)
        # A beat at rest is turning round before walking off: no deed.
        if begins >= ends or (isinstance(beat.action, Stand) and beat.action.gesture == "rest"):
            continue
        deed: dict[str, Any] = {"what": _word(beat.action), "start_ms": begins, "end_ms": ends}
        if isinstance(beat.action, Reach) and beat.action.takes:
            deed["item"] = beat.action.takes
        yield deed
    yield {"what": "leaves", "to": motion.visit.leaves, "start_ms": end, "end_ms": end}


def _word(action: Walk | Stand | Reach) -> str:
    if isinstance(action, Walk):
        return "runs" if action.run else "walks"
    if isinstance(action, Reach):
        return "takes" if action.takes else "browses"
    return "browses" if action.gesture == "look" else "stands"
