"""What people look for in a library of made-up captions: parts of sentences that might be there,
in English and Korean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt

from core.types import Language
from pipeline.ports import TextEncoder
from tests.bench.settings import SETTINGS
from tests.bench.tellings import drawn, particle, subject, telling


@dataclass(frozen=True, slots=True)
class Lookup:
    """A query as typed, and what it means in English."""

    typed: str
    english: str


def lookups(count: int, seed: int = 99) -> list[Lookup]:
    """Different ones: half of them Korean, a quarter whole sentences."""
    random = Random(seed)
    found: dict[str, Lookup] = {}
    while len(found) < count:
        setting = random.choice(list(SETTINGS.values()))
        who, place = subject(random, setting), drawn(random, setting.places)
        deed, thing = drawn(random, setting.deeds), drawn(random, setting.things)
        does = deed.en.replace("{}", thing.en)
        does_ko = deed.ko
        for kind in "을의에":
            does_ko = does_ko.replace(f"{{{kind}}}", particle(thing.ko, kind))
        whole = telling(random, setting)
        english, korean = random.choice(
            (
                (who.en, who.ko),
                (f"{who.en} {does}", f"{particle(who.ko, '이')} {does_ko}"),
                (f"{does} {place.en}", f"{place.ko} {does_ko}"),
                (f"{thing.en} {place.en}", f"{place.ko} {thing.ko}"),
                (f"{who.en} {place.en}", f"{place.ko} {who.ko}"),
                (whole.en, whole.ko),
            )
        )
        typed = korean if len(found) % 2 else english
        found.setdefault(typed, Lookup(typed, english))
    return list(found.values())


class RememberingEncoder:
    """A TextEncoder that was asked before: what it was asked once it has ready."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder
        self.name, self.revision = encoder.name, encoder.revision
        self.dim = encoder.dim
        self.languages: frozenset[Language] = encoder.languages
        self.gains_by_gloss = encoder.gains_by_gloss
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        unknown = [text for text in dict.fromkeys(texts) if text not in self._known]
        if unknown:
            self._known |= zip(unknown, self._encoder.encode(unknown), strict=True)
        return np.stack([self._known[text] for text in texts])
