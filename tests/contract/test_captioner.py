"""What every captioner promises."""

from __future__ import annotations

import pytest

from pipeline.facts import Scene, SegmentFacts
from pipeline.ports import Captioner, Evidence
from pipeline.registry import ADAPTERS


@pytest.fixture(scope="module", params=sorted(ADAPTERS["captioner"]))
def captioner(request: pytest.FixtureRequest) -> Captioner:
    return ADAPTERS["captioner"][request.param]()


def evidence(kind):
    scene = Scene(movement=0.1, movement_at=(0.2, 0.5), light=0.5, colours=("grey",))
    facts = SegmentFacts(start_ms=0, end_ms=4_000, kind=kind, people=(), at_once=0, scene=scene)
    return Evidence(facts=facts)


def test_it_is_a_captioner_with_a_name_and_a_revision(captioner):
    assert isinstance(captioner, Captioner)
    assert captioner.name
    assert captioner.revision
    assert captioner.keyframes >= 0


@pytest.mark.parametrize("kinds", [[], ["quiet"], ["activity", "quiet", "shot"]])
def test_there_is_one_caption_per_segment_signed_by_its_author(captioner, kinds):
    captions = captioner.caption([evidence(kind) for kind in kinds])
    assert len(captions) == len(kinds)
    for caption in captions:
        assert caption.en.strip() == caption.en != ""
        assert caption.ko.strip() == caption.ko
        assert caption.author == f"{captioner.name}@{captioner.revision}"
