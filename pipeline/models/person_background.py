"""People as what differs from a fixed camera's empty view and is shaped like a person.

Foreground by difference to the learnt view, shadows and exposure taken out, blobs joined and
split into single bodies, each scored by its outline (pipeline/models/person_shape.py). The score
is about one frame; pipeline/tracks.py weighs it over time together with the way a thing moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import Box
from pipeline.frames import Frame
from pipeline.models.empty_view import EmptyView, learn
from pipeline.models.foreground import Foreground, Mask, Plane
from pipeline.models.person_shape import body_columns, person_score
from pipeline.ports import Sighting

Body = tuple[int, int, Mask, float]
"""top, left, silhouette in its tight box, score."""
Blob = tuple[int, int, int, int, frozenset[int]]
"""left, top, width, height, labels."""

REFLECTED = 0.52
"""A reflection differs from the floor by less than this share of what the body does."""

PART_SCORE, SURE_SCORE = 0.5, 0.8

SMALLEST_SHARE = 0.002
"""Smallest blob, share of the picture: a person of a ninth of its height."""


class BackgroundPersonDetector:
    """The PersonDetector of the ``builtin`` profile."""

    name = "background-shape"
    revision = "1"
    needs_samples = True
    judges_motion = True
    frame_width = 480

    def watch(self, samples: Iterable[Frame]) -> BackgroundWatch:
        """Learn the empty view from frames spread over the footage. Without samples it sees
        nothing."""
        return BackgroundWatch(learn(samples))


class BackgroundWatch:
    """One fixed viewpoint."""

    def __init__(self, views: Sequence[EmptyView]) -> None:
        self._views = list(views)
        self._comparing: tuple[int, Foreground] | None = None

    def look(self, frames: Sequence[Frame]) -> list[tuple[Sighting, ...]]:
        """Sightings of each frame, largest first."""
        return [self._look(frame) for frame in frames]

    def foreground(self, frame: Frame) -> tuple[Mask, Plane]:
        """bool (h, w), what the empty view of that time does not show; uint8 (h, w), how different
        each pixel is. There must be a view."""
        index = self._view_at(frame.at_ms)
        if self._comparing is None or self._comparing[0] != index:
            self._comparing = index, Foreground(self._views[index].image)
        return self._comparing[1].of(frame.image)

    def _look(self, frame: Frame) -> tuple[Sighting, ...]:
        if not self._views:
            return ()
        mask, strength = self.foreground(frame)
        height, width = mask.shape
        found: list[Sighting] = []
        for top, left, body, score in _bodies(mask, strength):
            rows, columns = body.shape
            box = Box(
                left=left / width, top=top / height, width=columns / width, height=rows / height
            )
            found.append(Sighting(box=box, score=score, mask=body))
        return tuple(sorted(found, key=lambda sighting: -_area(sighting)))

    def _view_at(self, at_ms: int) -> int:
        distances = [max(view.from_ms - at_ms, at_ms - view.to_ms, 0) for view in self._views]
        return distances.index(min(distances))


def _area(sighting: Sighting) -> int:
    return 0 if sighting.mask is None else int(sighting.mask.sum())


def _size(plane: NDArray[Any]) -> tuple[int, int]:
    return plane.shape[0], plane.shape[1]


def _bodies(mask: Mask, strength: Plane) -> list[Body]:
    """Single bodies of a frame."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    smallest = SMALLEST_SHARE * mask.size
    boxes = [
        (int(left), int(top), int(width), int(height), frozenset({label}))
        for label, (left, top, width, height, area) in enumerate(stats.tolist())
        if label and area >= smallest / 4
    ]
    bodies: list[Body] = []
    for group in _stacked(boxes):
        left, top, width, height, members = _without_things_overhead(group, boxes, labels)
        area = slice(top, top + height), slice(left, left + width)
        blob = np.isin(labels[area], list(members))
        if blob.sum() < smallest:
            continue
        blob = _on_its_feet(blob, strength[area])
        whole = _body(blob, top, left, _size(mask))
        parts = [
            _body(blob[:, start:stop], top, left + start, _size(mask))
            for start, stop in body_columns(blob)
        ]
        # Several heads are several people only when each has a body: a raised arm is no head.
        if len(parts) > 1 and all(part and part[3] >= PART_SCORE for part in parts):
            bodies.extend(part for part in parts if part)
        elif whole and whole[2].sum() >= smallest:
            bodies.append(whole)
    return bodies


def _without_things_overhead(group: Blob, boxes: Sequence[Blob], labels: NDArray[np.int32]) -> Blob:
    """What hangs over somebody who has a head already, a pillar behind them, is not theirs."""
    if len(group[4]) == 1:
        return group
    single = [box for box in boxes if box[4] <= group[4]]
    main = max(single, key=lambda box: box[2] * box[3])
    left, top, width, height, members = main
    alone = np.isin(labels[top : top + height, left : left + width], list(members))
    if person_score(alone, top=top, left=left, frame_shape=_size(labels)) < SURE_SCORE:
        return group
    for box in single:
        if box is not main and box[1] + box[3] > top + 0.1 * height:
            main = _union(main, box)
    return main


def _body(blob: Mask, top: int, left: int, frame_shape: tuple[int, int]) -> Body | None:
    """The blob in its tight box, scored; None for an empty one."""
    if not blob.any():
        return None
    rows, columns = np.flatnonzero(blob.any(axis=1)), np.flatnonzero(blob.any(axis=0))
    tight = blob[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    top, left = top + int(rows[0]), left + int(columns[0])
    score = person_score(tight, top=top, left=left, frame_shape=frame_shape)
    return top, left, tight, score


def _on_its_feet(body: Mask, strength: Plane) -> Mask:
    """A polished floor mirrors people, and feet have dark floor around them: in each column what
    hangs below the last pixel that differs as much as the body does is taken off."""
    rows = body.shape[0]
    upper = body[: round(0.5 * rows)]
    strong = np.percentile(strength[: upper.shape[0]][upper], 50) if upper.any() else 0.0
    firm = body & (strength >= REFLECTED * strong)
    lowest = np.where(firm.any(axis=0), rows - 1 - firm[::-1].argmax(axis=0), round(0.4 * rows))
    below = np.arange(rows)[:, None] > lowest[None] + 1
    kept = cv2.morphologyEx(
        (body & ~below).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)
    )
    return np.asarray(kept > 0)


def _stacked(boxes: Sequence[Blob]) -> list[Blob]:
    """Blobs one above the other with a small gap joined: a head apart from its body, legs apart
    from a pale shirt."""
    boxes = sorted(boxes, key=lambda box: box[1])
    joined = True
    while joined:
        joined = False
        for i, upper in enumerate(boxes):
            for j in range(i + 1, len(boxes)):
                if _belong(upper, boxes[j]):
                    boxes[i] = _union(upper, boxes.pop(j))
                    joined = True
                    break
            if joined:
                break
    return boxes


def _belong(a: Blob, b: Blob) -> bool:
    overlap = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    gap = max(a[1], b[1]) - min(a[1] + a[3], b[1] + b[3])
    alike = min(a[2], b[2]) >= 0.3 * max(a[2], b[2])
    return alike and overlap >= 0.6 * min(a[2], b[2]) and gap <= 0.12 * (a[3] + b[3])


def _union(a: Blob, b: Blob) -> Blob:
    left, top = min(a[0], b[0]), min(a[1], b[1])
    right, bottom = max(a[0] + a[2], b[0] + b[2]), max(a[1] + a[3], b[1] + b[3])
    return left, top, right - left, bottom - top, a[4] | b[4]
