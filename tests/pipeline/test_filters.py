"""Filters: what passes, what a wrong name answers, and what each filter takes away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.config import Config
from core.types import Segment
from db.pool import Database
from db.rows import execute
from pipeline.prepared import Asking
from pipeline.registry import Registry
from pipeline.search import Searcher
from tests.support.library import add_segments, add_video, draft, person, segments
from tests.support.named import appear, enrolled

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # noon in Seoul


@pytest.fixture
def library(database: Database) -> dict[str, Segment]:
    """Two cameras: yesterday at 23:30 in Seoul a red jacket at the door, today at 9 a dog and a
    blue top in the hall, then nobody for a long while."""
    found: dict[str, Segment] = {}
    for camera, recorded_at, drafts in (
        ("front door", datetime(2026, 11, 20, 14, 30, tzinfo=UTC), [
            (0, 10_000, "A person in a red jacket walks in.", "빨간 재킷을 입은 사람이 들어옵니다.",
             (person(0, 9_000, upper="red"),)),
        ]),
        ("hall", datetime(2026, 11, 21, 0, 0, tzinfo=UTC), [
            (0, 5_000, "A dog runs beside a person in a blue top.",
             "파란 상의를 입은 사람 옆에서 개가 뜁니다.",
             (person(0, 4_000, upper="blue"), thing("dog", 1_000))),
            (20_000, 60_000, "Nobody in view; nothing moves.", "아무도 보이지 않습니다.", ()),
        ]),
    ):  # fmt: skip
        video_id = add_video(database, camera=camera, title=f"{camera} 1121")
        with database.transaction() as conn:
            execute(
                conn,
                "UPDATE videos SET recorded_at = %(at)s WHERE id = %(id)s",
                {"at": recorded_at, "id": video_id},
            )
            add_segments(
                conn,
                video_id,
                [draft(video_id, a, b, en, ko, detections=seen) for a, b, en, ko, seen in drafts],
            )
        for one in segments(database, video_id):
            found[f"{camera} {one.start_ms}"] = one
    return found


def thing(label: str, at_ms: int):
    return replace(person(at_ms, at_ms + 1_000, upper=None), label=label, attributes={})


@pytest.fixture
def ask(config: Config, database: Database, library) -> Callable[[str], list[str]]:
    searcher = Searcher(config, database, Registry(config))
    names = {one.id: name for name, one in library.items()}

    def run(query: str) -> list[str]:
        result = searcher.search(query, asker=Asking(timezone=SEOUL, now=NOW))
        assert result.problems == ()
        return [names[hit.segment.id] for hit in result.hits]

    return run


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("camera:hall", ["hall 20000", "hall 0"]),
        ("카메라:hall sort:oldest", ["hall 0", "hall 20000"]),
        ('camera:"front door"', ["front door 0"]),
        ("-camera:hall", ["front door 0"]),
        ("on:today", ["hall 20000", "hall 0"]),
        ("날짜:어제", ["front door 0"]),
        ("before:today", ["front door 0"]),
        ("after:today", ["hall 20000", "hall 0"]),
        ("-on:today", ["front door 0"]),
        ("longer:30s", ["hall 20000"]),
        ("-longer:30s object:dog", ["hall 0"]),
        ("물건:개", ["hall 0"]),
        ("clothes:red", ["front door 0"]),
        ("옷:빨간색 -object:dog", ["front door 0"]),
        ('"red jacket"', ["front door 0"]),
        ("“빨간 재킷”", ["front door 0"]),
        ("person -red object:dog", ["hall 0"]),
        ("video:1121 longer:30s", ["hall 20000"]),
        ("red jacket camera:front", ["front door 0"]),
        ("빨간 재킷 카메라:front", ["front door 0"]),
    ],
)
def test_a_filter_lets_through_what_it_says(ask, query, expected):
    assert ask(query) == expected


def test_the_day_is_that_of_the_person(config, database, library):
    searcher = Searcher(config, database, Registry(config))
    utc = searcher.search("on:2026-11-20", asker=Asking(now=NOW)).hits
    seoul = searcher.search("on:2026-11-21", asker=Asking(timezone=SEOUL, now=NOW)).hits
    assert [one.video_title for one in utc] == ["front door 1121"]
    assert {one.video_title for one in seoul} == {"hall 1121"}


@pytest.mark.parametrize(
    ("query", "message", "corrected"),
    [
        ("red camera:hlal", "no camera called hlal; did you mean hall?", "red camera:hall"),
        ("object:dgo", "did you mean dog?", "object:dog"),
        ("camra:hall", "camera", "camera:hall"),
        ("camera:zzzzzzz", "no camera called zzzzzzz; see the library", None),
        ("clothes:wobble", "no colour or garment in wobble", None),
        ("person:nobody", "nobody called nobody", None),
    ],
)
def test_a_name_nobody_has_is_a_problem_with_the_nearest_one(
    config, database, library, query, message, corrected
):
    result = Searcher(config, database, Registry(config)).search(query)
    (problem,) = result.problems
    assert message in problem.message
    assert problem.message_ko
    assert problem.corrected == corrected
    assert result.query[problem.start : problem.end]
    assert (result.hits, result.nearest) == ((), ())


@pytest.mark.parametrize(
    "query",
    ["인물:지민", "인물:지민이가", "person:직원/지민", "그룹:직원", "인물:지민 -object:dog"],
)
def test_people_and_groups_are_found_by_name_with_particles_too(config, database, library, query):
    ids = enrolled(config, database, "직원/지민", "직원/서연")
    hall, door = library["hall 20000"], library["front door 0"]
    appear(config, database, hall.video_id, {ids["직원/지민"]: (25_000, 30_000)})
    result = Searcher(config, database).search(query)
    assert [hit.segment.id for hit in result.hits] == [hall.id]
    assert result.hits[0].people[0] == "직원/지민"
    assert any("0:25" in reason for reason in result.hits[0].reasons)
    without = Searcher(config, database).search(f"-{query.split()[0]} camera:front")
    assert [hit.segment.id for hit in without.hits] == [door.id]


def test_a_mistyped_korean_name_is_corrected(config, database, library):
    enrolled(config, database, "직원/김지민")
    (problem,) = Searcher(config, database).search("인물:김지만 개").problems
    assert problem.message_ko == "김지만 인물이 없습니다. 혹시 김지민인가요?"
    assert problem.corrected == "인물:김지민 개"


def test_what_a_filter_takes_away_is_counted_and_offered(config, database, library):
    searcher = Searcher(config, database, Registry(config))
    both = searcher.search("red jacket camera:hall longer:30s")
    assert (both.hits, both.removed) == ((), ())  # neither filter alone is to blame
    result = searcher.search("red jacket camera:hall")
    assert result.hits == ()
    (removed,) = result.removed
    assert (removed.chip.label, removed.chip.label_ko) == ("camera: hall", "카메라: hall")
    assert (removed.count, removed.chip.without) == (1, "red jacket")


def test_filters_come_back_as_chips_that_can_be_removed(config, database, library):
    query = '빨간 재킷 카메라:front -개 "walks in" after:2026-11-01'
    result = Searcher(config, database, Registry(config)).search(query)
    assert [(one.name, one.label_ko) for one in result.chips] == [
        ("camera", "카메라: front"),
        ("word", "제외: 개"),
        ("phrase", "“walks in”"),
        ("after", "이후: 2026-11-01"),
    ]
    assert result.chips[0].without == '빨간 재킷 -개 "walks in" after:2026-11-01'
    assert [one.video_title for one in result.hits] == ["front door 1121"]


def test_a_model_that_knows_colours_only_says_that_kinds_were_not_compared(config, database):
    searcher = Searcher(config, database)
    note = searcher.search('clothes:"red jacket"').notes
    assert ["garment" in one for one in note] == [True]
    assert not searcher.search("clothes:red").notes


@pytest.mark.parametrize("typed", ["through:2026-11-01", "thru:2026-11-01", "까지:2026-11-01"])
def test_a_chip_says_that_the_last_day_is_taken_in(config, database, typed):
    (chip,) = Searcher(config, database).search(f"door {typed}").chips
    assert (chip.label, chip.label_ko) == ("through: 2026-11-01", "까지: 2026-11-01")


def test_neighbours_come_as_one_window_that_says_so(config, database):
    video_id = add_video(database)
    with database.transaction() as conn:
        add_segments(
            conn,
            video_id,
            [draft(video_id, n * 5_000, n * 5_000 + 5_000, "A dog sleeps.") for n in range(4)],
        )
    result = Searcher(config, database, Registry(config)).search("dog")
    (hit,) = result.hits
    assert (hit.start_ms, hit.end_ms, len(hit.segment_ids)) == (0, 20_000, 4)
    assert "4 moments in a row" in hit.reasons
    assert "이어지는 순간 4개" in hit.reasons_ko
    assert result.total == 1
