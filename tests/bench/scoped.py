"""Filters that keep a known share of a made-up library, as people type them, as the search knows
them, and as the rows that pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from db.scope import Scope
from tests.bench.filling import DAYS, FIRST_DAY, happened, stretches_of
from tests.bench.library import SEGMENTS_PER_VIDEO, Library

HALF = FIRST_DAY + timedelta(days=DAYS // 2)
THOUSANDTH = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """``rows`` (None: all) are the segments, from 0, that pass, worked out without the database;
    ``keeps`` is the share of all that is meant to."""

    keeps: str
    typed: str
    scope: Scope
    rows: npt.NDArray[np.int64] | None

    def share(self, library: Library) -> float:
        return 1.0 if self.rows is None else len(self.rows) / len(library.told)


def filters(library: Library) -> list[Filter]:
    """None; by date; by the camera that has a twentieth; by another camera and its last days."""
    count = len(library.camera_of)
    video = np.arange(len(library.told)) // SEGMENTS_PER_VIDEO
    began = np.array([happened(one, count).timestamp() for one in range(count)])
    ends = began[video] + stretches_of(library)[:, 1] / 1_000
    camera = library.camera_of[video]

    def rows(number: int | None, after: datetime | None) -> npt.NDArray[np.int64]:
        passes = np.ones(len(ends), bool)
        if number is not None:
            passes &= camera == number
        if after is not None:
            passes &= ends > after.timestamp()
        return np.flatnonzero(passes)

    number, late = _last_days(library, began)
    return [
        Filter(keeps="100 %", typed="", scope=Scope(), rows=None),
        Filter(
            keeps="50 %",
            typed=f"after:{HALF:%Y-%m-%d}",
            scope=Scope(after=HALF),
            rows=rows(None, HALF),
        ),
        Filter(
            keeps="5 %",
            typed='camera:"camera 1"',
            scope=Scope(cameras=(1,)),
            rows=rows(1, None),
        ),
        Filter(
            keeps="0.1 %",
            typed=f'camera:"camera {number}" after:{late:%Y-%m-%d}',
            scope=Scope(cameras=(number,), after=late),
            rows=rows(number, late),
        ),
    ]


def _last_days(library: Library, began: npt.NDArray[np.float64]) -> tuple[int, datetime]:
    """The busiest camera but the first, and a day from which on it has a thousandth of all
    segments, one video at least."""
    number = int(np.argmax(np.bincount(library.camera_of)[2:])) + 2
    videos = round(THOUSANDTH * len(library.told) / SEGMENTS_PER_VIDEO)
    starts = np.sort(began[library.camera_of == number])
    first = datetime.fromtimestamp(starts[-max(videos, 1)], UTC)
    return number, first.replace(hour=0, minute=0, second=0, microsecond=0)
