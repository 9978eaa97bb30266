"""Any image-text-to-text model captions, with its processor as it comes."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from core.config import ModelsConfig
from core.errors import ModelError
from pipeline.models.captioner_image_text import ImageTextToTextCaptioner
from pipeline.models.runtime import Runtime
from pipeline.weights import Located
from tests.support.checkpoints import captioners

CPU = Runtime(device="cpu", precision="fp32")
SHORT = ModelsConfig(generation={"min_new_tokens": 4, "max_new_tokens": 8})


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    usual = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(usual)


def built(builder, folder) -> Located:
    builder(folder)
    return Located(path=folder, name=f"tiny/{builder.__name__}", revision="1")


def pictures(count: int) -> list[np.ndarray]:
    random = np.random.default_rng(5)
    coarse = random.integers(0, 255, (count, 6, 8, 3), dtype=np.uint8)
    return list(coarse.repeat(9, 1).repeat(9, 2))


def test_a_model_taught_with_several_pictures_is_shown_several(tmp_path):
    located = built(captioners.image_text_to_text, tmp_path)
    captioner = ImageTextToTextCaptioner(located, CPU, SHORT)
    assert captioner.moments(0, 6_000, 2_500) == (1_000, 2_500, 4_999)
    first, second, third = pictures(3)
    captions = captioner.caption([[first, second, third], [first, second, second], [first]])
    assert len(set(captions)) == 3


def test_a_model_taught_with_one_picture_is_shown_the_best_one(tmp_path):
    located = built(captioners.one_picture, tmp_path)
    captioner = ImageTextToTextCaptioner(located, CPU, SHORT)
    assert captioner.moments(0, 6_000, 2_500) == (2_500,)
    first, second, third = pictures(3)
    [several] = captioner.caption([[first, second, third]])
    assert several == captioner.caption([[second]])[0]
    assert several != captioner.caption([[first]])[0]


def test_prompts_of_different_length_do_not_disturb_each_other(tmp_path):
    """Clips of one and of three pictures share a batch: the shorter is padded on the left."""
    located = built(captioners.image_text_to_text, tmp_path)
    captioner = ImageTextToTextCaptioner(located, CPU, SHORT)
    first, second, third = pictures(3)
    clips = [[first], [first, second, third]]
    assert captioner.caption(clips) == [captioner.caption([clip])[0] for clip in clips]


@pytest.mark.skipif(
    importlib.util.find_spec("torchvision") is not None, reason="torchvision is installed"
)
def test_a_model_that_needs_a_library_names_it(tmp_path):
    located = built(captioners.with_a_video_part, tmp_path)
    with pytest.raises(ModelError, match=r"needs the library torchvision.*pip install torchvision"):
        ImageTextToTextCaptioner(located, CPU, SHORT)


def test_a_model_that_writes_but_sees_nothing_is_refused(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}', encoding="utf-8")
    located = Located(path=tmp_path, name="tiny/gpt2", revision="1")
    with pytest.raises(ModelError, match=r"tiny/gpt2.*models\.overrides"):
        ImageTextToTextCaptioner(located, CPU, SHORT)
