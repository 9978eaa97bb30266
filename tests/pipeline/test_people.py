"""Naming, merging, rejecting: what a preview said happens, and everything can be taken back."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.config import Config
from core.errors import Busy, EditRefused, NotFound
from core.types import Actor
from db import appearances, galleries, people, people_history
from db.pool import Database
from db.rows import fetch_value
from pipeline import people as use_cases
from tests.support.faces import JIMIN, between, face, store, track
from tests.support.library import add_video

MINUTE = [(0, 10_000, "One.", ""), (10_000, 20_000, "Two.", ""), (20_000, 30_000, "Three.", "")]


class Library:
    """Operations with a fresh key each, and what appearances read as."""

    def __init__(self, config: Config, database: Database) -> None:
        self.config, self.database = config, database

    def do(self, function, *arguments, **more):
        return function(
            self.config, self.database, *arguments,
            **({"by": JIMIN, "idempotency_key": uuid4().hex} | more),
        )  # fmt: skip

    def seen(self, video_id: int) -> list[str]:
        """Per appearance by start: whom it shows, a group, or who it may be."""
        with self.database.transaction() as conn:
            listed = appearances.appearances_of_video(conn, video_id)
        return [
            one.person.label
            if one.person
            else one.group or "?".join(like.person.label for like in one.candidates)
            for one in listed
        ]

    def ids(self, video_id: int) -> list[int]:
        with self.database.transaction() as conn:
            return [one.id for one in appearances.appearances_of_video(conn, video_id)]

    def person(self, wanted: str, *, follow: bool = True) -> int:
        with self.database.transaction() as conn:
            return people.find_person(conn, wanted, follow=follow).id


@pytest.fixture
def library(config, database) -> Library:
    return Library(config, database)


@pytest.fixture
def video(library) -> int:
    """Ann in the first and the third segment, Bob in the second."""
    video_id = add_video(library.database, MINUTE)
    tracks = [
        track(face("ann"), 1_000, 3_000),
        track(face("bob"), 12_000, 14_000),
        track(face("ann", 0.2), 21_000, 25_000),
    ]
    store(library.config, library.database, video_id, tracks)
    return video_id


def test_somebody_unknown_is_followed_across_videos(library, video):
    assert library.seen(video) == ["Unknown 1", "Unknown 2", "Unknown 1"]
    other = add_video(library.database, MINUTE)
    store(library.config, library.database, other, [track(face("bob", 0.1)), track(face("cho"))])
    assert sorted(library.seen(other)) == ["Unknown 2", "Unknown 3"]


def test_naming_once_names_past_and_future(library, video):
    asked = library.do(use_cases.name, 1, "staff/Ann", preview=True)
    assert library.seen(video) == ["Unknown 1", "Unknown 2", "Unknown 1"]
    done = library.do(use_cases.name, 1, "staff/Ann")
    assert (asked.appearances, asked.segments) == (done.appearances, done.segments) == (2, 2)
    assert library.seen(video) == ["staff/Ann", "Unknown 2", "staff/Ann"]
    later = add_video(library.database, MINUTE)
    store(library.config, library.database, later, [track(face("ann", 0.3))])
    assert library.seen(later) == ["staff/Ann"]


def test_a_name_takes_in_faces_that_were_not_near_enough_for_an_unknown_one(library, video):
    other = add_video(library.database, MINUTE)
    store(library.config, library.database, other, [track(face("ann", 0.48))])
    assert library.seen(other) == ["Unknown 3"]
    done = library.do(use_cases.name, 1, "staff/Ann")
    assert done.appearances == 3
    assert library.seen(other) == ["staff/Ann"]
    library.do(use_cases.undo, done.change_id)
    assert library.seen(other) == ["Unknown 3"]


def test_a_name_somebody_has_means_they_are_that_one(library, video):
    library.do(use_cases.name, 1, "staff/Ann")
    asked = library.do(use_cases.name, 2, "Staff/ann", preview=True)
    done = library.do(use_cases.name, 2, "Staff/ann")
    assert (asked.appearances, asked.segments) == (done.appearances, done.segments) == (1, 1)
    assert library.seen(video) == ["staff/Ann"] * 3
    library.do(use_cases.unmerge, 2)
    assert library.seen(video) == ["staff/Ann", "Unknown 2", "staff/Ann"]


def test_naming_and_renaming_are_not_each_other(library, video):
    with pytest.raises(EditRefused, match="name them instead"):
        library.do(use_cases.rename, 1, "staff/Ann")
    library.do(use_cases.name, 1, "staff/Ann")
    with pytest.raises(EditRefused, match="rename or merge"):
        library.do(use_cases.name, 1, "staff/Bob")
    library.do(use_cases.name, 2, "staff/Bob")
    with pytest.raises(EditRefused, match="merge the two"):
        library.do(use_cases.rename, 1, "staff/Bob")
    done = library.do(use_cases.rename, 1, "guests/Ann Lee")
    assert (done.appearances, done.segments) == (2, 2)
    assert library.seen(video) == ["guests/Ann Lee", "staff/Bob", "guests/Ann Lee"]


def test_the_same_key_does_it_once(library, video):
    first = library.do(use_cases.name, 1, "staff/Ann", idempotency_key="press")
    again = library.do(use_cases.name, 1, "staff/Ann", idempotency_key="press")
    assert again == first
    with pytest.raises(EditRefused, match="key"):
        library.do(use_cases.merge, 2, 1, idempotency_key="press")
    other = Actor(name="minsu", origin="slack")
    with pytest.raises(EditRefused, match="key"):
        library.do(use_cases.name, 1, "staff/Ann", by=other, idempotency_key="press")


def test_a_merge_leaves_everything_and_an_unmerge_restores_it(library, video):
    before = library.seen(video)
    asked = library.do(use_cases.merge, 2, 1, preview=True)
    done = library.do(use_cases.merge, 2, 1)
    assert (asked.appearances, asked.segments) == (done.appearances, done.segments) == (1, 1)
    assert library.seen(video) == ["Unknown 1"] * 3
    later = add_video(library.database, MINUTE)
    store(library.config, library.database, later, [track(face("bob", 0.1))])
    assert library.seen(later) == ["Unknown 1"]
    library.do(use_cases.unmerge, 2)
    assert library.seen(video) == before
    # What came while they were one goes with the face it is nearest to.
    assert library.seen(later) == ["Unknown 2"]


def test_merging_makes_no_sense_with_oneself_or_into_nobody_known(library, video):
    library.do(use_cases.name, 1, "staff/Ann")
    with pytest.raises(EditRefused, match="one person already"):
        library.do(use_cases.merge, 1, 1)
    with pytest.raises(EditRefused, match="merge it into staff/Ann instead"):
        library.do(use_cases.merge, 1, 2)
    library.do(use_cases.merge, 2, 1)
    with pytest.raises(EditRefused, match="one person already"):
        library.do(use_cases.merge, 1, 2)
    library.do(use_cases.unmerge, 1)
    with pytest.raises(EditRefused, match="Nobody was merged"):
        library.do(use_cases.unmerge, 1)


def test_two_named_people_alike_are_both_said_and_a_merge_settles_it(library, video):
    library.do(use_cases.name, 1, "staff/Ann")
    library.do(use_cases.name, 2, "guests/Bob")
    other = add_video(library.database, MINUTE)
    store(library.config, library.database, other, [track(between("ann", "bob"))])
    assert library.seen(other) == ["staff/Ann?guests/Bob"]
    merged = library.do(use_cases.merge, 2, 1)
    assert library.seen(other) == ["staff/Ann"]
    library.do(use_cases.undo, merged.change_id)
    assert library.seen(other) == ["staff/Ann?guests/Bob"]


def test_many_faces_of_one_person_hide_nobody_nearly_as_near(library, video):
    library.do(use_cases.name, 1, "staff/Ann")
    library.do(use_cases.name, 2, "guests/Bob")
    with library.database.transaction() as conn:
        (model,) = galleries.list_models(conn)
        people_history.open_change(conn, kind="enrol", by=JIMIN)
        for number in range(40):
            near = (face("ann") + (1 + number / 1_000) * 0.97 * face("bob")) / 2
            galleries.insert_face(
                conn, model, 1, kind="enrolled", embedding=near.tolist(), size_px=90,
                picture_sha256=f"ann {number}",
            )  # fmt: skip
        turned = (0.95 * face("ann") + face("bob")) / 2
        galleries.insert_face(
            conn, model, 2, kind="enrolled", embedding=turned.tolist(), size_px=90,
            picture_sha256="bob",
        )  # fmt: skip
    other = add_video(library.database, MINUTE)
    store(library.config, library.database, other, [track(between("ann", "bob"))])
    assert set(library.seen(other)[0].split("?")) == {"staff/Ann", "guests/Bob"}


def test_an_operation_says_what_it_waits_for_and_an_ingest_waits(library, video, monkeypatch):
    hurried = library.config.database.model_copy(update={"statement_timeout_ms": 100})
    database = Database.open(library.database.url, hurried)
    monkeypatch.setattr(people_history.lock, "__kwdefaults__", {"wait_s": 0.3})
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with library.database.transaction() as conn:
            people_history.lock(conn)
            held.set()
            free.wait(20)

    def ingest() -> None:
        store(library.config, database, video, [track(face("cho"))])

    with ThreadPoolExecutor(2) as pool:
        holding = pool.submit(hold)
        assert held.wait(10)
        waiting = pool.submit(ingest)
        with pytest.raises(Busy, match="face is being worked through the library; try again in a"):
            use_cases.name(
                library.config, database, 1, "staff/Ann", by=JIMIN, idempotency_key="once"
            )
        assert not waiting.done()
        free.set()
        holding.result(10)
        waiting.result(20)
    with database.transaction() as conn:
        people_history.lock(conn)
        assert fetch_value(conn, "SELECT current_setting('statement_timeout')") == "100ms"
        assert fetch_value(conn, "SELECT current_setting('lock_timeout')") == "0"
    database.close()
    assert library.seen(video) == ["Unknown 3"]


def test_a_list_names_whom_an_operation_touched_and_reads_little_else(library, video):
    named = library.do(use_cases.name, 1, "staff/Ann").change_id
    merged = library.do(use_cases.merge, 2, 1).change_id
    parted = library.do(use_cases.unmerge, 2).change_id
    rejected = library.do(use_cases.reject, library.ids(video)[2], 1).change_id
    with library.database.transaction() as conn:
        listed = people_history.list_changes(conn)
        ann = people_history.list_changes(conn, person_id=1)
        bob = people_history.list_changes(conn, person_id=2)
        whole = people_history.get_change(conn, rejected)
    assert [one.id for one in listed] == [rejected, parted, merged, named]
    assert [one.id for one in ann] == [rejected, parted, merged, named]
    assert [one.id for one in bob] == [parted, merged]
    assert listed[0].subjects == whole.subjects
    assert listed[0].subjects[0] == "staff/Ann"
    assert set(listed[2].subjects) == {"staff/Ann", "Unknown 2"}
    assert (listed[0].items, len(whole.items) > 0) == ((), True)
    (renamed,) = listed[3].items
    assert (renamed.before["name"], renamed.after["name"]) == (None, "Ann")


def test_within_one_group_the_group_is_sure(library, video):
    library.do(use_cases.name, 1, "staff/Ann")
    library.do(use_cases.name, 2, "guests/Bob")
    other = add_video(library.database, MINUTE)
    store(library.config, library.database, other, [track(between("ann", "bob"))])
    done = library.do(use_cases.rename, 2, "staff/Bob")
    assert library.seen(other) == ["staff"]
    assert done.appearances == 2  # Bob's own, and the one that is now surely staff
    library.do(use_cases.undo, done.change_id)
    assert library.seen(other) == ["staff/Ann?guests/Bob"]


def test_not_this_person_lasts(library, video):
    library.do(use_cases.name, 1, "staff/Ann")
    third = library.ids(video)[2]
    done = library.do(use_cases.reject, third)
    assert (done.appearances, done.segments) == (1, 1)
    assert library.seen(video)[2] == "Unknown 3"
    with pytest.raises(EditRefused, match="said already"):
        library.do(use_cases.reject, third, 1)
    # A later face nearer to the rejected one than to any of Ann's is not Ann either.
    later = add_video(library.database, MINUTE)
    store(
        library.config, library.database, later,
        [track(face("ann", 0.21)), track(face("ann", 0.02), 3_000, 4_000)],
    )  # fmt: skip
    assert library.seen(later) == ["Unknown 3", "staff/Ann"]
    library.do(use_cases.undo, done.change_id)
    assert library.seen(video)[2] == "staff/Ann"
    assert library.seen(later) == ["staff/Ann", "staff/Ann"]


def test_rejecting_the_face_somebody_unknown_was_founded_on_keeps_the_rest_together(library, video):
    first, _, third = library.ids(video)
    library.do(use_cases.reject, first)
    with library.database.transaction() as conn:
        assert appearances.get_appearance(conn, third).person.id == 1
        assert appearances.get_appearance(conn, first).person.id == 3


def test_a_decision_by_hand_wins_and_teaches(library, video):
    cho = add_video(library.database, MINUTE)
    store(
        library.config, library.database, cho,
        [track(face("cho")), track(face("cho", 0.1), 5_000, 6_000)],
    )  # fmt: skip
    asked = library.do(use_cases.assign, library.ids(cho)[0], "staff/Cho", preview=True)
    done = library.do(use_cases.assign, library.ids(cho)[0], "staff/Cho")
    assert (asked.appearances, done.appearances) == (2, 2)
    assert library.seen(cho) == ["staff/Cho", "staff/Cho"]
    with pytest.raises(EditRefused, match="already, decided by hand"):
        library.do(use_cases.assign, library.ids(cho)[0], "staff/Cho")
    library.do(use_cases.undo, done.change_id)
    assert library.seen(cho) == ["Unknown 3", "Unknown 3"]
    with pytest.raises(NotFound):
        library.person("staff/Cho")


def test_changing_ones_mind_takes_the_first_decision_back(library, video):
    library.do(use_cases.name, 1, "staff/Ann")
    library.do(use_cases.name, 2, "staff/Bob")
    second = library.ids(video)[1]
    first = library.do(use_cases.assign, second, library.person("staff/Ann"))
    assert library.seen(video)[1] == "staff/Ann"
    library.do(use_cases.reject, second)
    assert library.seen(video)[1] == "staff/Bob"
    again = library.do(use_cases.assign, second, library.person("staff/Ann"))
    assert library.seen(video)[1] == "staff/Ann"
    with pytest.raises(EditRefused, match="undo that one first"):
        library.do(use_cases.undo, first.change_id)
    library.do(use_cases.undo, again.change_id)
    assert library.seen(video)[1] == "staff/Bob"


def test_undo_keeps_what_does_not_depend_on_it_and_names_what_does(library, video):
    named = library.do(use_cases.name, 1, "staff/Ann")
    other = library.do(use_cases.name, 2, "staff/Bob")
    renamed = library.do(use_cases.rename, 1, "staff/Anna")
    with pytest.raises(EditRefused, match=f"Operation {renamed.change_id} builds on this one"):
        library.do(use_cases.undo, named.change_id)
    library.do(use_cases.undo, renamed.change_id)
    undone = library.do(use_cases.undo, named.change_id)
    assert library.seen(video) == ["Unknown 1", "staff/Bob", "Unknown 1"]
    with pytest.raises(EditRefused, match="undone already"):
        library.do(use_cases.undo, named.change_id)
    library.do(use_cases.undo, undone.change_id)
    assert library.seen(video) == ["staff/Ann", "staff/Bob", "staff/Ann"]
    with library.database.transaction() as conn:
        story = people_history.list_changes(conn)
        of_bob = people_history.list_changes(conn, person_id=2)
    assert [one.kind for one in story] == ["undo", "undo", "undo", "rename", "name", "name"]
    assert [one.id for one in of_bob] == [other.change_id]
    assert story[-1].subjects == ("staff/Ann",)


def test_undo_gives_way_to_a_name_taken_since(library, video):
    renamed = library.do(use_cases.name, 1, "staff/Ann")
    library.do(use_cases.undo, renamed.change_id)
    library.do(use_cases.name, 2, "staff/Ann")
    with library.database.transaction() as conn:
        undone = people_history.list_changes(conn)[1]
    with pytest.raises(EditRefused, match="has that name now"):
        library.do(use_cases.undo, undone.id)


def test_the_merged_are_shown_with_who_they_are(library, video):
    library.do(use_cases.name, 1, "staff/Ann")
    library.do(use_cases.merge, 2, 1)
    with library.database.transaction() as conn:
        (one,) = people.list_people(conn)
        assert people.summary_of(conn, 2) == one
        faces = galleries.faces_of(conn, 1)
    assert (one.person.label, one.appearances, one.videos) == ("staff/Ann", 3, 1)
    assert [merged.label for merged in one.merged] == ["Unknown 2"]
    assert [face.kind for face in faces] == ["founding", "founding"]
    assert one.cover is not None
    assert use_cases.crop_path(library.config, one.cover).read_bytes().startswith(b"\xff\xd8")


steps = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(0, 4), st.integers(0, 4)),
        st.tuples(st.just("unmerge"), st.integers(0, 4), st.just(0)),
        st.tuples(st.just("undo"), st.integers(0, 9), st.just(0)),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_merges_unmerges_and_undos_end_where_a_simple_model_says(library, steps):
    """The model: who was said to be whom, and a list of what each operation changed there."""
    with library.database.transaction() as conn:
        people_history.open_change(conn, kind="enrol", by=JIMIN)
        ids = [people.insert_person(conn) for _ in range(5)]
    into: dict[int, int | None] = dict.fromkeys(ids)
    log: list[dict] = []

    def end(one: int) -> int:
        while into[one] is not None:
            one = into[one]
        return one

    def attempt(function, *arguments):
        try:
            return library.do(function, *arguments).change_id
        except EditRefused:
            return None

    def write(one: int, new: int | None, change_id: int | None, reverts: dict | None) -> None:
        assert change_id is not None
        log.append({"id": change_id, "one": one, "before": into[one], "after": new, "by": None,
                    "reverts": reverts})  # fmt: skip
        into[one] = new

    for kind, first, second in steps:
        if kind == "merge":
            one, other = end(ids[first]), end(ids[second])
            done = attempt(use_cases.merge, ids[first], ids[second])
            if one == other:
                assert done is None
            else:
                write(one, other, done, None)
        elif kind == "unmerge":
            one = ids[first]
            if into[one] is None:
                inside = [child for child, parent in into.items() if parent == one]
                one = inside[0] if len(inside) == 1 else None
            done = attempt(use_cases.unmerge, ids[first])
            if one is None:
                assert done is None
            else:
                write(one, None, done, None)
        elif log:
            target = log[first % len(log)]
            done = attempt(use_cases.undo, target["id"])
            back = target["before"]
            possible = target["by"] is None and into[target["one"]] == target["after"]
            circle = back is not None and end(back) == target["one"]
            if not possible or circle:
                assert done is None
            else:
                write(target["one"], back, done, target)
                target["by"] = done
                if target["reverts"] is not None:
                    target["reverts"]["by"] = None
        with library.database.transaction() as conn:
            assert {one: people.root_of(conn, one).id for one in ids} == {o: end(o) for o in ids}
            own = people.get_people(conn, ids)
            assert {one: own[one].merged_into for one in ids} == into
