"""What people look for in a library of made-up captions: parts of sentences that might be there,
in English and Korean, and the vector of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt

from tests.bench.settings import SETTINGS
from tests.bench.tellings import drawn, particle, subject, telling


@dataclass(frozen=True, slots=True)
class Lookup:
    """A query as typed, and what it means in English: an encoder that reads no Korean is given
    that, so that every query has its vector."""

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
    """A TextEncoder that was asked before: the vectors of ``lookups`` are ready, Korean ones too;
    anything else goes to the encoder it stands for."""

    def __init__(self, encoder: object, asked: Sequence[Lookup]) -> None:
        self._encoder = encoder
        self.name, self.revision = encoder.name, encoder.revision
        self.dim = encoder.dim
        self.languages = frozenset({"en", "ko"})
        vectors = encoder.encode([one.english for one in asked])
        self._known = {one.typed: vector for one, vector in zip(asked, vectors, strict=True)}

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        unknown = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= zip(unknown, self._encoder.encode(unknown), strict=True) if unknown else ()
        return np.stack([self._known[text] for text in texts])
