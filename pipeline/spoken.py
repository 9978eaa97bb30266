"""Whom and what the words of a query name, and what they want somebody to wear."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from core.errors import NotFound
from core.garments import Garment, garments_in
from core.lexicon import (
    AFTER_CLOTHES,
    CLOTHING_MODIFIERS,
    COLOUR_WORDS,
    GARMENTS,
    KOREAN_FUNCTION_WORDS,
    KOREAN_NOUNS,
    KOREAN_VERBS,
    PERSON_WORDS,
)
from core.names import folded, mentioned
from core.objects import NAMES, labels_in
from core.people import Person
from core.vocabulary import AttributeTerm, attributes_in, english_gloss, has_korean
from db.people import groups_named_in, people_named_in, root_of
from db.rows import Connection
from db.scope import Worn
from pipeline.hits import Names, object_names

NAMES_AND_WORDS = """
art august bill brook chase cliff dawn dean ford forest grant hall hope hunter joy june king lane
lily long mark mason max may miles page park pearl penny ray rich river rock rose ruby rusty sandy
sky star storm summer sunny van violet wade walker ward will willow wood young
a an and at for from he her him his i in is it not of on she that the they this to was with who you
cash counter door entrance exit shop store street video camera
"""
"""English words that are also somebody's name, or a folder of pictures."""


def _lexicon() -> frozenset[str]:
    texts: list[str] = [*GARMENTS, *AFTER_CLOTHES, *KOREAN_NOUNS.values(), *KOREAN_VERBS]
    texts += [word for words in COLOUR_WORDS.values() for word in words]
    words = {word for text in texts for word in text.lower().split()}
    words |= {word for name in NAMES for word in name.split()}
    words.update(PERSON_WORDS, CLOTHING_MODIFIERS, KOREAN_FUNCTION_WORDS, NAMES_AND_WORDS.split())
    return frozenset(words)


_ORDINARY = _lexicon()


def is_ordinary(name: str) -> bool:
    """True where a name alone may as well be meant as a word: ``Will``, ``people``, ``이``."""
    words = folded(name).split()
    if len(words) > 1:
        return all(is_ordinary(word) for word in words)
    word = "".join(words)
    if has_korean(word) and (len(word) == 1 or english_gloss(word) is not None):
        return True
    return word in _ORDINARY or bool(labels_in(word))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """Whom and what the words of a query name. ``meant`` are the people who alone can be the
    answer: named in full, by a name that is no ordinary word."""

    people: tuple[Person, ...]
    meant: tuple[Person, ...]
    groups: Mapping[int, str]
    things: tuple[str, ...]

    @property
    def names(self) -> Names:
        labels = {
            f"person {one.id}": (one.label_in("en"), one.label_in("ko")) for one in self.people
        }
        labels |= {f"group {number}": (name, name) for number, name in self.groups.items()}
        return Names(labels=labels | object_names(self.things))

    def without_names(self, words: str) -> str:
        """What the query says besides names: an encoder knows nobody. Ordinary words stay."""
        called = {part for one in self.people for part in (one.name, one.group) if part}
        called |= set(self.groups.values())
        told = {name for name in called if not is_ordinary(name)}
        told |= {name for one in self.meant for name in (one.name, one.label) if name}
        return " ".join(word for word in words.split() if not mentioned(word, told))


def named_in(conn: Connection, words: str) -> Spoken:
    """Whom and what ``words`` name of the library."""
    numbered = _numbered_in(conn, words)
    people = tuple(dict.fromkeys((*numbered, *people_named_in(conn, words))))
    return Spoken(
        people=people,
        meant=tuple(one for one in people if one in numbered or _is_meant(one, words)),
        groups=groups_named_in(conn, words),
        things=tuple(label for label in labels_in(words) if label != "person"),
    )


def _numbered_in(conn: Connection, words: str) -> tuple[Person, ...]:
    """Whoever has no name yet, as lists and hits call them: ``Unknown 12``, ``미확인 12``."""
    found = []
    for number in _UNNAMED.findall(words):
        with suppress(NotFound):
            found.append(root_of(conn, int(number)))
    return tuple(found)


_UNNAMED = re.compile(r"(?:\bunknown|미확인)\s*#?\s*(\d{1,18})", re.IGNORECASE)


def worn_in(words: str) -> tuple[Worn, ...]:
    """Clothes the words ask for: ``red jacket`` -> a jacket in red; ``빨간 옷`` -> red anywhere;
    ``white shoes`` -> shoes in white; ``hoodie`` -> a hoodie in any colour."""
    garments = list(garments_in(words))
    found: list[Worn] = []
    for term in attributes_in(words):
        same = next((one for one in garments if _is_of(term, one)), None)
        if same is not None:
            garments.remove(same)
        found.append(
            Worn(part=term.part, colour=term.colour, kind=None if same is None else same.kind)
        )
    for one in garments:
        part = "any" if one.part == "whole" else one.part
        found.append(Worn(part=part, colour=one.colour, kind=one.kind))
    return tuple(found)


def _is_of(term: AttributeTerm, garment: Garment) -> bool:
    if term.colour != garment.colour:
        return False
    return term.part == garment.part or (term.part == "any" and garment.part == "whole")


def _is_meant(person: Person, words: str) -> bool:
    if person.name is None:
        return False
    if folded(person.label) in folded(words):
        return True
    return not is_ordinary(person.name) and bool(mentioned(words, [person.name]))
