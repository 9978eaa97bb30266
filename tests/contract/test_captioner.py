"""What every captioner promises, on tiny random weights loaded as real ones are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from core.config import Config, ModelsConfig
from core.errors import ConfigError, ModelError
from pipeline.adapters import ADAPTERS, Wanted
from pipeline.ports import Captioner
from tests.support.checkpoints import load_adapter

LOADED = sorted(set(ADAPTERS["captioner"]) - {"describer"})
"""The describer's sentences are made of facts: there is no model behind the port then."""


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Threads that wait for each other are slower than one in networks this small, on a busy
    machine a hundred times."""
    usual = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(usual)


@pytest.fixture(scope="module", params=LOADED)
def adapter(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def captioner(adapter: str, tmp_path_factory: pytest.TempPathFactory) -> Captioner:
    return load_adapter("captioner", adapter, tmp_path_factory.mktemp(adapter), settings())


def settings(**other) -> ModelsConfig:
    """A random model may find that there is nothing to say; here it has to."""
    return ModelsConfig(
        **{
            "device": "cpu",
            "precision": "fp32",
            "generation": {"min_new_tokens": 4, "max_new_tokens": 12, "num_beams": 1},
            **other,
        }
    )


def picture(seed: int, height: int = 48, width: int = 64) -> np.ndarray:
    """Coarse random patches: no two seeds look alike."""
    patches = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return patches.repeat(-(-height // 6), 0).repeat(-(-width // 8), 1)[:height, :width]


def clip(captioner: Captioner, seed: int) -> list[np.ndarray]:
    return [picture(seed)] * len(captioner.moments(0, 6_000, 2_500))


def is_a_sentence(text: str) -> bool:
    return (
        text != ""
        and text == " ".join(text.split())
        and text[-1] in ".!?\"'”’)"
        and text[0] == text[0].upper()
        and text.isprintable()
    )


def test_it_is_a_captioner_with_a_name_and_a_revision(captioner):
    assert isinstance(captioner, Captioner)
    assert captioner.name
    assert captioner.revision


@pytest.mark.parametrize(
    "span", [(0, 6_000, 2_500), (1_000, 1_001, 1_000), (500, 40_000, 39_999), (0, 3, 2)]
)
def test_it_wants_moments_of_the_segment_in_their_order(captioner, span):
    start_ms, end_ms, _ = span
    moments = captioner.moments(*span)
    assert moments
    assert list(moments) == sorted(set(moments))
    assert all(start_ms <= moment < end_ms for moment in moments)


def test_a_best_moment_outside_the_segment_is_brought_inside(captioner):
    assert all(0 <= moment < 2_000 for moment in captioner.moments(0, 2_000, 2_000))
    assert all(500 <= moment < 900 for moment in captioner.moments(500, 900, 0))


def test_there_is_one_sentence_per_clip(captioner):
    captions = captioner.caption([clip(captioner, seed) for seed in range(3)])
    assert len(captions) == 3
    assert all(is_a_sentence(caption) for caption in captions), captions


def test_it_looks_at_the_pictures(captioner):
    captions = captioner.caption([clip(captioner, seed) for seed in range(4)])
    assert len(set(captions)) > 1


def test_the_company_of_a_clip_does_not_matter(captioner):
    clips = [clip(captioner, seed) for seed in range(3)]
    together = captioner.caption(clips)
    assert [captioner.caption([one])[0] for one in clips] == together
    assert captioner.caption(clips[::-1]) == together[::-1]


def test_no_clips_give_no_captions(captioner):
    assert captioner.caption([]) == []


def test_clips_may_have_fewer_or_more_pictures_than_asked_for(captioner):
    clips = [[picture(1)], [picture(2), picture(3)], [picture(seed) for seed in range(11)]]
    captions = captioner.caption(clips)
    assert len(captions) == 3
    assert all(caption == "" or is_a_sentence(caption) for caption in captions), captions


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3), (1_080, 1_920)])
def test_odd_sizes_are_captioned_without_an_error(captioner, size):
    [caption] = captioner.caption([[picture(5, *size)]])
    assert caption == "" or is_a_sentence(caption)


@pytest.mark.parametrize("precision", ["bf16", "int8"])
def test_lower_precisions_give_sentences_too(adapter, precision, tmp_path):
    captioner = load_adapter("captioner", adapter, tmp_path, settings(precision=precision))
    captions = captioner.caption([clip(captioner, seed) for seed in range(2)])
    assert all(is_a_sentence(caption) for caption in captions), captions


def test_the_length_can_be_set(adapter, tmp_path):
    long = load_adapter("captioner", adapter, tmp_path, settings())
    models = settings(generation={"max_new_tokens": 2})
    short = load_adapter("captioner", adapter, tmp_path, models)
    clips = [clip(long, seed) for seed in range(3)]
    assert sum(map(len, short.caption(clips))) < sum(map(len, long.caption(clips)))


def test_the_prompt_can_be_set(adapter, tmp_path):
    usual = load_adapter("captioner", adapter, tmp_path, settings())
    models = settings(prompt="two people talk and a woman in")
    asked = load_adapter("captioner", adapter, tmp_path, models)
    clips = [clip(usual, seed) for seed in range(3)]
    captions = asked.caption(clips)
    assert captions != usual.caption(clips)
    assert not any(caption.lower().startswith("two people talk and") for caption in captions)


@pytest.mark.parametrize(
    ("generation", "said"),
    [
        ({"beams": 3}, "'beams' is not a setting of generate"),
        ({"num_beams": 0}, "num_beams: 0 is not a whole number from 1 on"),
        ({"temperature": 0.5}, "`temperature`.*do_sample"),
        ({"num_return_sequences": 2}, "'num_return_sequences' is not a setting"),
    ],
)
def test_generation_settings_that_cannot_be_are_refused(adapter, generation, said, tmp_path):
    models = settings(generation=generation)
    with pytest.raises(ConfigError, match=said):
        load_adapter("captioner", adapter, tmp_path, models)


def broken(adapter: str, folder: Path) -> str:
    """What loading the folder's checkpoint says after ``folder`` was spoilt."""
    config = Config(data_dir=folder, models=settings())
    wanted = Wanted(adapter=adapter, weights=str(folder), config=config)
    with pytest.raises(ModelError) as caught:
        ADAPTERS["captioner"][adapter](wanted)
    message = str(caught.value)
    assert "\n" not in message
    assert "models.overrides" in message or "models pull" in message
    return message


@pytest.fixture
def checkpoint(adapter: str, tmp_path: Path) -> Path:
    load_adapter("captioner", adapter, tmp_path)
    return tmp_path


def test_cut_off_weights_are_refused(adapter, checkpoint):
    weights = checkpoint / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:2_000])
    assert str(checkpoint) in broken(adapter, checkpoint)


def test_weights_that_are_no_weights_are_refused(adapter, checkpoint):
    (checkpoint / "model.safetensors").write_bytes(b"<html>not found</html>")
    broken(adapter, checkpoint)


def test_absent_weights_are_refused(adapter, checkpoint):
    (checkpoint / "model.safetensors").unlink()
    broken(adapter, checkpoint)


def test_missing_weights_are_named(adapter, checkpoint):
    from safetensors.torch import load_file, save_file

    weights = checkpoint / "model.safetensors"
    tensors = load_file(weights)
    dropped = sorted(name for name in tensors if "vision" in name)[0]
    del tensors[dropped]
    save_file(tensors, weights, metadata={"format": "pt"})
    message = broken(adapter, checkpoint)
    assert "lacks 1 weights" in message
    assert dropped.split(".", 1)[1] in message


def test_another_model_s_configuration_is_refused(adapter, checkpoint):
    (checkpoint / "config.json").write_text('{"model_type": "bert", "hidden_size": 32}')
    broken(adapter, checkpoint)


def test_a_missing_tokenizer_is_refused(adapter, checkpoint):
    for file in checkpoint.glob("tokenizer*"):
        file.unlink()
    broken(adapter, checkpoint)
