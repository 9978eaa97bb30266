"""Short bilingual queries of our own words, kept out of every training, to measure with.

``finds`` is a regular expression over the describer's English captions: what the query asks for.
None where those captions cannot tell (they say ``top``, never ``hat``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortQuery:
    """The same query in both languages."""

    korean: str
    english: str
    finds: str | None = None


def _asks(korean: str, english: str, finds: str | None = None) -> ShortQuery:
    return ShortQuery(korean=korean, english=english, finds=finds)


RED_TOP, RED = r"red top|red clothes", r"\bin (a )?red\b|and red bottoms"
RUNS, NOBODY = r"\bruns\b", r"^Nobody|no person"

SHORT_QUERIES: tuple[ShortQuery, ...] = (
    _asks("빨간 윗도리", "red upper clothes", RED_TOP),
    _asks("빨간 재킷을 걸친 사람", "somebody in a red jacket", RED_TOP),
    _asks("빨간색 옷", "red clothing", RED),
    _asks("빨강 티셔츠", "red tee shirt", RED_TOP),
    _asks("파란 셔츠를 입은 손님", "a shopper in a blue shirt", r"blue top|blue clothes"),
    _asks("파랑 바지", "blue pants", r"blue bottoms|blue clothes"),
    _asks("까만 코트를 입고 있다", "wearing a black coat", r"black top|black clothes"),
    _asks("검정 옷 남자", "man in black", r"in (a )?black|black bottoms"),
    _asks("하얀 셔츠", "white shirt", r"white top|white clothes"),
    _asks("하얀색 바지를 입은 남자", "man with white pants", r"white bottoms|white clothes"),
    _asks("노란색 외투", "yellow coat", r"yellow top|yellow clothes"),
    _asks("초록 상의에 검은 하의", "green top and black bottoms", "green top and black bottoms"),
    _asks("녹색 옷 입은 여자", "woman dressed in green", r"green top|green clothes|green bottoms"),
    _asks("분홍 치마", "pink skirt", r"pink bottoms|pink clothes"),
    _asks("보라색 옷을 입은 아이", "child in purple clothes", r"purple (top|clothes|bottoms)"),
    _asks("회색 후드", "grey hooded top", r"grey top|grey clothes"),
    _asks("갈색 점퍼 차림", "dressed in a brown jacket", r"brown top|brown clothes"),
    _asks("누가 뛰어간다", "somebody runs", RUNS),
    _asks("뛰는 사람 찾기", "find a running person", RUNS),
    _asks("급하게 달려 나가는 사람", "person rushing out", r"runs out"),
    _asks("달려서 들어오는 사람", "somebody running in", r"runs in"),
    _asks("밖으로 도망가는 남자", "man escaping outside", r"runs out"),
    _asks("왼쪽에서 들어오는 사람", "person entering from the left", r"in from the left"),
    _asks("오른쪽으로 나가는 사람", "person leaving to the right", r"(out|leaves) to the right"),
    _asks("가만히 서 있는 사람", "person standing still", r"stands"),
    _asks("오래 서 있다", "stands for a long time", r"stands .* for [123]\d s"),
    _asks("가운데에 서 있는 사람", "person standing in the middle", r"stands in the middle"),
    _asks("세 사람이 함께", "three people together", r"^Three people"),
    _asks("두 명", "two persons", r"^Two people"),
    _asks("텅 빈 매장 안", "empty shop interior", NOBODY),
    _asks("매장에 손님이 없다", "no customers in the shop", NOBODY),
    _asks("인적 없는 가게", "deserted store", NOBODY),
    _asks("아무 일도 없음", "nothing happens", r"nothing moves|Hardly anything moves"),
    _asks("정지된 화면", "still picture", r"nothing moves|Hardly anything moves"),
    _asks("무언가 움직인다", "something moves", r"Something moves"),
    _asks("어두운 곳", "dark place", r"Dark, mostly"),
    _asks("빨간 모자를 쓴 아이", "kid with a red hat"),
    _asks("가방을 메고 걷는 여자", "woman walking with a bag"),
    _asks("우산 든 사람", "person with an umbrella"),
    _asks("자전거 탄 남자", "man on a bicycle"),
    _asks("흰 트럭이 지나간다", "a white truck passes"),
    _asks("개와 산책하는 사람", "person walking a dog"),
    _asks("문을 열고 들어온다", "opens the door and comes in"),
    _asks("계산대에서 기다리는 손님", "customer waiting at the checkout"),
    _asks("물건 훔치는 사람", "shoplifter"),
    _asks("진열대를 살펴보는 손님", "customer looking at a shelf"),
    _asks("의자에 앉은 노인", "an old man sitting on a chair"),
    _asks("전화 통화 중인 여자", "woman on the phone"),
    _asks("바닥에 쓰러진 사람", "person lying on the floor"),
    _asks("서로 싸우는 두 남자", "two men fighting"),
    _asks("상자를 나르는 직원", "worker carrying boxes"),
    _asks("주차된 자동차", "parked car"),
    _asks("밤에 걷는 사람", "person walking at night"),
    _asks("담배 피우는 남자", "man smoking a cigarette"),
    _asks("기타 치는 사람", "person playing guitar"),
    _asks("요리하는 여자", "woman cooking"),
    _asks("고양이", "cat"),
    _asks("말을 타는 소녀", "girl riding a horse"),
    _asks("공놀이하는 아이들", "children playing with a ball"),
    _asks("눈 덮인 산", "snowy mountain"),
)
"""Checked by a test to be absent from pipeline.training.phrases."""
