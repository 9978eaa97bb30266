"""What buttons and options carry: words and a number, never more than ids."""

from __future__ import annotations

from core.errors import NotFound
from core.types import Language


def numbered(value: str) -> tuple[str, int]:
    """``<words>:<number>`` in two. Raises NotFound when the value is something else."""
    words, _, number = value.rpartition(":")
    if not words:
        raise NotFound("This button is of an older version; run the search again.")
    return words, whole(number)


def whole(value: str) -> int:
    """A number that may be an id. Raises NotFound when the value is something else."""
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise NotFound("This button is of an older version; run the search again.")
    return int(value)


def in_language(value: str) -> tuple[Language, str]:
    """``ko`` or ``ko:<words>`` in two: what a Korean message leads to is Korean as well."""
    language, _, rest = value.partition(":")
    return ("ko" if language == "ko" else "en"), rest
