"""The same adapters in other precisions and batches: what each is worth on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.config import Config
from pipeline.captioning import PICTURE_WIDTH
from pipeline.models.runtime import inference, matmul_ms
from pipeline.registry import Registry
from pipeline.video import sample_frames
from tests.bench import perception_films as films
from tests.bench.perception_figures import Way
from tests.bench.perception_library import Library
from tests.bench.perception_texts import texts as sentences
from tests.bench.timing import seconds_of

Array = NDArray[np.float32]

SLOW = 3.0
"""A precision that multiplies this many times slower than fp32 gets few items, once."""

CLIP_TARGET, CAPTION_TARGET, TEXT_TARGET = None, 4.0, 8.0
"""Times fp32 one by one."""

INSTRUCTIONS = {
    "AMX": ("amx_tile",),
    "AVX-512": ("avx512_f",),
    "bf16": ("avx512_bf16", "amx_bf16"),
    "VNNI": ("avx512_vnni", "avx_vnni"),
}

ARRIVAL_BATCH = 32

LONGEST_CHARACTERS = 150
"""Longer sentences the plain loop would cut off, and the product does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """``ask`` works through the first ``items`` and gives their vectors, where it makes any.
    ``once``: too slow to be asked again."""

    ask: Callable[[int], Array | None]
    items: int
    once: bool = False


def captions(library: Library, *, quick: bool) -> tuple[Way, ...]:
    count = 2 if quick else 8
    pictures = [[image] for image in _pictures(count, width=PICTURE_WIDTH)]

    def run(precision: str, batch: int, items: int) -> Run:
        model = Registry(changed(library.config, precision, batch)).captioner()
        assert model is not None
        slow = is_slow(precision)
        return Run(
            ask=lambda n: _nothing(model.caption(pictures[:n])),
            items=1 if slow else items,
            once=slow,
        )

    # One by one every caption costs the same, so that half of the pictures tell as much.
    runs = {
        "fp32, one by one": run("fp32", 1, count // 2),
        "bf16, batches of 8": run("bf16", 8, count),
        "int8, batches of 8": run("int8", 8, count),
    }
    return compared("captions", runs, rounds=1 if quick else 2, target=CAPTION_TARGET)


def clips(library: Library, *, quick: bool) -> tuple[Way, ...]:
    count = 4 if quick else 24
    frames = _pictures(count, width=640)

    def run(precision: str, batch: int | None) -> Run:
        model = Registry(changed(library.config, precision, batch)).video_encoder()
        assert model is not None
        slow = is_slow(precision)
        return Run(
            ask=lambda n: model.encode_clips([[frame] for frame in frames[:n]]),
            items=max(1, count // 6) if slow else count,
            once=slow,
        )

    runs = {
        "fp32, one by one": run("fp32", 1),
        "fp32, batches of 12": run("fp32", None),
        "bf16, batches of 12": run("bf16", None),
        "int8, batches of 12": run("int8", None),
    }
    return compared("frames (CLIP ViT-B/32)", runs, rounds=1 if quick else 3, target=CLIP_TARGET)


def texts(library: Library, *, quick: bool) -> tuple[Way, ...]:
    count = 16 if quick else 64
    said = [text for text in sentences(1_000) if len(text) <= LONGEST_CHARACTERS][:count]

    def run(precision: str) -> Run:
        model = Registry(changed(library.config, precision, None)).text_encoder()
        slow = is_slow(precision)
        items = max(1, count // 8) if slow else count
        return Run(ask=lambda n: model.encode(said[:n]), items=items, once=slow)

    plain = _plain(library.config)
    runs = {
        "fp32 by the library, one by one": Run(ask=lambda n: plain(said[:n], 1), items=count),
        f"fp32 by the library, {ARRIVAL_BATCH} at a time as they come": Run(
            ask=lambda n: plain(said[:n], ARRIVAL_BATCH), items=count
        ),
        "fp32, sorted": run("fp32"),
        "bf16, sorted": run("bf16"),
        "int8, sorted": run("int8"),
    }
    return compared("texts (BERT-base, 128-d)", runs, rounds=1 if quick else 3, target=TEXT_TARGET)


def compared(
    what: str, runs: Mapping[str, Run], *, rounds: int, target: float | None
) -> tuple[Way, ...]:
    """In turn, after one call unmeasured. The target stands beside the ways that are no fp32."""
    vectors: dict[str, Array | None] = {}
    taken: dict[str, list[float]] = {way: [] for way in runs}
    for way, run in runs.items():
        started = time.perf_counter()
        vectors[way] = run.ask(run.items)
        if run.once:
            taken[way].append((time.perf_counter() - started) / run.items)
    first = next(iter(vectors.values()))
    for _ in range(rounds):
        for way, run in runs.items():
            if not run.once:
                taken[way].append(seconds_of(lambda run=run: run.ask(run.items)) / run.items)  # type: ignore[misc]
    return tuple(
        Way(
            what=what,
            way=way,
            seconds=tuple(taken[way]),
            cosine=None if made is None or first is None else least_cosine(first, made),
            target=None if way.startswith("fp32") else target,
        )
        for way, made in vectors.items()
    )


def least_cosine(exact: Array, made: Array) -> float:
    """Of the rows of ``made`` and the first rows of ``exact``, all of length 1."""
    return float((exact[: len(made)] * made).sum(axis=1).min())


def changed(config: Config, precision: str, batch: int | None) -> Config:
    models = config.models.model_copy(update={"precision": precision, "batch_size": batch})
    return config.model_copy(update={"models": models})


def instructions() -> str:
    """What this processor has for small numbers, and what "auto" measured with it."""
    import torch

    able = torch.cpu.get_capabilities()
    listed = ", ".join(
        f"{said} {'yes' if any(able.get(name) for name in names) else 'no'}"
        for said, names in INSTRUCTIONS.items()
    )
    took = ", ".join(f"{name} {ms:.1f} ms" for name, ms in matmul_ms().items())
    return f"This processor: {listed}. One layer as 'auto' measures it: {took}."


def is_slow(precision: str) -> bool:
    took = matmul_ms(rounds=2)
    return took.get(precision, 0.0) > SLOW * took["fp32"]  # type: ignore[call-overload]


def _pictures(count: int, *, width: int) -> list[Any]:
    """Spread over the busy clip, each different from the others."""
    fps = count / 130
    return [one.image for one in sample_frames(films.BUSY, fps=fps, width=width)][:count]


def _nothing(_captions: Sequence[str]) -> None:
    return None


def _plain(config: Config) -> Callable[[Sequence[str], int], Array]:
    """The published way without the product: tokenizer, network, vectors; batches as they come."""
    from sentence_transformers import SentenceTransformer

    path = config.models.overrides["text_encoder"].partition(":")[2]
    model: Any = SentenceTransformer(path, device="cpu", local_files_only=True).eval()

    def encode(said: Sequence[str], size: int) -> Array:
        made = []
        with inference():
            for first in range(0, len(said), size):
                words = model.tokenizer(
                    list(said[first : first + size]),
                    padding=True,
                    truncation=True,
                    max_length=model.max_seq_length,
                    return_tensors="pt",
                )
                given = {name: words[name] for name in ("input_ids", "attention_mask")}
                made.append(model(given)["sentence_embedding"].numpy())
        rows = np.concatenate(made)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    return encode
