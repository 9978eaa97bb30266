"""Looking anew: one person in view is one stay, however long; two people are two."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from core.types import Box
from pipeline.frames import Frame
from pipeline.models.clothing import ColourNameReader
from pipeline.models.encoding import encode_mp4
from pipeline.ports import Sighting
from pipeline.stays import Stay, find_stays
from pipeline.video import probe
from tests.support.drawing import HEIGHT, WIDTH, Colour, blank_room, draw_person
from tests.support.dressed import BLACK, BLUE, GREEN, RED

FPS = 5


@dataclass(frozen=True, kw_only=True)
class Walker:
    """Somebody in view in [start_s, end_s); ``x`` is the middle of the body in pixels at a time
    in seconds; the detector misses them in [missed[0], missed[1])."""

    start_s: float
    end_s: float
    x: Callable[[float], float]
    upper: Colour = RED
    lower: Colour = BLUE
    missed: tuple[float, float] = (0, 0)

    def box(self, at_s: float) -> Box:
        return Box(left=self.x(at_s) / WIDTH - 0.06, top=0.36, width=0.12, height=0.58)


class Oracle:
    """A detector that knows where everybody was drawn."""

    name, revision = "oracle", "1"
    needs_samples = judges_motion = False
    frame_width = WIDTH

    def __init__(self, walkers: Sequence[Walker], score: float = 0.9) -> None:
        self._walkers, self._score = walkers, score

    def watch(self, samples: Iterable[Frame]) -> Oracle:
        assert list(samples) == []
        return self

    def look(self, frames: Sequence[Frame]) -> list[tuple[Sighting, ...]]:
        return [self._look(frame.at_ms / 1_000) for frame in frames]

    def _look(self, at_s: float) -> tuple[Sighting, ...]:
        return tuple(
            Sighting(box=one.box(at_s), score=self._score)
            for one in self._walkers
            if one.start_s <= at_s < one.end_s and not one.missed[0] <= at_s < one.missed[1]
        )


def stays(
    tmp_path: Path,
    walkers: Sequence[Walker],
    *,
    seconds: int,
    fps: float = 1.0,
    score: float = 0.9,
) -> list[Stay]:
    path = film(tmp_path / "walk.mp4", walkers, seconds=seconds)
    return look(path, walkers, fps=fps, score=score)


def film(path: Path, walkers: Sequence[Walker], *, seconds: int) -> Path:
    encode_mp4(path, (_picture(walkers, n) for n in range(seconds * FPS)), fps=FPS)
    return path


def look(path: Path, walkers: Sequence[Walker], *, fps: float, score: float = 0.9) -> list[Stay]:
    steps: list[float] = []
    found = find_stays(
        path,
        probe(path),
        detector=Oracle(walkers, score),
        reader=ColourNameReader(),
        fps=fps,
        confidence=0.5,
        progress=steps.append,
    )
    all_found = list(found)
    assert steps == sorted(steps)
    return all_found


def _picture(walkers: Sequence[Walker], number: int) -> np.ndarray:
    at_s = number / FPS
    picture = blank_room(seed=number)
    for one in walkers:
        if one.start_s <= at_s < one.end_s:
            x = round(one.x(at_s))
            draw_person(picture, x=x, step=number, upper=one.upper, lower=one.lower)
    assert picture.shape == (HEIGHT, WIDTH, 3)
    return np.ascontiguousarray(picture[:, :, ::-1])


def standing(x: float) -> Callable[[float], float]:
    return lambda _at_s: x


def walking(start_s: float, speed: float) -> Callable[[float], float]:
    return lambda at_s: 40 + speed * (at_s - start_s)


FOR_A_MINUTE = [Walker(start_s=2, end_s=62, x=standing(200), missed=(20, 22))]


@pytest.fixture(scope="module")
def minute(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("minute") / "minute.mp4", FOR_A_MINUTE, seconds=64)


@pytest.mark.parametrize("fps", [0.5, 1.0, 4.0])
def test_somebody_who_stands_there_for_a_minute_is_one_stay(minute, fps):
    (one,) = look(minute, FOR_A_MINUTE, fps=fps)
    assert one.start_ms == pytest.approx(2_000, abs=1_000 / fps)
    assert one.end_ms == pytest.approx(62_000, abs=2_000 / fps)
    assert one.start_ms <= one.best.at_ms <= one.end_ms
    assert one.crop.shape[0] > one.crop.shape[1] > 40
    assert max(one.clothing.upper, key=lambda name: one.clothing.upper[name]) == "red"


def test_somebody_who_walks_through_is_one_stay(tmp_path):
    (one,) = stays(tmp_path, [Walker(start_s=1, end_s=9, x=walking(1, 50))], seconds=10)
    assert one.end_ms - one.start_ms >= 6_000


def test_two_people_at_a_time_are_two_and_keep_their_clothes_when_they_pass(tmp_path):
    crossing = [
        Walker(start_s=1, end_s=11, x=lambda at_s: 40 + 40 * (at_s - 1), upper=RED),
        Walker(start_s=1, end_s=11, x=lambda at_s: 440 - 40 * (at_s - 1), upper=GREEN),
    ]
    found = stays(tmp_path, crossing, seconds=12, fps=2)
    names = {max(one.clothing.upper, key=one.clothing.upper.__getitem__) for one in found}
    assert names == {"red", "green"}
    long_ones = [one for one in found if one.end_ms - one.start_ms > 8_000]
    assert len(long_ones) == 2


def test_somebody_dressed_otherwise_at_the_same_place_is_somebody_else(tmp_path):
    found = stays(
        tmp_path,
        [
            Walker(start_s=1, end_s=7, x=standing(240), upper=RED, lower=BLUE),
            Walker(start_s=9, end_s=15, x=standing(240), upper=BLACK, lower=BLACK),
        ],
        seconds=16,
    )
    first, second = found
    assert first.start_ms < first.end_ms < 7_000
    assert 9_000 <= second.start_ms <= 10_600


def test_whoever_was_gone_for_long_is_a_new_stay(tmp_path):
    again = Walker(start_s=1, end_s=20, x=standing(240), missed=(5, 15))
    assert len(stays(tmp_path, [again], seconds=21)) == 2


def test_the_unsure_are_nobody(tmp_path):
    one = Walker(start_s=1, end_s=5, x=standing(240))
    assert stays(tmp_path, [one], seconds=6, score=0.4) == []
