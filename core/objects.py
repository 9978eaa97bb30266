"""The things detectors know, in English and Korean, and which of them a text names.

The 80 labels of COCO (Lin et al. 2014) in the order of its detectors' outputs. Pure Python: the bot
reads a query with this before any model is loaded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from core.lexicon import COLOUR_WORDS, PARTICLES


def _each(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def _names(table: str) -> dict[str, tuple[str, ...]]:
    """Lines of ``label: other names``, the first Korean one being the one shown."""
    rows = (line.split(":") for line in table.strip().splitlines())
    return {
        label.strip(): tuple(name.strip() for name in names.split(",")) for label, names in rows
    }


NAMES: Mapping[str, tuple[str, ...]] = _names(
    """
    person: 사람, 사람들, 남자, 여자, 남성, 여성, 아이, 어린이, 인물, man, woman, child, kid, boy, girl, human
    bicycle: 자전거, bike, cycle
    car: 자동차, 차, 승용차, 승합차, 경찰차, 택시, sedan, suv, taxi, cab, automobile
    motorcycle: 오토바이, 이륜차, 스쿠터, 모터사이클, motorbike, scooter, moped
    airplane: 비행기, 여객기, 항공기, plane, aeroplane, aircraft, jet
    bus: 버스, coach, minibus
    train: 기차, 열차, 전철, 지하철, subway, tram
    truck: 트럭, 화물차, 덤프트럭, 소방차, lorry, pickup
    boat: 배, 보트, 선박, 요트, ship, yacht
    traffic light: 신호등, 교통신호등, traffic signal, stoplight
    fire hydrant: 소화전, hydrant
    stop sign: 정지표지판, 정지표지
    parking meter: 주차미터기, 주차요금기, 주차기
    bench: 벤치
    bird: 새, 조류, 비둘기, 까마귀, 갈매기, pigeon, crow, seagull
    cat: 고양이, 냥이, kitten
    dog: 개, 강아지, 반려견, puppy
    horse: 말, 조랑말, pony
    sheep: 양, lamb
    cow: 소, 젖소, 송아지, cattle, calf
    elephant: 코끼리
    bear: 곰
    zebra: 얼룩말
    giraffe: 기린
    backpack: 배낭, 백팩, 책가방, rucksack, knapsack
    umbrella: 우산, 양산, parasol
    handbag: 핸드백, 손가방, purse
    tie: 넥타이, necktie
    suitcase: 여행가방, 여행용가방, 캐리어, 트렁크, luggage, baggage
    frisbee: 프리스비, 원반
    skis: 스키, ski
    snowboard: 스노보드, 스노우보드
    sports ball: 공, 축구공, 농구공, 야구공, 배구공, ball, soccer ball, football, basketball, baseball
    kite: 연
    baseball bat: 야구방망이, 야구배트, 방망이, 배트, bat
    baseball glove: 야구글러브, 글러브, mitt
    skateboard: 스케이트보드
    surfboard: 서핑보드, 서프보드
    tennis racket: 테니스라켓, 테니스채, 라켓, racket, racquet, tennis racquet
    bottle: 병, 물병, 유리병, 페트병, 생수병, 술병, 보틀, water bottle
    wine glass: 와인잔, 유리잔, 술잔, wineglass, goblet
    cup: 컵, 머그컵, 머그잔, 종이컵, 커피잔, 찻잔, 잔, mug, coffee cup
    fork: 포크
    knife: 칼, 나이프, 식칼, 부엌칼
    spoon: 숟가락, 스푼, 수저
    bowl: 그릇, 사발, 대접
    banana: 바나나
    apple: 사과
    sandwich: 샌드위치
    orange: 오렌지, 귤, tangerine, mandarin
    broccoli: 브로콜리
    carrot: 당근
    hot dog: 핫도그, hotdog
    pizza: 피자
    donut: 도넛, 도너츠, 도너스, doughnut
    cake: 케이크, 케익
    chair: 의자, 걸상, stool, armchair
    couch: 소파, 쇼파, sofa
    potted plant: 화분, 식물, plant, houseplant
    bed: 침대
    dining table: 식탁, 테이블, 탁자, 책상, table, desk
    toilet: 변기, 양변기
    tv: 텔레비전, 티비, 티브이, 모니터, television, monitor, tvmonitor
    laptop: 노트북, 노트북컴퓨터, 랩톱, 랩탑, laptop computer, notebook computer
    mouse: 마우스, computer mouse
    remote: 리모컨, 리모콘, remote control
    keyboard: 키보드, 자판
    cell phone: 휴대폰, 핸드폰, 휴대전화, 스마트폰, 전화기, 폰, phone, cellphone, mobile phone, smartphone, mobile
    microwave: 전자레인지, 전자렌지, microwave oven
    oven: 오븐, stove
    toaster: 토스터, 토스터기
    sink: 싱크대, 세면대, 개수대, washbasin
    refrigerator: 냉장고, fridge, freezer
    book: 책, 서적
    clock: 시계, 벽시계, 탁상시계
    vase: 꽃병, 화병
    scissors: 가위
    teddy bear: 곰인형, 테디베어, 인형, teddy
    hair drier: 헤어드라이어, 드라이기, 드라이어, 헤어드라이기, hair dryer, hairdryer, hairdrier
    toothbrush: 칫솔
    """  # noqa: E501
)
"""Label -> its other names; the first is the Korean one shown."""

LABELS: tuple[str, ...] = tuple(NAMES)

GROUPS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("vehicle", "차량"), ("car", "truck", "bus", "motorcycle")),
    **dict.fromkeys(("ambulance", "구급차"), ("car", "truck")),
    "van": ("car", "truck"),
    **dict.fromkeys(("bag", "가방"), ("backpack", "handbag", "suitcase")),
    **dict.fromkeys(
        ("animal", "동물"),
        ("bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"),
    ),
}
"""Words for several labels."""

PLURALS: Mapping[str, str] = {
    "person": "people", "man": "men", "woman": "women", "child": "children", "calf": "calves",
    "knife": "knives", "mouse": "mice", "tv": "TVs", "sheep": "sheep", "cattle": "cattle",
    "aircraft": "aircraft", "luggage": "luggage", "baggage": "baggage", "broccoli": "broccoli",
    "skis": "skis", "scissors": "scissors",
}  # fmt: skip
"""Those that do not follow the rule."""

NOT_OBJECTS = _each(
    "새로 새벽 말도 말로 말씀 말하 양도 양쪽 양옆 양편 양손 양팔 양발 양끝 연도 연이은 개인 개월 "
    "차도 소인 공인 병인"
)
"""Beginnings that look like a short noun with a particle behind it."""

SPEAKING = _each("하 했 합 한 할 걸 건 거 나누 나눈")
"""How the verb after 말 begins where it means words, not a horse."""

OTHER_MEANINGS: Mapping[str, tuple[str, ...]] = {
    # Tea is drunk and boiled; a belly hungers, aches and fills; words are many, few, fast.
    "차": _each("마시 마신 마실 마셨 끓 우려 우린 우리 타주 한잔 한모금"),
    "배": _each("고프 고파 고픈 고팠 아프 아파 아픈 아팠 부르 불러 부른 불렀 볼록 깎 먹"),
    "말": (*SPEAKING, *_each("많 적 없 빠르 빠른 느린 느리 통하 통했 듣 들어주 들은")),
}
"""Nouns of one syllable that mean another thing before a verb that begins like one of these."""

AFTER_A_DEVICE = frozenset(
    _each("control controls controller and or on in at by with is near there here lies lying under")
)
"""What may follow ``remote`` where it is the thing: before another noun it means far away."""

NUMERALS = frozenset(_each("한 두 세 네 다섯 여섯 일곱 여덟 아홉 열 몇 여러 스무 수십"))

AFTER_ORANGE = frozenset(_each("and at from in is near off on or to under with"))

PLACES = _each("위 위에 위의 위에서 위로 밑 밑에 밑의 밑에서 아래 아래에 아래의 아래에서")
"""What people write together with the thing, besides the particles."""


def korean_label(label: str) -> str:
    """``car`` -> ``자동차``; a label COCO does not know stays as it is."""
    return NAMES[label][0] if label in NAMES else label


def known_label(name: str) -> str:
    """A detector's own name for a thing as one of LABELS (``aeroplane``, ``tvmonitor``,
    ``Cell_Phone``), as it is where COCO has none."""
    plain = " ".join(name.lower().replace("_", " ").split())
    labels = _BY_NAME.get(plain) or _BY_NAME.get(_SPACED.get(plain, ""))
    return labels[0] if labels and len(labels) == 1 else name


def english_plural(label: str) -> str:
    """``bench`` -> ``benches``; ``person`` -> ``people``."""
    first, _, last = label.rpartition(" ")
    if last in PLURALS:
        last = PLURALS[last]
    elif last.endswith(("s", "sh", "ch", "x")):
        last += "es"
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        last = last[:-1] + "ies"
    else:
        last += "s"
    return f"{first} {last}" if first else last


def labels_in(text: str) -> tuple[str, ...]:
    """The labels a text names in English or Korean, in its order, each once.

    Names may be plural or carry particles (``병을``, ``cars``), and be a word for several labels
    (``가방``). What is a colour (``orange jacket``), a number word (``세 개``) or a verb
    (``말하는``) names nothing.
    """
    words = _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())
    found: dict[str, None] = {}
    at = 0
    while at < len(words):
        labels, length = _at(words, at)
        found.update(dict.fromkeys(labels))
        at += length
    return tuple(found)


_TOKEN = re.compile(r"[가-힣]+|[a-z]+|\d+")
_LONGEST = 3
_ENDINGS = sorted({*PARTICLES, *PLACES}, key=len, reverse=True)
_KOREAN_COLOURS = sorted(
    (word for words in COLOUR_WORDS.values() for word in words if "가" <= word[0] <= "힣"),
    key=len,
    reverse=True,
)


def _by_name() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for label, names in NAMES.items():
        for name in (label, *names):
            table[name] = table[english_plural(name).lower()] = (label,)
    for word, labels in GROUPS.items():
        table[word] = table[english_plural(word)] = labels
    return table


_BY_NAME = _by_name()
_SPACED = {name.replace(" ", ""): name for name in LABELS}


def _at(words: list[str], at: int) -> tuple[tuple[str, ...], int]:
    """The labels of the longest name that starts at this word, and how many words it has."""
    for length in range(min(_LONGEST, len(words) - at), 0, -1):
        part = words[at : at + length]
        if _is_korean(part[0]) and all(map(_is_korean, part)):
            labels = _korean("".join(part), alone=length == 1)
        else:
            labels = _BY_NAME.get(" ".join(part), ())
        if labels and not (length == 1 and _means_something_else(words, at)):
            return labels, length
    return (), 1


def _means_something_else(words: list[str], at: int) -> bool:
    word, before = words[at], words[at - 1] if at else ""
    after = words[at + 1] if at + 1 < len(words) else ""
    if word == "orange":  # a colour, unless it is counted: "an orange on the table"
        return before != "an" or bool(after and after not in AFTER_ORANGE)
    if word == "오렌지":
        return True
    if word == "새":  # "new", unless nothing follows that could be new
        return bool(after) and after not in NUMERALS and not after.startswith("마리")
    if word == "remote":
        return bool(after) and after not in AFTER_A_DEVICE
    noun = _stem(word) if _is_korean(word) else None
    if noun is not None and noun in OTHER_MEANINGS:
        return after.startswith(OTHER_MEANINGS[noun])
    if word.startswith("개"):  # "three of them"
        return before in NUMERALS or before.isdigit()
    return False


def _korean(word: str, *, alone: bool) -> tuple[str, ...]:
    """``alone`` False: several words written as one, which must be a longer name."""
    stem = _stem(word)
    if stem is None and alone:
        for colour in _KOREAN_COLOURS:  # 빨간차
            if word.startswith(colour) and len(word) > len(colour):
                rest = word[len(colour) :].removeprefix("색")
                stem = _stem(rest) if rest else None
                break
    if stem is None or (not alone and len(stem) < 3):
        return ()
    return _BY_NAME[stem]


def _stem(word: str) -> str | None:
    """The name left when up to two particles are taken off."""
    if word in _BY_NAME:
        return word
    if word.startswith(NOT_OBJECTS):
        return None
    for rest in _without_ending(word):
        if rest in _BY_NAME:
            return rest
        for stem in _without_ending(rest):
            if stem in _BY_NAME:
                return stem
    return None


def _without_ending(word: str) -> Iterator[str]:
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem and stem != word and _agrees(stem, ending):
            yield stem


def _agrees(stem: str, particle: str) -> bool:
    """Particles follow the last sound: 병이 but 차가, so that 차이 is not a car."""
    closed = (ord(stem[-1]) - 0xAC00) % 28 != 0
    if particle.startswith(("을", "은", "과", "이", "으로")):
        return closed
    if particle in ("를", "는", "가", "와", "랑", "나", "며"):
        return not closed
    return True


def _is_korean(word: str) -> bool:
    return "가" <= word[0] <= "힣"
