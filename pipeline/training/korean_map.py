"""Learning the Korean map: ridge regression from n-grams to English sentence vectors.

1. TF-IDF of character n-grams (pipeline.models.korean_map.grams) of every Korean sentence; the
   target is the vector of its English translation less the mean of all. No mean is added again:
   what all sentences share tells none from another.
2. Ridge regression in its dual form (as many unknowns as sentences): W = X' (X X' + r I)^-1 Y.
3. The error that is left when each sentence is left out of the training has a covariance S. A
   product of a Korean with an English vector judges best where the directions that err most count
   least: W (S + t I)^-1, as in linear discriminant analysis. Still one linear map.
4. Two bits a number, four for the most frequent n-grams.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from pipeline.models.korean_map import LEVELS, Rows, counted

RIDGE = 0.15
"""Against TF-IDF rows of length 1."""

ERROR_SOFTENING = 1.0
"""t above, as a multiple of the mean of S's diagonal."""

MOST_GRAMS = 64_000
FINER_GRAMS = 36_000
"""Together they keep the file under 8 MB."""

BLOCK = 512
LICENCE = (
    "CC BY-SA 4.0. Derived from KorSTS (Kakao Brain, kor-nlu-datasets; Ham et al. 2020, CC BY-SA "
    "4.0), a Korean translation of the STS benchmark (Cer et al. 2017), and from phrases of "
    "ClipOps' own. Changed: sentences became the weights of a linear map."
)

Array = NDArray[np.float32]
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntMap:
    """``rows`` float32 (n-grams, 384), most frequent n-gram first, TF-IDF weights of the n-grams
    multiplied in; ``ridge_rows`` the same before step 3."""

    vocabulary: tuple[str, ...]
    rows: Array
    ridge_rows: Array

    def encode(self, texts: Sequence[str], rows: Array) -> Array:
        """(n, 384) unit vectors by some form of the rows; zeros for an unknown text."""
        found = _term_matrix(texts, {gram: at for at, gram in enumerate(self.vocabulary)})
        vectors: Array = np.asarray(found[:, : len(rows)] @ rows, np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.where(lengths > 0, lengths, 1)


def learn(
    korean: Sequence[str], english: Array, *, judged: int, progress: Progress = lambda _share: None
) -> LearntMap:
    """``english`` (n, 384) holds the vectors of the translations. The errors of step 3 and the
    frequencies are those of the first ``judged`` sentences: made-up ones should not set them.

    One thread, so that the same input gives the same bytes.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):
        return _learn(korean, english, judged, progress)


def _learn(korean: Sequence[str], english: Array, judged: int, progress: Progress) -> LearntMap:
    vocabulary = _vocabulary(korean)
    terms = _term_matrix(korean, {gram: at for at, gram in enumerate(vocabulary)})
    seen_in = np.asarray((terms[:judged] > 0).sum(axis=0)).ravel()
    rarity = (np.log((1 + judged) / (1 + seen_in)) + 1).astype(np.float32)
    terms = terms @ sparse.diags(rarity)
    lengths = np.sqrt(np.asarray(terms.multiply(terms).sum(axis=1)).ravel())
    terms = (
        sparse.diags((1 / np.where(lengths > 0, lengths, 1)).astype(np.float32)) @ terms
    ).tocsr()
    kernel = np.empty((len(korean), len(korean)), np.float32)
    across = terms.T.tocsc()
    for start in range(0, len(korean), BLOCK):
        kernel[start : start + BLOCK] = (terms[start : start + BLOCK] @ across).toarray()
        progress(0.4 * (start + BLOCK) / len(korean))
    kernel.flat[:: len(kernel) + 1] += RIDGE
    # Symmetric: its transpose is the order of memory LAPACK works in, so nothing is copied.
    factor = linalg.cho_factor(kernel.T, lower=True, overwrite_a=True, check_finite=False)
    progress(0.6)
    target = english - english[:judged].mean(axis=0)
    dual = linalg.cho_solve(factor, target, check_finite=False).astype(np.float32)
    inverse, _ = linalg.lapack.spotri(factor[0], lower=1, overwrite_c=1)
    progress(0.9)
    errors = (dual / np.diag(inverse)[:, None])[:judged]
    ridge_rows = np.asarray(terms.T @ dual, np.float32)
    covariance = errors.T.astype(np.float64) @ errors / judged
    covariance /= np.trace(covariance) / len(covariance)
    whiten = linalg.inv(covariance + ERROR_SOFTENING * np.eye(len(covariance)))
    rows = ridge_rows @ whiten.astype(np.float32)
    progress(1)
    return LearntMap(
        vocabulary=vocabulary,
        rows=rows * rarity[:, None],
        ridge_rows=ridge_rows * rarity[:, None],
    )


def quantised(learnt: LearntMap, *, most: int = MOST_GRAMS, finer: int = FINER_GRAMS) -> bytes:
    """The file: a .npz whose bytes depend on nothing else."""
    rows = learnt.rows[:most]
    columns = rows.std(axis=0)
    columns[columns == 0] = 1
    scaled = rows / columns
    scaled /= np.abs(scaled).max() or 1  # so that the factors of the rows fit 16 bits
    coarse = _two_bits(scaled)
    everything = np.arange(len(rows))
    rest = scaled[:finer] - coarse.unpacked(everything[:finer])
    fine = _two_bits(rest)
    file = io.BytesIO()
    np.savez_compressed(
        file,
        licence=np.array(LICENCE),
        vocabulary=np.frombuffer("\n".join(learnt.vocabulary[:most]).encode(), np.uint8),
        columns=columns.astype(np.float32),
        codes=coarse.codes,
        scales=coarse.scales,
        finer_codes=fine.codes,
        finer_scales=fine.scales,
    )
    return file.getvalue()


def _two_bits(rows: Array) -> Rows:
    spread = rows.std(axis=1, keepdims=True)
    spread[spread == 0] = 1
    codes = np.searchsorted((LEVELS[1:] + LEVELS[:-1]) / 2, rows / spread).astype(np.uint8)
    levels = LEVELS[codes]
    # The factor that leaves the least error, which is a little off the spread.
    scales = (rows * levels).sum(axis=1) / (levels * levels).sum(axis=1)
    four = codes.reshape(len(rows), rows.shape[1] // 4, 4)
    packed = four[..., 0] | four[..., 1] << 2 | four[..., 2] << 4 | four[..., 3] << 6
    return Rows(codes=packed, scales=scales.astype(np.float16))


def _vocabulary(texts: Sequence[str]) -> tuple[str, ...]:
    """Every n-gram, those of most texts first."""
    seen_in: Counter[str] = Counter()
    for text in texts:
        seen_in.update(counted(text).keys())
    return tuple(sorted(seen_in, key=lambda gram: (-seen_in[gram], gram)))


def _term_matrix(texts: Sequence[str], row_of: Mapping[str, int]) -> sparse.csr_matrix:
    """float32 (texts, n-grams): sublinear term frequencies."""
    indices: list[int] = []
    values: list[float] = []
    ends = [0]
    for text in texts:
        for gram, weight in counted(text).items():
            if gram in row_of:
                indices.append(row_of[gram])
                values.append(weight)
        ends.append(len(indices))
    shape = (len(texts), len(row_of))
    return sparse.csr_matrix((np.array(values, np.float32), indices, ends), shape=shape)
