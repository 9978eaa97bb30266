"""A drawn hall through which people in known clothes come, one after the other, and a library that
knows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.types import Box, Detection, VideoFacts
from db import videos
from db.pool import Database
from pipeline.models.encoding import encode_mp4
from pipeline.video import probe
from tests.support.drawing import HEIGHT, WIDTH, Colour, blank_room, draw_person
from tests.support.library import add_segments, draft

FPS = 5
ROOM_MS = 4_000
"""How long the hall is empty before somebody comes, and after."""

STAY_MS = 6_000

RED: Colour = (35, 25, 190)
BLUE: Colour = (160, 70, 30)
BLACK: Colour = (18, 18, 18)
GREEN: Colour = (40, 130, 30)
WHITE: Colour = (240, 240, 240)


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Somebody dressed in known colours, as the library calls them."""

    upper: str
    lower: str
    upper_bgr: Colour
    lower_bgr: Colour


VISITORS = (
    Visitor(upper="red", lower="blue", upper_bgr=RED, lower_bgr=BLUE),
    Visitor(upper="black", lower="black", upper_bgr=BLACK, lower_bgr=BLACK),
    Visitor(upper="green", lower="black", upper_bgr=GREEN, lower_bgr=BLACK),
)

BOX = Box(left=0.43, top=0.35, width=0.14, height=0.6)
"""Around whoever stands in the middle."""


def span_ms(number: int) -> tuple[int, int]:
    """When the visitor of this number is in view."""
    start_ms = ROOM_MS + number * (STAY_MS + ROOM_MS)
    return start_ms, start_ms + STAY_MS


def film(path: Path, visitors: Sequence[Visitor] = VISITORS) -> Path:
    """Write the footage: each visitor stands in the middle and sways."""
    encode_mp4(path, _frames(visitors), fps=FPS)
    return path


def add_film(
    database: Database,
    path: Path,
    people: Sequence[Sequence[Detection]],
    *,
    camera: str | None = None,
    title: str = "hall",
    facts: VideoFacts | None = None,
) -> tuple[int, list[int]]:
    """Store the film with one segment per item of ``people``, which lie side by side; returns the
    video's and the segments' ids. ``facts`` are probed where they are not given."""
    facts = facts or probe(path)
    step_ms = facts.duration_ms // len(people)
    with database.transaction() as conn:
        camera_id = videos.upsert_camera(conn, camera, "UTC") if camera else None
        video_id = videos.insert_video(
            conn,
            source=str(path),
            path=str(path),
            sha256=f"{abs(hash((str(path), title))):064x}"[-64:],
            title=title,
            camera_id=camera_id,
            facts=facts,
        )
        assert video_id is not None
        videos.set_fixed_camera(conn, video_id, True)
        videos.set_progress(conn, video_id, status="ready", progress=1.0)
        drafts = [
            draft(video_id, i * step_ms, (i + 1) * step_ms, f"part {i}", detections=tuple(seen))
            for i, seen in enumerate(people)
        ]
        return video_id, add_segments(conn, video_id, drafts)


def seen(
    number: int,
    *,
    score: float = 0.9,
    box: Box = BOX,
    visitor: Visitor | None = None,
    after_ms: int = 2_000,
) -> Detection:
    """Visitor ``number`` of VISITORS as the pipeline finds them."""
    start_ms, end_ms = span_ms(number)
    visitor = visitor or VISITORS[number]
    return Detection(
        label="person",
        start_ms=start_ms,
        end_ms=end_ms,
        at_ms=start_ms + after_ms,
        score=score,
        box=box,
        attributes={"upper": visitor.upper, "lower": visitor.lower, "motion": "stands"},
    )


def _frames(visitors: Sequence[Visitor]) -> Iterator[np.ndarray]:
    seconds = (ROOM_MS + len(visitors) * (STAY_MS + ROOM_MS)) / 1_000
    for index in range(round(seconds * FPS)):
        at_ms = index * 1_000 // FPS
        picture = blank_room(seed=index)
        for number, visitor in enumerate(visitors):
            start_ms, end_ms = span_ms(number)
            if start_ms <= at_ms < end_ms:
                draw_person(
                    picture,
                    x=WIDTH // 2,
                    step=index,
                    upper=visitor.upper_bgr,
                    lower=visitor.lower_bgr,
                )
        assert picture.shape == (HEIGHT, WIDTH, 3)
        yield np.ascontiguousarray(picture[:, :, ::-1])
