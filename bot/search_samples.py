"""Every message about a search and its answers, the worst ones too: ten filters with long values,
names of 300 characters, a query that goes wrong everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot import cards
from bot.queries import clean_query
from bot.refine_modal import Choices, refine_modal
from bot.refining import form_of
from bot.result_page import ResultPage
from core.query import Problem, parse
from core.types import Chip, Removed

TEN_FILTERS: Final = (
    '빨간 재킷 person:"아주 긴 이름을 가진 사람" group:직원 카메라:"정문 옆 두 번째 카메라" '
    'object:자동차 옷:"빨간 재킷과 청바지" 이후:"11월 1일" 이전:오늘 날짜:어제 longer:10s '
    '-video:"지난주 로비" sort:oldest -밤 "그대로 찾을 말"'
)
NOW: Final = datetime(2026, 11, 20, 3, tzinfo=UTC)
LONG_NAME: Final = "가나다라마바사아자차" * 30


def every_search_message(page: ResultPage, words: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, payload) of each, in which every text from outside is ``words``."""
    result = page.result
    empty = replace(result, hits=(), total=0, chips=(), notes=())
    yield "nothing at all", cards.results(replace(page, page=0, result=empty))
    yield "no such page", cards.results(replace(page, result=empty))
    misses = tuple(replace(hit, weak=True) for hit in result.hits[:3])
    chips = sample_chips(words)
    removed = tuple(Removed(chip=chip, count=count) for count, chip in enumerate(chips, 1))
    near = replace(empty, nearest=misses, chips=chips, removed=removed, notes=result.notes)
    yield "nothing good enough", cards.results(replace(page, page=0, result=near))
    alone = replace(empty, chips=(replace(chips[0], without=""),))
    yield "nothing for one filter", cards.results(replace(page, page=0, result=alone))
    for query in (clean_query(words), TEN_FILTERS, f"person:{LONG_NAME}", "x" * 4_000, ""):
        wrong = replace(empty, problems=_problems(query, words))
        shown = replace(page, query=query, result=wrong, corrections={words: "corrected"})
        yield f"problem in {query[:20]!r}", cards.results(shown)
        yield f"refine {query[:20]!r}", _form(page, query, words)
    joined = replace(result.hits[0], start_ms=0, end_ms=7_200_000, segment_ids=tuple(range(60)))
    one = replace(result, hits=(joined,), total=1, chips=chips[:3])
    yield "joined moments", cards.results(replace(page, page=0, result=one))
    for query in ("similar 1", "비슷한 1", "show 1", "보기 1"):
        yield (
            query,
            cards.results(replace(page, page=0, query=query, result=replace(one, chips=()))),
        )
        yield f"{query}, nothing", cards.results(replace(page, page=0, query=query, result=empty))


def sample_chips(words: str) -> tuple[Chip, ...]:
    """Thirteen, each with a long value."""
    return tuple(
        Chip(
            name="camera",
            label=f"camera: {number} {words}",
            label_ko=f"카메라: {number} {words}",
            without=words or "x",
        )
        for number in range(13)
    )


def _problems(query: str, words: str) -> tuple[Problem, ...]:
    """Those there are, and six more at different places."""
    length = len(query)
    return (
        *parse(query).problems,
        *(
            Problem(
                kind="unknown name",
                start=min(length, number * 7),
                end=min(length, number * 7 + number * number),
                message=f"There is nobody called {words}.",
                message_ko=f"{words} 인물이 없습니다.",
                corrected=words or None,
            )
            for number in range(6)
        ),
    )


def _form(page: ResultPage, query: str, words: str) -> dict[str, Any]:
    names = [f"{number} {words}" for number in range(120)] + [LONG_NAME]
    form = form_of(query, now=NOW, timezone=ZoneInfo("Asia/Seoul"))
    return refine_modal(
        form,
        Choices(people=names, groups=names[:2], cameras=[]),
        language=page.language,
        private_metadata="x" * 3_000,
    )
