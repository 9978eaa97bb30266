"""What every face analyzer promises; on tiny random weights everywhere, and on a real pack and real
faces where they are at hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.config import Config
from pipeline.adapters import ADAPTERS, Wanted
from pipeline.models.picture_files import read_picture
from pipeline.ports import FaceAnalyzer
from tests.support.checkpoints import load_adapter

REAL_DIM = 128
"""Tiny packs have fewer dimensions."""

WITH_WEIGHTS = sorted(set(ADAPTERS["face_analyzer"]) - {"none"})


@pytest.fixture(scope="module", params=[*WITH_WEIGHTS, "real pack"])
def analyzer(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> FaceAnalyzer:
    folder = tmp_path_factory.mktemp("weights")
    if request.param != "real pack":
        return load_adapter("face_analyzer", request.param, folder)
    shared_models: Path = request.getfixturevalue("shared_models")
    pack = str(shared_models / "insightface" / "local_sc")
    wanted = Wanted(adapter="insightface", weights=pack, config=Config(data_dir=folder))
    return ADAPTERS["face_analyzer"]["insightface"](wanted)


@pytest.fixture(scope="module")
def pictures(analyzer: FaceAnalyzer, request: pytest.FixtureRequest) -> list[np.ndarray]:
    """Bright patches, which the tiny detector takes for faces (photographs for a real pack), and
    noise; the second shows nothing at all."""
    if analyzer.dim >= REAL_DIM:
        folder: Path = request.getfixturevalue("shared_faces") / "us_government"
        two = read_picture(folder / "obama_and_biden.jpg")
        return [two, np.zeros((240, 320, 3), np.uint8), read_picture(folder / "obama1.jpg")]
    rng = np.random.default_rng(5)
    patches = np.zeros((300, 400, 3), np.uint8)
    patches[40:90, 40:90] = 255
    patches[150:290, 200:340] = (250, 240, 255)
    noise = rng.integers(0, 256, (120, 200, 3), dtype=np.uint8)
    return [patches, np.zeros((240, 320, 3), np.uint8), noise, patches[:, ::-1].copy()]


def test_the_adapter_called_none_is_none(tmp_path):
    assert load_adapter("face_analyzer", "none", tmp_path) is None


def test_it_is_a_face_analyzer_with_a_name_a_revision_and_a_dimension(analyzer):
    assert isinstance(analyzer, FaceAnalyzer)
    assert analyzer.name
    assert analyzer.revision
    assert analyzer.dim > 1


def test_faces_lie_in_the_picture_largest_first_with_vectors_of_length_one(analyzer, pictures):
    found = analyzer.analyze(pictures)
    assert len(found) == len(pictures)
    assert len(found[0]) > 1
    for picture, faces in zip(pictures, found, strict=True):
        height, width = picture.shape[:2]
        areas = [face.box.width * face.box.height for face in faces]
        assert all(one >= other - 1e-6 for one, other in pairwise(areas))
        for face in faces:
            assert 0 <= face.box.left < face.box.left + face.box.width <= 1.001
            assert 0 <= face.box.top < face.box.top + face.box.height <= 1.001
            assert 0 <= face.score <= 1
            shorter = min(face.box.width * width, face.box.height * height)
            assert abs(face.size_px - shorter) < 0.01
            assert face.embedding.shape == (analyzer.dim,)
            assert face.embedding.dtype == np.float32
            assert abs(np.linalg.norm(face.embedding) - 1) < 1e-5


def test_a_black_picture_has_no_faces(analyzer, pictures):
    assert analyzer.analyze(pictures)[1] == ()


def test_the_company_of_a_picture_does_not_matter(analyzer, pictures):
    together = analyzer.analyze(pictures)
    assert len(together[0]) > 0
    for picture, faces in zip(pictures, together, strict=True):
        [alone] = analyzer.analyze([picture])
        assert [face.box for face in alone] == [face.box for face in faces]
        for one, other in zip(alone, faces, strict=True):
            assert np.abs(one.embedding - other.embedding).max() < 1e-4


def test_no_pictures_give_nothing(analyzer):
    assert analyzer.analyze([]) == []


def test_threads_may_analyze_at_once(analyzer, pictures):
    alone = analyzer.analyze(pictures)
    assert len(alone[0]) > 0
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(analyzer.analyze, [pictures] * 6):
            assert [len(faces) for faces in found] == [len(faces) for faces in alone]
            for one, other in zip(sum(found, ()), sum(alone, ()), strict=True):
                assert np.abs(one.embedding - other.embedding).max() < 1e-5


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 3_000), (3_000, 1), (2, 400), (7, 7), (17, 4_000), (37, 53)]
)
def test_odd_sizes_are_searched_without_an_error(analyzer, shape):
    [faces] = analyzer.analyze([np.full((*shape, 3), 255, np.uint8)])
    assert isinstance(faces, tuple)


def test_the_faces_of_an_8k_picture_are_found(analyzer, pictures):
    picture = cv2.resize(pictures[0], (7_680, 4_320))
    dark = np.zeros((4_320, 7_680, 3), np.uint8)
    faces, nobody = analyzer.analyze([picture, dark])
    assert len(faces) > 0
    assert nobody == ()
