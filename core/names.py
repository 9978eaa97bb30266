"""Names of people and groups: how they are written, and where a text mentions them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from core.errors import InputError
from core.lexicon import PARTICLES

LONGEST_NAME = 80

_UNKNOWN = re.compile(r"^(?:unknown|미확인)\s*#?\s*(\d{1,18})$", re.IGNORECASE)
_NUMBER = re.compile(r"^#?(\d{1,18})$")
# What may stand between a Korean name and its particle: 지민이가, 지민 씨는, 선생님께.
_ADDRESS = "(?:이|씨|님|군|양|선생님)?"
_TAIL = f"{_ADDRESS}(?:{'|'.join(map(re.escape, PARTICLES))}|아|야|께|께서)?"


def clean_name(text: str) -> str:
    """One spelling for a name: NFKC, single blanks, an underscore is a blank.

    Raises InputError for what cannot be a name: nothing, too long, a slash in it, or something
    that reads as the number of an unnamed person.
    """
    name = " ".join(unicodedata.normalize("NFKC", text).replace("_", " ").split())
    if not name or not any(c.isalnum() for c in name):
        raise InputError("Say a name, for example: staff/Jimin.")
    if len(name) > LONGEST_NAME:
        raise InputError(f"A name can have at most {LONGEST_NAME} characters.")
    if "/" in name or not name.isprintable():
        raise InputError(f"The name {name!r} cannot have a slash or control characters in it.")
    if _NUMBER.match(name) or _UNKNOWN.match(name):
        raise InputError(f"{name!r} reads as the number of an unnamed person; use another name.")
    return name


def split_label(text: str) -> tuple[str, str]:
    """``group/name`` in two, cleaned. Raises InputError where it is not that."""
    group, slash, name = text.partition("/")
    if not slash or "/" in name:
        raise InputError(f"Say group and name as group/name, not {text!r}.")
    return clean_name(group), clean_name(name)


def number_in(text: str) -> int | None:
    """12 from ``12``, ``#12``, ``Unknown 12`` and ``미확인 12``; None from anything else."""
    match = _NUMBER.match(text.strip()) or _UNKNOWN.match(text.strip())
    return int(match[1]) if match else None


def folded(text: str) -> str:
    """Text as it is compared: NFKC, lower case, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("_", " ").lower().split())


def mentioned(text: str, names: Iterable[str]) -> set[str]:
    """Those of ``names`` that ``text`` mentions as words of their own, in any case, several words
    or a Korean name with its particle (``지민이가``) included."""
    searched = folded(text)
    return {name for name in names if _pattern(folded(name)).search(searched)}


def without_particle_candidates(value: str) -> tuple[str, ...]:
    """The spellings under which a name is to be looked up, in this order: as it was typed, then
    with ever more of its particles and forms of address taken off.

    ``지민이가`` -> ``지민이가``, ``지민이``, ``지민``; ``지민 씨한테도`` ends with ``지민``, and
    ``Jimin's`` with ``Jimin``. The first that is known is meant, so 이가은 stays who she is.
    """
    typed = " ".join(unicodedata.normalize("NFKC", value).split())
    found, newest = {typed}, {typed}
    for _ in range(_MOST_TAILS):
        newest = {
            rest
            for text in newest
            for tail in _TAILS
            if text.endswith(tail) and (rest := text[: -len(tail)].rstrip())
        }
        found |= newest
    return tuple(sorted(found, key=len, reverse=True))


_TAILS = (
    *PARTICLES,
    *["이", "씨", "님", "군", "양", "선생님", "아", "야", "께", "께서"],
    "'s",
    "’s",
)
# 지민 + 이 + 한테 + 도, or 지민 + 선생님 + 께서 + 도.
_MOST_TAILS = 3


def _pattern(name: str) -> re.Pattern[str]:
    tail = rf"(?:'s|{_TAIL})" if name else ""
    return re.compile(rf"(?<!\w){re.escape(name)}{tail}(?!\w)")
