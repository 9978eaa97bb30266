"""What people type into a search box, in both languages."""

from __future__ import annotations

from random import Random

from core.vocabulary import COLOURS, korean_colour

UPPER = {"jacket": "재킷", "shirt": "셔츠", "coat": "코트", "top": "상의", "hoodie": "후드티"}
LOWER = {"trousers": "바지", "jeans": "청바지", "skirt": "치마"}
SIDES = {"left": "왼쪽", "right": "오른쪽"}
DOES = {
    "walking": "걷는 사람",
    "running": "뛰는 사람",
    "standing": "서 있는 사람",
    "coming in": "들어오는 사람",
    "leaving": "나가는 사람",
}
PLAIN = (
    "nobody", "nothing moves", "two people", "three people at once", "empty shop", "someone runs",
    "a person stands for a long time", "dark", "who came in from the front", "running out",
    "delivery", "man with a bag", "white car", "suspicious behaviour", "children playing",
    "아무도 없음", "두 사람", "사람", "움직임", "뛰어 나가는 사람", "들어오는 사람", "어두운 화면",
    "택배 기사", "오래 서 있는 사람", "가운데에 서 있는 사람", "세 사람이 함께", "고양이", "왼쪽",
)  # fmt: skip


def questions(count: int, seed: int = 11) -> list[str]:
    """``count`` different queries at most, half of them Korean, most of them about clothes."""
    random = Random(seed)
    found = dict.fromkeys(PLAIN)
    for attempt in range(20 * count):
        if len(found) >= count:
            break
        found.setdefault(_korean(random) if attempt % 2 else _english(random))
    listed = list(found)
    random.shuffle(listed)
    return listed[:count]


def _english(random: Random) -> str:
    upper, lower = random.choice(COLOURS), random.choice(COLOURS)
    coat, legs = random.choice(list(UPPER)), random.choice(list(LOWER))
    side, does = random.choice(list(SIDES)), random.choice(list(DOES))
    shapes = (
        f"{upper} {coat}",
        f"{lower} {legs}",
        f"person in {upper} {does}",
        f"{upper} {coat} and {lower} {legs}",
        f"someone in a {upper} {coat} {does} on the {side}",
        f"person {does} to the {side}",
        f"{upper} and {lower}",
        f"when did the person in the {upper} {coat} leave to the {side}?",
    )
    return random.choice(shapes)


def _korean(random: Random) -> str:
    upper, lower = korean_colour(random.choice(COLOURS)), korean_colour(random.choice(COLOURS))
    coat, legs = random.choice(list(UPPER.values())), random.choice(list(LOWER.values()))
    side, does = random.choice(list(SIDES.values())), random.choice(list(DOES.values()))
    shapes = (
        f"{upper} 옷",
        f"{upper} {coat}",
        f"{lower} {legs}",
        f"{upper} 옷 입은 사람",
        f"{upper} {coat}에 {lower} {legs}",
        f"{side}에서 {does}",
        f"{upper} 옷을 입고 {side}으로 {does}",
        f"{upper} {coat} 입은 사람이 {side}으로 나갑니다",
    )
    return random.choice(shapes)
