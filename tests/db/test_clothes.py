"""Whom to compare with a description: the likeliest first, and only who is there to be found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.types import Actor, Detection
from db import history, videos
from db.clothes import StoredPerson, WantedClothes, likeliest_people, segment_at, videos_of
from db.pool import Database
from db.segments import get_segments, write_segment
from tests.support import library


def add(database: Database, people: list[Detection], *, camera: str | None = None) -> int:
    video_id = library.add_video(database, camera=camera)
    with database.transaction() as conn:
        one = library.draft(video_id, 0, 60_000, "a hall", detections=tuple(people))
        library.add_segments(conn, video_id, [one])
    return video_id


def dressed(upper: str | None, lower: str | None = None, **more: object) -> Detection:
    one = library.person(1_000, 2_000, upper=upper, lower=lower)
    score = float(str(more.pop("score", 0.9)))
    return replace(one, score=score, attributes={**one.attributes, **more})


def likeliest(
    database: Database,
    wanted: WantedClothes,
    *,
    video_ids: list[int] | None = None,
    limit: int = 10,
) -> list[StoredPerson]:
    with database.transaction() as conn:
        return likeliest_people(conn, wanted, video_ids=video_ids, limit=limit)


def outfits(found: list[StoredPerson]) -> list[tuple[object, object]]:
    return [(one.person.attributes["upper"], one.person.attributes["lower"]) for one in found]


BLACK_AND_BLUE = WantedClothes(colours=("black", "blue"), parts=("upper", "lower"))


@pytest.mark.parametrize("within", [False, True], ids=["anywhere", "in one video"])
def test_who_wears_more_of_it_comes_first_and_who_wears_otherwise_last(database, within):
    video_id = add(
        database,
        [
            dressed("red", "green", score=0.99),
            dressed(None, None, score=0.98),
            dressed("black", None, score=0.6),
            dressed("black", "blue", score=0.5),
        ],
    )
    found = likeliest(database, BLACK_AND_BLUE, video_ids=[video_id] if within else None)
    assert outfits(found) == [("black", "blue"), ("black", None), (None, None), ("red", "green")]
    assert [one.fit for one in found] == [2, 1, 0, -2]


def test_a_colour_of_any_part_is_found_above_and_below(database):
    add(database, [dressed("red", "green"), dressed("green", "red"), dressed("green", "green")])
    found = likeliest(database, WantedClothes(colours=("red",), parts=("any",)))
    assert [one.fit for one in found] == [1, 1, -1]


def test_kinds_and_shoes_that_were_read_bring_somebody_forward(database):
    add(
        database,
        [
            dressed(None, score=0.99),
            dressed(None, upper_kind="hoodie", shoes="boots", shoes_colour="brown"),
            dressed(None, upper_kind="hoodie", score=0.95),
        ],
    )
    wanted = WantedClothes(
        kinds=(("upper_kind", "hoodie"), ("shoes", "boots"), ("shoes_colour", "brown"))
    )
    assert [one.fit for one in likeliest(database, wanted)] == [3, 1, 0]


def test_of_equals_the_surer_come_first_and_the_unsure_not_at_all(database):
    add(database, [dressed("red", score=0.6), dressed("red", score=0.8), dressed("red", score=0.3)])
    wanted = WantedClothes(colours=("red",), parts=("upper",), confidence=0.5)
    assert [round(one.person.score, 2) for one in likeliest(database, wanted)] == [0.8, 0.6]


@pytest.mark.parametrize("within", [False, True], ids=["anywhere", "in one video"])
def test_only_people_of_live_segments_are_found(database, within):
    video_id = add(database, [dressed("red"), replace(dressed("red"), label="car")])
    wanted = WantedClothes(colours=("red",), parts=("upper",))
    ids = [video_id] if within else None
    (found,) = likeliest(database, wanted, video_ids=ids)
    with database.transaction() as conn:
        videos.lock_video(conn, video_id)
        by = Actor(name="jimin", origin="web")
        assert history.open_change_set(conn, video_id=video_id, kind="delete", by=by)
        segment = get_segments(conn, [found.segment_id])[found.segment_id]
        write_segment(conn, replace(segment, state="deleted"), before=segment)
    assert likeliest(database, wanted, video_ids=ids) == []


def test_a_search_in_some_videos_finds_nobody_of_others(database):
    first, second = add(database, [dressed("red")]), add(database, [dressed("red")])
    wanted = WantedClothes(colours=("red",), parts=("upper",))
    assert {one.video_id for one in likeliest(database, wanted)} == {first, second}
    assert [one.video_id for one in likeliest(database, wanted, video_ids=[second])] == [second]
    assert likeliest(database, wanted, video_ids=[]) == []


def test_no_more_come_forward_than_asked_for(database):
    add(database, [dressed("red") for _ in range(5)])
    assert len(likeliest(database, WantedClothes(), limit=3)) == 3


def test_the_videos_of_a_camera_and_the_segment_of_a_moment_are_known(database):
    video_id = add(database, [dressed("red")], camera="door")
    other = add(database, [])
    with database.transaction() as conn:
        camera_id = next(one.id for one in videos.list_cameras(conn))
        assert videos_of(conn, camera_id) == [video_id]
        assert videos_of(conn, None) == [video_id, other]
        segment_id = segment_at(conn, video_id, 59_999)
        assert segment_id is not None
        assert segment_at(conn, video_id, 60_000) is None
