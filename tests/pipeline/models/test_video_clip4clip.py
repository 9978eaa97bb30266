from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.numpy import load_file, save_file
from transformers import (
    CLIPConfig,
    CLIPModel,
    CLIPTextModelWithProjection,
    CLIPVisionModelWithProjection,
)

from core.errors import ModelError
from pipeline.models.runtime import Runtime
from pipeline.models.video_clip4clip import Clip4ClipEncoder
from pipeline.weights import Located
from tests.support.checkpoints.matchers import blip_itm
from tests.support.checkpoints.video import DIM, SIZE, clip4clip

EXACT = Runtime(device="cpu", precision="fp32")
MEAN = np.array([0.48145466, 0.4578275, 0.40821073])
STD = np.array([0.26862954, 0.26130258, 0.27577711])


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("clip")
    clip4clip(made)
    return made


@pytest.fixture
def copy(folder, tmp_path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "copy"))


@pytest.fixture(scope="module")
def encoder(folder) -> Clip4ClipEncoder:
    return Clip4ClipEncoder(at(folder), EXACT)


def at(path: Path) -> Located:
    return Located(path=path, name="tiny-clip", revision="r1")


def unit(rows):
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def published_pixels(bgr: np.ndarray, size: int = SIZE) -> np.ndarray:
    """Resize(size, bicubic), CenterCrop(size), ToTensor, Normalize of torchvision, spelt out: the
    whole picture is resized, then cut."""
    rgb = Image.fromarray(np.ascontiguousarray(bgr[..., ::-1]))
    if rgb.width <= rgb.height:
        whole = rgb.resize((size, int(size * rgb.height / rgb.width)), Image.Resampling.BICUBIC)
    else:
        whole = rgb.resize((int(size * rgb.width / rgb.height), size), Image.Resampling.BICUBIC)
    left, top = int(round((whole.width - size) / 2)), int(round((whole.height - size) / 2))  # noqa: RUF046
    cut = np.asarray(whole)[top : top + size, left : left + size]
    return ((cut / 255 - MEAN) / STD).transpose(2, 0, 1)


def published_video_vectors(folder: Path, clips: list[list[np.ndarray]]) -> np.ndarray:
    """meanP of CLIP4Clip: every clip padded to the longest, a mask for its valid frames, each
    frame at length 1, the masked mean, length 1."""
    longest = max(map(len, clips))
    video = np.zeros((len(clips), longest, 3, SIZE, SIZE), np.float32)
    mask = np.zeros((len(clips), longest))
    for row, clip in enumerate(clips):
        for column, picture in enumerate(clip):
            video[row, column] = published_pixels(picture)
            mask[row, column] = 1
    model = CLIPVisionModelWithProjection.from_pretrained(folder).eval()
    with torch.no_grad():
        flat = model(torch.from_numpy(video.reshape(-1, 3, SIZE, SIZE))).image_embeds
    frames = unit(flat.numpy().astype(np.float64).reshape(len(clips), longest, -1))
    count = mask.sum(axis=1, keepdims=True)
    return unit((frames * mask[..., None]).sum(axis=1) / np.where(count == 0, 1, count))


def by_hand(state: dict[str, np.ndarray], ids: list[int], *, heads: int = 2) -> np.ndarray:
    """CLIP's text model in float64 on the bare weights: pre-norm layers, causal attention,
    quick GELU, the last layer norm, the state at the first end mark, the projection."""

    def linear(x, name):
        return x @ state[f"{name}.weight"].T + state.get(f"{name}.bias", 0)

    def norm(x, name):
        centred = x - x.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)
        return centred / scale * state[f"{name}.weight"] + state[f"{name}.bias"]

    root = "text_model."
    x = state[f"{root}embeddings.token_embedding.weight"][ids]
    x = x + state[f"{root}embeddings.position_embedding.weight"][: len(ids)]
    future = np.triu(np.full((len(ids), len(ids)), -np.inf), 1)
    for number in range(2):
        layer = f"{root}encoder.layers.{number}."
        inner = norm(x, f"{layer}layer_norm1")
        query, key, value = (
            linear(inner, f"{layer}self_attn.{part}_proj").reshape(len(ids), heads, -1)
            for part in "qkv"
        )
        scores = np.einsum("qhd,khd->hqk", query, key) / np.sqrt(query.shape[-1]) + future
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        mixed = np.einsum("hqk,khd->qhd", weights, value).reshape(len(ids), -1)
        x = x + linear(mixed, f"{layer}self_attn.out_proj")
        wide = linear(norm(x, f"{layer}layer_norm2"), f"{layer}mlp.fc1")
        x = x + linear(wide / (1 + np.exp(-1.702 * wide)), f"{layer}mlp.fc2")
    end = ids.index(max(ids))  # the end mark has the highest number
    return norm(x, f"{root}final_layer_norm")[end] @ state["text_projection.weight"].T


def picture(seed: int, height: int, width: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_video_vectors_are_those_of_the_published_pooling(encoder, folder):
    clips = [
        [picture(1, 48, 64)],
        [picture(seed, 61, 35) for seed in range(5)],
        [picture(2, 32, 32), picture(3, 47, 90), picture(4, 90, 47)],
    ]
    expected = published_video_vectors(folder, clips)
    assert encoder.dim == DIM
    assert np.abs(encoder.encode_clips(clips) - expected).max() < 1e-4


def test_frames_count_alike_however_long_their_vectors_are(encoder, folder):
    """Without length 1 before the mean another vector comes out: the pictures here differ."""
    clip = [picture(1, 48, 64), np.zeros((48, 64, 3), np.uint8), picture(3, 48, 64) // 8]
    pixels = torch.from_numpy(np.stack([published_pixels(frame) for frame in clip])).float()
    model = CLIPVisionModelWithProjection.from_pretrained(folder).eval()
    with torch.no_grad():
        unnormalised = unit(model(pixels).image_embeds.numpy().mean(axis=0))
    assert np.abs(encoder.encode_clips([clip])[0] - unnormalised).max() > 1e-3


@pytest.mark.parametrize("batch_size", [1, 2, 5])
def test_clips_may_share_batches_or_be_cut_by_them(encoder, folder, batch_size):
    clips = [[picture(seed, 40, 52) for seed in range(count)] for count in (3, 1, 4)]
    other = Clip4ClipEncoder(at(folder), replace(EXACT, batch_size=batch_size))
    assert np.allclose(other.encode_clips(clips), encoder.encode_clips(clips), atol=1e-5)


def test_text_vectors_are_those_of_a_forward_by_hand(encoder, folder):
    texts = ["a man in a red jacket", "", "nobody", "word " * 100]
    state = {
        name: tensor.astype(np.float64)
        for name, tensor in load_file(folder / "model.safetensors").items()
    }
    vocabulary = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    start, end = vocabulary["<|startoftext|>"], vocabulary["<|endoftext|>"]
    expected = []
    for text in texts:
        spelt = [
            vocabulary[letter + ("</w>" if at == len(word) - 1 else "")]
            for word in text.split()
            for at, letter in enumerate(word)
        ]
        expected.append(by_hand(state, [start, *spelt[:75], end]))
    assert np.abs(encoder.encode_texts(texts) - unit(np.stack(expected))).max() < 1e-4


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ((0, 1), [0]),
        ((500, 3_200), [500, 1_500, 2_500]),
        ((0, 12_000), list(range(0, 12_000, 1_000))),
        ((0, 12_001), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]),
        ((1_000, 31_000), [0, 2, 5, 7, 10, 13, 15, 18, 21, 23, 26, 29]),
    ],
)
def test_frames_are_one_a_second_and_of_more_than_twelve_an_even_slice(encoder, span, expected):
    """The slices are numpy's linspace(0, n - 1, 12, dtype=int), as in the published loaders."""
    if span[1] in (12_001, 31_000):
        expected = [span[0] + 1_000 * second for second in expected]
    assert list(encoder.moments(*span)) == expected


def resaved(copy: Path, model) -> None:
    (copy / "model.safetensors").unlink()
    model.save_pretrained(copy)


def with_text_half_only(copy: Path) -> None:
    resaved(copy, CLIPTextModelWithProjection.from_pretrained(copy))


def with_vision_half_only(copy: Path) -> None:
    resaved(copy, CLIPVisionModelWithProjection.from_pretrained(copy))


def without_projection(copy: Path) -> None:
    weights = load_file(copy / "model.safetensors")
    del weights["visual_projection.weight"]
    save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})


def with_two_spaces(copy: Path) -> None:
    config = json.loads((copy / "config.json").read_text())
    config["text_config"]["projection_dim"] = DIM // 2
    (copy / "config.json").write_text(json.dumps(config))
    weights = load_file(copy / "model.safetensors")
    weights["text_projection.weight"] = weights["text_projection.weight"][: DIM // 2].copy()
    save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})


def with_fewer_words(copy: Path) -> None:
    config = CLIPConfig.from_pretrained(copy)
    config.text_config.vocab_size = 100
    resaved(copy, CLIPModel(config))


def truncated(copy: Path) -> None:
    content = (copy / "model.safetensors").read_bytes()
    (copy / "model.safetensors").write_bytes(content[:-1_000])


def emptied(copy: Path) -> None:
    for path in copy.iterdir():
        path.unlink()


def another_model(copy: Path) -> None:
    emptied(copy)
    blip_itm(copy)


@pytest.mark.parametrize(
    "damage",
    [
        with_text_half_only,
        with_vision_half_only,
        without_projection,
        with_two_spaces,
        with_fewer_words,
        truncated,
        emptied,
        another_model,
    ],
)
def test_weights_that_are_not_both_halves_are_refused_in_one_sentence(copy, damage):
    damage(copy)
    with pytest.raises(ModelError, match="tiny-clip") as refused:
        Clip4ClipEncoder(at(copy), EXACT)
    assert "models.overrides" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_model_that_fails_at_its_work_is_named_in_one_sentence(folder):
    broken = Clip4ClipEncoder(at(folder), EXACT)
    broken._frames.visual_projection.double()
    broken._texts.text_projection.double()
    with pytest.raises(ModelError, match=r"tiny-clip failed while looking at a clip .*overrides"):
        broken.encode_clips([[np.zeros((32, 32, 3), np.uint8)]])
    with pytest.raises(ModelError, match=r"tiny-clip failed while reading a sentence .*overrides"):
        broken.encode_texts(["a man"])
