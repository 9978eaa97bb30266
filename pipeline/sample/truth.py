"""Ground truth of a clip: who was seen when and where, measured on the figures as drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.sample.acting import Reach, Stand, Walk
from pipeline.sample.frame import Clip
from pipeline.sample.motion import Motion
from pipeline.sample.people import PEOPLE
from pipeline.sample.script import DURATION_MS, FPS

STEP_MS = 250
BOX_EVERY_MS = 500
LEAST_PIXELS = 60
"""Fewer visible pixels than this are not called seen: a toe behind a shelf."""
LEAST_QUIET_MS = 2_000

Sightings = dict[int, tuple[float, float, float, float]]
"""Time in ms to a box: left, top, width, height as fractions of the picture."""


def truth_of(clip: Clip, camera: str) -> dict[str, Any]:
    """What there is to know about the footage of ``camera``, ready for JSON."""
    lens = clip.scene.lens
    seen = _sightings(clip)
    events = [
        _event(motion, boxes) for motion, boxes in zip(clip.motions, seen, strict=True) if boxes
    ]
    return {
        "camera": camera,
        "file": f"{camera}.mp4",
        "duration_ms": DURATION_MS,
        "fps": FPS,
        "size": [lens.width, lens.height],
        "quiet": [{"start_ms": start, "end_ms": end} for start, end in _quiet(seen)],
        "events": sorted(events, key=lambda event: int(event["start_ms"])),
    }


def _sightings(clip: Clip) -> list[Sightings]:
    """For each visit, where its figure was visible, every ``STEP_MS``."""
    seen: dict[int, Sightings] = {id(motion): {} for motion in clip.motions}
    for at_ms in range(0, DURATION_MS, STEP_MS):
        for motion, figure in clip.layers_at(at_ms):
            if figure is None:
                continue
            visible = figure.cover > 0.5
            if int(visible.sum()) < LEAST_PIXELS:
                continue
            rows, columns = visible.any(1).nonzero()[0], visible.any(0).nonzero()[0]
            lens = clip.scene.lens
            seen[id(motion)][at_ms] = (
                (figure.left + int(columns[0])) / lens.width,
                (figure.top + int(rows[0])) / lens.height,
                (int(columns[-1]) - int(columns[0]) + 1) / lens.width,
                (int(rows[-1]) - int(rows[0]) + 1) / lens.height,
            )
    return [seen[id(motion)] for motion in clip.motions]


def _event(motion: Motion, boxes: Sightings) -> dict[str, Any]:
    person = PEOPLE[motion.visit.person]
    start, end = min(boxes), min(max(boxes) + STEP_MS, DURATION_MS)
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
        if begins >= ends:
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


def _quiet(seen: list[Sightings]) -> Iterator[tuple[int, int]]:
    """Stretches of at least ``LEAST_QUIET_MS`` in which nobody is visible."""
    busy = {at_ms for boxes in seen for at_ms in boxes}
    start: int | None = None
    for at_ms in range(0, DURATION_MS + STEP_MS, STEP_MS):
        empty = at_ms < DURATION_MS and at_ms not in busy
        if empty and start is None:
            start = at_ms
        elif not empty and start is not None:
            if at_ms - start >= LEAST_QUIET_MS:
                yield start, min(at_ms, DURATION_MS)
            start = None
