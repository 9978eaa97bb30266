"""The Korean map: Korean sentences to vectors in the space of all-MiniLM-L6-v2, on numpy.

A linear map learnt by ridge regression (pipeline.training.korean_map): every character n-gram has
a row of 384 numbers, a text is the sum of the rows of its n-grams, made unit length. Rows are kept
in two bits a number, those of the most frequent n-grams in four: two Lloyd-Max quantisers one after
the other (Max, Quantizing for Minimum Distortion, 1960). Card: docs/korean-map.md.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError

FILE = Path(__file__).with_name("korean_map.npz")
SHA256 = "fb059f3e9f29545ccc5123d21ee44de21dff60b02fe9df41d08d51e82050ce8b"
LONGEST = 3
"""Letters of an n-gram at most, the blank before and after a word among them."""

LEVELS = np.array([-1.5104, -0.4528, 0.4528, 1.5104], np.float32)
"""What the four codes of two bits mean: best for normally distributed numbers (Max, 1960)."""

Array = NDArray[np.float32]
Codes = NDArray[np.uint8]


def grams(text: str) -> Iterator[str]:
    """Character n-grams of 1 to ``LONGEST`` within words, a blank marking where a word begins and
    ends. Compatibility forms, capitals and punctuation make no difference."""
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).lower()):
        marked = f" {word} "
        for length in range(1, LONGEST + 1):
            for start in range(len(marked) - length + 1):
                gram = marked[start : start + length]
                if gram != " ":
                    yield gram


def counted(text: str) -> dict[str, float]:
    """n-gram -> 1 + ln(times), the sublinear term frequency."""
    return {gram: 1 + float(np.log(times)) for gram, times in Counter(grams(text)).items()}


_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Some rows of the map in two bits a number: ``codes`` uint8 (n, 96), the first number of four
    in the lowest bits; ``scales`` float16 (n,), one factor a row."""

    codes: Codes
    scales: NDArray[np.float16]

    def unpacked(self, which: NDArray[np.intp]) -> Array:
        """float32 (which, 384)."""
        codes = self.codes[which]
        parts = np.stack([(codes >> shift) & 3 for shift in (0, 2, 4, 6)], axis=2)
        levels: Array = LEVELS[parts.reshape(len(which), 4 * codes.shape[1])]
        levels *= self.scales[which, None].astype(np.float32)
        return levels


class KoreanMap:
    """Thread-safe: nothing changes after loading."""

    def __init__(self, vocabulary: Sequence[str], columns: Array, rows: Rows, finer: Rows) -> None:
        """``vocabulary`` names the rows; ``columns`` float32 (384,) is the factor of each column;
        ``finer`` is added to the first rows, those of the most frequent n-grams."""
        self._row = {gram: index for index, gram in enumerate(vocabulary)}
        self._columns, self._rows, self._finer = columns, rows, finer

    @property
    def size(self) -> int:
        """How many n-grams it knows."""
        return len(self._row)

    @classmethod
    def load(cls, path: Path = FILE, *, sha256: str | None = SHA256) -> KoreanMap:
        """Read the file; ``sha256`` None takes any that is whole (just trained).

        Raises ModelError naming the file when it is missing, damaged or not the pinned one.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(
                f"The Korean map of the text encoder is missing ({path}); restore that file of "
                "ClipOps, or train it: python -m pipeline train korean-map"
            ) from error
        found = hashlib.sha256(content).hexdigest()
        if sha256 is not None and found != sha256:
            raise ModelError(
                f"The Korean map of the text encoder is not the pinned one ({path} has sha256 "
                f"{found[:12]}..., expected {sha256[:12]}...); restore that file of ClipOps."
            )
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                return cls(
                    arrays["vocabulary"].tobytes().decode().split("\n"),
                    arrays["columns"],
                    Rows(codes=arrays["codes"], scales=arrays["scales"]),
                    Rows(codes=arrays["finer_codes"], scales=arrays["finer_scales"]),
                )
        except (KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise ModelError(
                f"The Korean map of the text encoder cannot be read ({path}: {error})."
            ) from error

    def encode(self, texts: Sequence[str]) -> Array:
        """(n, 384) float32, unit length; zeros for a text without any known n-gram."""
        vectors = np.zeros((len(texts), len(self._columns)), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            known = [
                (self._row[gram], weight)
                for gram, weight in counted(text).items()
                if gram in self._row
            ]
            if not known:
                continue
            which = np.array([index for index, _ in known], np.intp)
            weights = np.array([weight for _, weight in known], np.float32)
            fine = which < len(self._finer.codes)
            total = weights @ self._rows.unpacked(which)
            total += weights[fine] @ self._finer.unpacked(which[fine])
            total *= self._columns
            length = np.linalg.norm(total)
            if length > 0:
                vector[:] = total / length
        return vectors
