"""BLIP-2 and EILEV agree with the published formulas, written out here step by step.

The steps are those of yukw777/EILEV (VideoBlipForConditionalGeneration.generate and
generate_input_ids_and_labels_from_interleaved), frame by frame and video by video.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from PIL import Image as Pictures
from transformers import AutoTokenizer, Blip2ForConditionalGeneration

from core.config import ModelsConfig
from pipeline.models import captioner_blip2, captioner_eilev
from pipeline.models.blip2 import Blip2
from pipeline.models.captioner_blip2 import Blip2Captioner
from pipeline.models.captioner_eilev import EilevCaptioner
from pipeline.models.runtime import Runtime
from pipeline.models.sentence import sentence
from pipeline.weights import Located
from tests.support.checkpoints import captioners

CPU = Runtime(device="cpu", precision="fp32")
THREE = Runtime(device="cpu", precision="fp32", batch_size=3)
MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073])[:, None, None]
DEVIATION = torch.tensor([0.26862954, 0.26130258, 0.27577711])[:, None, None]
PROMPT = "Question: What is the camera wearer doing? Answer:"


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    usual = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(usual)


@pytest.fixture(scope="module", params=["opt", "t5"])
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def located(language: str, tmp_path_factory: pytest.TempPathFactory) -> Located:
    folder = tmp_path_factory.mktemp(language)
    {"opt": captioners.blip2_opt, "t5": captioners.blip2_t5}[language](folder)
    return Located(path=folder, name=f"tiny/{language}", revision="1")


@pytest.fixture(scope="module")
def stock(located: Located) -> Blip2ForConditionalGeneration:
    return Blip2ForConditionalGeneration.from_pretrained(located.path).eval()


@pytest.fixture(scope="module")
def tokenizer(located: Located):
    return AutoTokenizer.from_pretrained(located.path)


def clips(count: int, frames: int = 8) -> list[list[np.ndarray]]:
    random = np.random.default_rng(11)
    coarse = random.integers(0, 255, (count, frames, 9, 16, 3), dtype=np.uint8)
    return [list(clip) for clip in coarse.repeat(6, 2).repeat(5, 3)]


def tensor(image: np.ndarray) -> torch.Tensor:
    """(3, 32, 32) as CLIP and BLIP prepare pictures."""
    small = Pictures.fromarray(image[..., ::-1].copy()).resize(
        (32, 32), Pictures.Resampling.BICUBIC
    )
    return (torch.tensor(np.asarray(small) / 255).permute(2, 0, 1) - MEAN) / DEVIATION


def query_outputs(stock, clip) -> torch.Tensor:
    """(query tokens, width of the language model) of one video."""
    frames = [
        stock.vision_model(tensor(image).float()[None]).last_hidden_state[0] for image in clip
    ]
    patches = torch.cat(frames)[None]
    queries = stock.qformer(
        query_embeds=stock.query_tokens,
        encoder_hidden_states=patches,
        encoder_attention_mask=torch.ones(patches.shape[:2], dtype=torch.long),
    ).last_hidden_state
    return stock.language_projection(queries)[0]


def assembled(stock, tokenizer, language, clip) -> torch.Tensor:
    """(1, tokens, width) what the language model is given."""

    def embedded(ids: list[int]) -> list[torch.Tensor]:
        table = stock.language_model.get_input_embeddings()
        return [table(torch.tensor(token)) for token in ids]

    newline = tokenizer("\n", add_special_tokens=False).input_ids[:1]
    prompt = tokenizer(PROMPT, add_special_tokens=False).input_ids
    rows = list(query_outputs(stock, clip)) + embedded(newline) + embedded(prompt)
    if language == "opt":
        rows = embedded([tokenizer.bos_token_id]) + rows
    else:
        rows = rows + embedded([tokenizer.eos_token_id])
    return torch.stack(rows)[None]


@torch.inference_mode()
@pytest.mark.parametrize("count", [1, 3])
def test_what_the_language_model_is_given_is_as_published(
    located, stock, tokenizer, language, count
):
    model = Blip2(located, CPU)
    videos = clips(count)
    pixel_values = torch.stack(
        [torch.stack([tensor(image) for image in clip], dim=1) for clip in videos]
    )
    assert pixel_values.shape == (count, 3, 8, 32, 32)
    made = model.embed(pixel_values, captioner_eilev.layout(model, PROMPT))
    expected = torch.cat([assembled(stock, tokenizer, language, clip) for clip in videos])
    assert made.shape == expected.shape
    assert (made - expected).abs().max() < 1e-4


@torch.inference_mode()
@pytest.mark.parametrize("count", [1, 3])
def test_the_words_are_those_of_the_published_beam_search(
    located, stock, tokenizer, language, count
):
    # A random model may find that there is nothing to say; here it has to.
    captioner = EilevCaptioner(located, THREE, ModelsConfig(generation={"min_new_tokens": 6}))
    expected = []
    for clip in clips(count):
        given = assembled(stock, tokenizer, language, clip)
        stop = {}
        if language == "opt":
            stop = {"eos_token_id": tokenizer("\n", add_special_tokens=False).input_ids[0]}
        words = stock.language_model.generate(
            inputs_embeds=given,
            attention_mask=torch.ones(given.shape[:2], dtype=torch.long),
            num_beams=5,
            min_new_tokens=6,
            max_new_tokens=32,
            length_penalty=-1.0,
            do_sample=False,
            **stop,
        )
        expected.append(sentence(tokenizer.decode(words[0], skip_special_tokens=True)))
    assert captioner.caption(clips(count)) == expected
    assert all(expected)


@torch.inference_mode()
def test_without_beams_the_words_are_the_likeliest_one_by_one(located, stock, tokenizer, language):
    models = ModelsConfig(generation={"num_beams": 1, "max_new_tokens": 10})
    captioner = EilevCaptioner(located, THREE, models)
    videos = clips(3)
    for clip, caption in zip(videos, captioner.caption(videos), strict=True):
        given = assembled(stock, tokenizer, language, clip)
        words = (
            greedy_opt(stock, tokenizer, given) if language == "opt" else greedy_t5(stock, given)
        )
        assert caption == sentence(tokenizer.decode(words, skip_special_tokens=True))


def greedy_opt(stock, tokenizer, given: torch.Tensor) -> list[int]:
    stop = tokenizer("\n", add_special_tokens=False).input_ids[0]
    table = stock.language_model.get_input_embeddings()
    words: list[int] = []
    for _ in range(10):
        after = table(torch.tensor([words], dtype=torch.long))
        logits = stock.language_model(
            inputs_embeds=torch.cat([given, after], dim=1), use_cache=False
        ).logits
        words.append(int(logits[0, -1].argmax()))
        if words[-1] == stop:
            break
    return words


def greedy_t5(stock, given: torch.Tensor) -> list[int]:
    config = stock.language_model.config
    words = [config.decoder_start_token_id]
    for _ in range(10):
        logits = stock.language_model(
            inputs_embeds=given, decoder_input_ids=torch.tensor([words]), use_cache=False
        ).logits
        words.append(int(logits[0, -1].argmax()))
        if words[-1] == config.eos_token_id:
            break
    return words[1:]


@torch.inference_mode()
def test_blip2_says_what_the_stock_model_says_of_one_picture(located, stock, tokenizer, language):
    captioner = Blip2Captioner(located, THREE, ModelsConfig(generation={"max_new_tokens": 12}))
    pictures = [clip[0] for clip in clips(3)]
    # The stock generate finds the picture's place by a token that stands for it.
    stand_in = len(tokenizer) - 1
    stock.config.image_token_id = stand_in
    prompt = tokenizer(captioner_blip2.PROMPT).input_ids
    ids = torch.tensor([[stand_in] * captioners.QUERIES + prompt])
    stop = {}
    if language == "opt":
        stop = {"eos_token_id": tokenizer("\n", add_special_tokens=False).input_ids[0]}
    expected = []
    for image in pictures:
        words = stock.generate(
            pixel_values=tensor(image).float()[None],
            input_ids=ids,
            num_beams=5,
            max_new_tokens=12,
            **stop,
        )
        new = words[0, ids.shape[1] :] if language == "opt" else words[0]
        expected.append(sentence(tokenizer.decode(new, skip_special_tokens=True)))
    assert captioner.caption([[picture] for picture in pictures]) == expected


def test_the_layouts_are_those_of_the_published_tokens(located, tokenizer, language):
    model = Blip2(located, CPU)
    prompt = tokenizer(PROMPT, add_special_tokens=False).input_ids
    newline = tokenizer("\n", add_special_tokens=False).input_ids[0]
    pad = [tokenizer.pad_token_id] * 4
    layout = captioner_eilev.layout(model, PROMPT)
    if language == "opt":
        assert list(layout.ids) == [tokenizer.bos_token_id, *pad, newline, *prompt]
        assert list(layout.slots) == [False] + [True] * 4 + [False] * (1 + len(prompt))
    else:
        assert list(layout.ids) == [*pad, newline, *prompt, tokenizer.eos_token_id]
        assert list(layout.slots) == [True] * 4 + [False] * (2 + len(prompt))


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "expected"),
    [
        (0, 8_000, (0, 1142, 2285, 3428, 4570, 5713, 6856, 7999)),
        (0, 60_000, (0, 1142, 2285, 3428, 4570, 5713, 6856, 7999)),
        (2_000, 2_701, (2000, 2100, 2200, 2300, 2400, 2500, 2600, 2700)),
        (5, 8, (5, 6, 7)),
    ],
)
def test_eilev_looks_at_eight_frames_of_the_first_eight_seconds(
    located, start_ms, end_ms, expected
):
    captioner = EilevCaptioner(located, CPU, ModelsConfig())
    assert captioner.moments(start_ms, end_ms, start_ms) == expected


def test_eilev_takes_eight_pictures_of_any_number_as_pytorchvideo_does():
    """UniformTemporalSubsample: torch.linspace over the indices, cut to whole numbers."""
    for count in (1, 2, 5, 8, 9, 16, 30):
        expected = torch.linspace(0, count - 1, 8).clamp(0, count - 1).long().tolist()
        assert captioner_eilev.eight(list(range(count))) == expected  # type: ignore[arg-type]
