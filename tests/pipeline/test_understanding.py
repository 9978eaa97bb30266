"""People, clothes and captions on footage: the rendered sample with its ground truth, and real
clips where they are at hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from core.config import Config, IngestConfig
from core.types import Detection
from pipeline.registry import Registry
from pipeline.segmenting import cut
from pipeline.understanding import Understanding, understand
from pipeline.video import probe

SAMPLE_FPS = 4.0
LOOSE_MS = 1_500
"""How far a detection may begin or end from the truth: people are half hidden at doors."""


@dataclass(frozen=True)
class Seen:
    """One camera's truth beside what was understood of it."""

    camera: dict
    understood: list[Understanding]

    @property
    def people(self) -> list[Detection]:
        return [d for one in self.understood for d in one.detections if d.label == "person"]


def look(path: Path, segments=None, *, fixed_camera: bool = True) -> list[Understanding]:
    facts = probe(path)
    steps: list[float] = []
    understood = understand(
        path,
        facts,
        segments or [(0, facts.duration_ms, "activity")],
        registry=Registry(Config()),
        fixed_camera=fixed_camera,
        sample_fps=SAMPLE_FPS,
        progress=steps.append,
    )
    assert steps[-1] == 1
    assert all(0 <= step <= 1 for step in steps)
    return understood


def truthful_segments(camera):
    """The camera's time cut at the borders of its quiet stretches."""
    segments, at_ms = [], 0
    for quiet in camera["quiet"]:
        if quiet["start_ms"] > at_ms:
            segments.append((at_ms, quiet["start_ms"], "activity"))
        segments.append((quiet["start_ms"], quiet["end_ms"], "quiet"))
        at_ms = quiet["end_ms"]
    if at_ms < camera["duration_ms"]:
        segments.append((at_ms, camera["duration_ms"], "activity"))
    return segments


@pytest.fixture(scope="module")
def seen(sample: Path) -> list[Seen]:
    truth = json.loads((sample / "ground_truth.json").read_text(encoding="utf-8"))
    return [
        Seen(camera, look(sample / camera["file"], truthful_segments(camera)))
        for camera in truth["cameras"]
    ]


def overlap_ms(detection, start_ms, end_ms):
    return min(detection.end_ms, end_ms) - max(detection.start_ms, start_ms)


def matched(one: Seen):
    """(event, detection or None): the detection of the event's time nearest to its boxes."""
    pairs = []
    for event in one.camera["events"]:
        near = [
            person
            for person in one.people
            if overlap_ms(person, event["start_ms"], event["end_ms"])
            > 0.6 * (event["end_ms"] - event["start_ms"])
            and distance(person, event) < 0.12
        ]
        pairs.append((event, min(near, key=lambda p: distance(p, event), default=None)))
    return pairs


def distance(person, event):
    """Between the middles of the person's box and of the true one at that time."""
    times = [box["at_ms"] for box in event["boxes"]]
    middles = [(b[0] + b[2] / 2, b[1] + b[3] / 2) for b in (box["box"] for box in event["boxes"])]
    x, y = (np.interp(person.at_ms, times, along) for along in zip(*middles, strict=True))
    box = person.box
    return abs(box.left + box.width / 2 - x) + abs(box.top + box.height / 2 - y)


@pytest.fixture(scope="module")
def pairs(seen):
    return [pair for one in seen for pair in matched(one)]


def test_every_visit_of_the_sample_is_seen(pairs):
    assert [event["person"] for event, person in pairs if person is None] == []


def test_the_upper_colour_of_every_visitor_is_right(pairs):
    wrong = [
        (event["person"], person.attributes["upper"])
        for event, person in pairs
        if person.attributes["upper"] != event["upper"]
    ]
    assert wrong == []


def test_a_lower_colour_is_right_or_not_named(pairs):
    named = [
        (event["person"], event["lower"], person.attributes["lower"])
        for event, person in pairs
        if person.attributes["lower"] is not None
    ]
    assert len(named) >= 0.6 * len(pairs)
    assert [one for one in named if one[1] != one[2]] == []


def test_nobody_is_seen_in_the_quiet_stretches(seen):
    for one in seen:
        for understood in one.understood:
            if (understood.start_ms, understood.end_ms, "quiet") in truthful_segments(one.camera):
                assert understood.detections == ()
                assert understood.caption == "Nobody in view; nothing moves."


def test_nobody_is_seen_twice(seen, pairs):
    found = sum(len(one.people) for one in seen)
    assert found <= len(pairs) + 1


def test_those_who_run_run_and_nobody_else(pairs):
    for event, person in pairs:
        runs = any(deed["what"] == "runs" for deed in event["does"])
        assert (person.attributes["motion"] == "runs") == runs, event["person"]


def test_the_sides_people_come_and_go_by_are_never_wrong(pairs):
    for event, person in pairs:
        for what in ("enters", "leaves"):
            if person.attributes[what] in ("left", "right"):
                assert person.attributes[what] == event[what], event["person"]


def test_captions_name_the_clothes_and_thumbnails_show_the_person(seen):
    for one in seen:
        for understood in one.understood:
            assert understood.start_ms <= understood.thumbnail_ms < understood.end_ms
            assert understood.author == "describer@2"
            for person in understood.detections:
                assert understood.start_ms <= person.start_ms < person.end_ms <= understood.end_ms
                if person.attributes["upper"] and len(understood.detections) <= 3:
                    assert person.attributes["upper"] in understood.caption


def test_a_red_jacket_is_described_in_both_languages(seen):
    captions = [one for camera in seen for one in camera.understood if "red top" in one.caption]
    assert len(captions) == 1
    assert "빨간 상의" in captions[0].caption_ko


def test_one_segment_alone_is_understood_like_among_its_neighbours(sample, seen):
    """Captioning again after an edit looks at one segment only."""
    one = next(camera for camera in seen if camera.camera["camera"] == "aisle")
    whole = next(understood for understood in one.understood if "red top" in understood.caption)
    [alone] = look(sample / one.camera["file"], [(whole.start_ms, whole.end_ms, "activity")])
    assert [dict(d.attributes)["upper"] for d in alone.detections] == ["red"]


def test_answers_keep_the_order_of_the_segments(sample, seen):
    one = seen[0]
    segments = truthful_segments(one.camera)[:3]
    understood = look(sample / one.camera["file"], segments[::-1])
    assert [(u.start_ms, u.end_ms) for u in understood] == [(a, b) for a, b, _ in segments[::-1]]


# Real footage: expectations written down from looking at the frames.
VISITS = [
    (6_000, 20_000, {"grey"}, {"grey", None}),
    (22_800, 45_000, {"black"}, {"black", None}),
    (50_300, 70_000, {"black"}, {"black", None}),
    (74_500, 87_000, {"black"}, {"black", None}),
    (92_300, 120_300, {"grey"}, {"black", "blue", None}),
    (123_500, 136_300, {"grey"}, {"blue", None}),
]


@pytest.fixture(scope="module")
def table(shared_media: Path) -> list[Understanding]:
    return look(shared_media / "one-by-one-person-detection.mp4")


def test_all_six_visits_to_a_table_are_seen_with_their_colours(table):
    [whole] = table
    people = whole.detections
    assert len(people) == len(VISITS)
    for person, (start_ms, end_ms, upper, lower) in zip(people, VISITS, strict=True):
        assert abs(person.start_ms - start_ms) < LOOSE_MS
        assert abs(person.end_ms - end_ms) < LOOSE_MS
        assert person.attributes["upper"] in upper
        assert person.attributes["lower"] in lower
        assert person.attributes["enters"] == "front"
        assert person.attributes["leaves"] == "right"
        assert person.attributes["motion"] == "stands"


@pytest.mark.parametrize(
    "clip", ["bottle-detection.mp4", "car-detection.mp4", "person-bicycle-car-detection.gif"]
)
def test_hands_bottles_and_cars_are_not_people(shared_media, clip):
    [understood] = look(shared_media / clip)
    assert understood.detections == ()
    assert "nothing was recognised" in understood.caption


def test_hands_and_bottles_are_not_people_in_any_segment(shared_media):
    path = shared_media / "bottle-detection.mp4"
    drafts = cut(
        path,
        probe(path),
        fixed_camera=True,
        config=IngestConfig(),
        progress=lambda _share: None,
    )
    segments = [(draft.start_ms, draft.end_ms, draft.kind) for draft in drafts]
    assert [one.detections for one in look(path, segments)] == [()] * len(segments)


def test_a_worker_in_an_orange_vest_walks_through_a_warehouse(shared_media):
    [understood] = look(shared_media / "worker-zone-detection.mp4")
    [worker] = understood.detections
    assert worker.attributes["upper"] == "orange"
    assert worker.attributes["lower"] == "blue"
    assert "walks to the left" in understood.caption


def test_edited_footage_is_looked_at_shot_by_shot(shared_media):
    plan = json.loads((shared_media / "dev_six_shots.json").read_text(encoding="utf-8"))
    path = shared_media / "dev_six_shots.mp4"
    duration_ms = probe(path).duration_ms
    borders = [round(shot["start_frame"] * 1_000 / plan["fps"]) for shot in plan["segments"]]
    segments = [
        (start, end, "shot")
        for start, end in zip(borders, [*borders[1:], duration_ms], strict=True)
    ]
    understood = look(path, segments, fixed_camera=False)
    assert len(understood) == 6
    assert "nothing was recognised" in understood[1].caption
    assert any(d.label == "person" for d in understood[4].detections)
