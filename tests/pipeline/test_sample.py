"""The rendered sample: the same every time, and what its ground truth says is in the picture."""

from __future__ import annotations

import colorsys
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from core.errors import MachineError
from pipeline.sample import CAMERAS, render
from pipeline.sample.frame import Clip
from pipeline.sample.gait import RUN, WALK, Style, walking
from pipeline.sample.motion import Motion
from pipeline.sample.people import PEOPLE
from pipeline.sample.rendering import EDITION, TRUTH_FILE
from pipeline.sample.script import DURATION_MS, FPS, VISITS
from pipeline.sample.truth import Witness

STEP_MS = 1_500
HUES = {
    "red": (345, 15),
    "orange": (16, 36),
    "yellow": (40, 65),
    "green": (95, 165),
    "blue": (200, 245),
    "purple": (260, 300),
    "pink": (315, 350),
    "brown": (10, 40),
}


@pytest.fixture(scope="module")
def clips() -> dict[str, Clip]:
    """Every camera at half its size and without supersampling: quick, and the same in kind."""
    return {camera: Clip.of(camera, fineness=1, scale=0.5) for camera in CAMERAS}


@pytest.fixture(scope="module")
def truths(clips: dict[str, Clip]) -> dict[str, dict]:
    """Ground truth of the small clips, looked at every one and a half seconds."""
    found = {}
    for camera, clip in clips.items():
        witness = Witness(clip, step_ms=STEP_MS)
        witness.watch_all()
        found[camera] = witness.truth()
    return found


def pictures(clip: Clip, *times_ms: int) -> list[np.ndarray]:
    return [clip.picture(at_ms, at_ms * FPS // 1000)[0] for at_ms in times_ms]


def test_a_scene_set_up_again_gives_the_same_pictures(clips: dict[str, Clip]) -> None:
    again = Clip.of("counter", fineness=1, scale=0.5)
    times = (0, 9_000, 12_000)
    for one, other in zip(pictures(clips["counter"], *times), pictures(again, *times), strict=True):
        assert np.array_equal(one, other)


def test_every_camera_is_busy_with_people_and_then_quiet(truths: dict[str, dict]) -> None:
    for camera, truth in truths.items():
        longest = max(quiet["end_ms"] - quiet["start_ms"] for quiet in truth["quiet"])
        assert longest >= 3_000, camera
        assert len(truth["events"]) >= 4, camera


def test_nothing_but_the_clock_and_noise_changes_while_it_is_quiet(
    clips: dict[str, Clip], truths: dict[str, dict]
) -> None:
    for camera, clip in clips.items():
        quiet = truths[camera]["quiet"][0]
        empty = pictures(clip, quiet["start_ms"])[0].astype(int)
        later = pictures(clip, quiet["end_ms"] - 1_000)[0].astype(int)
        above_the_clock = slice(0, empty.shape[0] - 32)
        assert np.abs(empty - later)[above_the_clock].mean() < 3


def test_every_event_lies_inside_its_clip(truths: dict[str, dict]) -> None:
    for truth in truths.values():
        for event in truth["events"]:
            assert 0 <= event["start_ms"] < event["end_ms"] <= DURATION_MS
            times = [deed["start_ms"] for deed in event["does"]]
            assert times == sorted(times)
            assert event["does"][0]["what"] == "enters"
            assert event["does"][-1]["what"] == "leaves"
            for deed in event["does"]:
                assert event["start_ms"] <= deed["start_ms"] <= deed["end_ms"] <= event["end_ms"]
            for seen in event["boxes"]:
                left, top, width, height = seen["box"]
                assert event["start_ms"] <= seen["at_ms"] < event["end_ms"]
                assert min(left, top) >= 0
                assert left + width <= 1
                assert top + height <= 1


def test_nobody_is_seen_in_a_quiet_stretch(truths: dict[str, dict]) -> None:
    for truth in truths.values():
        for quiet in truth["quiet"]:
            for event in truth["events"]:
                assert not any(
                    quiet["start_ms"] <= seen["at_ms"] < quiet["end_ms"] for seen in event["boxes"]
                )


def test_the_upper_clothes_show_the_colour_the_truth_names(
    clips: dict[str, Clip], truths: dict[str, dict]
) -> None:
    for camera, clip in clips.items():
        for event in truths[camera]["events"]:
            whole = sorted(filter(is_whole, event["boxes"]), key=lambda seen: -seen["box"][3])
            # Furniture may stand before one of them, never before most.
            looks = whole[:3]
            colours = [
                np.median(torso(pictures(clip, seen["at_ms"])[0], seen["box"]), axis=0)
                for seen in looks
            ]
            right = [is_called(colour, event["upper"]) for colour in colours]
            assert sum(right) * 2 > len(right), (camera, event["person"], colours)


def is_whole(seen: dict) -> bool:
    """Whether the edge of the picture does not cut the person."""
    left, top, width, height = seen["box"]
    return left > 0.01 and left + width < 0.99 and top + height < 0.98


def torso(picture: np.ndarray, box: list[float]) -> np.ndarray:
    """Pixels (n, 3) in the middle of the upper body of a box."""
    height, width = picture.shape[:2]
    left, top, wide, high = box
    rows = slice(round((top + 0.25 * high) * height), round((top + 0.38 * high) * height))
    columns = slice(round((left + 0.4 * wide) * width), round((left + 0.6 * wide) * width))
    return picture[rows, columns].reshape(-1, 3)


def is_called(colour: np.ndarray, name: str) -> bool:
    hue, saturation, value = colorsys.rgb_to_hsv(*(colour / 255))
    if name == "black":
        return value * 255 < 60
    if name == "white":
        return value * 255 > 190 and saturation < 0.15
    if name in ("grey", "beige"):
        return saturation < 0.35
    low, high = HUES[name]
    degrees = hue * 360
    return saturation > 0.35 and (
        low <= degrees <= high if low < high else degrees >= low or degrees <= high
    )


def test_one_person_in_red_comes_once() -> None:
    red = [
        visit
        for visit in VISITS
        if "red"
        in (PEOPLE[visit.person].outfit.upper_colour, PEOPLE[visit.person].outfit.lower_colour)
    ]
    assert [visit.person for visit in red] == ["red-jacket"]


def test_no_two_people_wear_the_same_two_colours() -> None:
    worn = [(one.outfit.upper_colour, one.outfit.lower_colour) for one in PEOPLE.values()]
    assert len(set(worn)) == len(worn)
    assert len({upper for upper, _ in worn}) == len(worn)


@pytest.mark.parametrize("style", [WALK, RUN])
def test_a_foot_on_the_floor_stays_where_it_is(style: Style) -> None:
    motion = Motion.of(VISITS[1])
    course = motion.beats[0].course
    assert course is not None
    distances = np.linspace(0, course.length, 400)
    for side in (0, 1):
        feet = [walking(course, style, float(distance))[side] for distance in distances]
        for before, after in pairwise(feet):
            if before.swing == 0 and after.swing == 0 and before.lift == after.lift == 0:
                assert np.linalg.norm(after.place - before.place) < 1e-9


def test_a_person_is_on_the_way_without_jumps() -> None:
    for visit in VISITS:
        motion = Motion.of(visit)
        times = np.arange(visit.start_ms, motion.end_ms - 1, 1000 / FPS)
        places = np.array([motion.at(float(at_ms)).place for at_ms in times])  # type: ignore[union-attr]
        assert np.linalg.norm(np.diff(places, axis=0), axis=1).max() * FPS < 3.6


def test_the_man_who_runs_from_the_aisle_comes_to_the_door_afterwards() -> None:
    visits = {
        camera: [
            Motion.of(visit)
            for visit in VISITS
            if visit.person == "black-hoodie" and visit.camera == camera
        ]
        for camera in ("front-door", "aisle")
    }
    came, ran = visits["front-door"]
    assert came.end_ms < visits["aisle"][0].visit.start_ms
    assert visits["aisle"][0].end_ms < ran.end_ms


def test_a_complete_rendering_is_left_alone(tmp_path: Path) -> None:
    for camera in CAMERAS:
        (tmp_path / f"{camera}.mp4").write_bytes(b"rendered before")
    (tmp_path / TRUTH_FILE).write_text(json.dumps({"edition": EDITION, "cameras": []}))
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    heard: list[float] = []

    rendered = render(tmp_path, heard.append)

    assert [path.name for path in rendered] == [f"{camera}.mp4" for camera in CAMERAS]
    assert heard == [1.0]
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_a_folder_that_cannot_be_made_is_told_in_one_sentence(tmp_path: Path) -> None:
    blocking = tmp_path / "file"
    blocking.write_text("not a folder")
    with pytest.raises(MachineError, match="cannot be written to"):
        render(blocking / "sample", lambda _share: None)
