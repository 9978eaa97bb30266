"""Sentences such as the text encoder gets: the describer's, of made-up scenes."""

from __future__ import annotations

from random import Random

from pipeline.describer import describe
from tests.bench.scenes import lively


def captions(count: int) -> list[tuple[str, str]]:
    """English and Korean, all different, always the same; in no order of length."""
    random = Random(1)
    found: dict[str, str] = {}
    while len(found) < count:
        said = describe(lively(random))
        found[said.en] = said.ko
    return list(found.items())


def texts(count: int) -> list[str]:
    """Half of them English, half Korean, in turn."""
    return [pair[number % 2] for number, pair in enumerate(captions(count))]
