from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.models.matcher_colours import ColourMatcher
from pipeline.video import frame_at

SIX_PEOPLE = {
    "grey cardigan and leggings": (12_000, (382, 15, 519, 404)),
    "black jacket, dark jeans": (30_000, (381, 3, 544, 372)),
    "black clothes, long fair hair": (58_000, (400, 0, 553, 393)),
    "black t-shirt and trousers": (80_000, (360, 29, 514, 384)),
    "grey pullover, black trousers": (106_000, (385, 12, 522, 384)),
    "grey shirt, blue jeans": (130_000, (355, 0, 531, 403)),
}
"""Time and box (left, top, right, bottom in pixels of 768x432) as YOLOX-nano finds them."""

FULL, PARTLY, NOT = 0.9, 0.4, 0.25


@pytest.fixture(scope="module")
def people(shared_media: Path) -> list[np.ndarray]:
    path = shared_media / "one-by-one-person-detection.mp4"
    crops = []
    for at_ms, (left, top, right, bottom) in SIX_PEOPLE.values():
        crops.append(frame_at(path, at_ms, width=768).image[top:bottom, left:right])
    return crops


def patchwork(upper: tuple[int, int, int], lower: tuple[int, int, int]) -> np.ndarray:
    """A crop as flat as a flag: the upper and the lower half in one colour each, BGR."""
    picture = np.empty((180, 60, 3), np.uint8)
    picture[:95], picture[95:] = upper, lower
    return picture


RED, BLUE, BLACK = (28, 20, 200), (180, 79, 29), (26, 23, 23)


def scores(picture: np.ndarray, *texts: str) -> list[float]:
    return ColourMatcher().match([picture], texts)[0].tolist()


def test_on_real_people_clear_matches_are_near_one_and_others_near_nought(people):
    texts = [
        "grey top",
        "black top",
        "black top and black trousers",
        "red jacket",
        "green trousers",
    ]
    matched = ColourMatcher().match(people, texts)
    grey, black, all_black, red, green = matched.T
    assert grey[[0, 4, 5]].min() >= FULL
    assert grey[[1, 2, 3]].max() <= NOT
    assert black[[1, 3]].min() >= FULL
    assert black[[0, 5]].max() <= NOT
    assert set(np.argsort(-all_black, kind="stable")[:2]) == {1, 3}
    assert red.max() == green.max() == 0


def test_a_whole_outfit_finds_who_wears_it(people):
    """Only the colours of the clothes are read: dark denim counts as black, shoes not at all."""
    best = "black shirt, black jeans, white shoes"
    matched = ColourMatcher().match(people, [best, "grey shirt, blue jeans"])
    assert set(np.argsort(-matched[:, 0], kind="stable")[:2]) == {1, 3}
    assert matched[:, 1].argmax() in (0, 4, 5)
    assert matched[[1, 3], 1].max() <= NOT


def test_korean_asks_for_the_same_colours_as_its_translation(people):
    korean = ["회색 상의", "검은 상의에 검은 바지"]
    english = ["grey top", "black top and black trousers"]
    assert np.array_equal(
        ColourMatcher().match(people, korean), ColourMatcher().match(people, english)
    )


def test_people_stay_apart_when_the_picture_is_small(people):
    small = [cv2.resize(crop, None, fx=0.25, fy=0.25, interpolation=3) for crop in people]
    grey = ColourMatcher().match([np.asarray(crop, np.uint8) for crop in small], ["grey top"])[:, 0]
    assert grey[[0, 4, 5]].min() > grey[[1, 2, 3]].max()


def test_every_named_colour_counts_alike():
    both, half, neither = scores(
        patchwork(RED, BLUE), "red top, blue trousers", "red top, green trousers", "green top"
    )
    assert both == pytest.approx(1)
    assert half == pytest.approx(0.5)
    assert neither == 0


def test_a_colour_counts_on_the_part_it_is_named_for():
    assert scores(patchwork(RED, BLUE), "red trousers", "blue shirt") == [0, 0]
    assert scores(patchwork(RED, BLUE), "somebody in red", "somebody in blue") == [1, 1]


@pytest.mark.parametrize(
    "text", ["", "a person", "a tall man with a hat", "red shoes", "a red car"]
)
def test_a_sentence_without_a_colour_of_clothes_scores_nought(text):
    assert scores(patchwork(RED, BLACK), text) == [0]


def test_a_hidden_part_matches_nothing():
    upper_only = patchwork(RED, RED)[:70]
    assert scores(upper_only, "red top", "red trousers")[0] == pytest.approx(1)
