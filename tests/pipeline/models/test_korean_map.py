"""The Korean map that ships: whole, small, quick, and refused when it is another."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ModelError
from pipeline.models.korean_map import FILE, SHA256, KoreanMap, grams

MOST_BYTES = 8_000_000


@pytest.fixture(scope="module")
def korean_map() -> KoreanMap:
    return KoreanMap.load()


def test_n_grams_stay_within_words_and_mark_their_ends():
    assert list(grams("빨간 옷")) == [
        *("빨", "간", " 빨", "빨간", "간 ", " 빨간", "빨간 "),
        *("옷", " 옷", "옷 ", " 옷 "),
    ]


def test_punctuation_width_and_capitals_make_no_difference():
    assert list(grams("빨간  옷, BMW!")) == list(grams("빨간 옷 ｂｍｗ"))


def test_the_shipped_file_is_the_pinned_one_and_small():
    content = FILE.read_bytes()
    assert hashlib.sha256(content).hexdigest() == SHA256
    assert len(content) <= MOST_BYTES


def test_the_licence_travels_in_the_file_and_beside_it():
    with np.load(FILE, allow_pickle=False) as arrays:
        inside = str(arrays["licence"])
    beside = FILE.with_name("korean_map.LICENSE.txt").read_text(encoding="utf-8")
    for text in (inside, beside):
        assert "CC BY-SA 4.0" in text
        assert "KorSTS" in text


def test_vectors_are_unit_rows_and_the_order_does_not_matter(korean_map):
    texts = ["빨간 재킷", "뛰는 사람", "아무도 없는 매장"]
    vectors = korean_map.encode(texts)
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(korean_map.encode(texts[::-1])[::-1], vectors)


@pytest.mark.parametrize("text", ["", "🙂", "!?", "뷁뛟"])
def test_a_text_it_knows_no_letter_of_has_no_direction(korean_map, text):
    assert not korean_map.encode([text]).any()


@given(st.text())
def test_any_text_gives_a_finite_vector(text):
    vector = _loaded().encode([text])[0]
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4) or not vector.any()


def _loaded() -> KoreanMap:
    if not _KEPT:
        _KEPT.append(KoreanMap.load())
    return _KEPT[0]


_KEPT: list[KoreanMap] = []


def test_a_query_takes_no_time_worth_saying(korean_map):
    queries = ["빨간 재킷을 입고 뛰어나가는 사람"] * 50
    started = time.perf_counter()
    korean_map.encode(queries)
    assert (time.perf_counter() - started) / len(queries) < 0.02


def test_a_missing_file_is_named_with_what_to_do(tmp_path: Path):
    with pytest.raises(ModelError, match=r"nowhere\.npz.*train korean-map"):
        KoreanMap.load(tmp_path / "nowhere.npz")


def test_another_file_than_the_pinned_one_is_refused_by_name(tmp_path: Path):
    other = tmp_path / "korean_map.npz"
    other.write_bytes(FILE.read_bytes()[:-1])
    with pytest.raises(ModelError, match=r"korean_map\.npz.*expected " + SHA256[:12]):
        KoreanMap.load(other)


@pytest.mark.parametrize("content", [b"", b"not a map", b"PK\x05\x06" + bytes(18)])
def test_a_damaged_file_is_said_to_be_unreadable(tmp_path: Path, content: bytes):
    broken = tmp_path / "korean_map.npz"
    broken.write_bytes(content)
    with pytest.raises(ModelError, match=r"cannot be read.*korean_map\.npz"):
        KoreanMap.load(broken, sha256=None)
