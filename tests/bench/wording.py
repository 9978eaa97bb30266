"""The words of made-up captions, in English and Korean: who, in what, where, doing what, when.

Tables are written most frequent first; whoever draws from them draws by Zipf's law. ``{}`` in a
deed is the thing it is done to; Korean ``{을}`` and ``{와}`` put the particle that fits after it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """English, its plural where it has one, Korean; ``label`` is the detector's (core.objects)."""

    en: str
    ko: str
    plural: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where cameras stand: who and what is there, and what they do."""

    actors: tuple[Word, ...]
    places: tuple[Word, ...]
    things: tuple[Word, ...]
    deeds: tuple[Word, ...]
    moving: tuple[Word, ...] = ()
    """Vehicles or animals that act by themselves."""
    moves: tuple[Word, ...] = ()


def words(table: str) -> tuple[Word, ...]:
    """Lines of ``english | korean [| plural or - [| label]]``."""
    rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return tuple(
        Word(row[0], row[1], row[2] if len(row) > 2 and row[2] != "-" else "", (row + [""] * 4)[3])
        for row in rows
    )


PEOPLE = words("""
    man | 남자 | men
    woman | 여자 | women
    person | 사람 | people
    child | 아이 | children
    boy | 남자아이 | boys
    girl | 여자아이 | girls
    young man | 젊은 남자 | young men
    young woman | 젊은 여자 | young women
    elderly man | 할아버지 | elderly men
    elderly woman | 할머니 | elderly women
    teenager | 청소년 | teenagers
""")

UPPER = words("""
    jacket | 재킷 | jackets | jacket
    shirt | 셔츠 | shirts | shirt
    coat | 코트 | coats | coat
    t-shirt | 티셔츠 | t-shirts | t-shirt
    hoodie | 후드티 | hoodies | hoodie
    sweater | 스웨터 | sweaters | sweater
    vest | 조끼 | vests | vest
    dress | 원피스 | dresses | dress
    suit | 정장 | suits | suit
""")

LOWER = words("""
    trousers | 바지 | trousers | trousers
    jeans | 청바지 | jeans | jeans
    shorts | 반바지 | shorts | shorts
    skirt | 치마 | skirts | skirt
""")

CARRYING = words("""
    with a backpack | 배낭을 멘 | with backpacks | backpack
    wearing a cap | 모자를 쓴 | wearing caps
    with a handbag | 핸드백을 든 | with handbags | handbag
    holding a phone | 휴대폰을 든 | holding phones | cell phone
    wearing glasses | 안경을 쓴 | wearing glasses
    holding an umbrella | 우산을 든 | holding umbrellas | umbrella
    wearing a mask | 마스크를 쓴 | wearing masks
    with a suitcase | 여행가방을 끄는 | with suitcases | suitcase
    wearing a helmet | 헬멧을 쓴 | wearing helmets
    with long hair | 머리가 긴 | with long hair
    wearing gloves | 장갑을 낀 | wearing gloves
    with a dog on a leash | 개를 데리고 있는 | with dogs on leashes | dog
""")

WHEN = words("""
    at night | 밤에
    in the morning | 아침에
    in the evening | 저녁에
    in the rain | 비가 오는데
    in bright sunlight | 햇빛이 밝은데
    in dim light | 어두운 조명에서
    around noon | 한낮에
    in the snow | 눈이 오는데
    at dawn | 새벽에
    in thick fog | 안개가 짙은데
    seen from behind | 뒷모습으로
    in the background | 뒤쪽에서
    close to the camera | 카메라 가까이에서
""")

COMMON_DEEDS = words("""
    walking past | 지나갑니다
    standing still | 가만히 서 있습니다
    looking around | 주위를 둘러봅니다
    talking on the phone | 전화 통화를 합니다 | - | cell phone
    waiting | 기다립니다
    running | 뛰어갑니다
    turning around | 뒤로 돌아섭니다
    watching | 지켜봅니다
    pointing at something | 무언가를 가리킵니다
    waving | 손을 흔듭니다
    bending down | 몸을 숙입니다
    laughing | 웃습니다
    arguing | 말다툼을 합니다
    taking a picture | 사진을 찍습니다 | - | cell phone
    shaking hands | 악수를 합니다
    falling down | 넘어집니다
""")

ON_ROADS = words("""
    car | 자동차 | cars | car
    van | 승합차 | vans | truck
    truck | 트럭 | trucks | truck
    bus | 버스 | buses | bus
    motorcycle | 오토바이 | motorcycles | motorcycle
    taxi | 택시 | taxis | car
    bicycle | 자전거 | bicycles | bicycle
    ambulance | 구급차 | ambulances | car
    police car | 경찰차 | police cars | car
""")

DRIVING = words("""
    driving past | 지나갑니다
    turning left | 왼쪽으로 돕니다
    turning right | 오른쪽으로 돕니다
    stopping | 멈춥니다
    parking | 주차합니다
    reversing | 후진합니다
    starting to move | 출발합니다
    waiting with its lights on | 불을 켠 채 기다립니다
    overtaking another vehicle | 다른 차를 앞지릅니다
""")

ANIMALS = words("""
    dog | 개 | dogs | dog
    cat | 고양이 | cats | cat
    bird | 새 | birds | bird
    pigeon | 비둘기 | pigeons | bird
    horse | 말 | horses | horse
    puppy | 강아지 | puppies | dog
    sheep | 양 | sheep | sheep
    cow | 소 | cows | cow
""")

ROAMING = words("""
    lying down | 누워 있습니다
    running about | 뛰어다닙니다
    sleeping | 잠을 잡니다
    eating | 먹이를 먹습니다
    jumping up | 뛰어오릅니다
    sniffing the ground | 바닥의 냄새를 맡습니다
    chasing a ball | 공을 쫓아갑니다 | - | sports ball
    drinking water | 물을 마십니다
    sitting quietly | 조용히 앉아 있습니다
""")
