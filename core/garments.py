"""Kinds of garments in English and Korean, the part of the body each is on, and which a text names.

Pure Python: a query is read with this before any model is loaded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from core.lexicon import CLOTHING_MODIFIERS, COLOUR_WORDS, PARTICLES
from core.objects import english_plural
from core.vocabulary import attributes_in, has_korean

GarmentPart = Literal["upper", "lower", "whole", "feet"]

KINDS: Mapping[GarmentPart, Mapping[str, str]] = {
    "upper": {
        "t-shirt": "티셔츠 티 반팔티 반팔티셔츠 긴팔티 반팔 라운드티 tshirt tee",
        "shirt": "셔츠 와이셔츠 남방 블라우스 폴로셔츠 카라티 blouse polo",
        "jacket": "재킷 자켓 점퍼 잠바 바람막이 블레이저 패딩 blazer windbreaker anorak bomber",
        "coat": "코트 외투 롱코트 롱패딩 트렌치코트 우비 비옷 overcoat raincoat parka trenchcoat",
        "sweater": (
            "스웨터 니트 가디건 카디건 맨투맨 폴라티 cardigan pullover jumper sweatshirt turtleneck"
        ),
        "hoodie": "후드티 후드 후디 후드집업 후드티셔츠 hoody",
        "vest": "조끼 안전조끼 패딩조끼 gilet waistcoat",
    },
    "whole": {
        "dress": "원피스 드레스 gown",
        "suit": "정장 양복 수트 슈트 tuxedo",
    },
    "lower": {
        "trousers": (
            "바지 긴바지 면바지 슬랙스 레깅스 정장바지 trouser pants pant slacks chinos leggings "
            "sweatpants joggers"
        ),
        "jeans": "청바지 데님바지 데님팬츠 jean denims",
        "shorts": "반바지 핫팬츠",
        "skirt": "치마 스커트 미니스커트 치마바지",
    },
    "feet": {
        "shoes": (
            "신발 운동화 구두 스니커즈 단화 로퍼 하이힐 shoe sneaker trainer loafer heels footwear"
        ),
        "boots": "부츠 장화 워커 롱부츠 boot",
        "sandals": "샌들 슬리퍼 쪼리 sandal slipper flipflop",
    },
}
"""Part -> kind -> its other names; the first is the Korean one shown. ``whole``: on the upper and
the lower body."""

PART_OF: Mapping[str, GarmentPart] = {kind: part for part, kinds in KINDS.items() for kind in kinds}

PAIRS = frozenset({"trousers", "jeans", "shorts", "shoes", "boots", "sandals"})
"""Kinds that English has in the plural only, or two at a time."""

FOOTWEAR_COLOURS = ("white", "black", "grey", "brown", "red", "blue")
"""The colours a reader of shoes tells apart: on twenty pixels of a shoe finer ones are guesses."""

ATTRIBUTIVE = frozenset({"dress", "suit", "sweater", "jean", "jeans", "trouser", "jacket"})
"""Directly before another garment these only say what it is like: ``dress shirt``."""

COPULAS = frozenset({"is", "are", "was", "were"})

LONGEST = 3
"""Words a name may be written in: ``flip flop``, ``반팔 티 셔츠``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a description: a colour, a kind of garment, or neither."""

    text: str
    colour: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Garment:
    """A garment somebody asked for; ``colour`` None where none was said. ``matched`` is the
    wording in the query."""

    kind: str
    part: GarmentPart
    colour: str | None
    matched: str


def korean_garment(kind: str) -> str:
    """``jeans`` -> ``청바지``; a kind that is none stays as it is."""
    part = PART_OF.get(kind)
    return kind if part is None else KINDS[part][kind].split()[0]


def with_article(garment: str) -> str:
    """``a jacket``, but ``jeans`` and ``pants``."""
    kind = _KIND_BY_NAME.get(garment.replace("-", ""))
    return garment if kind in PAIRS else f"a {garment}"


def garments_in(text: str) -> tuple[Garment, ...]:
    """The garments a text names, in its order; each colour and kind once.

    ``black shirt, white shoes`` -> shirt in black, shoes in white; ``흰 운동화를 신은`` -> shoes in
    white; ``신발이 빨간 사람`` -> shoes in red; ``청바지`` -> jeans. ``dress shirt`` is a shirt.
    """
    words = read_words(text)
    found: dict[tuple[str, str | None], Garment] = {}
    for at, word in enumerate(words):
        if word.kind is None:
            continue
        near = _colour_before(words, at)
        if near is None:
            near = _colour_after(words, at)
        first, last = (at, at) if near is None else (min(at, near), max(at, near))
        garment = Garment(
            kind=word.kind,
            part=PART_OF[word.kind],
            colour=None if near is None else words[near].colour,
            matched=" ".join(one.text for one in words[first : last + 1]),
        )
        found.setdefault((garment.kind, garment.colour), garment)
    return tuple(found.values())


def read_words(text: str) -> tuple[Word, ...]:
    """The words of a text, lower case, with the colours and garments among them. Garments written
    in several words (``후드 티``) become one, a colour written together with its garment
    (``흰운동화``) two."""
    tokens = _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())
    words: list[Word] = []
    at = 0
    while at < len(tokens):
        length, read = _read(tokens, at)
        words += read
        at += length
    return tuple(words)


_TOKEN = re.compile(r"[가-힣]+|[a-z0-9]+(?:['-][a-z0-9]+)*|&|,")
_ENDINGS = sorted(PARTICLES, key=len, reverse=True)
_COLOUR_PREFIXES = sorted(
    (word for words in COLOUR_WORDS.values() for word in words if has_korean(word)),
    key=len,
    reverse=True,
)
_BETWEEN = CLOTHING_MODIFIERS | ATTRIBUTIVE | {"pair", "of"}


def _names() -> dict[str, str]:
    table: dict[str, str] = {}
    for kinds in KINDS.values():
        for kind, others in kinds.items():
            for name in (kind.replace("-", ""), *others.split()):
                table[name] = kind
                if not has_korean(name):
                    table[english_plural(name)] = kind
    return table


_KIND_BY_NAME = _names()


def _read(tokens: list[str], at: int) -> tuple[int, list[Word]]:
    """How many tokens make the next word, and that word (two where a colour is in front)."""
    for length in range(min(LONGEST, len(tokens) - at), 0, -1):
        part = tokens[at : at + length]
        if length > 1 and (part[0] == "," or _colour_of(part[0])):
            continue
        kind = _kind_of("".join(part).replace("-", ""))
        if kind is None:
            continue
        after = tokens[at + length] if at + length < len(tokens) else ""
        if part[-1] in ATTRIBUTIVE and _kind_of(after.replace("-", "")):
            return length, [Word(text=" ".join(part))]
        return length, [Word(text=" ".join(part), kind=kind)]
    token = tokens[at]
    colour = _colour_of(token)
    if colour is None and has_korean(token):
        for prefix in _COLOUR_PREFIXES:
            rest = re.sub("^색깔?", "", token.removeprefix(prefix))
            kind = _kind_of(rest) if token.startswith(prefix) else None
            if kind:
                first = token[: len(token) - len(rest)]
                named = Word(text=first, colour=_colour_of(prefix))
                return 1, [named, Word(text=rest, kind=kind)]
    return 1, [Word(text=token, colour=colour)]


def _kind_of(word: str) -> str | None:
    """Up to two Korean particles may hang on a name (``셔츠에는``)."""
    if word in _KIND_BY_NAME or not has_korean(word):
        return _KIND_BY_NAME.get(word)
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word:
            continue
        if stem in _KIND_BY_NAME:
            return _KIND_BY_NAME[stem]
        for second in _ENDINGS:
            if stem.removesuffix(second) in _KIND_BY_NAME:
                return _KIND_BY_NAME[stem.removesuffix(second)]
    return None


@lru_cache(maxsize=1_024)
def _colour_of(word: str) -> str | None:
    """core.vocabulary knows every form a colour is written in before clothes (``검은색``)."""
    clothed = f"{word} 옷"
    return next((one.colour for one in attributes_in(clothed) if one.matched == clothed), None)


def _colour_before(words: tuple[Word, ...], at: int) -> int | None:
    """Of ``black leather shoes`` the black; never past another garment or a comma."""
    for before in range(at - 1, -1, -1):
        if words[before].colour:
            return before
        if words[before].text not in _BETWEEN:
            return None
    return None


def _colour_after(words: tuple[Word, ...], at: int) -> int | None:
    """``shoes are white``, ``신발이 흰 사람``; not the colour of the garment that follows."""
    korean = has_korean(words[at].text)
    after = at + 1
    if not korean:
        if after >= len(words) or words[after].text not in COPULAS:
            return None
        after += 1
    elif not words[at].text.endswith(("이", "가", "은", "는")):
        return None
    if after >= len(words) or words[after].colour is None:
        return None
    following = words[after + 1 : after + 2]
    return None if any(word.kind for word in following) else after
