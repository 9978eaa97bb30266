"""The query language: what is read, what it prints as, and what is said when it cannot be run."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.lengths import length_ms
from core.query import LONGEST_QUERY, Filter, Problem, Query, Term, parse
from core.query_calendar import checked
from core.query_problems import LONGEST_READ, caret
from core.query_text import plain, tidy
from core.query_words import EXAMPLES, FILTER_OF, FILTER_WORDS, ORDER_OF
from core.when import is_date
from tests.support import REPOSITORY

NOW = datetime(2026, 11, 11, 6, 0, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")

PIECES = (
    *FILTER_OF,
    *(":", "：", "-", "－", "—", "–", '"', "“", "”", "«", "「", "」", "'", "‘", "’", " ", "\u00a0"),
    *("\u3000", "\u200b", "\ufeff", "\u202e", "\u0301", "·", "ㆍ", "、", "。", "？", "…", ",", "."),
    *("(", ")", "://", "red", "지민이가", "ㅈ", "ㅣ", "ᄌ", "ᅵ", "ᆫ", "ｶ", "ﾞ", "12", "3h", "어제"),
    *(
        "camra:door",
        "카매라:정문",
        "sort:time",
        "longer:1m",
        "\ud800",
        "\x00",
        "¨",
        "½",
        "ﬁ",
        "👩‍👧",
    ),
)
TYPED = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
# Surrogates too: what a browser or a broken file hands over.
ANYTHING = st.text(alphabet=st.characters(codec=None, categories=None), max_size=60)
QUERIES = st.one_of(TYPED, ANYTHING, st.text(max_size=60))


def printed(text: str) -> list[str]:
    return [str(part) for part in parse(text).parts]


def meaning(query: Query) -> list[object]:
    """The parts without their places."""
    return [
        (part.text, part.phrase, part.negated)
        if isinstance(part, Term)
        else (part.name, part.value, part.negated)
        for part in query.parts
    ]


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("red jacket", ["red", "jacket"]),
        ('a "red jacket" -dark', ["a", '"red jacket"', "-dark"]),
        ('-"red jacket"', ['-"red jacket"']),
        ("person:jimin camera:door", ["person:jimin", "camera:door"]),
        ("Person:Jimin CAMERA:Door", ["person:Jimin", "camera:Door"]),
        ('camera:"front door"', ['camera:"front door"']),
        ("camera:'front door' x", ['camera:"front door"', "x"]),
        ("-camera:door -person:jimin", ["-camera:door", "-person:jimin"]),
        ("camera:a camera:b -camera:c", ["camera:a", "camera:b", "-camera:c"]),
        ("사람:지민 옷:빨강", ["person:지민", "clothes:빨강"]),
        ("인물:지민이가 뛴다", ["person:지민이가", "뛴다"]),
        ('옷차림:"빨간 재킷" 정렬:최신', ['clothes:"빨간 재킷"', "sort:최신"]),
        ("이후:어제 이전:오늘 날짜:11/1", ["after:어제", "before:오늘", "on:11/1"]),
        ("부터:어제 까지:오늘", ["after:어제", "before:오늘까지"]),
        ('through:friday until:friday', ['before:"through friday"', "before:friday"]),
        ("on:Nov 1, 2026 red", ['on:"Nov 1, 2026"', "red"]),
        ("날짜:11월 1일 빨간 옷", ['on:"11월 1일"', "빨간", "옷"]),
        ("이후:어제 오후 3시 30분 지민", ['after:"어제 오후 3시 30분"', "지민"]),
        ("after:last week 2 people", ['after:"last week"', "2", "people"]),
        ("까지:지난주 금요일 x", ['before:"지난주 금요일까지"', "x"]),
        ("길이:1분 30초 5 people", ['longer:"1분 30초"', "5", "people"]),
        ('on:"today" 3pm', ["on:today", "3pm"]),
        ("on:today -3pm", ["on:today", "-3pm"]),
        ("camera:2026 11월", ["camera:2026", "11월"]),
        ("who:kim cam:1 since:3h until:1h", ["person:kim", "camera:1", "after:3h", "before:1h"]),
        ("길이:30초 사물:자동차 그룹:직원", ["longer:30초", "object:자동차", "group:직원"]),
        ("date:2026-11-01T14:30", ["on:2026-11-01T14:30"]),
    ],
)  # fmt: skip
def test_words_phrases_and_filters_are_read(typed: str, parts: list[str]) -> None:
    assert printed(typed) == parts
    assert parse(typed).problems == ()


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("“red jacket”", ['"red jacket"']),
        ("„red jacket“ «blue»", ['"red jacket"', '"blue"']),
        ("‘red jacket’ 'blue coat'", ['"red jacket"', '"blue coat"']),
        ("「빨간 옷」 『파란 옷』〈흰 옷〉", ['"빨간 옷"', '"파란 옷"', '"흰 옷"']),
        ("＂red jacket＂", ['"red jacket"']),
        ("ｐｅｒｓｏｎ：ｊｉｍｉｎ", ["person:jimin"]),
        ("인물：지민 －카메라：정문", ["person:지민", "-camera:정문"]),
        ("red –dark —night −fog", ["red", "-dark", "-night", "-fog"]),
        ("red\u00a0jacket\u3000blue\u2009coat\tx\ny", ["red", "jacket", "blue", "coat", "x", "y"]),
        ("per\u200bson:ji\u00admin\ufeff", ["person:jimin"]),
        ("사과·배ㆍ감、귤。", ["사과", "배", "감", "귤"]),
        ("지민이가 뛴다！ 정말？ 네…", ["지민이가", "뛴다", "정말", "네"]),
        ("red,blue; green. (yellow)!", ["red", "blue", "green", "yellow"]),
        (unicodedata.normalize("NFD", "인물:지민 뛴다"), ["person:지민", "뛴다"]),
        ("ＣＣＴＶ－２", ["CCTV-2"]),
        ("camera:door, person:kim. object:car?", ["camera:door", "person:kim", "object:car"]),
        ("(camera:door) (camera:A(2))", ["camera:door", "camera:A(2)"]),
    ],
)
def test_what_phones_and_keyboards_put_in_is_understood(typed: str, parts: list[str]) -> None:
    assert printed(typed) == parts
    assert parse(typed).problems == ()


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("t-shirt CCTV-2 well–known", ["t-shirt", "CCTV-2", "well-known"]),
        ("person's 90's dogs’", ["person's", "90's", "dogs"]),
        ("the '90s", ["the", "90s"]),
        ("12:30 3:1", ["12:30", "3:1"]),
        ("https://example.com/a?b=1,2", ["https://example.com/a?b=1,2"]),
        ("on://x http:// red", ["on://x", "http://", "red"]),
        ("note: red car", ["note", "red", "car"]),
        ("ratio:5 year:2026 one:two so:what", ["ratio:5", "year:2026", "one:two", "so:what"]),
        ("1,000 3·1", ["1,000", "3·1"]),
        ("red - blue — green -- x", ["red", "blue", "green", "x"]),
        ('12" pipe', ["12", "pipe"]),
        ('"red jacket', ['"red jacket"']),
        ('camera:"front door', ['camera:"front door"']),
        ('red"blue coat"', ["red", '"blue coat"']),
        ('"" red " "', ["red"]),
        ("black & white 🔥", ["black", "&", "white", "🔥"]),
        ("staff/jimin a_b c++", ["staff/jimin", "a_b", "c++"]),
    ],
)
def test_what_only_looks_like_syntax_is_words(typed: str, parts: list[str]) -> None:
    assert printed(typed) == parts
    assert parse(typed).problems == ()


@pytest.mark.parametrize(
    ("typed", "kind", "marked", "corrected"),
    [
        ("red camra:door", "unknown filter", "camra", "red camera:door"),
        ("camrea:door", "unknown filter", "camrea", "camera:door"),
        ("카매라:정문 옷", "unknown filter", "카매라", "카메라:정문 옷"),
        ("날자:어제 옷", "unknown filter", "날자", "날짜:어제 옷"),
        ("camra: door", "unknown filter", "camra", "camera:door"),
        ("srot:time red", "unknown filter", "srot", "sort:time red"),
        ("vid:lobby", "unknown filter", "vid", "video:lobby"),
        ("-cemera:door red", "unknown filter", "cemera", "-camera:door red"),
        ('clohtes:"red jacket"', "unknown filter", "clohtes", 'clothes:"red jacket"'),
        ("person:", "empty value", "person:", None),
        ('red person:""', "empty value", 'person:""', None),
        ("person: jimin", "empty value", "person:", "person:jimin"),
        ("인물： 지민", "empty value", "인물：", "인물：지민"),
        ("after:banana", "bad date", "after:banana", None),
        ("on:2026-13-01 red", "bad date", "on:2026-13-01", None),
        ("after:yesterdy red", "bad date", "after:yesterdy", "after:yesterday red"),
        ("이후:어재", "bad date", "이후:어재", "이후:어제"),
        ("날짜:11월 32일 옷", "bad date", "날짜:11월 32일", None),
        ("on:Nov 31 red", "bad date", "on:Nov 31", None),
        ("on:today 25:00", "bad date", "on:today 25:00", None),
        ("longer:soon", "bad length", "longer:soon", None),
        ("red sort:tme", "bad order", "sort:tme", "red sort:time"),
        ("red -sort:time", "bad order", "-sort:time", "red sort:time"),
        ("red sort:elephant", "bad order", "sort:elephant", None),
        ("sort:time red sort:best", "two orders", "sort:time", "red sort:best"),
        ("red longer:1m -longer:10s", "wrong order", "-longer:10s", None),
        ("", "nothing", "", None),
        ("?!", "nothing", "?!", None),
        ("sort:time", "nothing", "sort:time", None),
    ],
)
def test_a_problem_marks_its_place_and_corrects_the_whole_query(
    typed: str, kind: str, marked: str, corrected: str | None
) -> None:
    (problem,) = parse(typed).problems
    assert problem.kind == kind
    assert typed[problem.start : problem.end] == marked
    assert problem.corrected == corrected


def test_a_correction_corrects_all_that_can_be() -> None:
    query = parse("camra:door persn:kim after:banana sort:tme red")
    assert [problem.kind for problem in query.problems] == [
        *("unknown filter", "unknown filter", "bad date", "bad order")
    ]
    better = "camera:door person:kim after:banana sort:time red"
    assert [p.corrected for p in query.problems] == [better, better, None, better]


def test_of_many_orders_the_last_is_kept() -> None:
    query = parse("sort:time red sort:oldest sort:best")
    assert [problem.corrected for problem in query.problems] == ["red sort:best"] * 2


def test_a_long_query_is_counted_as_people_count() -> None:
    decomposed = unicodedata.normalize("NFD", "가" * LONGEST_QUERY)
    assert len(decomposed) > LONGEST_QUERY
    assert parse(decomposed).problems == ()
    (problem,) = parse("x" * (LONGEST_QUERY + 1)).problems
    assert problem.kind == "too long"
    assert (problem.start, problem.end) == (LONGEST_QUERY, LONGEST_QUERY + 1)
    assert "501" in problem.message
    assert "501" in problem.message_ko


@pytest.mark.parametrize(
    ("typed", "kinds", "corrected"),
    [
        ("after:2026-11-01 before:2026-11-05", [], None),
        ("after:11/5 before:11/1 x", ["wrong order"], "after:11/1 before:11/5 x"),
        ("이후:오늘 이전:어제", ["wrong order"], "이후:어제 이전:오늘"),
        ("x after:2026-12-01 through:11/1", ["wrong order"], "x after:11/1 through:2026-12-01"),
        ("이후:오늘 까지:어제", ["wrong order"], "이후:어제 까지:오늘"),
        ('before:"11월 1일" since:11/5', ["wrong order"], 'before:11/5 since:"11월 1일"'),
        ("after:today before:today", ["wrong order"], None),
        ("after:today 까지:today", [], None),
        ("after:today -after:yesterday", ["wrong order"], None),
        ("person: after:today before:yesterday", ["empty value"], None),
    ],
)
def test_a_beginning_comes_before_its_end(
    typed: str, kinds: list[str], corrected: str | None
) -> None:
    query = checked(parse(typed), now=NOW, timezone=SEOUL)
    assert [problem.kind for problem in query.problems] == kinds
    assert [problem.corrected for problem in query.problems] == [corrected] * len(kinds)


def test_a_day_that_never_was_is_said() -> None:
    query = checked(parse("on:2011-12-30"), now=NOW, timezone=ZoneInfo("Pacific/Apia"))
    assert [problem.kind for problem in query.problems] == ["bad date"]


@pytest.mark.parametrize(
    ("typed", "carets"),
    [
        ("red camra:door", "    ^^^^^"),
        ("빨간 카매라:정문", "     ^^^^^^"),
        (unicodedata.normalize("NFD", "빨간 카매라:정문"), "     ^^^^^^"),
        ("ｒed\u200b camra:x", "     ^^^^^"),
        ("red\ncamra:x", "    ^^^^^"),
        ("", "^"),
    ],
)
def test_the_caret_stands_under_what_is_wrong(typed: str, carets: str) -> None:
    shown, line = caret(parse(typed).problems[0], typed).split("\n")
    assert line == carets
    assert shown == typed.replace("\n", " ")


def test_words_are_what_is_wanted_in_order() -> None:
    query = parse('red -dark "front door" camera:1 person -"at night"')
    assert query.words == "red front door person"
    assert [str(part) for part in query.parts] == [
        *("red", "-dark", '"front door"', "camera:1", "person", '-"at night"')
    ]


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        ("red", "best"),
        ("red sort:time", "newest"),
        ("red 정렬:최신", "newest"),
        ("red SORT:Oldest", "oldest"),
        ("정렬:오래된 red", "oldest"),
        ("sort:관련 red", "best"),
    ],
)
def test_the_order_is_read_in_both_languages(typed: str, order: str) -> None:
    assert parse(typed).order == order


def test_a_part_is_taken_out_and_the_rest_stays_as_typed() -> None:
    query = parse("인물:지민 빨간 -카메라:정문 옷")
    assert query.without(query.filters[0]).text == "빨간 -카메라:정문 옷"
    assert query.without(query.terms[1]).text == "인물:지민 빨간 -카메라:정문"
    with pytest.raises(ValueError, match="not in tuple"):
        query.without(Term(text="elephant"))


def test_taking_a_part_out_never_joins_its_neighbours() -> None:
    query = parse("""'a "x" b'""")
    assert [str(part) for part in query.without(query.terms[1]).parts] == ["a", "b"]


def test_a_filter_is_added_or_takes_the_place_of_its_like() -> None:
    query = parse('red camera:a -camera:b camera:c "open')
    assert str(query.with_filter("camera", "front door")) == (
        'red -camera:b "open" camera:"front door"'
    )
    assert str(query.with_filter("camera", "d", beside=True)) == (
        'red camera:a -camera:b camera:c "open" camera:d'
    )
    assert str(query.with_filter("camera", "d", negated=True)) == (
        'red camera:a camera:c "open" -camera:d'
    )
    assert parse("").with_filter("sort", "time").text == "sort:time"


def test_a_value_is_changed_in_its_place() -> None:
    query = parse("빨간 카메라:정믄 옷")
    assert query.with_value(query.filters[0], "정문 앞").text == '빨간 카메라:"정문 앞" 옷'


@pytest.mark.parametrize("name", FILTER_WORDS)
def test_every_filter_has_equal_names_and_a_working_example(name: str) -> None:
    words = FILTER_WORDS[name]  # type: ignore[index]
    assert words[0] == name
    assert any(word.isascii() for word in words)
    assert any(not word.isascii() for word in words)
    for example_text in EXAMPLES[name]:  # type: ignore[index]
        query = parse(f"red {example_text}")
        assert [part.name for part in query.filters] == [name]
        assert query.problems == ()


def test_no_word_names_two_filters_or_two_orders() -> None:
    assert len(FILTER_OF) == sum(len(words) for words in FILTER_WORDS.values())
    assert all(parse(f"x sort:{word}").order == order for word, order in ORDER_OF.items())


@pytest.mark.parametrize("page", ["search.md", "search.ko.md"])
def test_what_the_manual_shows_is_read(page: str) -> None:
    text = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
    shown = re.findall(r"`(-?[^\W\d_]+:(?!X)[^`\s][^`\n]*)`", text)
    assert len(shown) > 30
    for typed in shown:
        query = parse(f"x {typed}")
        assert (len(query.filters), query.problems) == (1, ()), typed
    named = re.findall(r"^\| `(\S+):` \|([^|]+)\|([^|]+)\|", text, flags=re.MULTILINE)
    words = {word.strip() for row in named for cell in row for word in cell.split(",")} - {""}
    assert words <= set(FILTER_OF)
    assert {FILTER_OF[word] for word in words} == set(FILTER_WORDS)


@given(QUERIES)
@example('"' * 10_000)
@example("'a " * 5_000)
@example("-" * 10_000)
@example("a:" * 5_000)
@example("ᄀ" * 10_000)
@example("e" + "\u0301" * 10_000)
@example("person:" * 1_500)
@example("\ud800\udc00 \x00")
def test_nothing_raises_and_positions_point_into_the_text(text: str) -> None:
    query = parse(text)
    behind = 0
    for part in query.parts:
        assert behind <= part.start < part.end <= len(text)
        behind = part.start
        inside = tidy(text[part.start : part.end])
        value = part.text if isinstance(part, Term) else part.value
        kept = value.removesuffix("까지").removeprefix("through ").removeprefix("thru ")
        assert kept in inside
    for problem in query.problems:
        assert 0 <= problem.start <= problem.end <= len(text)
        assert problem.message
        assert problem.message_ko
        shown, carets = caret(problem, text).split("\n")
        assert set(carets) <= {" ", "^"}
        assert len(shown) == len(text)


@given(QUERIES, st.integers(1, 10_000))
def test_long_text_does_not_raise_either(text: str, length: int) -> None:
    long = (text * length)[:length]
    query = parse(long)
    assert query.text == long
    if len(str(query)) <= LONGEST_READ:
        assert meaning(parse(str(query))) == meaning(query)


def test_of_a_text_far_too_long_only_the_beginning_is_read() -> None:
    query = parse("a " * 500_000 + "camera:door")
    assert [problem.kind for problem in query.problems] == ["too long"]
    assert query.filters == ()


@given(QUERIES)
@example("person: red")
@example('camera:"a.b."')
@example("'a \"x\" b'")
@example("1,2, 3")
@example("on://,")
@example("인물://")
@example("on:'today' 3pm")
@example("on:'nov' 31")
@example("on:nov 31 2")
@example("on:today, 3pm")
@example("through:friday 3pm")
@example("until:through friday")
@example('camera:"A)"')
@example("camera:A)) camera:(A)) camera:A(2)")
def test_what_is_printed_reads_the_same(text: str) -> None:
    query = parse(text)
    again = parse(str(query))
    assert meaning(again) == meaning(query)
    assert (str(again), again.words, again.order) == (str(query), query.words, query.order)


@given(QUERIES, st.data())
def test_exactly_one_part_is_taken_out(text: str, data: st.DataObject) -> None:
    query = parse(text)
    if query.parts:
        index = data.draw(st.integers(0, len(query.parts) - 1))
        less = query.without(query.parts[index])
        rest = meaning(query)
        del rest[index]
        assert meaning(less) == rest


@given(
    QUERIES,
    st.sampled_from(sorted(FILTER_WORDS)),
    st.text(min_size=1, max_size=12) | st.sampled_from(PIECES),
    st.booleans(),
)
def test_a_filter_that_is_added_is_there(text: str, name: str, value: str, negated: bool) -> None:
    query = parse(text)
    more = query.with_filter(name, value, negated=negated)  # type: ignore[arg-type]
    assert more.parts[-1] == more.named(name, negated=negated)[0]  # type: ignore[arg-type]
    added = more.parts[-1]
    assert isinstance(added, Filter)
    assert added.value == tidy(tidy(value).replace('"', " "))
    others = [part for part in meaning(query) if (part[0], part[2]) != (name, negated)]  # type: ignore[index]
    kept = [part for part in meaning(more)[:-1] if (part[0], part[2]) != (name, negated)]  # type: ignore[index]
    assert kept == others


@given(QUERIES)
def test_a_corrected_query_no_longer_has_the_problem(text: str) -> None:
    for problem in parse(text).problems:
        if problem.corrected is not None:
            after = parse(problem.corrected).problems
            assert (problem.kind, _wrong(problem, text)) not in [
                (other.kind, _wrong(other, problem.corrected)) for other in after
            ]


@given(QUERIES)
def test_a_query_without_problems_has_readable_values(text: str) -> None:
    query = parse(text)
    if not query.problems:
        for part in query.filters:
            assert part.value
            assert part.name not in ("after", "before", "on") or is_date(part.value)
            assert part.name != "longer" or length_ms(part.value) is not None
        checked(query, now=NOW, timezone=SEOUL)


@given(QUERIES)
def test_plain_text_is_plain_already(text: str) -> None:
    once = plain(text)
    assert len(once.text) == len(once.starts) == len(once.ends)
    assert plain(once.text).text == once.text
    assert list(once.starts) == sorted(once.starts)
    assert all(start < end for start, end in zip(once.starts, once.ends, strict=True))


def _wrong(problem: Problem, text: str) -> str:
    return tidy(text[problem.start : problem.end])
