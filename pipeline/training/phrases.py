"""Short bilingual phrases of our own words: what people type when they look for a moment.

The sentences of others that a map is trained on are whole sentences; a query is two words. These
are put together from core.lexicon and the tables below, so a colour or a place added there is
learnt at the next training.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.lexicon import COLOUR_WORDS, GARMENTS, KOREAN_NOUNS
from core.vocabulary import has_korean, korean_colour

Pair = tuple[str, str]
"""Korean, English."""

SUBJECTS: tuple[Pair, ...] = (
    ("사람", "a person"), ("남자", "a man"), ("여자", "a woman"), ("아이", "a child"),
    ("손님", "a customer"), ("직원", "an employee"), ("두 사람", "two people"),
    ("사람들", "people"),
)  # fmt: skip
ACTIONS: tuple[tuple[str, str, str], ...] = (
    ("뛰는", "뜁니다", "running"), ("달리는", "달린다", "running"),
    ("뛰어가는", "뛰어간다", "running away"), ("뛰어나가는", "뛰어나갑니다", "running out"),
    ("도망치는", "도망친다", "fleeing"), ("걷는", "걷습니다", "walking"),
    ("걸어가는", "걸어간다", "walking along"), ("들어오는", "들어옵니다", "coming in"),
    ("나가는", "나갑니다", "leaving"), ("서 있는", "서 있습니다", "standing"),
    ("앉아 있는", "앉아 있다", "sitting"), ("앉는", "앉습니다", "sitting down"),
    ("기다리는", "기다린다", "waiting"), ("쓰러지는", "쓰러진다", "falling down"),
    ("넘어지는", "넘어집니다", "falling over"), ("싸우는", "싸운다", "fighting"),
    ("멈춰 서는", "멈춰 섭니다", "stopping"), ("돌아다니는", "돌아다닌다", "walking around"),
    ("서성이는", "서성입니다", "pacing back and forth"), ("사라지는", "사라집니다", "disappearing"),
    ("나타나는", "나타납니다", "appearing"), ("물건을 훔치는", "물건을 훔친다", "stealing an item"),
    ("물건을 고르는", "물건을 고릅니다", "choosing an item"),
    ("물건을 집는", "물건을 집는다", "picking up an item"),
    ("둘러보는", "둘러봅니다", "looking around"),
    ("계산하는", "계산합니다", "paying at the counter"),
    ("전화하는", "전화한다", "talking on the phone"),
    ("이야기하는", "이야기합니다", "talking"), ("문을 여는", "문을 엽니다", "opening the door"),
    ("문을 닫는", "문을 닫는다", "closing the door"),
    ("자전거를 타는", "자전거를 탄다", "riding a bicycle"),
    ("짐을 옮기는", "짐을 옮깁니다", "carrying a load"), ("청소하는", "청소한다", "cleaning"),
    ("춤추는", "춤을 춥니다", "dancing"), ("손을 흔드는", "손을 흔든다", "waving a hand"),
    ("쪼그려 앉은", "쪼그려 앉는다", "crouching"), ("담배를 피우는", "담배를 피운다", "smoking"),
)  # fmt: skip
"""Before a noun, at the end of a sentence, in English."""

CARRIED: tuple[tuple[str, str, str], ...] = (
    ("가방을 든", "가방을 들고 있다", "carrying a bag"),
    ("배낭을 멘", "배낭을 메고 있다", "wearing a backpack"),
    ("모자를 쓴", "모자를 쓰고 있다", "wearing a hat"),
    ("안경을 쓴", "안경을 쓰고 있다", "wearing glasses"),
    ("마스크를 쓴", "마스크를 쓰고 있다", "wearing a mask"),
    ("안전모를 쓴", "안전모를 쓰고 있다", "wearing a helmet"),
    ("우산을 쓴", "우산을 쓰고 있다", "holding an umbrella"),
    ("상자를 든", "상자를 들고 있다", "carrying a box"),
    ("유모차를 미는", "유모차를 민다", "pushing a stroller"),
    ("카트를 미는", "카트를 민다", "pushing a shopping cart"),
)
PLACES: tuple[Pair, ...] = (
    ("매장", "the shop"), ("가게", "the shop"), ("상점", "the store"),
    ("주차장", "the parking lot"),
    ("복도", "the hallway"), ("창고", "the warehouse"), ("교실", "the classroom"),
    ("계단", "the stairs"), ("로비", "the lobby"), ("사무실", "the office"), ("방", "the room"),
    ("길", "the street"), ("도로", "the road"), ("통로", "the aisle"), ("화면", "the picture"),
    ("엘리베이터", "the elevator"), ("공원", "the park"), ("부엌", "the kitchen"),
)  # fmt: skip
SPOTS: tuple[Pair, ...] = (
    ("문 앞", "in front of the door"), ("입구", "at the entrance"), ("출구", "at the exit"),
    ("계산대", "at the counter"), ("선반 앞", "in front of the shelf"), ("왼쪽", "on the left"),
    ("오른쪽", "on the right"), ("가운데", "in the middle"), ("창문 옆", "beside the window"),
    ("냉장고 앞", "in front of the fridge"), ("차 옆", "beside the car"), ("밖", "outside"),
    ("안", "inside"), ("매장 안", "inside the shop"), ("주차장", "in the parking lot"),
    ("복도", "in the hallway"), ("길", "on the street"),
)  # fmt: skip
THINGS: tuple[Pair, ...] = (
    ("차", "car"), ("자동차", "car"), ("트럭", "truck"), ("버스", "bus"), ("자전거", "bicycle"),
    ("오토바이", "motorcycle"), ("가방", "bag"), ("배낭", "backpack"), ("우산", "umbrella"),
    ("모자", "hat"), ("신발", "shoes"), ("상자", "box"), ("문", "door"), ("의자", "chair"),
)  # fmt: skip
QUIET: tuple[Pair, ...] = (
    ("아무도 없다", "nobody is there"), ("아무도 없는 장면", "nobody in view"),
    ("사람이 없다", "there is no person"), ("사람 없음", "no people"),
    ("아무도 안 보인다", "nobody in view"), ("아무도 보이지 않는다", "nobody is seen"),
    ("움직임 없음", "nothing moves"), ("아무 움직임도 없다", "nothing moves"),
    ("조용한 장면", "a quiet scene"), ("텅 비어 있다", "completely empty"),
    ("어두운 화면", "a dark picture"), ("밝은 화면", "a bright picture"),
)  # fmt: skip


def phrases() -> tuple[Pair, ...]:
    """Every phrase once, in a fixed order."""
    return tuple(dict.fromkeys([*_words(), *_clothed(), *_doing(), *_somewhere(), *QUIET]))


def _words() -> Iterator[Pair]:
    yield from KOREAN_NOUNS.items()
    for colour, words in COLOUR_WORDS.items():
        for word in filter(has_korean, words):
            yield word, colour


def _clothed() -> Iterator[Pair]:
    garments = [(ko, en) for ko, en in KOREAN_NOUNS.items() if ko in GARMENTS]
    for number, colour in enumerate(COLOUR_WORDS):
        ko = korean_colour(colour)
        for garment_ko, garment in garments:
            yield f"{ko} {garment_ko}", f"{colour} {garment}"
            subject_ko, subject = SUBJECTS[(number + len(garment_ko)) % len(SUBJECTS)]
            yield (
                f"{ko} {garment_ko} 입은 {subject_ko}",
                f"{subject} wearing {_article(colour, garment)}",
            )
            yield (
                f"{ko} {garment_ko}{_object(garment_ko)} 입은 사람",
                f"a person in {_article(colour, garment)}",
            )
        for thing_ko, thing in THINGS:
            yield f"{ko} {thing_ko}", f"{colour} {thing}"


def _doing() -> Iterator[Pair]:
    for before, end, english in (*ACTIONS, *CARRIED):
        for subject_ko, subject in SUBJECTS:
            yield f"{before} {subject_ko}", f"{subject} {english}"
        subject_ko, subject = SUBJECTS[len(end) % len(SUBJECTS)]
        yield (
            f"{subject_ko}{_nominative(subject_ko)} {end}",
            f"{subject} is {english}".replace("people is", "people are"),
        )
        yield end, english


def _somewhere() -> Iterator[Pair]:
    for place_ko, place in PLACES:
        bare = place.removeprefix("the ")
        yield place_ko, bare
        yield f"아무도 없는 {place_ko}", f"nobody in {place}"
        yield f"{place_ko}에 아무도 없다", f"there is nobody in {place}"
        yield f"텅 빈 {place_ko}", f"an empty {bare}"
        yield f"조용한 {place_ko}", f"a quiet {bare}"
        yield f"{place_ko}에 있는 사람", f"a person in {place}"
    for spot_ko, spot in SPOTS:
        yield f"{spot_ko}에 서 있는 사람", f"a person standing {spot}"
        for subject_ko, subject in SUBJECTS[:3]:
            yield f"{spot_ko}에 있는 {subject_ko}", f"{subject} {spot}"


def _article(colour: str, garment: str) -> str:
    """``red jacket`` with the article it takes; none for what is plural or no countable thing."""
    if (garment.endswith("s") and garment != "dress") or garment == "clothes":
        return f"{colour} {garment}"
    return f"{'an' if colour[0] in 'aeiou' else 'a'} {colour} {garment}"


def _closed(word: str) -> bool:
    """True when the last syllable ends in a consonant."""
    return (ord(word[-1]) - ord("가")) % 28 != 0


def _object(word: str) -> str:
    return "을" if _closed(word) else "를"


def _nominative(word: str) -> str:
    return "이" if _closed(word) else "가"
