"""What every image-text matcher promises."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.config import ModelsConfig
from pipeline.adapters import ADAPTERS
from pipeline.ports import ImageTextMatcher
from tests.support.checkpoints import BUILDERS, load_adapter
from tests.support.drawing import blank_room, draw_person

TEXTS = [
    "a person in a red jacket and blue trousers",
    "black shirt, blue jeans, white shoes",
    "green top",
    "a person",
    "",
    "a very long story about nobody in particular " * 40,
]


@pytest.fixture(scope="module", params=sorted(ADAPTERS["image_text_matcher"]))
def matcher(request: pytest.FixtureRequest, tmp_path_factory) -> ImageTextMatcher:
    return load_adapter("image_text_matcher", request.param, tmp_path_factory.mktemp(request.param))


def person(upper: tuple[int, int, int], lower: tuple[int, int, int]) -> np.ndarray:
    """A drawn person cut out of a drawn room, BGR."""
    room = blank_room(seed=1)
    picture = room.copy()
    draw_person(picture, x=240, step=1, upper=upper, lower=lower)
    changed = np.abs(picture.astype(int) - room).max(axis=-1) > 0
    rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


PEOPLE = [
    person((28, 20, 200), (180, 79, 29)),
    person((60, 138, 31), (26, 23, 23)),
    person((26, 23, 23), (26, 23, 23)),
]


def test_it_is_a_matcher_with_a_name_and_a_revision(matcher):
    assert isinstance(matcher, ImageTextMatcher)
    assert matcher.name
    assert matcher.revision


def test_scores_are_between_nought_and_one_a_row_per_picture(matcher):
    scores = matcher.match(PEOPLE, TEXTS)
    assert scores.shape == (len(PEOPLE), len(TEXTS))
    assert scores.dtype == np.float32
    assert scores.min() >= 0
    assert scores.max() <= 1


def test_pictures_and_texts_tell_scores_apart(matcher):
    scores = matcher.match(PEOPLE, TEXTS)
    assert np.ptp(scores[:, 0]) > 1e-3
    assert np.ptp(scores[0]) > 1e-3


def test_company_and_order_do_not_matter(matcher):
    together = matcher.match(PEOPLE, TEXTS)
    for row, picture in enumerate(PEOPLE):
        for column, text in enumerate(TEXTS):
            assert abs(matcher.match([picture], [text])[0, 0] - together[row, column]) < 1e-4
    turned = matcher.match(PEOPLE[::-1], TEXTS[::-1])
    assert np.allclose(turned[::-1, ::-1], together, atol=1e-4)


def test_no_pictures_or_no_texts_give_no_scores(matcher):
    assert matcher.match([], TEXTS).shape == (0, len(TEXTS))
    assert matcher.match(PEOPLE, []).shape == (len(PEOPLE), 0)
    assert matcher.match([], []).shape == (0, 0)


def test_two_hundred_texts_are_matched_with_one_picture(matcher):
    texts = [f"{TEXTS[number % 3]} number {number}" for number in range(200)]
    scores = matcher.match(PEOPLE[:1], texts)
    assert scores.shape == (1, 200)
    assert abs(scores[0, 150] - matcher.match(PEOPLE[:1], [texts[150]])[0, 0]) < 1e-4


@pytest.mark.parametrize("shape", [(1, 1), (2, 400), (400, 2), (3, 3), (4_320, 7_680)])
def test_pictures_of_odd_sizes_are_matched(matcher, shape):
    picture = np.zeros((*shape, 3), np.uint8)
    picture[:, : max(shape[1] // 2, 1)] = 200
    scores = matcher.match([picture], TEXTS[:2])
    assert np.isfinite(scores).all()


def test_grey_pictures_and_views_into_others_are_matched(matcher):
    view = np.repeat(PEOPLE[0].mean(axis=-1, keepdims=True), 3, axis=-1).astype(np.uint8)[:, ::-1]
    assert np.allclose(matcher.match([view], TEXTS), matcher.match([view.copy()], TEXTS))


def test_threads_may_match_at_once(matcher):
    alone = matcher.match(PEOPLE, TEXTS)
    with ThreadPoolExecutor(3) as pool:
        for scores in pool.map(matcher.match, [PEOPLE] * 6, [TEXTS] * 6):
            assert np.allclose(scores, alone, atol=1e-4)


@pytest.mark.parametrize("precision", ["bf16", "int8"])
@pytest.mark.parametrize(
    "adapter", sorted(name for port, name in BUILDERS if port == "image_text_matcher")
)
def test_lower_precision_stays_near_the_exact_scores(adapter, precision, tmp_path):
    (tmp_path / "exact").mkdir()
    (tmp_path / "lower").mkdir()
    exact = load_adapter("image_text_matcher", adapter, tmp_path / "exact").match(PEOPLE, TEXTS)
    models = ModelsConfig(device="cpu", precision=precision)
    lower = load_adapter("image_text_matcher", adapter, tmp_path / "lower", models)
    scores = lower.match(PEOPLE, TEXTS)
    cosine = (exact * scores).sum() / (np.linalg.norm(exact) * np.linalg.norm(scores))
    assert cosine >= 0.99
