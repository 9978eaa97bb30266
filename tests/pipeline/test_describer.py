"""Facts become sentences, in English and in Korean, and nothing is made up."""

from __future__ import annotations

import itertools

import pytest

from core.types import Box
from core.vocabulary import attributes_in, english_gloss, has_korean
from pipeline.describer import describe
from pipeline.facts import ObjectFacts, PersonFacts, Scene, SegmentFacts
from pipeline.motion import Phase
from pipeline.tracks import Observation

BEST = Observation(at_ms=0, box=Box(left=0, top=0, width=0.1, height=0.4), score=1.0)


def phase(motion, lasts_ms, *, place="centre", towards=None, start_ms=0):
    return Phase(
        motion=motion, start_ms=start_ms, end_ms=start_ms + lasts_ms, place=place, towards=towards
    )


def person(*phases, upper=None, lower=None, enters=None, leaves=None, **more):
    return PersonFacts(
        start_ms=0,
        end_ms=10_000,
        upper=upper,
        lower=lower,
        enters=enters,
        leaves=leaves,
        appears=more.get("appears", False),
        disappears=more.get("disappears", False),
        motion=phases[0].motion,
        place=phases[0].place,
        phases=phases,
        best=BEST,
        score=1.0,
    )


def segment(*people, kind="activity", scene=None, at_once=None, looked=True, objects=()):
    return SegmentFacts(
        start_ms=0,
        end_ms=10_000,
        kind=kind,
        people=people,
        at_once=min(len(people), 1) if at_once is None else at_once,
        scene=scene or Scene(),
        looked=looked,
        objects=objects,
    )


VISIT = person(
    phase("walks", 3_000, towards="right"),
    phase("stands", 8_000),
    phase("walks", 3_000, towards="right"),
    upper="red",
    lower="blue",
    enters="left",
    leaves="right",
)


def test_a_visit_is_one_sentence_in_each_language():
    caption = describe(segment(VISIT))
    assert caption.en == (
        "A person in a red top and blue bottoms comes in from the left, "
        "stands in the middle for 8 s and leaves to the right."
    )
    assert caption.ko == (
        "빨간 상의에 파란 하의를 입은 사람이 왼쪽에서 들어와 "
        "가운데에 8초 동안 서 있다가 오른쪽으로 나갑니다."
    )
    assert caption.author == "describer@2"


def test_somebody_who_runs_out():
    runner = person(
        phase("walks", 3_000, towards="right"),
        phase("runs", 2_000, towards="left"),
        upper="black",
        lower="black",
        enters="left",
        leaves="left",
    )
    caption = describe(segment(runner))
    assert (
        caption.en == "A person in black clothes comes in from the left and runs out to the left."
    )
    assert caption.ko == "검은 옷을 입은 사람이 왼쪽에서 들어와 왼쪽으로 뛰어나갑니다."


def test_unknown_colours_are_left_out():
    plain = person(phase("stands", 5_000, place="right"))
    assert describe(segment(plain)).en == "A person stands on the right for 5 s."
    assert describe(segment(plain)).ko == "사람이 오른쪽에 5초 동안 서 있습니다."


def test_an_orange_top_takes_the_other_article():
    one = person(phase("stands", 5_000), upper="orange")
    assert "in an orange top" in describe(segment(one)).en


def test_two_people_at_once_are_counted_and_both_described():
    other = person(phase("stands", 4_000, place="left"), upper="green")
    caption = describe(segment(VISIT, other, at_once=2))
    assert caption.en.startswith("Two people at once: a person in a red top")
    assert "; a person in a green top stands on the left for 4 s." in caption.en
    assert caption.ko.startswith("두 사람이 함께 보입니다: 빨간 상의에")
    assert "나가고, 초록색 상의를 입은 사람이 왼쪽에 4초 동안 서 있습니다." in caption.ko


def test_people_in_turn_are_not_said_to_be_together():
    assert not describe(segment(VISIT, VISIT, at_once=1)).en.startswith("Two people")


def test_more_than_three_people_are_counted():
    caption = describe(segment(*[VISIT] * 5, at_once=5))
    assert caption.en.endswith("; and 2 more.")
    assert caption.ko.endswith("그 밖에 2명이 더 있습니다.")


def test_walking_to_a_side_and_leaving_by_it_is_told_once():
    one = person(phase("walks", 3_000, towards="left"), appears=True, leaves="left")
    assert describe(segment(one)).en == "A person appears in the middle and leaves to the left."


def test_a_quiet_stretch_says_so():
    caption = describe(segment(kind="quiet"))
    assert caption.en == "Nobody in view; nothing moves."
    assert caption.ko == "아무도 보이지 않고 움직임이 없습니다."


def test_somebody_standing_in_a_quiet_stretch_is_not_nobody():
    one = person(phase("stands", 20_000), upper="black")
    assert "Nobody" not in describe(segment(one, kind="quiet")).en


def test_movement_without_a_person_says_what_was_measured():
    scene = Scene(movement=0.05, movement_at=(0.8, 0.5), light=0.5, colours=("grey", "green"))
    caption = describe(segment(scene=scene))
    assert (
        caption.en == "Something moves on the right; nothing was recognised. Mostly grey and green."
    )
    assert caption.ko == (
        "오른쪽에서 무언가 움직이지만 알아본 것은 없습니다. 주로 회색과 초록색입니다."
    )


def test_stillness_without_a_person_is_no_contradiction():
    caption = describe(segment(scene=Scene(movement=0.001, light=0.5)))
    assert caption.ko == "움직임이 거의 없고 알아본 것은 없습니다."


def test_a_moving_camera_says_that_people_were_not_looked_for():
    scene = Scene(movement=0.6, light=0.1, colours=("black",))
    caption = describe(segment(kind="shot", scene=scene, looked=False))
    assert caption.en == (
        "Much of the picture moves; people were not looked for. Dark, mostly black."
    )
    assert "사람을 찾아보지는 않았습니다. 어둡고 주로 검은색입니다." in caption.ko


@pytest.mark.parametrize("upper", [None, "red", "grey", "beige"])
@pytest.mark.parametrize("lower", [None, "blue", "grey"])
def test_a_caption_is_found_by_the_colours_it_names(upper, lower):
    caption = describe(segment(person(phase("stands", 5_000), upper=upper, lower=lower)))
    for text in (caption.en, caption.ko):
        colours = {term.colour for term in attributes_in(text)}
        assert colours == {colour for colour in (upper, lower) if colour}


def test_every_korean_caption_is_korean_that_its_own_vocabulary_knows():
    motions = ("stands", "walks", "runs")
    gates = (None, "left", "right", "front", "back")
    for motion, enters, leaves in itertools.product(motions, gates, gates):
        one = person(
            phase(motion, 4_000, towards=None if motion == "stands" else "left"),
            upper="red",
            enters=enters,
            leaves=leaves,
            appears=enters is None,
            disappears=leaves is None,
        )
        caption = describe(segment(one))
        assert caption.ko.endswith("다.")
        assert has_korean(caption.ko)
        assert english_gloss(caption.ko) is not None, caption.ko
        assert "man" not in caption.en.split()


def thing(label, count=1):
    box = Box(left=0.1, top=0.1, width=0.2, height=0.2)
    return ObjectFacts(
        label=label, count=count, start_ms=0, end_ms=900, at_ms=400, score=0.8, boxes=(box,) * count
    )


@pytest.mark.parametrize(
    ("objects", "english", "korean"),
    [
        ([thing("car")], "In view: a car.", "자동차 1대가 보입니다."),
        ([thing("car", 2), thing("orange")], "two cars and an orange.", "자동차 2대, 오렌지 1개가"),
        (
            [thing("bus", 7), thing("dog", 3), thing("boat")],
            "7 buses, three dogs and a boat.",
            "1척이",
        ),
    ],
)
def test_objects_are_counted_after_the_people(objects, english, korean):
    caption = describe(segment(VISIT, objects=tuple(objects)))
    assert caption.en.startswith("A person")
    assert english in caption.en
    assert korean in caption.ko
    assert english in describe(segment(kind="quiet", objects=tuple(objects))).en


def test_of_many_kinds_of_things_three_are_named():
    things = tuple(map(thing, ("cup", "bottle", "chair", "book", "vase")))
    assert describe(segment(objects=things)).en.endswith("In view: a cup, a bottle and a chair.")
