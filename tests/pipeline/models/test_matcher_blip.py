from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.numpy import load_file, save_file
from transformers import BertTokenizer, BlipForImageTextRetrieval

from core.errors import ModelError
from pipeline.models.matcher_blip import KEPT_IMAGES, BlipMatcher
from pipeline.models.runtime import Runtime
from pipeline.weights import Located
from tests.support.checkpoints.captioners import blip
from tests.support.checkpoints.matchers import blip_itm
from tests.support.checkpoints.text import sentence_transformer

EXACT = Runtime(device="cpu", precision="fp32")
TEXTS = ["a person in a red jacket", "nobody", "a man with a yellow helmet walks through a hall"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("blip")
    blip_itm(made)
    return made


@pytest.fixture(scope="module")
def matcher(folder) -> BlipMatcher:
    return BlipMatcher(at(folder), EXACT)


@pytest.fixture(scope="module")
def pictures() -> list[np.ndarray]:
    random = np.random.default_rng(4)
    return [
        random.integers(0, 256, (height, width, 3), dtype=np.uint8)
        for height, width in [(40, 20), (33, 70), (32, 32)]
    ]


def at(path: Path) -> Located:
    return Located(path=path, name="tiny-itm", revision="r1")


def published_pixels(bgr: np.ndarray) -> torch.Tensor:
    """BLIP squeezes the whole picture into a square by the bicubic filter; CLIP's mean and std."""
    rgb = Image.fromarray(np.ascontiguousarray(bgr[..., ::-1]))
    square = np.asarray(rgb.resize((32, 32), Image.Resampling.BICUBIC)) / 255
    centred = (square - [0.48145466, 0.4578275, 0.40821073]) / [0.26862954, 0.26130258, 0.27577711]
    return torch.from_numpy(centred.transpose(2, 0, 1)[None].astype(np.float32))


def stock(folder: Path, picture: np.ndarray, text: str, *, head: bool) -> torch.Tensor:
    """transformers' own forward over one pair, nothing cached, nothing padded."""
    model = BlipForImageTextRetrieval.from_pretrained(folder).eval()
    words = BertTokenizer.from_pretrained(folder, do_lower_case=True)(text, return_tensors="pt")
    with torch.no_grad():
        return model(
            input_ids=words.input_ids,
            attention_mask=words.attention_mask,
            pixel_values=published_pixels(picture),
            use_itm_head=head,
        ).itm_score


def test_scores_are_those_of_the_stock_forward(matcher, folder, pictures):
    expected = [
        [
            float(np.exp(logits[1]) / np.exp(logits).sum())
            for logits in (stock(folder, picture, text, head=True)[0].numpy() for text in TEXTS)
        ]
        for picture in pictures
    ]
    assert np.abs(matcher.match(pictures, TEXTS) - expected).max() < 1e-4


def test_one_sentence_over_many_pictures_scores_as_each_alone(matcher, pictures):
    many = [pictures[number % 3] for number in range(KEPT_IMAGES + 3)]
    together = matcher.match(many, TEXTS[:1])
    alone = [matcher.match([picture], TEXTS)[0, 0] for picture in pictures]
    assert np.allclose(together[:, 0], [alone[number % 3] for number in range(len(many))])


def test_cosines_are_those_of_the_stock_forward(matcher, folder, pictures):
    expected = [
        [float(stock(folder, picture, text, head=False)) for text in TEXTS] for picture in pictures
    ]
    cosines = matcher.cosine(pictures, TEXTS)
    assert cosines.dtype == np.float32
    assert np.abs(cosines - expected).max() < 1e-4
    assert matcher.cosine([], TEXTS).shape == (0, 3)
    assert matcher.cosine(pictures, []).shape == (3, 0)


@pytest.mark.parametrize("batch_size", [1, 2])
def test_a_batch_size_changes_nothing(matcher, folder, pictures, batch_size):
    other = BlipMatcher(at(folder), replace(EXACT, batch_size=batch_size))
    expected = matcher.match(pictures, TEXTS)
    assert np.allclose(other.match(pictures, TEXTS), expected, atol=1e-5)


def test_each_picture_passes_the_vision_model_once(matcher, pictures):
    seen = 0

    def count(_module, inputs, _output):
        nonlocal seen
        seen += len(inputs[0])

    embeddings = matcher._model.vision_model.embeddings
    handle = embeddings.register_forward_hook(count)
    matcher.match(pictures, TEXTS * 30)
    handle.remove()
    assert seen == len(pictures)


def test_more_than_35_tokens_are_cut_off_as_in_training(matcher, pictures):
    first = "a red jacket " * 20
    scores = matcher.match(pictures, [first, first + "and a yellow helmet"])
    assert np.allclose(scores[:, 0], scores[:, 1])


def captioner(folder: Path) -> None:
    blip(folder)


def without_matching_head(folder: Path) -> None:
    blip_itm(folder)
    weights = load_file(folder / "model.safetensors")
    del weights["itm_head.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def truncated(folder: Path) -> None:
    blip_itm(folder)
    content = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(content[: len(content) // 3])


def without_image_settings(folder: Path) -> None:
    blip_itm(folder)
    (folder / "preprocessor_config.json").write_text("{", encoding="utf-8")


def without_tokenizer(folder: Path) -> None:
    blip_itm(folder)
    (folder / "tokenizer.json").unlink()


def nothing(folder: Path) -> None:
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    "damage",
    [
        captioner,
        sentence_transformer,
        without_matching_head,
        truncated,
        without_image_settings,
        without_tokenizer,
        nothing,
    ],
)
def test_weights_without_a_matching_head_are_refused_in_one_sentence(tmp_path, damage):
    (tmp_path / "model").mkdir()
    damage(tmp_path / "model")
    with pytest.raises(ModelError, match="tiny-itm") as refused:
        BlipMatcher(at(tmp_path / "model"), EXACT)
    assert "models.overrides" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_model_that_fails_at_its_work_is_named_in_one_sentence(folder, pictures):
    matcher = BlipMatcher(at(folder), EXACT)
    matcher._model.itm_head.double()
    matcher._model.vision_proj.double()
    for ask in (matcher.match, matcher.cosine):
        with pytest.raises(ModelError, match=r"tiny-itm failed while matching .*models\.overrides"):
            ask(pictures, TEXTS)


def test_a_processor_sees_one_picture_at_a_time(folder, pictures):
    matcher, sizes = BlipMatcher(at(folder), EXACT), []
    matcher._model.vision_model.register_forward_pre_hook(
        lambda _module, _args, given: sizes.append(len(given["pixel_values"])), with_kwargs=True
    )
    matcher.match(pictures, TEXTS)
    assert sizes == [1] * len(pictures)
