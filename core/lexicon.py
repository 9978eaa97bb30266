"""The word tables behind core.vocabulary: colours, garments, places and motions in both languages.

Korean verbs and adjectives are listed by the stems they show in writing (뛰, 뛴, 뛸): the vowel of
an ending melts into the stem, so cutting letters off the end would not find it.
"""

from __future__ import annotations

from collections.abc import Mapping


def _each(words: str) -> list[str]:
    return words.split()


COLOUR_WORDS: Mapping[str, tuple[str, ...]] = {
    "black": ("black", "검은", "검정", "까만", "까망", "블랙", "흑색", "시커먼", "검게", "까맣게"),
    "white": ("white", "흰", "하얀", "하양", "화이트", "백색", "새하얀", "하얗게", "희게"),
    "grey": ("grey", "gray", "회색", "그레이", "쥐색", "잿빛", "회빛"),
    "red": (
        *("red", "crimson", "scarlet", "maroon", "burgundy"),
        *("빨간", "빨강", "붉은", "새빨간", "시뻘건", "뻘건", "적색", "레드", "빨갛게", "붉게"),
        *("자주", "와인색"),
    ),
    "orange": ("orange", "주황", "오렌지색", "오렌지"),
    "yellow": ("yellow", "노란", "노랑", "누런", "황색", "옐로우", "옐로", "노랗게"),
    "green": (
        *("green", "olive", "lime"),
        *("초록", "녹색", "연두", "그린", "카키", "국방색", "풀색"),
    ),
    "blue": (
        *("blue", "navy", "azure", "turquoise", "cyan"),
        *("파란", "파랑", "푸른", "새파란", "청색", "하늘색", "남색", "곤색", "네이비", "블루"),
        *("파랗게", "푸르게"),
    ),
    "purple": ("purple", "violet", "보라", "보랏빛", "자색", "퍼플", "바이올렛"),
    "pink": ("pink", "magenta", "분홍", "핑크", "연분홍"),
    "brown": ("brown", "갈색", "밤색", "고동", "브라운"),
    "beige": ("beige", "tan", "cream", "khaki", "베이지", "살구색", "크림색", "아이보리"),
}
"""Canonical colour -> the words for it. A Korean one may carry 색 or 빛 behind it (빨강색)."""

KOREAN_COLOURS: Mapping[str, str] = {
    "black": "검은",
    "white": "흰",
    "grey": "회색",
    "red": "빨간",
    "orange": "주황색",
    "yellow": "노란",
    "green": "초록색",
    "blue": "파란",
    "purple": "보라색",
    "pink": "분홍색",
    "brown": "갈색",
    "beige": "베이지색",
}
"""The form that stands before a noun, as people type it."""

UPPER, LOWER, ANY = "upper", "lower", "any"

GARMENTS: Mapping[str, str] = {
    **dict.fromkeys(
        _each(
            "jacket coat shirt tshirt tee hoodie sweater jumper top blouse vest cardigan "
            "sweatshirt blazer parka pullover polo anorak raincoat overcoat tunic"
        ),
        UPPER,
    ),
    **dict.fromkeys(
        _each(
            "trousers trouser pants jeans skirt shorts leggings bottoms bottom slacks "
            "chinos sweatpants"
        ),
        LOWER,
    ),
    **dict.fromkeys(_each("clothes clothing outfit dress suit uniform garment garments"), ANY),
    **dict.fromkeys(
        _each(
            "상의 윗옷 웃옷 재킷 자켓 잠바 점퍼 코트 외투 셔츠 티셔츠 티 반팔 긴팔 후드 "
            "후드티 후디 니트 스웨터 조끼 블라우스 패딩 가디건 카디건 맨투맨 와이셔츠 남방 "
            "바람막이"
        ),
        UPPER,
    ),
    **dict.fromkeys(_each("하의 바지 청바지 반바지 치마 스커트 레깅스 슬랙스"), LOWER),
    **dict.fromkeys(_each("옷 의상 복장 옷차림 차림 원피스 드레스 정장 양복 유니폼 작업복"), ANY),
}

PERSON_WORDS = frozenset(
    _each(
        "person persons people man men woman women guy guys boy girl kid kids child "
        "children lady someone somebody anyone worker workers customer customers "
        "shopper shoppers visitor visitors staff clerk employee figure 사람 사람들 "
        "남자 여자 남성 여성 손님 고객 직원 점원 작업자 아이 어린이 누군가 인물 방문자 "
        "학생 아저씨 아주머니 할머니 할아버지 분 이 명"
    )
)

CLOTHING_MODIFIERS = frozenset(
    _each(
        "dark light bright pale deep long short sleeved sleeve leather denim puffer "
        "puffy winter rain and or & with plain striped checked knitted hooded "
        "sleeveless coloured colored 진한 짙은 연한 밝은 어두운 긴 짧은 얇은 두꺼운 "
        "가죽 및 또는 혹은 그리고 줄무늬 체크 계열 톤 색 색깔"
    )
)
"""May stand between a colour and its garment."""

AFTER_CLOTHES = frozenset(
    _each(
        "who that at on by near with from to in into out today yesterday enter enters entered "
        "come comes came walk walks walked run runs ran leave leaves left stand stands stood "
        "wait waits waited move moves moved go goes went pass passes take takes"
    )
)
"""What may follow ``in red`` when the clothes are red; anything else may be a thing (red shoes)."""

KOREAN_NOUNS: Mapping[str, str] = {
    "사람": "person", "사람들": "people", "남자": "man", "남성": "man", "여자": "woman",
    "여성": "woman", "손님": "customer", "고객": "customer", "직원": "employee", "점원": "clerk",
    "작업자": "worker", "아이": "child", "어린이": "child", "누군가": "someone", "누가": "someone",
    "인물": "person", "아무도": "nobody", "아무": "nobody", "학생": "student",
    "옷": "clothes", "의상": "clothes", "복장": "clothes", "옷차림": "clothes", "상의": "top",
    "윗옷": "top", "웃옷": "top", "하의": "bottoms", "재킷": "jacket", "자켓": "jacket",
    "잠바": "jacket", "점퍼": "jacket", "코트": "coat", "외투": "coat", "셔츠": "shirt",
    "와이셔츠": "shirt", "티셔츠": "t-shirt", "티": "t-shirt", "후드": "hoodie",
    "후드티": "hoodie", "니트": "sweater", "스웨터": "sweater", "조끼": "vest",
    "블라우스": "blouse", "패딩": "padded jacket", "가디건": "cardigan", "카디건": "cardigan",
    "바지": "trousers", "청바지": "jeans", "반바지": "shorts", "치마": "skirt",
    "스커트": "skirt", "원피스": "dress", "정장": "suit", "작업복": "work clothes",
    "유니폼": "uniform", "모자": "hat", "안전모": "helmet", "신발": "shoes", "가방": "bag",
    "배낭": "backpack", "우산": "umbrella", "안경": "glasses", "마스크": "mask",
    "왼쪽": "left", "왼편": "left", "좌측": "left", "오른쪽": "right", "오른편": "right",
    "우측": "right", "가운데": "middle", "중앙": "middle", "중간": "middle", "앞": "front",
    "앞쪽": "front", "뒤": "back", "뒤쪽": "back", "안": "inside", "안쪽": "inside",
    "밖": "outside", "바깥": "outside", "위": "above", "위쪽": "above", "아래": "below",
    "아래쪽": "below", "쪽": "side", "옆": "beside", "근처": "near", "화면": "picture",
    "문": "door", "출입문": "door", "입구": "entrance", "출구": "exit", "계산대": "counter",
    "카운터": "counter", "선반": "shelf", "진열대": "shelf", "매대": "shelf", "통로": "aisle",
    "창고": "warehouse", "가게": "shop", "매장": "shop", "상점": "shop", "교실": "classroom",
    "복도": "hallway", "주차장": "parking lot", "도로": "road", "길": "street", "방": "room",
    "테이블": "table", "탁자": "table", "책상": "desk", "의자": "chair", "벽": "wall",
    "바닥": "floor", "창문": "window", "냉장고": "fridge", "자동차": "car", "차": "car",
    "차량": "car", "트럭": "truck", "버스": "bus", "자전거": "bicycle", "오토바이": "motorcycle",
    "병": "bottle", "물병": "water bottle", "물건": "item", "상품": "item", "상자": "box",
    "박스": "box", "손": "hand", "얼굴": "face", "머리": "head", "개": "dog", "강아지": "dog",
    "고양이": "cat", "종이": "paper", "책": "book", "휴대폰": "phone", "핸드폰": "phone",
    "움직임": "movement", "그림자": "shadow", "빛": "light", "불": "light", "밤": "night",
    "낮": "day", "아침": "morning", "저녁": "evening", "영상": "video", "장면": "scene",
    "카메라": "camera", "초": "seconds", "분": "minutes", "동안": "for",
    "한": "one", "하나": "one", "혼자": "alone", "두": "two", "둘": "two", "세": "three",
    "셋": "three", "네": "four", "넷": "four", "다섯": "five", "여러": "several",
    "많은": "many", "명": "people", "모두": "all", "함께": "together", "같이": "together",
    "빨리": "quickly", "빠르게": "quickly", "급히": "hurriedly", "급하게": "hurriedly",
    "천천히": "slowly", "오래": "for a long time", "잠깐": "briefly", "잠시": "briefly",
    "가만히": "still", "다시": "again", "밝은": "bright", "어두운": "dark", "진한": "dark",
    "짙은": "dark", "연한": "light", "긴": "long", "짧은": "short", "큰": "big", "작은": "small",
    "조용한": "quiet", "빈": "empty", "텅": "empty", "정적": "stillness", "서": "standing",
    "계단": "stairs", "엘리베이터": "elevator", "로비": "lobby", "대부분": "mostly",
}  # fmt: skip

KOREAN_VERBS: Mapping[str, tuple[str, ...]] = {
    "runs out": ("뛰어나가", "뛰어나갑", "뛰어나간", "뛰어나", "뛰쳐나",
                 "달려나", "달아나", "도망", "뛰어 나"),
    "runs in": ("뛰어들", "달려들"),
    "runs": ("뛰", "뛴", "뛸", "뜀", "뜁", "뛰어", "달리", "달려", "달린", "달릴", "달립"),
    "walks": ("걷", "걸어", "걸었", "걸으", "걸음", "걸을", "거니", "걸"),
    "walks around": ("돌아다", "걸어다", "서성"),
    "comes in": ("들어오", "들어와", "들어온", "들어올", "들어왔", "들어옴", "들어옵", "들어가",
                 "들어간", "들어갔", "입장"),
    "leaves": ("나가", "나간", "나갈", "나갔", "나감", "나갑", "나옵", "나오", "나온", "나와",
               "나왔", "떠나", "떠난", "퇴장", "빠져나"),
    "comes": ("오는", "온다", "다가오", "다가온", "다가와"),
    "goes": ("가는", "간다", "갔다", "다가가", "다가간"),
    "appears": ("나타나", "나타난", "나타났", "나타납", "나타날"),
    "disappears": ("사라지", "사라진", "사라져", "사라집", "사라졌"),
    "stands": ("서있", "선", "섰", "섭니"),
    "sits": ("앉",),
    "stops": ("멈추", "멈춘", "멈춰", "멈췄"),
    "stays": ("머무", "머문", "머물", "지키"),
    "waits": ("기다리", "기다린", "기다려"),
    "moves": ("움직이", "움직인", "움직여", "움직였", "이동"),
    "passes": ("지나", "지난", "지났"),
    "turns": ("돌아서", "돌아선", "돌아보", "회전"),
    "looks": ("보는", "보고", "본다", "바라보", "바라본", "쳐다보", "살펴보", "살피"),
    "browses": ("둘러보", "둘러본", "구경", "고르", "고른"),
    "picks up": ("집어", "집는", "줍", "주워", "들고", "드는"),
    "takes": ("가져가", "가져간", "꺼내", "꺼낸", "챙기", "챙긴"),
    "steals": ("훔치", "훔친", "훔쳐"),
    "puts": ("놓", "내려놓", "넣"),
    "falls": ("넘어지", "넘어진", "쓰러지", "쓰러진", "떨어지", "떨어진"),
    "rides": ("타는", "타고", "탄"),
    "drives": ("운전", "몰고"),
    "talks": ("말하", "대화", "이야기"),
    "carries": ("나르", "옮기", "옮긴", "운반"),
    "opens": ("열", "여는"),
    "closes": ("닫",),
    "nothing": ("없",),
    "quiet": ("조용", "고요", "한산"),
    "crouches": ("쪼그", "웅크", "숙이"),
}  # fmt: skip
"""English third person -> written stems. Longest stem wins."""

KOREAN_FUNCTION_WORDS = frozenset(
    _each(
        "을 를 이 가 은 는 의 에 와 과 도 그 저 것 거 및 또는 그리고 하고 입은 입고 "
        "입은채 입었던 입으신 착용한 착용하고 있는 있다 있음 있던 있고 있어 있었던 "
        "있습니다 하는 한다 하고 했던 채 때 중 중인 장면 모습 화면 색 색깔 보이지 않고 "
        "않는 않는다 않습니다 좀 더 외 그외 찾아줘 보여줘 찾아 찾기 검색 영상 동영상 "
        "쓴 신은 든 멘 맨"
    )
)

PARTICLES = tuple(
    sorted(
        _each(
            "을 를 이 가 은 는 의 에 에서 에게 한테 께서 으로 로 와 과 도 만 까지 부터 "
            "하고 랑 이랑 처럼 보다 들 들이 들을 들은 들의 들도 이나 나 이며 이고 인 "
            "입니다 이다 쪽 쪽에 쪽에서 쪽으로 에는 에서는 으로는 으로부터 로부터 에서부터 "
            "안 안에 안에서 앞 앞에 앞에서 앞으로 뒤 뒤에 뒤에서 옆 옆에 옆에서 근처 "
            "근처에서"
        ),
        key=len,
        reverse=True,
    )
)

PARTICLE_MEANINGS: Mapping[str, str] = {"앞": "front", "뒤": "back", "옆": "beside", "안": "inside"}

VERB_ENDING = (
    r"(?:[어아여았었였겠하해되지시치쳐]?(?:는|은|던|다|고|며|면서|서|가|와|오|지|기|게|요|음|데|나|어|아|여|인|간|온|감|옴|니|까|중|"
    r"채|듯|려고|려는|자|라|며|하는|하고|한|한다|해|했|된|되는|된다|있는|있다|있고|있음|있습니다|습니다|니다|"
    r"나가|나간|나감|들어|들어오|들어온|들어가|들어간|다니|다닌))*"
)
