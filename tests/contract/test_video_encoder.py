"""What every video encoder promises."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.config import ModelsConfig
from pipeline.adapters import ADAPTERS
from pipeline.ports import VideoEncoder
from tests.support.checkpoints import BUILDERS, load_adapter

TEXTS = ["a man in a red jacket walks", "", "nobody", "빨간 옷 🙂", "a very long story " * 60]


@pytest.fixture(scope="module", params=sorted(set(ADAPTERS["video_encoder"]) - {"none"}))
def encoder(request: pytest.FixtureRequest, tmp_path_factory) -> VideoEncoder:
    folder = tmp_path_factory.mktemp(request.param)
    return load_adapter("video_encoder", request.param, folder)


def pictures(count: int, *, height: int = 40, width: int = 60) -> list[np.ndarray]:
    random = np.random.default_rng(count)
    small = random.integers(0, 256, (count, 4, 6, 3), dtype=np.uint8)
    rows, columns = -(-height // 4), -(-width // 6)
    large = small.repeat(rows, axis=1).repeat(columns, axis=2)
    return list(large[:, :height, :width])


CLIPS = [pictures(3), pictures(1), pictures(12), pictures(2, height=33, width=20)]


def test_it_is_a_video_encoder_with_a_name_and_a_revision(encoder):
    assert isinstance(encoder, VideoEncoder)
    assert encoder.name
    assert encoder.revision


@pytest.mark.parametrize("span", [(0, 1), (0, 400), (2_000, 9_500), (7, 3_600_000), (5, 5)])
def test_moments_lie_in_the_clip_in_time_order(encoder, span):
    moments = encoder.moments(*span)
    assert moments
    assert list(moments) == sorted(set(moments))
    assert all(span[0] <= at_ms < max(span[1], span[0] + 1) for at_ms in moments)
    assert all(isinstance(at_ms, int) for at_ms in moments)


def test_vectors_are_float32_rows_of_length_one(encoder):
    for vectors, count in [
        (encoder.encode_clips(CLIPS), len(CLIPS)),
        (encoder.encode_texts(TEXTS), len(TEXTS)),
    ]:
        assert vectors.shape == (count, encoder.dim)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_order_and_company_of_clips_and_texts_do_not_matter(encoder):
    clips = encoder.encode_clips(CLIPS)
    alone = np.concatenate([encoder.encode_clips([clip]) for clip in CLIPS])
    assert np.allclose(clips, alone, atol=1e-4)
    texts = encoder.encode_texts(TEXTS)
    assert np.allclose(encoder.encode_texts(TEXTS[::-1])[::-1], texts, atol=1e-4)


def test_clips_and_texts_that_differ_have_vectors_that_differ(encoder):
    for vectors in (encoder.encode_clips(CLIPS), encoder.encode_texts(TEXTS)):
        assert (vectors @ vectors.T)[~np.eye(len(vectors), dtype=bool)].max() < 0.999


def test_nothing_gives_no_rows(encoder):
    assert encoder.encode_clips([]).shape == (0, encoder.dim)
    assert encoder.encode_texts([]).shape == (0, encoder.dim)


@pytest.mark.parametrize("shape", [(1, 1), (2, 400), (400, 2), (1, 4_000), (4_320, 7_680)])
def test_pictures_of_odd_sizes_are_encoded(encoder, shape):
    picture = np.zeros((*shape, 3), np.uint8)
    picture[:, : max(shape[1] // 2, 1)] = 200
    assert np.isfinite(encoder.encode_clips([[picture]])).all()


def test_grey_pictures_and_views_into_others_are_encoded(encoder):
    picture = pictures(1, height=80, width=120)[0]
    view = picture[::2, 10:70][:, ::-1]
    assert not view.flags.c_contiguous
    same = np.allclose(encoder.encode_clips([[view]]), encoder.encode_clips([[view.copy()]]))
    assert same
    assert np.isfinite(encoder.encode_clips([[np.full((50, 50, 3), 128, np.uint8)]])).all()


def test_threads_may_encode_at_once(encoder):
    alone = encoder.encode_clips(CLIPS)
    with ThreadPoolExecutor(3) as pool:
        for vectors in pool.map(encoder.encode_clips, [CLIPS] * 6):
            assert np.allclose(vectors, alone, atol=1e-4)


@pytest.mark.parametrize("precision", ["bf16", "int8"])
@pytest.mark.parametrize(
    "adapter", sorted(name for port, name in BUILDERS if port == "video_encoder")
)
def test_lower_precision_stays_near_the_exact_vectors(adapter, precision, tmp_path):
    (tmp_path / "exact").mkdir()
    (tmp_path / "lower").mkdir()
    exact = load_adapter("video_encoder", adapter, tmp_path / "exact")
    models = ModelsConfig(device="cpu", precision=precision)
    lower = load_adapter("video_encoder", adapter, tmp_path / "lower", models)
    clips = (exact.encode_clips(CLIPS) * lower.encode_clips(CLIPS)).sum(axis=1)
    texts = (exact.encode_texts(TEXTS) * lower.encode_texts(TEXTS)).sum(axis=1)
    assert min(clips.min(), texts.min()) >= 0.99
