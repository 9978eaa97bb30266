"""Who is in a segment is a matter of time: edits of segments never touch people."""

from __future__ import annotations

from uuid import uuid4

import pytest
from psycopg2.extras import execute_values

from core.errors import NotFound
from db import appearances, edits, people
from db.rows import execute, fetch_all
from db.spaces import vector_literal
from pipeline import people as use_cases
from tests.support.faces import DIM, JIMIN, between, face, store, track
from tests.support.library import PERSON, add_video, segments

HALVES = [(0, 10_000, "One.", ""), (10_000, 20_000, "Two.", "")]


@pytest.fixture
def video(config, database) -> int:
    """Ann at 1 to 3 s, Bob over the border of the segments at 9 to 11 s."""
    video_id = add_video(database, HALVES)
    store(
        config, database, video_id,
        [track(face("ann"), 1_000, 3_000), track(face("bob"), 9_000, 11_000)],
    )  # fmt: skip
    use_cases.name(config, database, 1, "staff/Ann", by=JIMIN, idempotency_key=uuid4().hex)
    return video_id


def who(database, video_id: int) -> list[list[str]]:
    """Per live segment by start, whom it shows."""
    listed = segments(database, video_id)
    with database.transaction() as conn:
        found = appearances.people_of_segments(conn, listed)
    assert list(found) == [segment.id for segment in listed]
    return [[one.person.label for one in found[segment.id]] for segment in listed]


def test_a_segment_shows_whoever_overlaps_it_in_time(database, video):
    assert who(database, video) == [["staff/Ann", "Unknown 2"], ["Unknown 2"]]


def test_splits_and_merges_keep_people_without_touching_them(database, video):
    first, _ = segments(database, video)
    do = {"by": PERSON, "idempotency_key": uuid4().hex}
    edits.split(database, first.id, at_ms=5_000, expected_revision=first.revision, **do)
    assert who(database, video) == [["staff/Ann"], ["Unknown 2"], ["Unknown 2"]]
    middle = segments(database, video)[1]
    do = {"by": PERSON, "idempotency_key": uuid4().hex}
    edits.merge_with_next(database, middle.id, expected_revision=middle.revision, **do)
    assert who(database, video) == [["staff/Ann"], ["Unknown 2"]]


def test_the_end_of_a_stretch_is_no_longer_in_it(config, database):
    video_id = add_video(database, HALVES)
    store(config, database, video_id, [track(face("cho"), 8_000, 10_000)])
    assert who(database, video_id) == [["Unknown 1"], []]


def test_an_appearance_says_all_there_is_to_show(config, database, video):
    with database.transaction() as conn:
        ann, bob = appearances.appearances_of_video(conn, video)
        assert appearances.get_appearance(conn, ann.id) == ann
        assert appearances.appearances_of_person(conn, 1) == [ann]
        assert appearances.people_of_segments(conn, []) == {}
        with pytest.raises(NotFound, match="no appearance 99"):
            appearances.get_appearance(conn, 99)
    assert (ann.group, ann.decision, ann.cosine) == ("staff", "auto", 1.0)
    assert (ann.start_ms, ann.end_ms, ann.at_ms, ann.faces) == (1_000, 3_000, 2_000, 3)
    assert (bob.group, bob.person.label_in("ko")) == (None, "미확인 2")


def test_who_it_may_be_is_read_with_both_names(config, database, video):
    use_cases.name(config, database, 2, "guests/Bob", by=JIMIN, idempotency_key=uuid4().hex)
    other = add_video(database, HALVES)
    store(config, database, other, [track(between("ann", "bob"))])
    with database.transaction() as conn:
        (one,) = appearances.appearances_of_video(conn, other)
    assert one.person is None
    assert {like.person.label for like in one.candidates} == {"staff/Ann", "guests/Bob"}
    assert [like.cosine for like in one.candidates] == pytest.approx([0.7071] * 2, abs=1e-4)


def test_a_page_of_hits_reads_its_own_appearances_only(config, database, video):
    """Ten thousand appearances of others in the library do not come into it."""
    with database.transaction() as conn:
        rows = [(video, 1, 30_000 + n, 30_001 + n, 30_000 + n, 0.1, 0.1, 0.1, 0.1, 90, 1,
                 vector_literal([1.0] * DIM)) for n in range(10_000)]  # fmt: skip
        crowd = add_video(database)
        with conn.cursor() as cursor:
            execute_values(
                cursor,
                "INSERT INTO appearances (video_id, model_id, start_ms, end_ms, at_ms, box_left,"
                " box_top, box_width, box_height, size_px, faces, embedding) VALUES %s",
                [(crowd, *row[1:]) for row in rows],
            )
        execute(conn, "ANALYZE appearances")
        execute(conn, "ANALYZE people")
    with database.transaction() as conn:
        values = {"ids": [1], "video_ids": [video], "starts": [0], "ends": [10_000]}
        plan = "\n".join(
            row["QUERY PLAN"]
            for row in fetch_all(conn, "EXPLAIN " + appearances.SQL["of_segments"], values)
        )
        assert people.count_people(conn) == 2
    assert "Seq Scan on appearances" not in plan
    assert "appearances_of_video" in plan
