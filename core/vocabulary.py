"""The words people and captions share, in English and Korean, and what can be read from them.

Pure Python: the bot parses a query with this before any model is loaded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from core.lexicon import (
    AFTER_CLOTHES,
    ANY,
    CLOTHING_MODIFIERS,
    COLOUR_WORDS,
    GARMENTS,
    KOREAN_COLOURS,
    KOREAN_FUNCTION_WORDS,
    KOREAN_NOUNS,
    KOREAN_VERBS,
    PARTICLES,
    PERSON_WORDS,
    VERB_ENDING,
)

Part = Literal["upper", "lower", "any"]

COLOURS: tuple[str, ...] = tuple(COLOUR_WORDS)
"""Every colour name a detection may carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeTerm:
    """A colour of clothes somebody asked for. ``matched`` is the wording in the query."""

    colour: str
    part: Part
    matched: str


def korean_colour(colour: str) -> str:
    """``red`` -> ``빨간``: the form that stands before a noun."""
    return KOREAN_COLOURS[colour]


def has_korean(text: str) -> bool:
    """True when any Hangul is in the text."""
    return _HANGUL.search(unicodedata.normalize("NFC", text)) is not None


def attributes_in(text: str) -> tuple[AttributeTerm, ...]:
    """The clothing colours a text asks for, in its order; each pair once.

    ``red jacket`` -> red/upper; ``빨간 옷`` -> red/any; ``검은 바지`` -> black/lower; ``in red`` ->
    red/any. A colour of something else (``red car``, ``빨간 차``) or of what is not measured
    (``red shoes``) asks for nothing.
    """
    words = _words(text)
    colours = [_colour_of(word) for word in words]
    parts = [_garment_of(word) for word in words]
    found: list[AttributeTerm] = []
    for index, colour in enumerate(colours):
        if colour is None:
            continue
        at = _garment_after(index, words, colours, parts)
        if at is None:
            at = _garment_before(index, words, colours, parts)
        if at is not None:
            part = parts[at] or ANY
        elif _means_clothes(index, words, colours):
            at, part = index, ANY
        else:
            continue
        first, last = min(index, at), max(index, at)
        matched = " ".join(words[first : last + 1]) if last - first <= 4 else words[index]
        term = AttributeTerm(colour=colour, part=_part(part), matched=matched)
        if all((term.colour, term.part) != (other.colour, other.part) for other in found):
            found.append(term)
    return tuple(found)


def english_gloss(text: str) -> str | None:
    """Korean words one by one into English, particles and endings taken off.

    ``빨간 옷 입은 사람이 뛴다`` -> ``red clothes person runs``: no grammar, but near enough for an
    English sentence encoder. None when a content word is unknown, so nothing is invented, or when
    nothing is left. Text without Hangul is returned as it is.
    """
    if not has_korean(text):
        return text
    glossed: list[str] = []
    for word in _words(text):
        meaning = _gloss(word) if _HANGUL.search(word) else word
        if meaning is None:
            return None
        if meaning and (not glossed or glossed[-1] != meaning):
            glossed.append(meaning)
    return " ".join(glossed) or _asked_for_alone(text)


def _asked_for_alone(text: str) -> str | None:
    """What usually only says that something is looked for (``영상``) is the query where nothing
    else is said."""
    nouns = [KOREAN_NOUNS[word] for word in _words(text) if word in KOREAN_NOUNS]
    return " ".join(dict.fromkeys(nouns)) or None


_HANGUL = re.compile("[가-힣]")
_TOKEN = re.compile(r"[가-힣]+|[a-z0-9][a-z0-9']*|&")
_COLOUR_BY_WORD = {word: colour for colour, words in COLOUR_WORDS.items() for word in words}
_KOREAN_COLOUR_WORDS = sorted(filter(has_korean, _COLOUR_BY_WORD), key=len, reverse=True)
_KOREAN_GARMENTS = sorted(filter(has_korean, GARMENTS), key=len, reverse=True)
_COLOUR_TAIL = re.compile("(?:색깔|색|빛)?(?:의|이|인|을|를|은|는|과|와|으로|계열|깔)*")
_STEMS = sorted(
    ((stem, meaning) for meaning, stems in KOREAN_VERBS.items() for stem in stems),
    key=lambda pair: -len(pair[0]),
)
_ENDING = re.compile(VERB_ENDING)
_WEARING = frozenset({"in", "wearing", "wears", "wore", "dressed", "clad"})
_BETWEEN = frozenset({"is", "are", "was", "a", "the", "that", "in"})
_COPULAS = frozenset({"입은", "입고", "착용한", "차림", "입었던", "입으신", "입는"})


def _words(text: str) -> list[str]:
    """Lower-case words. A colour written together with its garment (빨간옷) becomes two."""
    normal = unicodedata.normalize("NFKC", text).lower().replace("t-shirt", "tshirt")
    words: list[str] = []
    for word in _TOKEN.findall(normal):
        words.extend(_taken_apart(word) if _HANGUL.match(word) else [word])
    return words


def _taken_apart(word: str) -> list[str]:
    for colour in _KOREAN_COLOUR_WORDS:
        if not word.startswith(colour) or word in KOREAN_NOUNS:
            continue
        rest = re.sub("^(?:색깔|색)", "", word[len(colour) :])
        if any(rest.startswith(garment) for garment in _KOREAN_GARMENTS) and _garment_of(rest):
            return [word[: len(word) - len(rest)], rest]
    return [word]


def _colour_of(word: str) -> str | None:
    exact = _COLOUR_BY_WORD.get(word)
    if exact is not None or not _HANGUL.match(word):
        return exact
    for colour in _KOREAN_COLOUR_WORDS:
        if word.startswith(colour) and _COLOUR_TAIL.fullmatch(word[len(colour) :]):
            return _COLOUR_BY_WORD[colour]
    return None


def _garment_of(word: str) -> str | None:
    if word in GARMENTS:
        return GARMENTS[word]
    if not _HANGUL.match(word):
        return GARMENTS.get(word.removesuffix("s"))
    stem = _without_particle(word, GARMENTS)
    return None if stem is None else GARMENTS[stem]


def _garment_after(
    index: int, words: list[str], colours: list[str | None], parts: list[str | None]
) -> int | None:
    """The garment this colour describes: next word, past other colours and adjectives."""
    for at in range(index + 1, min(index + 6, len(words))):
        if parts[at]:
            return at
        if colours[at] is None and words[at] not in CLOTHING_MODIFIERS:
            return None
    return None


def _garment_before(
    index: int, words: list[str], colours: list[str | None], parts: list[str | None]
) -> int | None:
    """``shirt is red``, ``상의가 빨간 사람``: a garment just before that has no colour of its own,
    unless a noun of another kind follows the colour."""
    after = words[index + 1] if index + 1 < len(words) else ""
    if after and not (_is_person(after) or after in _COPULAS or after in CLOTHING_MODIFIERS):
        return None
    at = index - 1
    while at >= 0 and words[at] in _BETWEEN:
        at -= 1
    if at < 0 or not parts[at] or words[at] in _COPULAS:
        return None
    return None if at > 0 and colours[at - 1] else at


def _means_clothes(index: int, words: list[str], colours: list[str | None]) -> bool:
    """A colour without a garment still means clothes beside a person, after ``in`` or alone."""
    if all(
        colour or word in CLOTHING_MODIFIERS for word, colour in zip(words, colours, strict=True)
    ):
        return True
    after = index + 1
    while after < len(words) and (colours[after] or words[after] in ("and", "or", "&")):
        after += 1
    follower = words[after] if after < len(words) else ""
    if _is_person(follower) or follower in _COPULAS:
        return True
    before = index - 1
    while before >= 0 and (colours[before] or words[before] in CLOTHING_MODIFIERS):
        before -= 1
    worn = before >= 0 and words[before] in _WEARING
    return worn and (not follower or follower in AFTER_CLOTHES or follower.endswith("ing"))


def _is_person(word: str) -> bool:
    if word in PERSON_WORDS:
        return True
    return bool(_HANGUL.match(word)) and _without_particle(word, PERSON_WORDS) is not None


def _part(part: str) -> Part:
    return "upper" if part == "upper" else "lower" if part == "lower" else "any"


def _gloss(word: str) -> str | None:
    """One Korean word; '' for a word that only holds the sentence together, None for unknown."""
    if word in KOREAN_FUNCTION_WORDS:
        return ""
    colour = _colour_of(word)
    if colour:
        return colour
    if word in KOREAN_NOUNS:
        return KOREAN_NOUNS[word]
    for stem, meaning in _STEMS:
        if word.startswith(stem) and _ENDING.fullmatch(word[len(stem) :]):
            return meaning
    noun = _without_particle(word, KOREAN_NOUNS)
    if noun is not None:
        return KOREAN_NOUNS[noun]
    bare = _without_particle(word, KOREAN_FUNCTION_WORDS)
    return None if bare is None else ""


def _without_particle(word: str, known: Collection[str]) -> str | None:
    """The known word left after taking up to two particles off, or None."""
    for particle in PARTICLES:
        if not word.endswith(particle) or len(word) == len(particle):
            continue
        stem = word[: -len(particle)]
        if stem in known:
            return stem
        for second in PARTICLES:
            if stem.endswith(second) and stem[: -len(second)] in known:
                return stem[: -len(second)]
    return None
