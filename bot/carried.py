"""What buttons and options carry: words and a number, never more than ids."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import NotFound
from core.types import Language

OLDER_VERSION = "This button is of an older version; run the search again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A hit as it was shown: by which search, at which rank (1 is first), its best segment."""

    search: str
    rank: int
    segment: int

    @property
    def value(self) -> str:
        return f"{self.search}:{self.rank}:{self.segment}"

    @classmethod
    def read(cls, value: str) -> Place:
        """Raises NotFound when the value is something else."""
        shown, segment = numbered(value)
        search, rank = numbered(shown)
        return cls(search=search, rank=rank, segment=segment)


def in_kind(value: str) -> tuple[str, Place]:
    """``<word>:<place>`` in two. Raises NotFound when the value is something else."""
    word, _, place = value.partition(":")
    return word, Place.read(place)


def numbered(value: str) -> tuple[str, int]:
    """``<words>:<number>`` in two. Raises NotFound when the value is something else."""
    words, _, number = value.rpartition(":")
    if not words:
        raise NotFound(OLDER_VERSION)
    return words, whole(number)


def whole(value: str) -> int:
    """A number that may be an id. Raises NotFound when the value is something else."""
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise NotFound(OLDER_VERSION)
    return int(value)


def in_language(value: str) -> tuple[Language, str]:
    """``ko`` or ``ko:<words>`` in two: what a Korean message leads to is Korean as well."""
    language, _, rest = value.partition(":")
    return ("ko" if language == "ko" else "en"), rest
