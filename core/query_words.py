"""The words of the query language, in English and Korean: names of filters and of orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

FilterName = Literal[
    "person",
    "group",
    "camera",
    "video",
    "object",
    "clothes",
    "after",
    "before",
    "on",
    "longer",
    "sort",
]
Order = Literal["best", "newest", "oldest"]

FILTER_WORDS: Mapping[FilterName, tuple[str, ...]] = {
    "person": ("person", "people", "persons", "who", "name", "인물", "사람", "이름", "누구"),
    "group": ("group", "groups", "team", "그룹", "모임", "무리", "팀"),
    "camera": ("camera", "cameras", "cam", "cctv", "카메라", "캠", "씨씨티비"),
    "video": ("video", "videos", "file", "title", "영상", "비디오", "동영상", "파일", "제목"),
    "object": ("object", "objects", "thing", "things", "obj", "물건", "사물", "물체"),
    "clothes": (
        *("clothes", "clothing", "wear", "wearing", "wears", "outfit", "colour", "color"),
        *("옷", "옷차림", "의상", "복장", "차림", "색", "색깔", "색상"),
    ),
    "after": ("after", "since", "from", "이후", "부터", "후"),
    "before": ("before", "until", "till", "이전", "전", "까지", "through", "thru"),
    "on": ("on", "date", "day", "when", "time", "날짜", "날", "일자", "언제", "시간"),
    "longer": ("longer", "duration", "length", "길이"),
    "sort": ("sort", "order", "sortby", "orderby", "정렬", "순서"),
}
"""The first is the canonical name; all are equal."""

FILTER_OF: Mapping[str, FilterName] = {
    word: name for name, words in FILTER_WORDS.items() for word in words
}

INCLUSIVE: Mapping[str, str] = {"까지": "{}까지", "through": "through {}", "thru": "through {}"}
"""Names that mean ``before`` with its day included: the value says so (core.when)."""

ORDER_WORDS: Mapping[Order, tuple[str, ...]] = {
    "best": (
        *("best", "relevance", "relevant", "match", "score", "rank"),
        *("관련", "관련도", "관련순", "관련도순", "정확도", "정확도순", "추천", "추천순"),
    ),
    "newest": (
        *("time", "newest", "new", "latest", "recent", "date"),
        *("최신", "최신순", "최근", "최근순", "시간", "시간순", "날짜", "날짜순"),
    ),
    "oldest": ("oldest", "old", "earliest", "first", "오래된", "오래된순", "과거", "과거순"),
}

ORDER_OF: Mapping[str, Order] = {
    word: order for order, words in ORDER_WORDS.items() for word in words
}

EXAMPLES: Mapping[FilterName, tuple[str, str]] = {
    "person": ("person:jimin", "인물:지민"),
    "group": ("group:staff", "그룹:직원"),
    "camera": ("camera:door", "카메라:정문"),
    "video": ("video:lobby", "영상:로비"),
    "object": ("object:car", "물건:자동차"),
    "clothes": ('clothes:"red jacket"', '옷:"빨간 재킷"'),
    "after": ("after:yesterday", "이후:어제"),
    "before": ("before:2026-11-01", "이전:2026-11-01"),
    "on": ("on:today", "날짜:오늘"),
    "longer": ("longer:30s", "길이:30초"),
    "sort": ("sort:time", "정렬:최신"),
}
"""One filter of each kind as people type it, in English and Korean."""
