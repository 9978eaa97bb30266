"""Files of queries: every way to say what is relevant, and one sentence for what is wrong."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InputError
from db import edits
from pipeline.evaluation.queries import read_queries
from tests.support.library import PERSON, add_video, segments

CAPTIONS = [
    (0, 10_000, "red", "빨강"),
    (10_000, 20_000, "blue", "파랑"),
    (20_000, 60_000, "green", "초록"),
]


@pytest.fixture
def door(database) -> list[int]:
    """The segments of a video called "door"."""
    return [one.id for one in segments(database, add_video(database, CAPTIONS, title="door"))]


@pytest.fixture
def write(tmp_path):
    def written(*lines):
        path = tmp_path / "queries.jsonl"
        rows = [one if isinstance(one, str) else json.dumps(one) for one in lines]
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        return path

    return written


def test_relevance_is_said_by_number_grade_or_stretch(database, door, write):
    first, second, third = door
    path = write(
        {"query": "red", "relevant": [first, second]},
        "",
        {"query": "빨간 옷", "relevant": {str(first): 3, str(second): 0.5, str(third): 0}},
        {"query": "red 옷", "relevant": {"video": "door", "start_ms": 1_000, "end_ms": 9_000}},
        {
            "query": "red",
            "language": "ko",
            "note": "anything",
            "relevant": [
                third,
                {"video": "door", "start_ms": 0, "end_ms": 20_000, "grade": 2},
                {str(second): 3},
            ],
        },
    )
    found = read_queries(database, path)
    assert [one.relevant for one in found] == [
        {first: 1, second: 1},
        {first: 3, second: 0.5},
        {first: 1},
        {third: 1, second: 3, first: 2},
    ]
    assert [one.language for one in found] == ["en", "ko", "mixed", "ko"]


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "meant"),
    [
        (1_000, 9_000, [0]),  # inside
        (2_000, 12_000, [0]),  # brushes the second: 2 s are neither half of it nor of the stretch
        (6_000, 14_000, [0, 1]),  # half in each
        (0, 20_000, [0, 1]),
        (19_000, 59_000, [2]),
        (0, 60_000, [2, 0, 1]),
        (59_999, 90_000, [2]),  # beyond the end: nothing counts half, so the one that shares most
    ],
)
def test_a_stretch_means_the_segments_it_shares_half_with(
    database, door, write, start_ms, end_ms, meant
):
    stretch = {"video": "door", "start_ms": start_ms, "end_ms": end_ms}
    (one,) = read_queries(database, write({"query": "red", "relevant": stretch}))
    assert sorted(one.relevant) == sorted(door[at] for at in meant)


def test_relevance_by_stretch_survives_an_edit(database, door, write):
    path = write({"query": "red", "relevant": {"video": "door", "start_ms": 0, "end_ms": 10_000}})
    split = edits.split(
        database, door[0], at_ms=4_000, by=PERSON, expected_revision=1, idempotency_key="one"
    )
    (one,) = read_queries(database, path)
    assert set(one.relevant) == {segment.id for segment in split.segments}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "this is not JSON"),
        ("[1]", "one JSON object"),
        ("[" * 100_000, "nested too deeply"),
        ({"relevant": [1]}, '"query" is missing'),
        ({"query": " ", "relevant": [1]}, '"query" is missing'),
        ({"query": 7, "relevant": [1]}, '"query" is missing'),
        ('{"query": "\\u0000", "relevant": [1]}', '"query" is missing'),
        ('{"query": "\\ud800", "relevant": [1]}', '"query" is missing'),
        ({"query": "x" * 501, "relevant": [1]}, "at most 500 characters"),
        ({"query": "sort:fast red", "relevant": [1]}, '"sort:fast red": '),
        ({"query": "red"}, '"relevant" is missing'),
        ({"query": "red", "relevant": []}, "nothing is relevant"),
        ({"query": "red", "relevant": {}}, "nothing is relevant"),
        ({"query": "red", "relevant": ["1"]}, '"relevant" holds segment numbers'),
        ({"query": "red", "relevant": [True]}, '"relevant" holds segment numbers'),
        ({"query": "red", "relevant": [0]}, '"relevant" holds segment numbers'),
        ({"query": "red", "relevant": [2**70]}, '"relevant" holds segment numbers'),
        ({"query": "red", "relevant": [999_999]}, "no live segment 999999"),
        ({"query": "red", "relevant": {"one": 1}}, '"one" is not the number'),
        ({"query": "red", "relevant": {"1": -1}}, "a grade lies from 0"),
        ('{"query": "red", "relevant": {"1": NaN}}', "a grade lies from 0"),
        ({"query": "red", "relevant": {"1": "high"}}, "a grade is a number"),
        ({"query": "red", "relevant": [1], "language": "fr"}, "one of en, ko, mixed"),
        ({"query": "red", "relevent": [1]}, '"relevent" is no key here'),
        ({"query": "red", "relevant": {"video": "door"}}, '"start_ms" and "end_ms"'),
        (
            {"query": "red", "relevant": {"video": "door", "start_ms": 5, "end_ms": 5}},
            "ends at 5 ms, before it begins",
        ),
        (
            {"query": "red", "relevant": {"video": "gate", "start_ms": 0, "end_ms": 5}},
            "no video gate",
        ),
        (
            {"query": "red", "relevant": {"video": "door", "start_ms": 90_000, "end_ms": 99_000}},
            "no live segment of door",
        ),
        ({"query": "red", "relevant": {"video": None, "start_ms": 0, "end_ms": 5}}, '"video" is'),
    ],
)
def test_a_bad_line_is_one_sentence_with_its_number(database, door, write, line, complaint):
    good = {"query": "red", "relevant": [door[0]]}
    path = write(good, "", line, good)
    with pytest.raises(InputError, match=r"line 3: ") as refused:
        read_queries(database, path)
    assert complaint in str(refused.value)
    assert str(refused.value).endswith(".")
    assert not str(refused.value).endswith("..")
    assert "\n" not in str(refused.value)


def test_a_deleted_segment_is_no_answer(database, door, write):
    edits.delete(database, door[0], by=PERSON, expected_revision=1, idempotency_key="one")
    with pytest.raises(InputError, match="no live segment"):
        read_queries(database, write({"query": "red", "relevant": [door[0]]}))


def test_a_file_that_cannot_be_read_says_so(database, tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_queries(database, tmp_path / "nowhere.jsonl")
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n\n")
    with pytest.raises(InputError, match="has no lines"):
        read_queries(database, empty)
    empty.write_bytes(b"\xff\xfe{}")
    with pytest.raises(InputError, match="UTF-8"):
        read_queries(database, empty)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["query", "relevant", "video", "start_ms", "end_ms", "grade", "1"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(relevant=JSON, query=st.text(max_size=20))
def test_whatever_a_file_holds_it_is_read_or_refused(database, door, write, relevant, query):
    path = write(json.dumps({"query": query, "relevant": relevant}))
    found, refused = [], ""
    try:
        found = read_queries(database, path)
    except InputError as error:
        refused = str(error)
    assert bool(found) != ("line 1: " in refused)
    assert all(set(one.relevant) <= set(door) for one in found)
