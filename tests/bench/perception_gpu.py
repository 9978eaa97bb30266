"""Captions by a model of BLIP-2's size on a graphics card; ``../shared`` is not needed."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.config import ModelsConfig
from pipeline.captioning import PICTURE_WIDTH
from pipeline.models.encoding import encode_mp4
from pipeline.ports import Captioner
from pipeline.registry import Registry
from pipeline.sample.frame import Clip
from pipeline.video import sample_frames
from tests.bench.ingest_child import peak_mib
from tests.bench.perception_calls import watching
from tests.bench.perception_figures import Figures, Pace, Spent
from tests.bench.perception_library import CAPTION_TOKENS, Library
from tests.bench.perception_rounds import pace, spent

GENERATE = "transformers:OPTForCausalLM.generate"
MODELS = (
    GENERATE,
    "transformers:Blip2QFormerModel.forward",
    "transformers:Blip2VisionModel.forward",
)

BATCHES = (1, 16, 64, None)
"""None: what the adapter takes by itself."""

PICTURES = 64


def blip2(library: Library, *, quick: bool) -> Figures:
    """The captioner of the ``gpu`` profile from a film on disk, batch by batch size."""
    import torch

    if not torch.cuda.is_available():
        note = "No graphics card is at hand: captions of BLIP-2's size were not measured."
        return Figures(stage="blip2", chosen="", peak_mib=peak_mib(), notes=(note,))
    from tests.bench.perception_weights import weights

    film = different_pictures(library.config.data_dir, 8 if quick else PICTURES)
    name = torch.cuda.get_device_name()
    paces, notes = [], []
    for batch in (None,) if quick else BATCHES:
        models = ModelsConfig(
            profile="gpu",
            overrides={"captioner": f"blip2:{weights('blip2')}"},
            generation={"min_new_tokens": CAPTION_TOKENS, "max_new_tokens": CAPTION_TOKENS},
            batch_size=batch,
        )
        captioner = Registry(library.config.model_copy(update={"models": models})).captioner()
        assert captioner is not None
        torch.cuda.reset_peak_memory_stats()
        found = captions_paced(captioner, film, batch=batch, rounds=1 if quick else 3)
        paces.append(found)
        notes.append(
            f"{found.what}: at most {torch.cuda.max_memory_allocated() / 2**30:.1f} GiB on the "
            f"card, {statistics.median(one.processor_s for one in found.product):.1f} s of "
            "processor time a round."
        )
        del captioner
        torch.cuda.empty_cache()
    return Figures(
        stage="blip2",
        chosen="bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp32",
        peak_mib=peak_mib(),
        paces=tuple(paces),
        notes=(f"On {name}, five beams of {CAPTION_TOKENS} tokens, random weights.", *notes),
    )


def captions_paced(captioner: Captioner, film: Path, *, batch: int | None, rounds: int) -> Pace:
    """Decoding, scaling and captioning ``film``, one picture a second, beside the bare model: its
    vision, its Q-Former and its ``generate`` on ready tensors."""

    def once() -> Spent:
        return spent(lambda: captioner.caption(list(_clips(film))))

    with watching(*MODELS) as calls:
        once()
    largest = max(one.rows for one in calls.asked if one.model == "OPTForCausalLM")
    return pace(
        f"captions from the file, {largest} at a time{'' if batch else ' (its own choice)'}",
        "captions",
        once,
        calls,
        items=calls.rows["OPTForCausalLM"],
        precision=str(getattr(captioner, "precision", "auto")),
        rounds=rounds,
    )


def different_pictures(folder: Path, count: int) -> Path:
    """A film of an aisle in which something else stands in every picture, one a second: the
    captioner is asked about each."""
    target = folder / "different.mp4"
    encode_mp4(target, _things(count), fps=1)
    return target


def _things(count: int) -> Iterator[NDArray[np.uint8]]:
    view = Clip.of("aisle", scale=0.75, fineness=1).backdrop.picture
    random = np.random.default_rng(5)
    height, width = view.shape[:2]
    for _ in range(count):
        picture = view.copy()
        for _ in range(6):
            left, top = int(random.integers(0, width - 120)), int(random.integers(0, height - 200))
            picture[top : top + 200, left : left + 120] = random.integers(0, 255, 3)
        yield picture


def _clips(film: Path) -> Iterator[list[Any]]:
    for frame in sample_frames(film, fps=1, width=PICTURE_WIDTH):
        yield [frame.image]
