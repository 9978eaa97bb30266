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
from pipeline.models.empty_view import EmptyView, learn, relit, soften
from pipeline.models.person_shape import body_columns, person_score
from pipeline.ports import Sighting

Mask = NDArray[np.bool_]
Body = tuple[int, int, Mask, float]
"""top, left, silhouette in its tight box, score."""
Blob = tuple[int, int, int, int, frozenset[int]]
"""left, top, width, height, labels."""

DIFFERENT = 24
"""Lab distance (0..255 scales) that is another thing; noise after the blur stays under 10."""

SHADOW_DARKEST, HIGHLIGHT_BRIGHTEST = 0.45, 1.25
SHADOW_TINT = 9
"""A shadow keeps between these shares of the light and its colour within this Lab distance."""

SHAKE = 2

NEW_EDGE, OUTLINE_SHARE = 60, 0.5
"""Sobel step (8 x grey levels) that counts as a sharp edge the empty view does not have, and the
share of an outline that has to be sharp."""

HOLE_SHARE = 0.004

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

    def watch(self, samples: Iterable[Frame]) -> BackgroundWatch:
        """Learn the empty view from frames spread over the footage. Without samples it sees
        nothing."""
        return BackgroundWatch(learn(samples))


class BackgroundWatch:
    """One fixed viewpoint."""

    def __init__(self, views: Sequence[EmptyView]) -> None:
        self._views = list(views)
        self._lab: tuple[int, NDArray[np.int16]] | None = None

    def look(self, frames: Sequence[Frame]) -> list[tuple[Sighting, ...]]:
        """Sightings of each frame, largest first."""
        return [self._look(frame) for frame in frames]

    def foreground(self, frame: Frame) -> tuple[Mask, NDArray[np.int16]]:
        """bool (h, w): pixels that show something the empty view does not, shadows left out; and
        how different each pixel is, int16 (h, w)."""
        index = self._view_at(frame.at_ms)
        view = self._views[index].image
        image = relit(soften(frame.image), view)
        if self._lab is None or self._lab[0] != index:
            self._lab = index, _lab(view)
        return _foreground(_lab(image), self._lab[1])

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


def _lab(image: NDArray[np.uint8]) -> NDArray[np.int16]:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2LAB), dtype=np.int16)


def _foreground(
    image: NDArray[np.int16], view: NDArray[np.int16]
) -> tuple[Mask, NDArray[np.int16]]:
    """Foreground and strength of the difference; both pictures are Lab (h, w, 3). What could be a shadow or a reflection is foreground only with a sharp
    outline of its own or against clear foreground: a grey shirt before a white wall keeps the
    wall's colour like a shadow does, but a shadow fades out."""
    light = np.abs(image[..., 0] - view[..., 0])
    tint = np.abs(image[..., 1:] - view[..., 1:]).max(axis=-1)
    strength = light + 2 * tint
    different = (strength > DIFFERENT) & ~_shaken(image, view)
    ratio = (image[..., 0] + 1) / (view[..., 0] + 1)
    same_thing = (tint <= SHADOW_TINT) & (ratio > SHADOW_DARKEST) & (ratio < HIGHLIGHT_BRIGHTEST)
    clear = _cleaned(different & ~same_thing)
    unsure = _cleaned(different & ~clear)
    if not unsure.any():
        return clear, strength
    new_edges = _edges(image[..., 0]) - _edges(view[..., 0]) > NEW_EDGE
    held = _spread(clear) | _spread(new_edges)
    count, labels = cv2.connectedComponents(unsure.astype(np.uint8))
    inner = cv2.erode(unsure.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    outline = unsure & ~inner
    total = np.bincount(labels[outline], minlength=count)
    sharp = np.bincount(labels[outline & held], minlength=count)
    solid = sharp >= OUTLINE_SHARE * np.maximum(total, 1)
    solid[0] = False
    return _without_holes(_cleaned(clear | solid[labels])), strength


def _shaken(image: NDArray[np.int16], view: NDArray[np.int16]) -> Mask:
    """Pixels that differ only because an edge moved by up to SHAKE pixels (a mast that sways, a
    lens that breathes, a re-encoded picture) and have nothing firm beside them."""
    square = np.ones((2 * SHAKE + 1, 2 * SHAKE + 1), np.uint8)
    low, high = cv2.erode(view, square), cv2.dilate(view, square)
    beyond = np.maximum(low - image, image - high)
    firm = beyond[..., 0].clip(0) + 2 * beyond[..., 1:].max(axis=-1).clip(0) > DIFFERENT
    firm_plane = cv2.morphologyEx(firm.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    return np.asarray(cv2.dilate(firm_plane, square) == 0)


def _edges(light: NDArray[np.int16]) -> NDArray[np.float32]:
    plane = light.astype(np.float32)
    dx, dy = cv2.Sobel(plane, cv2.CV_32F, 1, 0), cv2.Sobel(plane, cv2.CV_32F, 0, 1)
    return np.asarray(cv2.magnitude(dx, dy), dtype=np.float32)


def _spread(mask: Mask) -> Mask:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)


def _without_holes(mask: Mask) -> Mask:
    """Small holes filled; a larger one is the view between two things."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~mask).astype(np.uint8), None, 4)
    height, width = mask.shape
    left, top, wide, high, area = stats.T
    inside = (left > 0) & (top > 0) & (left + wide < width) & (top + high < height)
    fill = inside & (area <= HOLE_SHARE * mask.size)
    fill[0] = False
    return np.asarray(mask | fill[labels])


def _size(plane: NDArray[Any]) -> tuple[int, int]:
    return plane.shape[0], plane.shape[1]


def _cleaned(mask: Mask) -> Mask:
    """Single pixels dropped, gaps of a few pixels closed."""
    plane = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    plane = cv2.morphologyEx(plane, cv2.MORPH_CLOSE, np.ones((7, 5), np.uint8))
    return np.asarray(plane > 0)


def _bodies(mask: Mask, strength: NDArray[np.int16]) -> list[Body]:
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


def _on_its_feet(body: Mask, strength: NDArray[np.int16]) -> Mask:
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
