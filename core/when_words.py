"""The words for days, weekdays, months and units of time, in English and Korean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Unit = Literal["second", "minute", "hour", "day", "week", "month", "year"]

UNIT_OF: Mapping[str, Unit] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "초"), "second"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "분"), "minute"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "시간"), "hour"),
    **dict.fromkeys(("d", "day", "days", "일"), "day"),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks", "주", "주일"), "week"),
    **dict.fromkeys(("mo", "month", "months", "개월", "달"), "month"),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years", "년"), "year"),
}

COUNT_OF: Mapping[str, int] = {
    **dict.fromkeys(("a", "an", "one", "한"), 1),
    **dict.fromkeys(("two", "두"), 2),
    **dict.fromkeys(("three", "세"), 3),
    **dict.fromkeys(("four", "네"), 4),
    **dict.fromkeys(("five", "다섯"), 5),
    **dict.fromkeys(("six", "여섯"), 6),
}

# Korean has names of their own for some numbers of days.
COUNTED: Mapping[str, str] = {
    "하루": "1일",
    "이틀": "2일",
    "사흘": "3일",
    "나흘": "4일",
    "닷새": "5일",
    "열흘": "10일",
    "일주일": "1주",
}

DAYS_AGO: Mapping[str, int] = {
    **dict.fromkeys(("today", "오늘", "금일"), 0),
    **dict.fromkeys(("yesterday", "어제", "어저께"), 1),
    **dict.fromkeys(("day before yesterday", "그저께", "그제", "엊그제", "엊그저께"), 2),
    **dict.fromkeys(("그끄저께", "그끄제"), 3),
}

# Unit and how many of it back: 0 is the one we are in.
PERIODS: Mapping[str, tuple[Unit, int]] = {
    **dict.fromkeys(("this week", "이번 주", "이번주", "금주"), ("week", 0)),
    **dict.fromkeys(("last week", "지난 주", "지난주", "저번 주", "저번주"), ("week", 1)),
    **dict.fromkeys(("지지난 주", "지지난주", "저저번 주", "저저번주"), ("week", 2)),
    **dict.fromkeys(("this month", "이번 달", "이번달", "이달"), ("month", 0)),
    **dict.fromkeys(("last month", "지난 달", "지난달", "저번 달", "저번달"), ("month", 1)),
    **dict.fromkeys(("this year", "올해", "금년", "이번 해"), ("year", 0)),
    **dict.fromkeys(("last year", "작년", "지난해", "지난 해"), ("year", 1)),
}

WEEKDAY_OF: Mapping[str, int] = {
    word: index
    for index, words in enumerate(
        (
            ("monday", "mon", "월요일", "월"),
            ("tuesday", "tue", "tues", "화요일", "화"),
            ("wednesday", "wed", "수요일", "수"),
            ("thursday", "thu", "thur", "thurs", "목요일", "목"),
            ("friday", "fri", "금요일", "금"),
            ("saturday", "sat", "토요일", "토"),
            ("sunday", "sun", "일요일"),
        )
    )
    for word in words
}

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
MONTH_OF: Mapping[str, int] = {
    **{word: number for number, word in enumerate(_MONTHS, start=1)},
    **{word[:3]: number for number, word in enumerate(_MONTHS, start=1)},
    "sept": 9,
}

_BEFORE_NOON = {12: 0, **{hour: hour for hour in range(12)}}
_AFTER_NOON = {
    **{hour: hour + 12 for hour in range(12)},
    12: 12,
    **{hour: hour for hour in range(13, 24)},
}
# A word before the hour -> the hours it may stand with, as hours of the day.
DAY_PARTS: Mapping[str, Mapping[int, int]] = {
    "am": _BEFORE_NOON,
    "오전": _BEFORE_NOON,
    "pm": _AFTER_NOON,
    "오후": _AFTER_NOON,
    "새벽": {12: 0, **{hour: hour for hour in range(7)}},
    "아침": {hour: hour for hour in range(4, 12)},
    "낮": {11: 11, 12: 12, **{hour: hour + 12 for hour in range(1, 6)}},
    "저녁": {hour: hour + 12 for hour in range(4, 12)},
    "밤": {**{hour: hour for hour in range(1, 5)}, **{hour: hour + 12 for hour in range(6, 12)}},
}

CLOCK_WORDS: Mapping[str, int] = {"noon": 12, "정오": 12, "midnight": 0, "자정": 0}

DATE_WORDS: tuple[str, ...] = (
    *DAYS_AGO,
    *PERIODS,
    *(word for word in WEEKDAY_OF if len(word) > 2),
    *(word for word in MONTH_OF if len(word) > 3),
)
"""What a mistyped date may have been meant as."""
