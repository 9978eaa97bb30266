"""From a description of somebody in English or Korean to what is looked for: colours, garments,
and an English sentence for the model that compares pictures with text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.garments import Garment, Word, garments_in, read_words, with_article
from core.lexicon import KOREAN_VERBS, PERSON_WORDS
from core.vocabulary import AttributeTerm, attributes_in, english_gloss, has_korean

WORN: Mapping[str, str] = {
    "top": "a top",
    "bottoms": "bottoms",
    "clothes": "clothes",
    "work clothes": "work clothes",
    "uniform": "a uniform",
    "hat": "a hat",
    "helmet": "a helmet",
    "bag": "a bag",
    "backpack": "a backpack",
    "umbrella": "an umbrella",
    "glasses": "glasses",
    "mask": "a mask",
}
"""What people wear and carry besides garments, as core.vocabulary translates it."""

ADJECTIVES = frozenset({"dark", "light", "bright", "long", "short", "big", "small"})
ACTIONS = frozenset(KOREAN_VERBS)
VOWELS = "aeiou"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """``text`` as somebody wrote it. ``english`` says it to the image-text model, "" where nothing
    could be translated; ``unknown`` are the words that were left out of it."""

    text: str
    english: str
    colours: tuple[AttributeTerm, ...]
    garments: tuple[Garment, ...]
    unknown: tuple[str, ...]


def read_description(text: str) -> Description:
    """``검은 셔츠에 청바지`` -> ``a person wearing a black shirt, jeans``. Unknown words are
    named, never guessed. ``text`` is clean (pipeline.search.clean_query)."""
    english, unknown = _from_korean(text) if has_korean(text) else _from_english(text)
    garments = garments_in(text)
    of_shoes = {one.colour for one in garments if one.part == "feet"}
    return Description(
        text=text,
        english=english,
        colours=tuple(
            term
            for term in attributes_in(text)
            if not (term.part == "any" and term.colour in of_shoes)
        ),
        garments=garments,
        unknown=unknown,
    )


def _from_english(text: str) -> tuple[str, tuple[str, ...]]:
    """Models of pictures and text were trained on English sentences about somebody; words in other
    letters are unknown to them."""
    words = text.split()
    unknown = tuple(word.strip(",.") for word in words if not _is_latin(word))
    said = " ".join(word for word in words if _is_latin(word)).strip(" ,.")
    bare = said.lower().replace(",", " ").split()
    if not bare or not any(map(str.isalpha, said)):
        return "", unknown
    if PERSON_WORDS.intersection(bare):
        return said, unknown
    if bare[0] in ("in", "wearing", "with", "dressed"):
        return f"a person {said}", unknown
    return f"a person wearing {said}", unknown


def _is_latin(word: str) -> bool:
    return all(unicodedata.name(one, "").startswith("LATIN") for one in word if one.isalpha())


def _from_korean(text: str) -> tuple[str, tuple[str, ...]]:
    subject = ""
    worn: list[str] = []
    doing: list[str] = []
    before: list[str] = []
    unknown = [word for word in text.split() if not (_is_latin(word) or has_korean(word))]
    words = read_words(text)
    for at, word in enumerate(words):
        meaning = word.colour or word.kind or _meaning(word.text)
        if meaning is None:
            unknown.append(word.text)
        elif word.colour or meaning in ADJECTIVES:
            before.append(meaning)
        elif word.kind or meaning in WORN:
            if not before and (colour := _colour_said_after(words, at)):
                before.append(colour)
            worn.append(_phrase(before, WORN.get(meaning) or with_article(meaning)))
            before = []
        elif meaning in PERSON_WORDS:
            subject = meaning
        elif meaning in ACTIONS:
            doing.append(meaning)
        elif meaning:  # a thing: what was said before it is said of it
            doing.append(" ".join([*before, meaning]))
            before = []
        if word.colour and at and _colour_said_after(words, at - 1) == word.colour:
            before = []
    if before:
        worn.append(" ".join([*before, "clothes"]))
    if not (subject or worn or doing):
        return "", tuple(unknown)
    said = [f"a {subject or 'person'}"]
    if worn:
        said.append("wearing " + ", ".join(worn))
    return " ".join([*said, *doing]), tuple(unknown)


def _colour_said_after(words: Sequence[Word], at: int) -> str | None:
    """``상의가 빨간 사람``: the colour behind what is worn, unless more to wear follows it."""
    if not words[at].text.endswith(("이", "가", "은", "는")) or at + 1 >= len(words):
        return None
    is_worn = [bool(word.kind) or _meaning(word.text) in WORN for word in words[at : at + 3]]
    return words[at + 1].colour if is_worn[0] and not any(is_worn[1:]) else None


def _phrase(before: list[str], thing: str) -> str:
    """``a black shirt``: the article comes first, and fits what follows it."""
    article, _, noun = thing.rpartition(" ")
    if article not in ("a", "an") or not before:
        return " ".join([*before, thing])
    return " ".join(["an" if before[0][0] in VOWELS else "a", *before, noun])


def _meaning(word: str) -> str | None:
    """The English of one word; "" for one that only holds the sentence together, None for an
    unknown one. Beside an English word, a gloss of nothing is not taken for an unknown word."""
    if not has_korean(word):
        return "" if word in (",", "&") else word
    gloss = english_gloss(f"x {word}")
    return None if gloss is None else gloss.removeprefix("x").strip()
