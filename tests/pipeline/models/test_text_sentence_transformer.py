from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from transformers import BertConfig, BertModel, BertTokenizer

from core.errors import ModelError
from pipeline.models.bert_onnx import OnnxBert, can_be_built
from pipeline.models.runtime import Runtime
from pipeline.models.text_sentence_transformer import SentenceTransformerEncoder
from pipeline.weights import Located
from tests.support.checkpoints.text import DIM, LONGEST, sentence_transformer

EXACT = Runtime(device="cpu", precision="fp32")
TEXTS = [
    "A person in a red top comes in.",
    "빨간 상의를 입은 사람이 들어온다.",
    "red",
    "Nobody in view; nothing moves, nobody at all, anywhere in this picture of a hall.",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("kpf")
    sentence_transformer(made)
    return made


@pytest.fixture
def copy(folder, tmp_path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "copy"))


@pytest.fixture(scope="module")
def encoder(folder) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(at(folder), EXACT)


def at(path: Path) -> Located:
    return Located(path=path, name="tiny-sbert", revision="r1")


def unit(rows):
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def published_recipe(folder: Path, texts: list[str], *, longest: int = LONGEST):
    """The kpf-sbert recipe step by step: BERT, the mean over the tokens of the mask, a dense layer
    and tanh, then length 1; padded to a length the encoder does not use."""
    bert = BertModel.from_pretrained(folder, add_pooling_layer=False).eval()
    tokenizer = BertTokenizer.from_pretrained(folder, do_lower_case=True)
    batch = tokenizer(
        texts, padding="max_length", truncation=True, max_length=longest, return_tensors="pt"
    )
    with torch.no_grad():
        hidden = bert(**batch).last_hidden_state.numpy().astype(np.float64)
    mask = batch.attention_mask.numpy()[..., None]
    mean = (hidden * mask).sum(axis=1) / mask.sum(axis=1)
    dense = load_file(folder / "2_Dense" / "model.safetensors")
    return unit(np.tanh(mean @ dense["linear.weight"].T + dense["linear.bias"]))


def test_vectors_are_those_of_the_published_recipe(encoder, folder):
    assert encoder.dim == DIM
    assert np.abs(encoder.encode(TEXTS) - published_recipe(folder, TEXTS)).max() < 1e-4


def test_they_are_not_those_of_another_pooling(encoder, folder):
    first_token_only = published_recipe(folder, TEXTS, longest=3)
    assert np.abs(encoder.encode(TEXTS) - first_token_only).max() > 0.05


def test_a_text_too_long_is_the_mean_of_its_sentences(encoder, folder):
    tokenizer = BertTokenizer.from_pretrained(folder, do_lower_case=True)
    sentences = ["a person in a red top " * 9 + ".", "nobody moves to the right " * 8 + "."]
    weights = [len(tokenizer.tokenize(sentence)) for sentence in sentences]
    assert all(LONGEST / 2 < weight <= LONGEST - 2 for weight in weights)
    parts = published_recipe(folder, sentences)
    expected = unit(weights[0] * parts[0] + weights[1] * parts[1])
    assert np.abs(encoder.encode([" ".join(sentences)])[0] - expected).max() < 1e-4


def test_nothing_of_a_long_text_is_lost(encoder):
    start = "nobody in view " * 60
    plain, told = encoder.encode([start, start + "a person in a red top"])
    assert plain @ told < 0.9999


@pytest.mark.parametrize("words", [1, 2, 3, 5])
def test_a_text_without_sentences_is_cut_before_a_word(encoder, folder, words):
    """Words of 23 letters that the tokenizer spells: three fit a part, 69 of 70 tokens."""
    text = " ".join(["zq" * 11 + "z"] * words)
    parts = [" ".join(["zq" * 11 + "z"] * min(3, words - at)) for at in range(0, words, 3)]
    vectors = published_recipe(folder, parts)
    expected = unit(np.average(vectors, axis=0, weights=[len(part.split()) for part in parts]))
    assert np.abs(encoder.encode([text])[0] - expected).max() < 1e-4


def test_a_word_longer_than_the_model_reads_is_cut_inside(encoder):
    vector = encoder.encode(["z" * 99])[0]
    assert np.isclose(np.linalg.norm(vector), 1, atol=1e-5)


def test_a_setting_longer_than_the_network_reads_is_not_believed(copy, encoder):
    settings = {"max_seq_length": 4_000, "do_lower_case": True}
    (copy / "sentence_bert_config.json").write_text(json.dumps(settings))
    other = SentenceTransformerEncoder(at(copy), EXACT)
    assert np.allclose(other.encode(TEXTS), encoder.encode(TEXTS), atol=1e-5)
    assert np.isfinite(other.encode(["nobody in view " * 300])).all()


def test_a_batch_size_changes_nothing(folder, encoder):
    one_by_one = SentenceTransformerEncoder(at(folder), replace(EXACT, batch_size=1))
    assert np.allclose(one_by_one.encode(TEXTS), encoder.encode(TEXTS), atol=1e-5)


def test_a_single_query_gives_the_threads_back(encoder):
    before = torch.get_num_threads()
    encoder.encode(["red"])
    assert torch.get_num_threads() == before


def test_eight_bits_leave_padding_out(folder):
    """On ONNX Runtime one input scale holds for a whole batch, so company changes a little."""
    encoder = SentenceTransformerEncoder(at(folder), replace(EXACT, precision="int8"))
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert (together * alone).sum(axis=1).min() > 0.999
    assert (together * published_recipe(folder, TEXTS)).sum(axis=1).min() > 0.999


def test_the_onnx_network_is_the_bert_it_was_built_from():
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=50,
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=3,
        num_attention_heads=4,
        max_position_embeddings=40,
    )
    bert = BertModel(config, add_pooling_layer=False).eval()
    ids = torch.randint(0, 50, (3, 30))
    mask = (torch.arange(30)[None] < torch.tensor([30, 11, 1])[:, None]).long()
    with torch.no_grad():
        exact = bert(ids, attention_mask=mask).last_hidden_state
    made = OnnxBert(bert)({"input_ids": ids, "attention_mask": mask})["token_embeddings"]
    cosines = torch.nn.functional.cosine_similarity(exact, made, dim=-1)[mask.bool()]
    assert cosines.min() > 0.999


def test_another_activation_is_not_built_but_still_encoded(copy):
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**config, "hidden_act": "relu"}))
    assert not can_be_built(BertModel.from_pretrained(copy))
    exact = SentenceTransformerEncoder(at(copy), EXACT).encode(TEXTS)
    lower = SentenceTransformerEncoder(at(copy), replace(EXACT, precision="int8")).encode(TEXTS)
    assert (exact * lower).sum(axis=1).min() > 0.99


def without_a_weight(copy: Path) -> None:
    weights = load_file(copy / "model.safetensors")
    del weights["encoder.layer.1.output.dense.weight"]
    save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})


def with_dense_of_another_width(copy: Path) -> None:
    config = json.loads((copy / "2_Dense" / "config.json").read_text())
    (copy / "2_Dense" / "config.json").write_text(json.dumps({**config, "in_features": 48}))
    dense = {"linear.weight": np.ones((DIM, 48), np.float32), "linear.bias": np.ones(DIM, "f4")}
    save_file(dense, copy / "2_Dense" / "model.safetensors")


def with_weights_of_another_size(copy: Path) -> None:
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**config, "hidden_size": 64}))


def with_more_words(copy: Path) -> None:
    content = json.loads((copy / "tokenizer.json").read_text(encoding="utf-8"))
    content["model"]["vocab"]["unheard-of"] = len(content["model"]["vocab"])
    (copy / "tokenizer.json").write_text(json.dumps(content), encoding="utf-8")


def with_numbers_that_are_none(copy: Path) -> None:
    weights = load_file(copy / "model.safetensors")
    weights["encoder.layer.1.output.dense.weight"][:] = np.nan
    save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})


def cut_off(name: str):
    def cut(copy: Path) -> None:
        content = (copy / name).read_bytes()
        (copy / name).write_bytes(content[: len(content) // 2])

    return cut


def without(*names: str):
    def remove(copy: Path) -> None:
        for name in names:
            (copy / name).unlink()

    return remove


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (without("modules.json"), r"no modules\.json"),
        (without("config.json"), "cannot be used from"),
        (without("model.safetensors"), "cannot be used from"),
        (without("2_Dense/model.safetensors"), "cannot be used from"),
        (without("tokenizer.json"), "knows no words"),
        (cut_off("modules.json"), "cannot be used from"),
        (cut_off("model.safetensors"), "cannot be used from"),
        (cut_off("2_Dense/model.safetensors"), "cannot be used from"),
        (cut_off("tokenizer.json"), "cannot be used from"),
        (without_a_weight, r"lacks 1 weights, such as encoder\.layer\.1\.output\.dense\.weight"),
        (with_dense_of_another_width, "do not fit each other"),
        (with_weights_of_another_size, "cannot be used from"),
        (with_more_words, "words its network has not"),
        (with_numbers_that_are_none, "not numbers"),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused_in_one_sentence(copy, damage, reason):
    damage(copy)
    with pytest.raises(ModelError, match=reason) as refused:
        SentenceTransformerEncoder(at(copy), EXACT)
    message = str(refused.value)
    assert "tiny-sbert" in message
    assert "python -m pipeline models pull" in message
    assert "\n" not in message


def test_a_vision_model_is_no_text_encoder(tmp_path):
    from tests.support.checkpoints.video import clip4clip

    clip4clip(tmp_path)
    with pytest.raises(ModelError, match="no modules"):
        SentenceTransformerEncoder(at(tmp_path), EXACT)
