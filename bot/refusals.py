"""The sentences of other layers in Korean: they are raised in English with their facts filled in,
so each template below is turned into a pattern that reads the facts back."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from core.names import number_in

KOREAN_SENTENCES: Final = {
    "Only the answers to a search by words can be marked.": (
        "낱말로 찾은 결과에만 표시할 수 있습니다."
    ),
    "This is {label} already; rename or merge instead.": (
        "이미 {label}입니다. 편집기에서 이름을 바꾸거나 합치세요."
    ),
    "This is {label} already, decided by hand.": "이미 사람이 {label}(으)로 정한 얼굴입니다.",
    "That this is not {label} was said already.": "{label}이(가) 아니라고 이미 정해져 있습니다.",
    "The operation that made {label} was undone; undo that first.": (
        "{label}을(를) 만든 작업이 되돌려졌습니다. 그 되돌리기를 먼저 되돌리세요."
    ),
    "These two are one person already: {label}.": "두 사람은 이미 한 사람입니다: {label}.",
    "{label} has no name; merge it into {into} instead.": (
        "{label}: 이름이 없습니다. 반대로 {into} 쪽으로 합치세요."
    ),
    "This appearance shows nobody known; say who it is not.": (
        "이 등장은 아는 사람이 아닙니다. 누가 아닌지 고르세요."
    ),
    "Say a name, for example: staff/Jimin.": "이름을 적어 주세요. 예: 직원/지민",
    "A name can have at most {count} characters.": "이름은 {count}자까지 쓸 수 있습니다.",
    "The name {name} cannot have a slash or control characters in it.": (
        "{name}: 이름에 빗금이나 제어 문자를 쓸 수 없습니다."
    ),
    "{name} reads as the number of an unnamed person; use another name.": (
        "{name}: 이름 없는 사람의 번호로 읽힙니다. 다른 이름을 쓰세요."
    ),
    "Say group and name as group/name, not {text}.": (
        "{text}: 그룹과 이름은 그룹/이름으로 적으세요."
    ),
    "There is no person {id}.": "{id}번 인물은 이제 없습니다.",
    "There is no appearance {id}.": "{id}번 등장은 이제 없습니다.",
    "There is no operation {id} on people.": "{id}번 작업은 이제 없습니다.",
    "This idempotency key was used for another operation; use a new one.": (
        "이미 처리한 요청입니다. 다시 열어서 해 보세요."
    ),
    "Forgetting cannot be undone: nothing of that person is left.": (
        "완전히 삭제한 사람은 되돌릴 수 없습니다. 남은 것이 없습니다."
    ),
    "This was undone already, by operation {id}.": "{id}번 작업에서 이미 되돌렸습니다.",
    "Whom this operation touched was forgotten; it cannot be undone.": (
        "이 작업에 관련된 사람이 완전히 삭제되어 되돌릴 수 없습니다."
    ),
    "Somebody this operation touched was forgotten; it cannot be undone.": (
        "이 작업에 관련된 사람이 완전히 삭제되어 되돌릴 수 없습니다."
    ),
    "Operation {id} builds on this one; undo that one first.": (
        "{id}번 작업이 이 작업을 바탕으로 합니다. 그 작업을 먼저 되돌리세요."
    ),
    "Something done since stands in the way; undo that first.": (
        "그사이 한 작업 때문에 할 수 없습니다. 그 작업을 먼저 되돌리세요."
    ),
    "Somebody else has that name now; rename or merge them first.": (
        "이제 다른 사람이 그 이름을 씁니다. 먼저 이름을 바꾸거나 합치세요."
    ),
    "They were merged the other way round since; un-merge that first.": (
        "그사이 반대 방향으로 합쳐졌습니다. 먼저 분리하세요."
    ),
    "Somebody decided about this face first; nothing was done.": (
        "그사이 다른 사람이 이 얼굴을 정해서 아무것도 하지 않았습니다."
    ),
    "Somebody's face is being worked through the library; try again in a minute.": (
        "다른 얼굴을 라이브러리 전체와 비교하는 중입니다. 잠시 뒤 다시 해 보세요."
    ),
    "There is no segment {id}.": "{id}번 장면이 없습니다. 삭제되거나 합쳐졌을 수 있습니다.",
    "Somebody decided about this face since; undo that first.": (
        "그사이 누군가 이 얼굴을 정했습니다. 그 결정을 먼저 되돌리세요."
    ),
    (
        "{model} is not on this machine (looked in {places}); get it with `{command}`, or put "
        "its files into {folder} by hand."
    ): "{model} 모델이 이 컴퓨터에 없습니다. `{command}` 명령으로 받으세요.",
    "{model} is only half pulled ({started}); run `{command}` to go on.": (
        "{model} 모델을 다 받지 못했습니다. `{command}` 명령으로 이어 받으세요."
    ),
    "The process stopped in the middle of the stage {stage}, {count} times.": (
        "{stage} 단계 중에 프로세스가 {count}번 멈췄습니다."
    ),
    (
        "Something broke in the stage {stage}; ingest it again, and if it breaks again report "
        "the log lines of reference {reference}."
    ): (
        "{stage} 단계에서 문제가 생겼습니다. 다시 넣어 보고, 또 생기면 참조 번호 {reference}의 "
        "로그를 알려 주세요."
    ),
    "{path} is not there any more; put it back or ingest it at its new place.": (
        "{path} 파일이 이제 없습니다. 제자리에 두거나 새 위치에서 다시 넣으세요."
    ),
}


def in_korean(sentence: str) -> str | None:
    """The sentence in Korean; None where no template made it."""
    for english, korean in KOREAN_SENTENCES.items():
        found = _pattern(english).fullmatch(sentence)
        if found is not None:
            return korean.format(**{name: _said(fact) for name, fact in found.groupdict().items()})
    return None


def _said(fact: str) -> str:
    """A fact as the reader says it: only people without a name are called differently."""
    number = number_in(fact) if fact.startswith("Unknown ") else None
    return fact if number is None else f"미확인 {number}"


@cache
def _pattern(template: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", template)
    pattern = "".join(
        re.escape(piece) if index % 2 == 0 else f"(?P<{piece}>.+?)"
        for index, piece in enumerate(pieces)
    )
    return re.compile(pattern, re.DOTALL)
