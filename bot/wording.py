"""Everything the bot says, in English and in Korean; the same names in both."""

from __future__ import annotations

from typing import Final

from bot import people_wording
from bot.refusals import in_korean
from core.errors import ClipOpsError, EditRefused, InputError, NotFound
from core.types import Language

ENGLISH: Final = people_wording.ENGLISH | {
    "results": "{total} moments match “{query}”",
    "one_result": "1 moment matches “{query}”",
    "timing_all": "{seconds} s",
    "timing": "{first}–{last} of {total} · {seconds} s",
    "edit": "Edit in Web",
    "play": "Play",
    "share": "Share to channel",
    "previous": "← Previous",
    "next": "Next →",
    "refine": "Refine",
    "people": "People: {names}",
    "why": "Why: {reasons}",
    "thumbnail": "A frame of {title} at {time}",
    "nothing": "No moment matches “{query}”",
    "nothing_tips": (
        "Your words were taken as they are. What may help:\n"
        "• fewer words, or others: a colour and a piece of clothing work well, “red jacket”\n"
        "• Korean and English both work: “빨간 옷” finds the same people\n"
        "• a video that was just added may still be processed; the library shows its progress"
    ),
    "page_empty": "There is no page {page} of this search any more; the library has changed.",
    "library": "Open the library",
    "run_again": "Run again",
    "searching": "Searching for “{query}”…",
    "starting": "ClipOps is starting (about 20 s). The answer to “{query}” follows here.",
    "still_searching": "Still searching for “{query}”…",
    "narrow": (
        "“{query}” takes unusually long. Fewer, more specific words are faster; "
        "the answer still follows when it is ready."
    ),
    "busy": "Search is busy ({waiting} waiting). Try again in a moment.",
    "broken": "Something broke. Reference {reference}",
    "database_down": "The library cannot be reached right now. Reference {reference}",
    "model_down": "The search model cannot be used right now. Reference {reference}",
    "took_too_long": "This search took too long and was stopped; try fewer words.",
    "shared_by": "Shared by <@{user}> · “{query}”",
    "shared": "Shared to this channel.",
    "already_shared": "This moment was already shared here from this search.",
    "share_not_in_channel": (
        "ClipOps is not in this channel, so it cannot post here. "
        "Type `/invite @ClipOps`, then share again."
    ),
    "share_refused": "Slack refused the post ({error}); nothing was shared.",
    "segment_gone": "This moment was deleted or merged in the meantime; run the search again.",
    "not_yours": "These are someone else's results. Search for yourself with {command}.",
    "expired": "These results are older than a day.",
    "interrupted": "ClipOps is restarting and could not finish “{query}”.",
    "open": "Open in ClipOps",
    "refine_title": "Refine the search",
    "refine_label": "What to look for",
    "refine_hint": "People, clothes and colours, what they do, words of a caption.",
    "refine_submit": "Search",
    "refine_close": "Cancel",
    "refine_empty": "Type what to look for.",
    "help_title": "Find a moment in your video",
    "help": (
        "`{command} words` finds the moments that match, the newest footage included.\n"
        "Describe what one would see: people, clothes and colours, what they do.\n"
        "English and Korean work alike, whatever language a caption is in.\n"
        "\n"
        "*Edit in Web*: opens the moment in the editor, with captions, splits and history.\n"
        "*Play*: opens it where it begins.\n"
        "*Share to channel*: posts a copy everyone can read; your own answer stays private.\n"
        "*Refine*: changes the words in place; *Previous* and *Next* turn the page.\n"
        "*Wrong person*, *Who is this?*: behind the three dots, say whose face it is.\n"
        "\n"
        "`{command} people`: who has been seen; `{command} people Jimin` shows where.\n"
        "`{command} status`: videos in work, what failed, and the models in use."
    ),
    "help_try": "Try one:",
}

KOREAN: Final = people_wording.KOREAN | {
    "results": "“{query}”에 맞는 장면 {total}개",
    "one_result": "“{query}”에 맞는 장면 1개",
    "timing_all": "{seconds}초",
    "timing": "{total}개 중 {first}–{last}번째 · {seconds}초",
    "edit": "웹에서 편집",
    "play": "재생",
    "share": "채널에 공유",
    "previous": "← 이전",
    "next": "다음 →",
    "refine": "검색어 바꾸기",
    "people": "인물: {names}",
    "why": "근거: {reasons}",
    "thumbnail": "{title}의 {time} 장면",
    "nothing": "“{query}”에 맞는 장면이 없습니다",
    "nothing_tips": (
        "검색 범위를 임의로 넓히지 않았습니다. 이렇게 해 보세요.\n"
        "• 단어를 줄이거나 바꿔 보세요. “빨간 재킷”처럼 색과 옷을 함께 쓰면 잘 찾습니다.\n"
        "• 한국어와 영어 모두 됩니다. “red jacket”으로도 같은 사람을 찾습니다.\n"
        "• 방금 추가한 영상은 아직 처리 중일 수 있습니다. 라이브러리에서 진행을 볼 수 있습니다."
    ),
    "page_empty": "라이브러리가 바뀌어 이 검색의 {page}쪽이 더는 없습니다.",
    "library": "라이브러리 열기",
    "run_again": "다시 검색",
    "searching": "“{query}” 찾는 중…",
    "starting": "ClipOps가 시작하는 중입니다(약 20초). “{query}”의 결과는 여기에 이어서 올립니다.",
    "still_searching": "“{query}” 계속 찾는 중…",
    "narrow": (
        "“{query}” 검색이 평소보다 오래 걸립니다. 단어를 줄이고 구체적으로 쓰면 더 빠릅니다. "
        "결과는 준비되는 대로 올립니다."
    ),
    "busy": "검색이 밀려 있습니다(대기 {waiting}건). 잠시 뒤 다시 시도해 주세요.",
    "broken": "문제가 생겼습니다. 참조 번호 {reference}",
    "database_down": "지금은 라이브러리에 연결할 수 없습니다. 참조 번호 {reference}",
    "model_down": "지금은 검색 모델을 쓸 수 없습니다. 참조 번호 {reference}",
    "took_too_long": "검색이 너무 오래 걸려 멈췄습니다. 단어를 줄여 보세요.",
    "shared_by": "<@{user}> 님이 공유함 · “{query}”",
    "shared": "이 채널에 공유했습니다.",
    "already_shared": "이 검색에서 이미 이 채널에 공유한 장면입니다.",
    "share_not_in_channel": (
        "ClipOps가 이 채널에 없어서 글을 올릴 수 없습니다. "
        "`/invite @ClipOps`를 입력한 뒤 다시 공유해 주세요."
    ),
    "share_refused": "Slack이 게시를 거부해({error}) 공유하지 못했습니다.",
    "segment_gone": "그사이 삭제되거나 합쳐진 장면입니다. 다시 검색해 주세요.",
    "not_yours": "다른 분의 검색 결과입니다. {command} 명령으로 직접 검색해 주세요.",
    "expired": "하루가 지난 검색 결과입니다.",
    "interrupted": "ClipOps가 다시 시작하는 중이라 “{query}” 검색을 끝내지 못했습니다.",
    "open": "ClipOps에서 열기",
    "refine_title": "검색어 바꾸기",
    "refine_label": "찾을 장면",
    "refine_hint": "사람, 옷과 색, 행동, 설명에 나오는 낱말을 써 보세요.",
    "refine_submit": "검색",
    "refine_close": "취소",
    "refine_empty": "찾을 내용을 입력해 주세요.",
    "help_title": "영상에서 장면 찾기",
    "help": (
        "`{command} 찾을 말` 이라고 쓰면 맞는 장면을 찾습니다. 방금 들어온 영상도 포함합니다.\n"
        "눈에 보이는 것을 그대로 쓰세요. 사람, 옷과 색, 무엇을 하는지.\n"
        "설명이 어느 언어로 되어 있든 한국어와 영어 모두로 찾을 수 있습니다.\n"
        "\n"
        "*웹에서 편집*: 편집기에서 그 장면을 엽니다. 설명, 나누기, 합치기, 기록을 다룹니다.\n"
        "*재생*: 장면이 시작하는 곳에서 엽니다.\n"
        "*채널에 공유*: 모두가 볼 수 있는 사본을 올립니다. 내 검색 결과는 나만 봅니다.\n"
        "*검색어 바꾸기*: 그 자리에서 다시 찾습니다. *이전*, *다음* 으로 쪽을 넘깁니다.\n"
        "*다른 사람입니다*, *이 사람은 누구인가요?*: 점 세 개를 눌러 누구 얼굴인지 정합니다.\n"
        "\n"
        "`{command} 인물`: 누가 나왔는지 보여 줍니다. `{command} 인물 지민` 은 어디에 나왔는지.\n"
        "`{command} 상태`: 처리 중인 영상, 실패한 영상, 쓰고 있는 모델을 보여 줍니다."
    ),
    "help_try": "눌러 보세요:",
}

WORDING: Final[dict[Language, dict[str, str]]] = {"en": ENGLISH, "ko": KOREAN}
KOREAN_ERRORS: Final[dict[type[ClipOpsError], str]] = {
    InputError: "찾을 내용을 500자 이내로 적어 주세요. 예: 빨간 옷",
    NotFound: "더는 없는 장면이나 버튼입니다. 다시 검색해 주세요.",
    EditRefused: "지금은 이렇게 바꿀 수 없습니다. 편집기의 인물 화면에서 기록을 확인해 주세요.",
}
"""What the bot lets through to a person: an empty or endless query, a button of an older answer.
Sentences with facts in them are in ``bot.refusals``."""

EXAMPLES: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("red jacket", "someone runs", "person at the shelf"),
    "ko": ("빨간 옷", "뛰는 사람", "진열대 앞에 선 사람"),
}


def say(language: Language, name: str, **facts: object) -> str:
    """The sentence ``name`` with ``facts`` put in; the facts are escaped by the caller."""
    return WORDING[language][name].format(**facts)


def counted(language: Language, name: str, count: int, **facts: object) -> str:
    """The sentence ``name`` about so many; English has another one about exactly one."""
    return say(language, f"{name}_one" if count == 1 else name, count=count, **facts)


def say_error(language: Language, error: ClipOpsError) -> str:
    """The error's sentence; in English where neither it nor its very class has a Korean one."""
    english = str(error)
    if language == "en":
        return english
    return in_korean(english) or KOREAN_ERRORS.get(type(error), english)


def has_hangul(text: str) -> bool:
    return any("가" <= character <= "힣" or "ㄱ" <= character <= "ㆎ" for character in text)
