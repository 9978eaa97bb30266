"""Forgotten is forgotten: rows, vectors, pictures, names, history, whatever kills the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest

from core.errors import EditRefused, NotFound
from db import appearances, people, people_history
from db.rows import fetch_all, fetch_value
from pipeline import people as use_cases
from pipeline.clothes_pictures import picture_path
from tests.support import REPOSITORY
from tests.support.faces import JIMIN, PLACE, between, face, store, track
from tests.support.library import add_video

MINUTE = [
    (0, 10_000, "Ann waves.", "앤이 손을 흔듭니다."),
    (10_000, 20_000, "An announcement.", ""),
]
TRACKS = [
    track(face("ann"), 1_000, 3_000),
    track(face("bob"), 12_000, 14_000),
    track(face("ann", 0.2), 15_000, 16_000),
]
KILLED = """
import os, signal, sys
from pathlib import Path
from core.config import load
from core.types import Actor
from db.pool import Database
from pipeline.people import forget

config = load(Path(sys.argv[1]))
database = Database.open(config.database.url, config.database)
# The first file that would be removed is the end of the process.
sys.addaudithook(lambda event, _: event == "os.remove" and os.kill(os.getpid(), signal.SIGKILL))
forget(config, database, 1, by=Actor(name="x", origin="api"), idempotency_key="once")
"""


@pytest.fixture
def video(config, database) -> int:
    """Ann, named; Bob, unknown; somebody between the two."""
    video_id = add_video(database, MINUTE)
    store(config, database, video_id, TRACKS)
    done = {"by": JIMIN, "idempotency_key": "name", "reason": "it is Ann"}
    use_cases.name(config, database, 1, "staff/Ann", **done)
    return video_id


def forget(config, database, person: int = 1):
    return use_cases.forget(config, database, person, by=JIMIN, idempotency_key=uuid4().hex)


def everything(database) -> str:
    """All that the tables about people hold, as text."""
    tables = ("people", "groups", "appearances", "gallery_faces", "face_decisions",
              "people_changes", "people_history", "forget_receipts")  # fmt: skip
    with database.transaction() as conn:
        return "\n".join(
            str(row["row"])
            for table in tables
            for row in fetch_all(conn, f"SELECT to_jsonb(t)::text AS row FROM {table} AS t")
        )


def files(config) -> set[str]:
    return {p.name for p in (config.media_dir / "faces").rglob("*") if p.is_file()}


def test_nothing_of_them_is_left(config, database, video):
    assert "Ann" in everything(database)
    asked = use_cases.preview_forget(config, database, 1)
    assert "Ann" in everything(database)
    receipt = forget(config, database)
    assert receipt.removed == asked.removed
    assert receipt.removed["appearances"] == 2
    assert receipt.removed["segments"] == 2
    assert receipt.by == JIMIN
    assert receipt.id.startswith("F-")
    left = everything(database)
    assert "Ann" not in left
    assert "staff" not in left
    with database.transaction() as conn:
        (bob,) = appearances.appearances_of_video(conn, video)
        with pytest.raises(NotFound):
            people.get_person(conn, 1)
        assert people_history.list_receipts(conn) == [receipt]
        assert [c.kind for c in people_history.list_changes(conn)] == ["forget", "name"]
        assert [c.subjects for c in people_history.list_changes(conn)] == [(), ()]
    assert bob.person.label == "Unknown 2"
    assert files(config) == {f"{bob.id}.jpg"}


def test_pictures_of_searches_by_clothes_go_where_they_were_cut_while_in_view(
    config, database, video
):
    def cut(video_id: int, at_ms: int) -> Path:
        path = picture_path(config, video_id, at_ms, PLACE)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"jpeg")
        return path

    theirs = [cut(video, 2_000), cut(video, 15_500)]
    others = [cut(video, 13_000), cut(video + 1, 2_000)]
    assert use_cases.preview_forget(config, database, 1).removed["clothes_pictures"] == 2
    assert all(path.exists() for path in theirs)
    assert forget(config, database).removed["clothes_pictures"] == 2
    assert [path.exists() for path in theirs + others] == [False, False, True, True]


def test_pictures_of_searches_by_clothes_are_swept_after_a_day(config, database):
    folder = picture_path(config, 1, 0, PLACE).parent
    folder.mkdir(parents=True)
    old, new = folder / "1-2-3.jpg", folder / "4-5-6.jpg"
    for path, hours in ((old, 25), (new, 23)):
        path.write_bytes(b"jpeg")
        os.utime(path, (time.time() - hours * 3_600,) * 2)
    assert use_cases.sweep(config, database) == 1
    assert (old.exists(), new.exists()) == (False, True)


def test_captions_that_mention_the_name_are_listed_and_left(config, database, video):
    receipt = forget(config, database)
    # "announcement" has the letters, not the name.
    assert len(receipt.left_captions) == 1
    with database.transaction() as conn:
        values = {"id": receipt.left_captions[0]}
        caption = fetch_value(conn, "SELECT caption FROM segments WHERE id = %(id)s", values)
    assert caption == "Ann waves."


def test_it_cannot_be_undone_and_takes_what_led_to_it_along(config, database, video):
    forget(config, database)
    with database.transaction() as conn:
        forgotten, named = people_history.list_changes(conn)
    for change in (forgotten, named):
        with pytest.raises(EditRefused):
            use_cases.undo(config, database, change.id, by=JIMIN, idempotency_key=uuid4().hex)


def test_the_same_key_gives_the_same_receipt(config, database, video):
    first = use_cases.forget(config, database, 1, by=JIMIN, idempotency_key="once")
    assert use_cases.forget(config, database, 1, by=JIMIN, idempotency_key="once") == first


def test_merged_people_decisions_and_the_unknown_one_they_were_go_too(config, database, video):
    do = {"by": JIMIN, "idempotency_key": "1"}
    with database.transaction() as conn:
        _, bob, _ = appearances.appearances_of_video(conn, video)
    use_cases.merge(config, database, 2, 1, **do)
    use_cases.reject(config, database, bob.id, **(do | {"idempotency_key": "2"}))
    receipt = forget(config, database)
    # Ann's two, and Bob's faces as far as they were Ann's: the merged one's and the decisions'.
    assert receipt.removed["people"] == 2
    assert receipt.removed["decisions"] == 2
    with database.transaction() as conn:
        (left,) = appearances.appearances_of_video(conn, video)
        assert left.id == bob.id
        assert left.person.label == "Unknown 3"


def test_whoever_may_have_been_them_is_decided_anew(config, database, video):
    use_cases.name(config, database, 2, "guests/Bob", by=JIMIN, idempotency_key="bob")
    other = add_video(database, MINUTE)
    store(config, database, other, [track(between("ann", "bob"))])
    with database.transaction() as conn:
        assert len(appearances.appearances_of_video(conn, other)[0].candidates) == 2
    forget(config, database)
    with database.transaction() as conn:
        (one,) = appearances.appearances_of_video(conn, other)
    assert one.person.label == "guests/Bob"
    assert one.candidates == ()


def test_they_come_back_as_somebody_unknown(config, database, video):
    forget(config, database)
    store(config, database, video, TRACKS)
    with database.transaction() as conn:
        labels = [a.person.label for a in appearances.appearances_of_video(conn, video)]
    assert labels == ["Unknown 3", "Unknown 2", "Unknown 3"]


def test_a_kill_before_the_files_are_gone_leaves_them_to_the_next_sweep(
    config, config_file, database, video
):
    before = files(config)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(config_file)],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    with database.transaction() as conn:
        assert fetch_value(conn, "SELECT count(*) FROM people WHERE id = 1") == 0
        (bob,) = appearances.appearances_of_video(conn, video)
    assert files(config) == before
    half = config.media_dir / "faces" / "seen" / ".ab12-99.jpg"
    half.write_bytes(b"half of a face")
    assert use_cases.sweep(config, database) == 3
    assert files(config) == {f"{bob.id}.jpg"}
    assert use_cases.sweep(config, database) == 0
