"""BLIP agrees with its parts put together by hand, and gets along with too little memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image as Pictures
from structlog.testing import capture_logs
from transformers import AutoTokenizer, BlipConfig, BlipForConditionalGeneration, BlipModel

from core.config import ModelsConfig
from core.errors import ModelError
from pipeline.models.captioner_blip import PROMPT, BlipCaptioner
from pipeline.models.captions import pixels
from pipeline.models.checkpoint import load_part
from pipeline.models.runtime import Runtime
from pipeline.models.sentence import sentence
from pipeline.weights import Located
from tests.support.checkpoints import captioners

MEAN = np.array([0.48145466, 0.4578275, 0.40821073])
DEVIATION = np.array([0.26862954, 0.26130258, 0.27577711])
"""Of CLIP's pictures (Radford et al. 2021), RGB."""

CPU = Runtime(device="cpu", precision="fp32")


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    usual = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(usual)


@pytest.fixture(scope="module")
def located(tmp_path_factory: pytest.TempPathFactory) -> Located:
    folder = tmp_path_factory.mktemp("blip")
    captioners.blip(folder)
    return Located(path=folder, name="tiny/blip", revision="1")


@pytest.fixture(scope="module")
def captioner(located: Located) -> BlipCaptioner:
    return BlipCaptioner(located, CPU, ModelsConfig())


def pictures(count: int) -> list[np.ndarray]:
    random = np.random.default_rng(7)
    coarse = random.integers(0, 255, (count, 9, 16, 3), dtype=np.uint8)
    return list(coarse.repeat(12, 1).repeat(10, 2))


def normalised(image: np.ndarray, side: int) -> np.ndarray:
    """(3, side, side): bicubic, 0..1, CLIP's mean and deviation, written out."""
    resized = Pictures.fromarray(image[..., ::-1].copy()).resize(
        (side, side), Pictures.Resampling.BICUBIC
    )
    return ((np.asarray(resized) / 255 - MEAN) / DEVIATION).transpose(2, 0, 1)


@pytest.mark.parametrize("size", [(108, 160), (31, 33), (720, 405)])
def test_pictures_are_prepared_as_published(located, size):
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    image = np.random.default_rng(1).integers(0, 255, (*size, 3), dtype=np.uint8)
    made = pixels(load_part(BlipImageProcessorPil, located), [image, image[::-1]])
    assert made.shape == (2, 3, 32, 32)
    assert np.abs(made[0].numpy() - normalised(image, 32)).max() < 1e-4
    assert np.abs(made[1].numpy() - normalised(image[::-1], 32)).max() < 1e-4


@torch.inference_mode()
def test_the_words_are_those_the_decoder_finds_likeliest_one_by_one(located, captioner):
    model = BlipForConditionalGeneration.from_pretrained(located.path).eval()
    tokenizer = AutoTokenizer.from_pretrained(located.path)
    text = model.config.text_config
    start = tokenizer(PROMPT).input_ids
    for image in pictures(4):
        pixel_values = torch.tensor(normalised(image, 32)[None], dtype=torch.float32)
        seen = model.vision_model(pixel_values=pixel_values).last_hidden_state
        ids = [text.bos_token_id, *start[1:-1]]
        for _ in range(20):
            logits = model.text_decoder(
                input_ids=torch.tensor([ids]), encoder_hidden_states=seen, use_cache=False
            ).logits
            ids.append(int(logits[0, -1].argmax()))
            if ids[-1] == text.sep_token_id:
                break
        written = tokenizer.decode(ids[len(start) - 1 :], skip_special_tokens=True)
        assert captioner.caption([[image]]) == [sentence(written)]


def test_the_middle_picture_speaks_for_a_clip(captioner):
    first, middle, last = pictures(3)
    assert captioner.caption([[first, middle, last]]) == captioner.caption([[middle]])


class Counting(BlipCaptioner):
    """Notes the size of each batch; above ``fits`` it asks the machine for an exabyte."""

    fits = 10**6

    def _say(self, clips):
        self.sizes = [*getattr(self, "sizes", []), len(clips)]
        if len(clips) > self.fits:
            torch.empty(1 << 60, dtype=torch.uint8)
        return super()._say(clips)


def test_pictures_that_look_alike_are_captioned_once(located):
    counting = Counting(located, CPU, ModelsConfig())
    one, other = pictures(2)
    brighter = np.clip(one.astype(int) + 3, 0, 255).astype(np.uint8)
    captions = counting.caption([[one], [other], [brighter], [one]])
    assert counting.sizes == [2]
    assert captions[0] == captions[2] == captions[3]


def test_the_batch_size_can_be_set(located):
    runtime = Runtime(device="cpu", precision="fp32", batch_size=3)
    counting = Counting(located, runtime, ModelsConfig())
    counting.caption([[image] for image in pictures(7)])
    assert counting.sizes == [3, 3, 1]


def test_too_little_memory_halves_the_batch_and_changes_no_caption(located, captioner):
    clips = [[image] for image in pictures(8)]
    counting = Counting(located, CPU, ModelsConfig())
    counting.fits = 3
    with capture_logs() as logs:
        assert counting.caption(clips) == captioner.caption(clips)
    assert counting.sizes == [8, 4, 2, 2, 2, 2]
    assert [entry["event"] for entry in logs] == ["batch_halved"]


def test_a_picture_that_does_not_fit_alone_is_an_error(located):
    counting = Counting(located, CPU, ModelsConfig())
    counting.fits = 0
    with pytest.raises(ModelError, match="smaller model"):
        counting.caption([[image] for image in pictures(2)])


def test_a_prompt_that_is_too_long_says_so(located):
    captioner = BlipCaptioner(located, CPU, ModelsConfig(prompt="a man and a dog " * 40))
    with pytest.raises(ModelError, match=r"tiny/blip failed.*models\.prompt"):
        captioner.caption([[image] for image in pictures(1)])


def test_a_model_without_a_decoder_is_refused(located, tmp_path: Path):
    config = BlipConfig.from_pretrained(located.path)
    torch.manual_seed(0)
    BlipModel(config).save_pretrained(tmp_path)
    for file in located.path.glob("*token*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    headless = Located(path=tmp_path, name="tiny/blip-model", revision="1")
    with pytest.raises(ModelError, match=r"tiny/blip-model.*lacks \d+ weights.*text_decoder"):
        BlipCaptioner(headless, CPU, ModelsConfig())


def test_weights_of_another_size_are_refused(located, tmp_path: Path):
    captioners.blip(tmp_path)
    config = BlipConfig.from_pretrained(tmp_path)
    config.vision_config.intermediate_size = 48
    config.save_pretrained(tmp_path)
    with pytest.raises(ModelError, match=r"tiny/other.*models pull"):
        BlipCaptioner(Located(path=tmp_path, name="tiny/other", revision="1"), CPU, ModelsConfig())
