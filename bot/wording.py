"""Everything the bot says, in English and in Korean; the same names in both."""

from __future__ import annotations

from typing import Final

from bot import people_wording, search_wording
from bot.refusals import in_korean
from core.errors import ClipOpsError, EditRefused, InputError, NotFound
from core.types import Language

ENGLISH: Final = {
    **people_wording.ENGLISH,
    **search_wording.ENGLISH,
    "previous": "← Previous",
    "next": "Next →",
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
    "busy_now": "Search is busy. Try again in a moment.",
    "broken": "Something broke. Reference {reference}",
    "database_down": "The library cannot be reached right now. Reference {reference}",
    "model_down": "The search model cannot be used right now. Reference {reference}",
    "took_too_long": "This search took too long and was stopped; try fewer words.",
    "shared_by": "Shared by <@{user}> · “{query}”",
    "shared_by_only": "Shared by <@{user}>",
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
}

KOREAN: Final = {
    **people_wording.KOREAN,
    **search_wording.KOREAN,
    "previous": "← 이전",
    "next": "다음 →",
    "library": "라이브러리 열기",
    "run_again": "다시 검색",
    "searching": "“{query}” 찾는 중…",
    "starting": "ClipOps가 시작하는 중입니다(약 20초). “{query}”의 결과는 여기에 이어서 올립니다.",
    "still_searching": "“{query}” 계속 찾는 중…",
    "narrow": (
        "“{query}” 검색이 평소보다 오래 걸립니다. 단어를 줄이고 구체적으로 쓰면 더 빠릅니다. "
        "결과는 준비되는 대로 올립니다."
    ),
    "busy_now": "검색이 밀려 있습니다. 잠시 뒤 다시 시도해 주세요.",
    "busy": "검색이 밀려 있습니다(대기 {waiting}건). 잠시 뒤 다시 시도해 주세요.",
    "broken": "문제가 생겼습니다. 참조 번호 {reference}",
    "database_down": "지금은 라이브러리에 연결할 수 없습니다. 참조 번호 {reference}",
    "model_down": "지금은 검색 모델을 쓸 수 없습니다. 참조 번호 {reference}",
    "took_too_long": "검색이 너무 오래 걸려 멈췄습니다. 단어를 줄여 보세요.",
    "shared_by": "<@{user}> 님이 공유함 · “{query}”",
    "shared_by_only": "<@{user}> 님이 공유함",
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
    "en": ("red jacket", "someone runs", "red jacket on:today"),
    "ko": ("빨간 옷", "뛰는 사람", "빨간 옷 날짜:오늘"),
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
