"""The faces of a moment as a person chooses among them: by name, time and place in the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot import limits
from bot.carried import numbered, whole
from bot.mrkdwn import clip, one_line
from bot.wording import say
from core.errors import NotFound
from core.people import Appearance
from core.timecode import format_range
from core.types import Language

WRONG: Final = "wrong_person"
WHO: Final = "who_is_this"
# A label may have 161 characters, an option 75: time and place must stay.
PLACE_CHARACTERS: Final = 32
LABEL_CHARACTERS: Final = limits.OPTION_TEXT - PLACE_CHARACTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """What is decided about: everybody who looks like this unknown person, or one appearance."""

    kind: Literal["person", "face"]
    id: int

    @property
    def value(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def read(cls, value: str) -> Whom:
        """From a button's or an option's value. Raises NotFound when it is something else."""
        kind, number = numbered(value)
        if kind == "person":
            return cls(kind="person", id=number)
        if kind == "face":
            return cls(kind="face", id=number)
        raise NotFound("This button is of an older version; run the search again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One face to choose: ``value`` comes back, ``words`` are plain text on one line."""

    value: str
    label: str
    words: str


def questions(appearances: Sequence[Appearance]) -> list[str]:
    """Which questions these faces leave: is a recognised one wrong, who is an unnamed one?"""
    named = any(_is_named(one) for one in appearances)
    unnamed = any(not _is_named(one) for one in appearances)
    return [*([WRONG] if named else []), *([WHO] if unnamed else [])]


def recognised(appearances: Sequence[Appearance], language: Language) -> list[Choice]:
    """Those with a name, each appearance; ``value`` is ``<appearance>:<person>``."""
    return [
        _choice(f"{one.id}:{one.person.id}", one.person.label_in(language), one, language)
        for one in appearances
        if one.person is not None and _is_named(one)
    ]


def read_recognised(value: str) -> tuple[int, int]:
    """Appearance and person of a choice of ``recognised``. Raises NotFound for anything else."""
    appearance, person_id = numbered(value)
    return whole(appearance), person_id


def unnamed(appearances: Sequence[Appearance], language: Language) -> list[Choice]:
    """Those without: unknown people once each, and faces nothing is decided about."""
    found: dict[str, Choice] = {}
    for one in appearances:
        if _is_named(one):
            continue
        if one.person is not None:
            whom, label = Whom(kind="person", id=one.person.id), one.person.label_in(language)
        else:
            whom, label = Whom(kind="face", id=one.id), undecided(one, language)
        found.setdefault(whom.value, _choice(whom.value, label, one, language))
    return list(found.values())


def undecided(one: Appearance, language: Language) -> str:
    """Whose face it may be: ``Jimin or Minsu?``, ``somebody of staff``, ``somebody``."""
    if len(one.candidates) == 2:
        first, second = (like.person.label_in(language) for like in one.candidates)
        return say(language, "either", first=first, second=second)
    if one.group is not None:
        return say(language, "one_of_group", group=one.group)
    return say(language, "somebody")


def _is_named(one: Appearance) -> bool:
    return one.person is not None and one.person.name is not None


def _choice(value: str, label: str, one: Appearance, language: Language) -> Choice:
    shown = clip(one_line(label), LABEL_CHARACTERS)
    place = " · ".join(_place(one, language))
    return Choice(value=value, label=label, words=f"{shown} · {place}")


def _place(one: Appearance, language: Language) -> Iterator[str]:
    yield format_range(one.start_ms, one.end_ms)
    centre = one.box.left + one.box.width / 2
    yield say(language, "left" if centre < 1 / 3 else "right" if centre > 2 / 3 else "middle")
