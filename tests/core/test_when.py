"""Dates, times and lengths as people type them in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import InputError
from core.lengths import length_ms
from core.query import parse
from core.when import Bounds, bounds, is_date, span
from core.when_words import DATE_WORDS, UNIT_OF

SEOUL, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")
# A Wednesday: 15:00 in Seoul.
NOW = datetime(2026, 11, 11, 6, 0, tzinfo=UTC)

ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("Asia/Seoul", "America/New_York", "Asia/Kathmandu", "UTC")]
    # Clocks that change at midnight, by half an hour, and a calendar that left out a day.
    + [ZoneInfo(name) for name in ("America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia")]
)
MOMENTS = st.datetimes(
    min_value=datetime(2001, 1, 1),  # noqa: DTZ001 -- hypothesis adds the timezone
    max_value=datetime(2099, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
PIECES = (
    *("2026", "-", "/", ".", "11", "1", "29", "2", "31", ":", "30", "14", "0", "25", "T", "z", " "),
    *("년", "월", "일", "시", "분", "반", "전", "오전", "오후", "밤", "부터", "까지", "지난", "에"),
    *("am", "pm", "at", "ago", "last", "noon", "midnight", "through", "nov", "1st", "+09:00"),
    *UNIT_OF,
    *DATE_WORDS,
)
DATES = st.lists(st.sampled_from(PIECES), max_size=6).flatmap(
    lambda pieces: st.sampled_from(["".join(pieces), " ".join(pieces)])
)


def shown(text: str, timezone: ZoneInfo = SEOUL, now: datetime = NOW) -> str | None:
    found = span(text, now=now, timezone=timezone)
    if found is None:
        return None
    start, end = (moment.astimezone(timezone) for moment in found)
    return f"{start:%Y-%m-%d %H:%M} {end:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("texts", "first", "behind"),
    [
        (
            (
                *("2026-11-01", "2026/11/1", "2026.11.1", "2026. 11. 1.", "20261101", "11/1"),
                *("11.1", "11.1.", "11-1", "Nov 1", "november 1st", "1 Nov", "Nov. 1, 2026"),
                *("1 November 2026", "11월 1일", "11월1일", "2026년 11월 1일", "11월 1일에"),
                *("１１월　１일", "2026－11－01", "11월 1일부터"),
            ),
            *("2026-11-01", "2026-11-02"),
        ),
        (
            ("2026-11", "2026.11", "2026년 11월", "11월", "November", "nov 2026", "this month"),
            *("2026-11-01", "2026-12-01"),
        ),
        (("이번 달", "이번달", "이달"), "2026-11-01", "2026-12-01"),
        (("last month", "지난달", "지난 달", "저번 달"), "2026-10-01", "2026-11-01"),
        (("2026", "2026년", "this year", "올해"), "2026-01-01", "2027-01-01"),
        (("last year", "작년", "2025"), "2025-01-01", "2026-01-01"),
        (("12/25", "Dec 25", "12월 25일"), "2025-12-25", "2025-12-26"),
        (("december", "12월"), "2025-12-01", "2026-01-01"),
        (("2/29", "Feb 29"), "2024-02-29", "2024-03-01"),
        (("today", "TODAY", "오늘", "wednesday", "수요일", "wed"), "2026-11-11", "2026-11-12"),
        (("yesterday", "어제", "어저께", "어제의", "1 day ago"), "2026-11-10", "2026-11-11"),
        (
            ("그저께", "그제", "day before yesterday", "2 days ago", "2일 전", "Monday", "월요일"),
            *("2026-11-09", "2026-11-10"),
        ),
        (("last wednesday", "지난 수요일", "지난주 수요일"), "2026-11-04", "2026-11-05"),
        (("sunday", "last sunday", "지난주 일요일", "일요일"), "2026-11-08", "2026-11-09"),
        (("this week", "이번 주", "이번주"), "2026-11-09", "2026-11-16"),
        (("last week", "지난주", "지난 주", "저번 주"), "2026-11-02", "2026-11-09"),
        (("2 weeks ago", "2주 전", "두 주 전"), "2026-10-28", "2026-11-04"),
        (
            ("1 month ago", "a month ago", "한 달 전", "1개월 전", "1달 전"),
            "2026-10-11",
            "2026-11-11",
        ),
    ],
)
def test_days_are_whole_local_days(texts: tuple[str, ...], first: str, behind: str) -> None:
    expected = f"{first} 00:00 {behind} 00:00"
    assert {text: shown(text) for text in texts} == dict.fromkeys(texts, expected)


@pytest.mark.parametrize(
    ("texts", "start", "end"),
    [
        (
            (
                *("2026-11-01T14:30", "2026-11-01 14:30", "11/1 14:30", "14:30 Nov 1"),
                *("11월 1일 오후 2시 30분", "11월 1일 오후2시반", "Nov 1 at 2:30 pm"),
                *("2026-11-01T05:30Z", "2026-11-01T14:30+09:00", "2026-11-01 00:30-05:00"),
            ),
            *("2026-11-01 14:30", "2026-11-01 14:31"),
        ),
        (
            ("3pm", "3 p.m.", "오후 3시", "15시", "today 3pm"),
            *("2026-11-11 15:00", "2026-11-11 16:00"),
        ),
        (("오전 9시 30분", "9:30", "9:30am"), "2026-11-11 09:30", "2026-11-11 09:31"),
        (
            ("어제 오후 3시", "어제오후3시", "yesterday at 3pm", "3pm yesterday", "어제 15시"),
            *("2026-11-10 15:00", "2026-11-10 16:00"),
        ),
        (("10pm", "밤 10시", "오후 10시"), "2026-11-10 22:00", "2026-11-10 23:00"),
        (("12am", "오전 12시", "새벽 12시"), "2026-11-11 00:00", "2026-11-11 01:00"),
        (("noon", "정오", "12:00"), "2026-11-11 12:00", "2026-11-11 12:01"),
        (("3h", "3 hours", "3시간", "세 시간", "최근 3시간", "last 3 hours"),
         "2026-11-11 12:00", "2026-11-11 15:00"),
        (("3 hours ago", "3시간 전"), "2026-11-11 12:00", "2026-11-11 13:00"),
        (("45m", "45분", "45 min"), "2026-11-11 14:15", "2026-11-11 15:00"),
        (("2d", "2일", "이틀", "지난 2일", "past 2 days"), "2026-11-09 15:00", "2026-11-11 15:00"),
        (("1w", "1주", "1주일", "일주일", "a week", "7d"), "2026-11-04 15:00", "2026-11-11 15:00"),
        (("1mo", "1개월"), "2026-10-11 15:00", "2026-11-11 15:00"),
    ],
)  # fmt: skip
def test_times_last_as_long_as_they_are_exact(texts: tuple[str, ...], start: str, end: str) -> None:
    assert {text: shown(text) for text in texts} == dict.fromkeys(texts, f"{start} {end}")


@pytest.mark.parametrize(
    "text",
    [
        *("", "banana", "바나나", "2026-13-01", "2026-02-30", "25/12", "0/1", "1/0", "25:00"),
        *(
            "14:60",
            "0h",
            "0일 전",
            "9999999999d",
            "1899",
            "3000",
            "13am",
            "오전 13시",
            "November 3pm",
        ),
        *("yesterday tomorrow", "through", "까지", "2026-11-01-01", "-1d", "1.5.2.3", "밤 12시"),
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert shown(text) is None
    assert not is_date(text)


def test_a_day_is_as_long_as_its_clocks_say() -> None:
    def hours(text: str) -> float:
        found = span(text, now=NOW, timezone=NEW_YORK)
        assert found is not None
        return (found[1] - found[0]) / timedelta(hours=1)

    assert hours("2026-03-08") == 23
    assert hours("2026-11-01") == 25
    assert hours("2026-11-02") == 24
    # 01:30 came twice, 02:30 in March not at all: then it is the moment the clocks show instead.
    assert shown("2026-11-01 1:30", NEW_YORK) == "2026-11-01 01:30 2026-11-01 01:31"
    assert hours("2026-11-01 1:30") == pytest.approx(61 / 60)
    assert shown("2026-03-08 2:30", NEW_YORK) == "2026-03-08 03:30 2026-03-08 03:31"


def test_a_day_that_the_calendar_left_out_is_none() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert shown("2011-12-30", apia) is None
    assert shown("2011-12-31", apia) == "2011-12-31 00:00 2012-01-01 00:00"
    assert is_date("2011-12-30")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("after:2026-11-01", Bounds(after=datetime(2026, 10, 31, 15, tzinfo=UTC))),
        ("before:2026-11-01", Bounds(before=datetime(2026, 10, 31, 15, tzinfo=UTC))),
        ("-after:2026-11-01", Bounds(before=datetime(2026, 10, 31, 15, tzinfo=UTC))),
        ("-before:2026-11-01", Bounds(after=datetime(2026, 10, 31, 15, tzinfo=UTC))),
        ("까지:2026-11-01", Bounds(before=datetime(2026, 11, 1, 15, tzinfo=UTC))),
        ("through:2026-11-01", Bounds(before=datetime(2026, 11, 1, 15, tzinfo=UTC))),
        ('before:"11월 1일까지"', Bounds(before=datetime(2026, 11, 1, 15, tzinfo=UTC))),
        ("after:3h", Bounds(after=NOW - timedelta(hours=3))),
        ("after:2d after:3h", Bounds(after=NOW - timedelta(hours=3))),
        ("before:2d before:3h", Bounds(before=NOW - timedelta(days=2))),
        ("camera:2026 red", Bounds()),
    ],
)
def test_filters_bound_the_time_of_recording(query: str, expected: Bounds) -> None:
    assert bounds(parse(query).filters, now=NOW, timezone=SEOUL) == expected


def test_several_days_are_any_of_them_and_those_with_a_minus_none() -> None:
    asked = bounds(parse("on:monday 날짜:화요일 -on:오늘").filters, now=NOW, timezone=SEOUL)
    days = {text: span(text, now=NOW, timezone=SEOUL) for text in ("monday", "tuesday", "today")}
    assert asked == Bounds(within=(days["monday"], days["tuesday"]), outside=(days["today"],))


def test_bounds_refuse_what_parse_calls_a_problem() -> None:
    with pytest.raises(InputError, match="banana"):
        bounds(parse("after:banana").filters, now=NOW, timezone=SEOUL)


@given(text=DATES | st.text(max_size=30), now=MOMENTS, timezone=ZONES)
@example(text="1시간 전", now=datetime(2026, 11, 1, 6, 30, tzinfo=UTC), timezone=NEW_YORK)
@example(text="100년", now=datetime(2001, 1, 1, tzinfo=UTC), timezone=NEW_YORK)
@example(text="2200-12-31", now=NOW, timezone=SEOUL)
@example(text="²", now=NOW, timezone=SEOUL)
@example(text="1１:３０", now=NOW, timezone=SEOUL)
@example(text="12:30+99:99", now=NOW, timezone=SEOUL)
def test_every_span_is_a_stretch_of_utc(text: str, now: datetime, timezone: ZoneInfo) -> None:
    found = span(text, now=now, timezone=timezone)
    if found is not None:
        start, end = found
        assert start < end
        assert start.tzinfo is UTC
        assert end.tzinfo is UTC
        assert is_date(text)


@given(now=MOMENTS, timezone=ZONES, word=st.sampled_from(DATE_WORDS))
def test_named_days_are_known_everywhere_and_have_begun(
    now: datetime, timezone: ZoneInfo, word: str
) -> None:
    found = span(word, now=now, timezone=timezone)
    # Only Samoa's missing Friday may be none.
    assert found is not None or timezone.key == "Pacific/Apia"
    assert found is None or found[0] <= now


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("10", "10s", "10 sec", "10초", "0:10", "１０초", "10초 이상"), 10_000),
        (("1m", "1분", "1:00", "60", "1 minute"), 60_000),
        (("1m30s", "1m 30s", "1분 30초", "1분30초", "1:30", "90", "1.5m"), 90_000),
        (("1h", "1시간", "1:00:00", "60분"), 3_600_000),
        (("0.5", "0.5s", "0.5초"), 500),
        (("", "long", "길게", "-3", "1:2:3:4", "1d", "s", "999999999", "2주", "1 30"), None),
    ],
)
def test_lengths_are_milliseconds(texts: tuple[str, ...], expected: int | None) -> None:
    assert {text: length_ms(text) for text in texts} == dict.fromkeys(texts, expected)


@given(st.text(max_size=20) | st.lists(st.sampled_from([*"0123456789:.hms초분시간 "])).map("".join))
def test_a_length_is_never_negative_and_never_raises(text: str) -> None:
    found = length_ms(text)
    assert found is None or found >= 0
