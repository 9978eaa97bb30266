"""What people decided outlives a re-ingest; storing the same tracks twice is storing them once."""

from __future__ import annotations

import os
import sys
import time
from uuid import uuid4

import numpy as np
import pytest

from core.types import Box
from db import appearances, people, people_history
from db.rows import fetch_value
from pipeline import people as use_cases
from tests.support.faces import JIMIN, Model, face, store, track
from tests.support.library import add_video

MINUTE = [(0, 10_000, "One.", ""), (10_000, 20_000, "Two.", "")]
ELSEWHERE = Box(left=0.7, top=0.6, width=0.1, height=0.2)
TRACKS = [track(face("ann"), 1_000, 3_000), track(face("bob"), 12_000, 14_000)]


@pytest.fixture
def video(config, database) -> int:
    video_id = add_video(database, MINUTE)
    store(config, database, video_id, TRACKS)
    return video_id


@pytest.fixture
def do(config, database):
    def run(function, *arguments):
        return function(config, database, *arguments, by=JIMIN, idempotency_key=uuid4().hex)

    return run


def seen(database, video_id: int) -> list[tuple[str, str]]:
    with database.transaction() as conn:
        return [
            (one.person.label if one.person else "", one.decision)
            for one in appearances.appearances_of_video(conn, video_id)
        ]


def count(database, table: str) -> int:
    with database.transaction() as conn:
        return fetch_value(conn, f"SELECT count(*) FROM {table}")


def test_storing_the_same_again_changes_nothing(config, database, video):
    before = seen(database, video), count(database, "people"), count(database, "gallery_faces")
    changes = count(database, "people_changes")
    store(config, database, video, TRACKS)
    after = seen(database, video), count(database, "people"), count(database, "gallery_faces")
    assert after == before
    assert count(database, "people_changes") == changes


def test_the_files_are_those_of_the_rows(config, database, video):
    store(config, database, video, TRACKS)
    with database.transaction() as conn:
        listed = appearances.appearances_of_video(conn, video)
    on_disk = {path.name for path in (config.media_dir / "faces" / "seen").iterdir()}
    assert on_disk == {f"{one.id}.jpg" for one in listed}


def test_strangers_are_told_apart_in_a_few_statements_however_many(config, database, video):
    random = np.random.default_rng(4)
    crowd = random.normal(size=(60, 16))
    crowd /= np.linalg.norm(crowd, axis=1, keepdims=True)
    told_apart: list[np.ndarray] = []
    for vector in crowd:
        if all(float(vector @ other) < config.people.same_unknown for other in told_apart):
            told_apart.append(vector)
    faces = [vector.astype(np.float32) for vector in (*told_apart, *told_apart)]
    statements: list[str] = []
    sys.setprofile(
        lambda frame, event, _: (
            statements.append("")
            if event == "call" and frame.f_code.co_qualname == "RealDictCursor.execute"
            else None
        )
    )
    try:
        store(config, database, add_video(database), [track(one) for one in faces])
    finally:
        sys.setprofile(None)
    assert len(told_apart) > 20
    assert (
        len(told_apart) < len(statements) < 2 * len(told_apart) + 60
    )  # one per row that is stored, and a few
    assert count(database, "people") >= len(told_apart)
    with database.transaction() as conn:
        most = fetch_value(
            conn, "SELECT max(n) FROM (SELECT count(*) AS n FROM appearances"
            " WHERE decision = 'auto' GROUP BY person_id) AS counted",
        )  # fmt: skip
    assert most >= 2


def test_pictures_of_a_process_that_died_before_it_placed_them_are_swept(config, database, video):
    faces = config.media_dir / "faces"
    assert {path.name for path in faces.iterdir()} == {"seen"}
    for name, hours in (("new-dead", 25), ("new-alive", 1)):
        (faces / name).mkdir()
        (faces / name / "0.jpg").write_bytes(b"jpeg")
        os.utime(faces / name, (time.time() - hours * 3_600,) * 2)
    assert use_cases.sweep(config, database) == 1
    assert {path.name for path in faces.iterdir()} == {"seen", "new-alive"}


def test_an_unknown_person_keeps_the_number_and_one_nobody_touched_goes_with_the_last_track(
    config, database, video
):
    store(config, database, video, [track(face("ann", 0.1), 1_100, 2_900)])
    assert seen(database, video) == [("Unknown 1", "auto")]
    assert count(database, "people") == 1


def test_whoever_was_named_stays_without_a_track(config, database, video, do):
    do(use_cases.name, 2, "staff/Bob")
    store(config, database, video, TRACKS[:1])
    store(config, database, video, TRACKS)
    assert seen(database, video)[1] == ("staff/Bob", "auto")


def test_decisions_are_found_again_by_time_and_place(config, database, video, do):
    with database.transaction() as conn:
        first, second = appearances.appearances_of_video(conn, video)
    do(use_cases.assign, first.id, "staff/Cho")
    do(use_cases.reject, second.id)
    # Another sampling: a little later, and the faces turned so far that they alone say nothing.
    again = [track(face("ann", 0.5), 1_300, 3_300), track(face("bob", 0.5), 12_300, 14_300)]
    store(config, database, video, again)
    assert seen(database, video)[0] == ("staff/Cho", "manual")
    assert seen(database, video)[1][0] not in ("Unknown 2", "")
    store(config, database, video, TRACKS)
    assert seen(database, video)[0] == ("staff/Cho", "manual")
    assert seen(database, video)[1][0] != "Unknown 2"


def test_a_decision_whose_track_is_not_found_keeps_its_appearance(config, database, video, do):
    with database.transaction() as conn:
        first, _ = appearances.appearances_of_video(conn, video)
    do(use_cases.assign, first.id, "staff/Cho")
    store(config, database, video, [track(face("dan"), 40_000, 41_000, box=ELSEWHERE)])
    with database.transaction() as conn:
        kept, new = appearances.appearances_of_video(conn, video)
    assert (kept.id, kept.person.label, kept.decision) == (first.id, "staff/Cho", "manual")
    assert new.person.label == "Unknown 4"
    assert use_cases.crop_path(config, kept.crop).exists()
    store(config, database, video, TRACKS)
    assert seen(database, video)[0] == ("staff/Cho", "manual")
    assert len(seen(database, video)) == 2


def test_a_decision_taken_back_before_a_reingest_comes_back_after_it(config, database, video, do):
    with database.transaction() as conn:
        first, _ = appearances.appearances_of_video(conn, video)
    assigned = do(use_cases.assign, first.id, "staff/Cho")
    undone = do(use_cases.undo, assigned.change_id)
    store(config, database, video, TRACKS)
    assert seen(database, video)[0] == ("Unknown 1", "auto")
    do(use_cases.undo, undone.change_id)
    assert seen(database, video)[0] == ("staff/Cho", "manual")


def test_another_model_lives_beside_and_decisions_carry_over(config, database, video, do):
    with database.transaction() as conn:
        first, _ = appearances.appearances_of_video(conn, video)
    do(use_cases.assign, first.id, "staff/Cho")
    newer = Model(revision="2")
    store(config, database, video, TRACKS, newer)
    # Of the old model's tracks none is shown any more; nobody but Cho is known to the new one.
    assert seen(database, video) == [("staff/Cho", "manual"), ("Unknown 4", "auto")]
    assert count(database, "appearances") == 4
    other = add_video(database, MINUTE)
    store(config, database, other, [track(face("ann", 0.1))], newer)
    assert seen(database, other) == [("staff/Cho", "auto")]
    store(config, database, video, TRACKS)
    assert seen(database, video) == [("staff/Cho", "manual"), ("Unknown 2", "auto")]


def test_nothing_is_left_of_an_ingest_that_fails(config, database, video):
    before = seen(database, video)
    (config.media_dir / "faces" / "seen").rename(config.media_dir / "faces" / "away")
    (config.media_dir / "faces" / "seen").write_text("in the way")
    from core.errors import MachineError

    with pytest.raises(MachineError):
        store(config, database, video, [track(face("eve"))])
    assert seen(database, video) == before


def test_the_unknown_people_of_an_ingest_have_history_and_are_no_operation(config, database, video):
    with database.transaction() as conn:
        assert people_history.list_changes(conn) == []
        assert people.count_people(conn, "unknown") == 2
        assert fetch_value(conn, "SELECT count(*) FROM people_history") == 4
