"""Search by description on real footage: six people at a table, one after the other.

What they wear, as people see it: a grey cardigan (7 s), a black jacket and dark jeans (23 s), a
black top and leggings (51 s), a black t-shirt and trousers (75 s), a grey sweater (93 s), a light
grey shirt and blue jeans (124 s).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.config import Config, ModelsConfig
from core.types import Detection
from db.pool import Database
from pipeline.clothes_search import ClothesAnswer, find_people
from pipeline.facts import CLEAR_SHARE
from pipeline.processing import Silent
from pipeline.registry import Registry
from pipeline.stays import Stay, find_stays
from pipeline.video import probe
from pipeline.workshop import Workshop
from tests.support import dressed

VISITS_S = {"cardigan": 7, "jacket": 23, "leggings": 51, "t-shirt": 75, "sweater": 93, "shirt": 124}
"""When each is first at the table."""

BLACK, GREY = {"jacket", "leggings", "t-shirt"}, {"cardigan", "sweater", "shirt"}
"""By what they wear on the upper body."""


@pytest.fixture(scope="module")
def clip(shared_media: Path) -> Path:
    return shared_media / "one-by-one-person-detection.mp4"


@pytest.fixture(scope="module", params=["background", "yolox"])
def models(request: pytest.FixtureRequest, shared_models: Path) -> ModelsConfig:
    if request.param == "background":
        return ModelsConfig()
    weights = shared_models / "yolox_nano_coco_raw.onnx"
    return ModelsConfig(
        device="cpu", precision="fp32", overrides={"person_detector": f"yolox:{weights}"}
    )


@pytest.fixture(scope="module")
def seen(clip: Path, models: ModelsConfig) -> list[Stay]:
    registry = Registry(Config(models=models))
    found = find_stays(
        clip,
        probe(clip),
        detector=registry.person_detector(),
        reader=registry.clothing_reader(),
        fps=1.0,
        confidence=0.5,
        progress=lambda _share: None,
    )
    return [stay for stay in found if stay.end_ms - stay.start_ms > 2_000]


@pytest.fixture
def workshop(
    config: Config, database: Database, clip: Path, models: ModelsConfig, seen: list[Stay]
) -> Workshop:
    dressed.add_film(database, clip, [[_detection(stay) for stay in seen]])
    config = config.model_copy(update={"models": models})
    return Workshop(config=config, database=database, registry=Registry(config))


def _detection(stay: Stay) -> Detection:
    worn = stay.clothing
    return Detection(
        label="person",
        start_ms=stay.start_ms,
        end_ms=stay.end_ms,
        at_ms=stay.best.at_ms,
        score=stay.best.score,
        box=stay.best.box,
        attributes={
            part: max(shares, key=lambda name: shares[name])
            if max(shares.values(), default=0) >= CLEAR_SHARE
            else None
            for part, shares in (("upper", worn.upper), ("lower", worn.lower))
        },
    )


def who(answer: ClothesAnswer) -> list[str]:
    """The visitor each hit shows."""
    return [_visitor(hit.at_ms) for hit in answer.hits]


def _visitor(at_ms: int) -> str:
    names: Sequence[str] = [name for name, at_s in VISITS_S.items() if at_s * 1_000 - 500 <= at_ms]
    return names[-1]


def test_each_of_the_six_is_one_stay_at_their_time(seen):
    assert [_visitor(stay.best.at_ms) for stay in seen] == list(VISITS_S)
    for stay, at_s in zip(seen, VISITS_S.values(), strict=True):
        assert stay.start_ms == pytest.approx(at_s * 1_000, abs=1_100)


@pytest.mark.parametrize(
    "description", ["black t-shirt, black trousers", "검은 티셔츠에 검은 바지"]
)
def test_the_black_t_shirt_and_the_black_jacket_come_first(workshop, description):
    found = who(find_people(workshop, description, report=Silent()))
    assert set(found[:2]) == {"t-shirt", "jacket"}


@pytest.mark.parametrize("description", ["grey sweater", "회색 스웨터를 입은 사람"])
def test_the_three_in_grey_are_found_and_nobody_else(workshop, description):
    assert set(who(find_people(workshop, description, report=Silent()))) == GREY


@pytest.mark.parametrize("description", ["grey shirt, blue jeans", "회색 셔츠에 파란 청바지"])
def test_the_grey_shirt_over_blue_jeans_is_found(workshop, description):
    found = who(find_people(workshop, description, report=Silent()))
    assert "shirt" in found[:2]
    assert not BLACK & set(found)


@pytest.mark.parametrize("description", ["red jacket", "노란 상의"])
def test_nobody_wears_red_or_yellow(workshop, description):
    assert who(find_people(workshop, description, report=Silent())) == []


def test_the_same_is_found_when_the_footage_is_looked_at_anew(workshop):
    answer = find_people(workshop, "black t-shirt, black trousers", sample_fps=1.0, report=Silent())
    assert set(who(answer)[:2]) == {"t-shirt", "jacket"}
    assert len(answer.hits) == len({replace(hit, picture=None).at_ms for hit in answer.hits})
