"""Objects of a segment are counted, placed and timed; a flicker is none."""

from __future__ import annotations

from core.types import Box
from pipeline.objects import ObjectTally
from pipeline.ports import Sighting


def sighting(label, score=0.9, left=0.1):
    return Sighting(label=label, score=score, box=Box(left=left, top=0.2, width=0.1, height=0.1))


def tally(*frames):
    made = ObjectTally()
    for number, sightings in enumerate(frames):
        made.add(250 * number, sightings)
    return made.objects()


def test_the_most_in_one_frame_counts_with_its_boxes():
    two = [sighting("car", 0.7, 0.5), sighting("car", 0.9, 0.1)]
    (cars,) = tally([sighting("car")], two, [sighting("car")], [])
    assert (cars.label, cars.count, cars.start_ms, cars.end_ms, cars.at_ms) == (
        "car",
        2,
        0,
        500,
        250,
    )
    assert [box.left for box in cars.boxes] == [0.1, 0.5]
    assert cars.score == 0.9


def test_people_and_doubtful_things_are_none_of_them():
    assert tally(*[[sighting("person"), sighting("cup", 0.3)]] * 4) == ()


def test_a_thing_seen_once_in_many_frames_is_a_mistake_and_in_the_only_frame_it_is_not():
    assert tally([sighting("cat")], [], [], []) == ()
    assert [one.label for one in tally([sighting("cat")])] == ["cat"]
    assert tally(*[[sighting("cat")]] * 3, *[[]] * 40) == ()


def test_what_is_seen_longest_comes_first():
    found = tally(
        [sighting("cup")],
        [sighting("cup"), sighting("chair")],
        [sighting("chair")] * 1,
        [sighting("chair")],
    )
    assert [one.label for one in found] == ["chair", "cup"]


def test_a_stretch_without_frames_has_no_objects():
    assert tally() == ()
