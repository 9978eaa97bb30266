"""Any sentence-transformers model as a TextEncoder; made for kpf-sbert-128d-v1 (bongsoo).

kpf-sbert is a Korean-English BERT: 72 tokens, mean over the tokens (768), Dense 768 -> 128 with
Tanh and no normalisation, which is done here. What is measured: docs/adr/0017.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from core.errors import ModelError
from core.types import Language
from pipeline.models.batching import run_batched
from pipeline.models.checkpoint import reading, way_out
from pipeline.models.runtime import Runtime, inference, prepare

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Encoding, Tokenizer
    from transformers import PreTrainedModel

    from pipeline.weights import Located

    Array = NDArray[np.float32]

CPU_BATCH_TOKENS, GPU_BATCH_TOKENS = 512, 16_384
"""Tokens worked on at once. On the CPU larger batches leave the cache and gain nothing."""

SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of text ``owner`` that fits the model: ``ids`` with the special tokens, ``weight``
    its tokens without them."""

    owner: int
    ids: list[int]
    weight: int


class SentenceTransformerEncoder:
    """The TextEncoder of the ``cpu`` and ``gpu`` profiles.

    A text longer than the model reads is cut at sentence or word borders; its vector is the mean
    of the parts' unit vectors, weighted by their tokens, so that nothing of it is lost.
    """

    languages: frozenset[Language] = frozenset({"en", "ko"})
    gains_by_gloss = False

    def __init__(self, located: Located, runtime: Runtime) -> None:
        """Raises ModelError for a folder that is no sentence-transformers model, for missing or
        damaged weights and for parts that do not fit each other."""
        self.name, self.revision = located.name, located.revision
        self._runtime = runtime
        model = _load(located)
        self._tokenizer = _tokenizer(located, model)
        self._lower = bool(getattr(model[0], "do_lower_case", False))
        self._before, self._after = _special_tokens(self._tokenizer)
        places = getattr(_network(model).config, "max_position_embeddings", None) or 512
        longest = min(int(model.max_seq_length or places), places)
        self._room = longest - len(self._before) - len(self._after)
        if self._room < 1:
            raise ModelError(_unusable(located, "it reads no more than its special tokens"))
        self._threads = 0
        self._model = self._prepared(model)
        self.dim = self._measured_dim(located)

    def encode(self, texts: Sequence[str]) -> Array:
        """(n, dim) float32, unit length, in the order given; (0, dim) for no texts."""
        parts = [part for owner, text in enumerate(texts) for part in self._parts(owner, text)]
        parts.sort(key=lambda part: len(part.ids))
        sums = np.zeros((len(texts), self.dim), np.float32)
        with self._few_threads(parts):
            for batch in self._batches(parts):
                vectors = run_batched(batch, len(batch), self._vectors)
                for part, vector in zip(batch, vectors, strict=True):
                    sums[part.owner] += part.weight * vector
        return _unit(sums)

    def _prepared(self, model: SentenceTransformer) -> SentenceTransformer:
        if self._runtime.device != "cpu":
            return prepare(model, self._runtime)
        if self._runtime.precision == "int8":
            from pipeline.models.bert_onnx import OnnxBert, can_be_built

            network: Any = _network(model)
            if can_be_built(network):
                model[0] = OnnxBert(network)
                # What is left is one small layer, and its Tanh is what the vectors are made of.
                return prepare(model, replace(self._runtime, precision="fp32"))
        self._threads = torch.get_num_threads()
        return prepare(model, self._runtime)

    @contextmanager
    def _few_threads(self, parts: Sequence[_Part]) -> Iterator[None]:
        """One thread for a single query: torch's threads wait for each other, and beside a busy
        worker a query of 86 ms (67 with two threads on an idle machine) takes a second."""
        if len(parts) != 1 or self._threads < 2:
            yield
            return
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(self._threads)

    def _parts(self, owner: int, text: str) -> list[_Part]:
        encoding = self._tokenizer.encode(
            text.lower() if self._lower else text, add_special_tokens=False
        )
        spans = _spans(encoding, text, self._room)
        return [
            _Part(
                owner=owner,
                ids=[*self._before, *encoding.ids[first:last], *self._after],
                weight=max(last - first, 1),
            )
            for first, last in spans
        ]

    def _batches(self, parts: Sequence[_Part]) -> list[list[_Part]]:
        """Cut ``parts`` (shortest first) so that rows times longest row stays near the limit."""
        on_cpu = self._runtime.device == "cpu"
        most_tokens = CPU_BATCH_TOKENS if on_cpu else GPU_BATCH_TOKENS
        most_rows = self._runtime.batch_size or most_tokens
        batches: list[list[_Part]] = []
        for part in parts:
            rows = len(batches[-1]) + 1 if batches else 0
            if rows and rows <= most_rows and rows * len(part.ids) <= most_tokens:
                batches[-1].append(part)
            else:
                batches.append([part])
        return batches

    def _vectors(self, parts: Sequence[_Part]) -> list[Array]:
        """One of (dim,) float32, unit length, per part; the longest part decides the padding."""
        ids = torch.zeros((len(parts), max(len(part.ids) for part in parts)), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, part in enumerate(parts):
            ids[row, : len(part.ids)] = torch.tensor(part.ids)
            mask[row, : len(part.ids)] = 1
        device = self._runtime.device
        with inference():
            made = self._model({"input_ids": ids.to(device), "attention_mask": mask.to(device)})
            return list(_unit(made["sentence_embedding"].float().cpu().numpy()))

    def _measured_dim(self, located: Located) -> int:
        """The length of a vector really made: a Dense layer of another size fails here."""
        try:
            vector = self._vectors(self._parts(0, "a"))[0]
        except (RuntimeError, ValueError, KeyError, IndexError) as error:
            why = "its tokenizer, network and layers do not fit each other"
            raise ModelError(_unusable(located, why)) from error
        if not np.isfinite(vector).all():
            raise ModelError(_unusable(located, "its vectors are not numbers"))
        return len(vector)


def _load(located: Located) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer
    from transformers import AutoModel

    if not (located.path / "modules.json").is_file():
        # Without it the library would make up a model: mean pooling over whatever is there.
        raise ModelError(_unusable(located, "it has no modules.json of sentence-transformers"))
    with reading(located):
        model = SentenceTransformer(str(located.path), device="cpu", local_files_only=True)
        # The library fills in at random what the file lacks and only logs it; this second look
        # costs little, for the weights are mapped, not read.
        _, info = AutoModel.from_pretrained(
            str(_network(model).name_or_path), local_files_only=True, output_loading_info=True
        )
    missing = sorted(key for key in info["missing_keys"] if not key.startswith("pooler."))
    if missing:
        raise ModelError(
            _unusable(located, f"it lacks {len(missing)} weights, such as {missing[0]}")
        )
    return model


def _network(model: SentenceTransformer) -> PreTrainedModel:
    return cast("PreTrainedModel", model[0].auto_model)


def _unusable(located: Located, why: str) -> str:
    return (
        f"The text encoder {located.name} at {located.path} cannot be used: {why}; "
        f"{way_out(located)}."
    )


def _tokenizer(located: Located, model: SentenceTransformer) -> Tokenizer:
    """A copy without truncation and padding: setting those at every call, as transformers does,
    is what makes its tokenizers unsafe between threads."""
    from tokenizers import Tokenizer

    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise ModelError(_unusable(located, "it has no tokenizer.json or vocab.txt"))
    tokenizer = Tokenizer.from_str(backend.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    if not set(tokenizer.encode("a person, 사람", add_special_tokens=False).ids) - {
        model.tokenizer.unk_token_id
    }:  # where its files are missing the library makes one that knows no word
        raise ModelError(_unusable(located, "its tokenizer knows no words"))
    if tokenizer.get_vocab_size() > _network(model).config.vocab_size:
        raise ModelError(_unusable(located, "its tokenizer has words its network has not"))
    return tokenizer


def _special_tokens(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """What stands before and after the tokens of a text."""
    encoding = tokenizer.encode("a")
    own = [place for place, mark in enumerate(encoding.special_tokens_mask) if not mark]
    first, last = (own[0], own[-1] + 1) if own else (len(encoding.ids), len(encoding.ids))
    return encoding.ids[:first], encoding.ids[last:]


def _spans(encoding: Encoding, text: str, room: int) -> list[tuple[int, int]]:
    """Token ranges of at most ``room`` that cover the text: cut after the last sentence that ends
    in their second half, else before a word, else inside one."""
    spans: list[tuple[int, int]] = []
    first, count = 0, len(encoding.ids)
    while count - first > room:
        full = range(first + room, first, -1)
        sentences = (at for at in full[: room // 2] if _sentence_ends(encoding, text, at))
        words = (at for at in full if encoding.word_ids[at - 1] != encoding.word_ids[at])
        cut = next(sentences, None) or next(words, None) or first + room
        spans.append((first, cut))
        first = cut
    return [*spans, (first, count)]


def _sentence_ends(encoding: Encoding, text: str, at: int) -> bool:
    """True where a sentence or a line ends before token ``at``."""
    end, start = encoding.offsets[at - 1][1], encoding.offsets[at][0]
    between = text[end:start]
    return "\n" in between or (between.isspace() and text[end - 1 : end] in SENTENCE_ENDS)


def _unit(rows: Array) -> Array:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), np.float32)
