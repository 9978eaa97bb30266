"""What every person detector promises; what is drawn is found by the one that needs no weights.

Detectors with weights run on tiny random ones, so here they promise shapes, ranges and order only;
YOLOX-nano on real footage is in tests/pipeline/models/test_detector_yolox.py.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from pipeline.adapters import ADAPTERS
from pipeline.frames import Frame
from pipeline.ports import PersonDetector
from tests.support.checkpoints import load_adapter
from tests.support.drawing import blank_room, draw_crate, draw_person


@pytest.fixture(scope="module", params=sorted(ADAPTERS["person_detector"]))
def detector(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> PersonDetector:
    return load_adapter("person_detector", request.param, tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> PersonDetector:
    return load_adapter("person_detector", "background", tmp_path_factory.mktemp("none"))


@pytest.fixture(scope="module")
def walk() -> list[Frame]:
    """An empty room, then somebody walking through, then empty again; 4 frames a second."""
    frames = [Frame(at_ms=250 * n, image=blank_room(seed=n)) for n in range(40)]
    for n in range(12, 28):
        draw_person(frames[n].image, x=40 + 25 * (n - 12), step=n)
    return frames


def test_it_is_a_person_detector_with_a_name_and_a_revision(detector):
    assert isinstance(detector, PersonDetector)
    assert detector.name
    assert detector.revision
    assert detector.frame_width >= 32


def test_boxes_are_fractions_and_masks_fit_them(detector, walk):
    seen = 0
    for sightings in detector.watch(walk).look(walk[10:18]):
        for sighting in sightings:
            seen += 1
            box = sighting.box
            assert 0 <= box.left < box.left + box.width <= 1.001
            assert 0 <= box.top < box.top + box.height <= 1.001
            assert 0 <= sighting.score <= 1
            assert sighting.label
            if sighting.mask is not None:
                height, width = walk[0].image.shape[:2]
                assert sighting.mask.dtype == bool
                assert abs(sighting.mask.shape[0] - box.height * height) < 1.5
                assert abs(sighting.mask.shape[1] - box.width * width) < 1.5
    assert seen


def test_the_company_of_a_frame_does_not_matter(detector, walk):
    together = detector.watch(walk).look(walk[10:17])
    watch = detector.watch(walk)
    alone = [watch.look([frame])[0] for frame in walk[10:17]]
    assert [len(one) for one in together] == [len(one) for one in alone]
    for a, b in zip(sum(together, ()), sum(alone, ()), strict=True):
        assert a.label == b.label
        assert abs(a.score - b.score) < 1e-4
        assert np.allclose(edges(a.box), edges(b.box), atol=1e-4)


def test_threads_may_look_at_once(detector, walk):
    if detector.needs_samples:
        pytest.skip("a watch over a background belongs to one thread")
    watch = detector.watch([])
    alone = watch.look(walk[12:16])
    with ThreadPoolExecutor(4) as pool:
        for looks in pool.map(watch.look, [walk[12:16]] * 6):
            assert [len(one) for one in looks] == [len(one) for one in alone]


def test_no_frames_give_no_looks(detector, walk):
    assert detector.watch(walk).look([]) == []


def test_without_samples_it_is_quiet_or_works_all_the_same(detector, walk):
    watch = detector.watch([])
    looks = watch.look(walk[:2])
    assert len(looks) == 2
    if detector.needs_samples:
        assert looks == [(), ()]


@pytest.mark.parametrize("shape", [(1, 1), (2, 400), (400, 2), (37, 53)])
def test_odd_sizes_are_looked_at_without_an_error(detector, shape):
    frames = [Frame(at_ms=n, image=np.full((*shape, 3), 9 * n, np.uint8)) for n in range(4)]
    assert len(detector.watch(frames).look(frames)) == 4


def test_frames_of_several_sizes_are_looked_at_together(detector):
    if detector.needs_samples:
        pytest.skip("one camera has one size")
    frames = [Frame(at_ms=n, image=np.full((40 + n, 90, 3), 200, np.uint8)) for n in range(3)]
    frames.append(Frame(at_ms=3, image=np.full((2_160, 3_840, 3), 90, np.uint8)))
    assert len(detector.watch([]).look(frames)) == 4


def test_an_empty_room_has_nobody(background, walk):
    watch = background.watch(walk)
    looks = watch.look(walk[:10] + walk[32:])
    assert all(sighting.score < 0.5 for sightings in looks for sighting in sightings)


def test_a_person_is_seen_once_in_every_frame_where_they_are(background, walk):
    watch = background.watch(walk)
    for frame, sightings in zip(walk[13:27], watch.look(walk[13:27]), strict=True):
        people = [sighting for sighting in sightings if sighting.score >= 0.5]
        assert len(people) == 1, frame.at_ms
        expected = (40 + 25 * (frame.at_ms // 250 - 12)) / 480
        assert abs(people[0].box.left + people[0].box.width / 2 - expected) < 0.04


def test_a_crate_that_slides_past_is_not_a_person(background):
    frames = [Frame(at_ms=250 * n, image=blank_room(seed=n)) for n in range(40)]
    for n in range(12, 28):
        draw_crate(frames[n].image, x=40 + 25 * (n - 12))
    looks = background.watch(frames).look(frames[12:28])
    assert all(sighting.score < 0.5 for sightings in looks for sighting in sightings)


def edges(box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.width, box.height
