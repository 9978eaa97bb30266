"""A made-up library of a million segments: cameras, their videos, and what each segment tells."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt

from tests.bench.settings import SETTINGS
from tests.bench.tellings import Telling, quiet, subject, telling

CAMERAS = 200
SEGMENTS_PER_VIDEO = 50
QUIET, AGAIN, SAME_SUBJECT = 0.15, 0.45, 0.4
"""Shares of segments in which nothing happens; that read like one before in their video; and, of
the others, in which somebody of the video does something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """``told[row]`` is which of ``tellings`` (all different) segment ``row`` + 1 carries; its video
    is ``row // SEGMENTS_PER_VIDEO + 1``; ``camera_of[video - 1]`` is a camera's number from 1."""

    tellings: tuple[Telling, ...]
    told: npt.NDArray[np.int32]
    camera_of: npt.NDArray[np.int16]

    @property
    def distinct_share(self) -> float:
        return len(self.tellings) / len(self.told)


def build(segments: int, seed: int = 7) -> Library:
    """The same library for the same arguments."""
    random = Random(seed)
    cameras = [random.choice(list(SETTINGS.values())) for _ in range(CAMERAS)]
    known: dict[str, int] = {}
    tellings: list[Telling] = []
    told = np.empty(segments, np.int32)
    videos = -(-segments // SEGMENTS_PER_VIDEO)
    camera_of = np.empty(videos, np.int16)
    for video in range(videos):
        # One camera in twenty of the library's hours, as a shop's door has: filters of 5 %.
        camera = 0 if random.random() < 0.05 else random.randrange(1, CAMERAS)
        camera_of[video] = camera + 1
        setting = cameras[camera]
        cast = [subject(random, setting) for _ in range(6)]
        before: list[int] = []
        first = video * SEGMENTS_PER_VIDEO
        for row in range(first, min(first + SEGMENTS_PER_VIDEO, segments)):
            chance = random.random()
            if chance < QUIET:
                made = quiet(setting.places[camera % len(setting.places)])
            elif chance < QUIET + AGAIN and before:
                told[row] = random.choice(before)
                continue
            else:
                who = random.choice(cast) if random.random() < SAME_SUBJECT else None
                made = telling(random, setting, who)
            at = known.setdefault(made.en, len(tellings))
            if at == len(tellings):
                tellings.append(made)
            told[row] = at
            if chance >= QUIET:
                before.append(at)
    return Library(tellings=tuple(tellings), told=told, camera_of=camera_of)
