"""Made-up captions in English and Korean, composed by grammar from the same draw.

Choices follow Zipf's law (the second of a table half as often as the first, the third a third),
so some sentences come often and most seldom, as captions of real footage do.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

from core.vocabulary import korean_colour
from tests.bench.wording import CARRYING, COMMON_DEEDS, LOWER, PEOPLE, UPPER, WHEN, Setting, Word

COLOURS = (
    "black", "white", "blue", "grey", "red", "green", "brown", "beige", "yellow", "pink", "purple",
    "orange",
)  # fmt: skip
COUNTS = (
    ("", 74, ""),
    ("two", 16, "두"),
    ("three", 6, "세"),
    ("four", 3, "네"),
    ("five", 1, "다섯"),
)
DRESSED, IN_TWO, CARRIES = 0.55, 0.12, 0.18
BY_THEMSELVES, WITH_A_THING, WITH_ANOTHER, TIMED = 0.12, 0.62, 0.14, 0.22
ZIPF = 1.0

Part = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Dressed:
    """What one person of a caption wears, in the words of detections; "" where nothing is told."""

    upper: str = ""
    upper_kind: str = ""
    lower: str = ""
    lower_kind: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """One caption. ``parts`` are the choices it is made of, as (kind of choice, choice);
    ``labels`` are the things a detector would see in it."""

    en: str
    ko: str
    parts: tuple[Part, ...]
    people: tuple[Dressed, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """Who acts: ``a woman in a red coat`` / ``빨간 코트를 입은 여자``."""

    en: str
    ko: str
    plural: bool
    parts: tuple[Part, ...]
    people: tuple[Dressed, ...]
    labels: tuple[str, ...]


def quiet(place: Word) -> Telling:
    """What is told where nothing happens; one sentence a place, as of a camera at night."""
    return Telling(
        f"Nobody {place.en}; nothing moves.",
        f"{place.ko.removesuffix('에서')}에 아무도 없고 움직임이 없습니다.",
        (("quiet", "quiet"), ("place", place.en)),
        (),
        (),
    )


def subject(random: Random, setting: Setting) -> Subject:
    """Somebody, or seldom a vehicle or an animal of the setting."""
    if setting.moving and random.random() < BY_THEMSELVES:
        return _thing_that_moves(random, setting)
    number, english, korean = _count(random)
    actor = drawn(random, PEOPLE if random.random() < 0.7 else setting.actors)
    clothes, worn_ko, worn = _clothes(random, number) if random.random() < DRESSED else ("", "", ())
    parts: list[Part] = [("count", english), ("actor", actor.en), *worn]
    carried = ""
    labels = ["person"] * number
    if random.random() < CARRIES:
        thing = drawn(random, CARRYING)
        carried = f" {thing.plural if number > 1 and thing.plural else thing.en}"
        worn_ko = f"{thing.ko} {worn_ko}" if worn_ko else f"{thing.ko} "
        parts.append(("carrying", thing.en))
        labels += [thing.label] if thing.label else []
    named = f"{english} {actor.plural}" if number > 1 else article(actor.en)
    counted = f" {korean} 명" if number > 1 else ""
    who = Dressed(**{kind: value for kind, value in worn if kind in Dressed.__slots__})
    return Subject(
        f"{named}{clothes}{carried}",
        f"{worn_ko}{actor.ko}{counted}",
        number > 1,
        tuple(parts),
        (who,) * number,
        tuple(labels),
    )


def telling(random: Random, setting: Setting, who: Subject | None = None) -> Telling:
    """Somebody doing something somewhere; ``who`` where the same somebody acts again."""
    who = who or subject(random, setting)
    deed_en, deed_ko, parts, labels = _deed(random, setting, who)
    place = drawn(random, setting.places)
    english = f"{who.en} {'are' if who.plural else 'is'} {deed_en} {place.en}"
    korean = f"{particle(who.ko, '이')} {place.ko} {deed_ko}"
    parts = (*who.parts, *parts, ("place", place.en))
    labels = (*who.labels, *labels)
    people = who.people
    if random.random() < TIMED:
        when = drawn(random, WHEN)
        english, korean = f"{english} {when.en}", f"{when.ko} {korean}"
        parts = (*parts, ("when", when.en))
    if random.random() < WITH_ANOTHER:
        other = subject(random, setting)
        deed = drawn(random, setting.moves if not other.people else COMMON_DEEDS)
        english = f"{english}, while {other.en} {'are' if other.plural else 'is'} {deed.en}"
        korean = f"{korean} 그 옆에서 {particle(other.ko, '이')} {deed.ko}"
        parts = (*parts, *((f"other {kind}", value) for kind, value in other.parts))
        parts = (*parts, ("other deed", deed.en))
        people, labels = people + other.people, labels + other.labels
    return Telling(f"{english[0].upper()}{english[1:]}.", f"{korean}.".replace("니다 ", "니다. "),
                   parts, people, labels)  # fmt: skip


def drawn(random: Random, table: Sequence[Word]) -> Word:
    """One of a table by Zipf's law."""
    limits = _limits(len(table))
    return table[bisect(limits, random.random() * limits[-1])]


def article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def particle(word: str, kind: str) -> str:
    """``word`` with the Korean particle that fits its last syllable: 이 or 가, 을 or 를."""
    code = ord(word[-1]) - 0xAC00
    open_end = 0 <= code < 11_172 and code % 28 == 0
    return word + {"이": "이가", "을": "을를"}[kind][open_end] if kind in "이을" else word + kind


def _deed(
    random: Random, setting: Setting, who: Subject
) -> tuple[str, str, tuple[Part, ...], tuple[str, ...]]:
    if not who.people:
        deed = drawn(random, setting.moves)
        return deed.en, deed.ko, (("deed", deed.en),), ()
    if random.random() >= WITH_A_THING:
        deed = drawn(random, COMMON_DEEDS)
        return deed.en, deed.ko, (("deed", deed.en),), (deed.label,) if deed.label else ()
    deed, thing = drawn(random, setting.deeds), drawn(random, setting.things)
    korean = deed.ko
    for kind in "을의에":
        korean = korean.replace(f"{{{kind}}}", particle(thing.ko, kind))
    labels = tuple(label for label in (deed.label, thing.label) if label)
    return (
        deed.en.replace("{}", thing.en),
        korean,
        (("deed", deed.en), ("thing", thing.en), ("deed of", f"{deed.en}/{thing.en}")),
        labels,
    )


def _thing_that_moves(random: Random, setting: Setting) -> Subject:
    what = drawn(random, setting.moving)
    colour = random.random() < 0.5 and _colour(random)
    english = article(f"{colour} {what.en}" if colour else what.en)
    korean = f"{korean_colour(colour)} {what.ko}" if colour else what.ko
    parts: tuple[Part, ...] = (("actor", what.en),)
    if colour:
        parts = (*parts, ("paint", colour))
    return Subject(english, korean, False, parts, (), (what.label,))


def _clothes(random: Random, number: int) -> tuple[str, str, tuple[Part, ...]]:
    upper, colour = drawn(random, UPPER), _colour(random)
    parts: tuple[Part, ...] = (("upper", colour), ("upper_kind", upper.en))
    english = f"{colour} {upper.plural}" if number > 1 else article(f"{colour} {upper.en}")
    korean = particle(f"{korean_colour(colour)} {upper.ko}", "을")
    if random.random() >= IN_TWO:
        return f" in {english}", f"{korean} 입은 ", parts
    lower, other = drawn(random, LOWER), _colour(random)
    second = f"{other} {lower.plural}"
    if lower.en == "skirt" and number == 1:
        second = article(f"{other} {lower.en}")
    korean = f"{korean_colour(colour)} {upper.ko}에 {korean_colour(other)} {lower.ko}"
    parts = (*parts, ("lower", other), ("lower_kind", lower.en))
    return f" in {english} and {second}", f"{particle(korean, '을')} 입은 ", parts


def _colour(random: Random) -> str:
    limits = _limits(len(COLOURS))
    return COLOURS[bisect(limits, random.random() * limits[-1])]


def _count(random: Random) -> tuple[int, str, str]:
    at = random.random() * 100
    for number, (english, share, korean) in enumerate(COUNTS, start=1):
        at -= share
        if at < 0:
            return number, english, korean
    return 1, "", ""


@cache
def _limits(length: int) -> list[float]:
    return list(accumulate(1 / rank**ZIPF for rank in range(1, length + 1)))
