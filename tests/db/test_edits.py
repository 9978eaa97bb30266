"""Edits leave true history, refuse nonsense with a sentence, and can be taken back one by one."""

from __future__ import annotations

import threading
from uuid import uuid4

import psycopg2
import pytest

from core.errors import EditRefused, NotFound, RevertBlocked, StaleRevision
from core.types import Actor, Segment
from db import edits, history
from db.pool import Database
from db.rows import execute, fetch_value
from db.segments import get_segment
from tests.support.library import PERSON, add_segments, add_video, draft, person, segments

CAPTIONS = [
    (0, 10_000, "Nobody in view.", "아무도 없습니다."),
    (10_000, 20_000, "A person in a red top comes in.", "빨간 옷을 입은 사람이 들어옵니다."),
    (20_000, 30_000, "A person in a blue top leaves.", "파란 옷을 입은 사람이 나갑니다."),
]


@pytest.fixture
def video_id(database: Database) -> int:
    return add_video(database, CAPTIONS)


def done(segment: Segment) -> dict[str, object]:
    return {"by": PERSON, "expected_revision": segment.revision, "idempotency_key": uuid4().hex}


def spans(database: Database, video_id: int) -> list[tuple[int, int, str]]:
    return [(s.start_ms, s.end_ms, s.caption) for s in segments(database, video_id)]


def undo(database: Database, change_set_id: int, **more: object) -> int:
    return edits.revert(
        database, change_set_id, by=PERSON, idempotency_key=uuid4().hex, **more
    ).change_set_id


def test_split_keeps_the_id_on_the_first_half_and_asks_for_captions(database, video_id):
    middle = segments(database, video_id)[1]
    result = edits.split(database, middle.id, at_ms=14_000, **done(middle))
    first, second = result.segments
    assert (first.id, first.start_ms, first.end_ms) == (middle.id, 10_000, 14_000)
    assert (second.start_ms, second.end_ms) == (14_000, 20_000)
    assert first.needs_caption
    assert second.needs_caption


def test_detections_of_a_split_segment_go_to_the_half_they_were_seen_in(database, video_id):
    with database.transaction() as conn:
        seen = (person(40_500, 43_000, upper="red"), person(44_000, 48_000, upper="blue"))
        (segment_id,) = add_segments(
            conn, video_id, [draft(video_id, 40_000, 50_000, detections=seen)]
        )
    with database.transaction() as conn:
        segment = get_segment(conn, segment_id)
    first, second = edits.split(database, segment_id, at_ms=45_000, **done(segment)).segments
    assert [d.attributes["upper"] for d in first.detections] == ["red", "blue"]
    assert [(d.start_ms, d.end_ms) for d in second.detections] == [(45_000, 48_000)]


def test_merge_joins_captions_without_the_quiet_one_and_deletes_the_second(database, video_id):
    first, second, third = segments(database, video_id)
    result = edits.merge_with_next(database, second.id, **done(second))
    assert spans(database, video_id)[1] == (10_000, 30_000, f"{second.caption} {third.caption}")
    assert [s.id for s in result.segments] == [second.id]
    with database.transaction() as conn:
        assert get_segment(conn, third.id).state == "deleted"
    assert first in segments(database, video_id)


def test_split_merge_and_revert_leave_the_history_true(database, video_id):
    before = segments(database, video_id)
    middle = before[1]
    split = edits.split(database, middle.id, at_ms=15_000, **done(middle))
    merge = edits.merge_with_next(database, middle.id, **done(split.segments[0]))
    undo(database, merge.change_set_id)
    assert [s[:2] for s in spans(database, video_id)] == [
        (0, 10_000), (10_000, 15_000), (15_000, 20_000), (20_000, 30_000)
    ]  # fmt: skip
    undo(database, split.change_set_id)
    after = segments(database, video_id)
    assert [(s.id, s.start_ms, s.end_ms, s.caption) for s in after] == [
        (s.id, s.start_ms, s.end_ms, s.caption) for s in before
    ]
    with database.transaction() as conn:
        story = history.video_history(conn, video_id)
    assert [c.kind for c in story] == ["revert", "revert", "merge", "split", "ingest"]
    assert story[2].reverted_by == story[1].id
    assert story[3].reverted_by == story[0].id


def test_reverting_an_old_operation_keeps_later_independent_ones(database, video_id):
    _, middle, last = segments(database, video_id)
    first = edits.edit_caption(database, middle.id, caption="Thief!", **done(middle))
    edits.edit_caption(database, last.id, caption="Customer.", **done(last))
    trimmed = edits.trim(
        database, middle.id, start_ms=11_000, end_ms=20_000, **done(first.segments[0])
    )
    assert trimmed.segments[0].caption == "Thief!"
    undo(database, first.change_set_id)
    assert spans(database, video_id)[1:] == [
        (11_000, 20_000, "A person in a red top comes in."),
        (20_000, 30_000, "Customer."),
    ]


def test_a_revert_can_be_reverted(database, video_id):
    middle = segments(database, video_id)[1]
    edit = edits.delete(database, middle.id, **done(middle))
    back = undo(database, edit.change_set_id)
    assert len(segments(database, video_id)) == 3
    undo(database, back)
    assert len(segments(database, video_id)) == 2
    with database.transaction() as conn:
        assert history.get_change_set(conn, edit.change_set_id).reverted_by is None
    undo(database, edit.change_set_id)
    assert len(segments(database, video_id)) == 3


def test_a_revert_that_others_depend_on_names_them_and_can_take_them_along(database, video_id):
    middle = segments(database, video_id)[1]
    split = edits.split(database, middle.id, at_ms=15_000, **done(middle))
    second = split.segments[1]
    caption = edits.edit_caption(database, second.id, caption="Only here.", **done(second))
    with pytest.raises(RevertBlocked) as blocked:
        undo(database, split.change_set_id)
    assert [c.id for c in blocked.value.dependents] == [caption.change_set_id]
    assert len(segments(database, video_id)) == 4
    undo(database, split.change_set_id, with_dependents=True)
    assert spans(database, video_id) == [c[:3] for c in CAPTIONS]
    with database.transaction() as conn:
        assert history.get_change_set(conn, caption.change_set_id).reverted_by is not None


def test_a_deleted_segment_does_not_come_back_over_a_newer_one(database, video_id):
    middle = segments(database, video_id)[1]
    gone = edits.delete(database, middle.id, **done(middle))
    made = edits.create(
        database, video_id, start_ms=12_000, end_ms=18_000, caption="Mine",
        by=PERSON, idempotency_key="create-1",
    )  # fmt: skip
    with pytest.raises(RevertBlocked) as blocked:
        undo(database, gone.change_set_id)
    assert [c.id for c in blocked.value.dependents] == [made.change_set_id]
    with database.transaction() as conn:
        deleted = get_segment(conn, middle.id)
    with pytest.raises(EditRefused, match="cover"):
        edits.restore(database, middle.id, **done(deleted))


def test_a_caption_the_pipeline_wrote_since_never_blocks_a_person(database, video_id):
    middle = segments(database, video_id)[1]
    split = edits.split(database, middle.id, at_ms=15_000, **done(middle))
    first = split.segments[0]
    edits.edit_caption(
        database, first.id, caption="Red top at the door.",
        by=Actor(name="describer@2", origin="pipeline"),
        expected_revision=first.revision, idempotency_key="recaption",
    )  # fmt: skip
    undo(database, split.change_set_id)
    assert spans(database, video_id) == [c[:3] for c in CAPTIONS]


def test_a_stale_revision_is_refused_with_the_present_version(database, video_id):
    middle = segments(database, video_id)[1]
    edits.edit_caption(database, middle.id, caption="First.", **done(middle))
    with pytest.raises(StaleRevision) as stale:
        edits.edit_caption(database, middle.id, caption="Second.", **done(middle))
    assert stale.value.current.caption == "First."
    assert spans(database, video_id)[1][2] == "First."


def test_the_same_idempotency_key_acts_once(database, video_id):
    middle = segments(database, video_id)[1]
    again = done(middle)
    first = edits.split(database, middle.id, at_ms=15_000, **again)
    second = edits.split(database, middle.id, at_ms=15_000, **again)
    assert first.change_set_id == second.change_set_id
    assert len(segments(database, video_id)) == 4


def test_two_editors_at_once_one_wins_and_one_is_told(database, video_id):
    middle = segments(database, video_id)[1]
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def edit(caption: str) -> None:
        barrier.wait()
        try:
            edits.edit_caption(database, middle.id, caption=caption, **done(middle))
            outcomes.append("stored")
        except StaleRevision:
            outcomes.append("stale")

    threads = [threading.Thread(target=edit, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["stale", "stored"]


@pytest.mark.parametrize("at_ms", [10_000, 20_000, 10_100, 5_000, -1])
def test_a_split_outside_says_why_and_leaves_no_trace(database, video_id, at_ms):
    middle = segments(database, video_id)[1]
    with pytest.raises(EditRefused, match="not inside"):
        edits.split(database, middle.id, at_ms=at_ms, **done(middle))
    with database.transaction() as conn:
        assert [c.kind for c in history.video_history(conn, video_id)] == ["ingest"]


def test_nonsense_is_refused(database, video_id):
    first, _, last = segments(database, video_id)
    with pytest.raises(EditRefused, match="last segment"):
        edits.merge_with_next(database, last.id, **done(last))
    with pytest.raises(EditRefused, match="cover"):
        edits.trim(database, first.id, start_ms=0, end_ms=11_000, **done(first))
    with pytest.raises(EditRefused, match="ends at"):
        edits.trim(database, last.id, start_ms=20_000, end_ms=99_000, **done(last))
    with pytest.raises(NotFound):
        edits.delete(database, 10**9, by=PERSON, expected_revision=1, idempotency_key="x")


def test_every_edit_enqueues_the_work_it_makes_necessary_in_the_same_transaction(
    database, video_id
):
    middle = segments(database, video_id)[1]
    count = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'refresh'"
    with pytest.raises(EditRefused):
        edits.split(database, middle.id, at_ms=0, **done(middle))
    with database.transaction() as conn:
        assert fetch_value(conn, count) == 0
    edits.split(database, middle.id, at_ms=15_000, **done(middle))
    with database.transaction() as conn:
        assert fetch_value(conn, count) == 1


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE segments SET caption = 'silent'", "change set"),
        ("DELETE FROM detections; DELETE FROM segments", "change set"),
        ("UPDATE segment_versions SET snapshot = NULL", "never rewritten"),
        ("DELETE FROM segment_versions", "never rewritten"),
        ("UPDATE change_sets SET actor = 'somebody else'", "never rewritten"),
        ("TRUNCATE segment_versions", "no history"),
        ("TRUNCATE segments CASCADE", "no history"),
    ],
)
def test_no_statement_escapes_history(database, video_id, statement, sentence):
    refused = pytest.raises(psycopg2.errors.IntegrityConstraintViolation, match=sentence)
    with refused, database.transaction() as conn:
        execute(conn, statement)


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "error"),
    [
        (5_000, 6_000, psycopg2.errors.ExclusionViolation),
        (50_000, 60_001, psycopg2.errors.CheckViolation),
    ],
)
def test_the_database_refuses_overlap_and_segments_past_the_end(
    database, video_id, start_ms, end_ms, error
):
    with pytest.raises(error), database.transaction() as conn:
        add_segments(conn, video_id, [draft(video_id, start_ms, end_ms)])


def test_a_caption_a_person_wrote_since_survives_the_revert_of_a_split(database, video_id):
    mina = Actor(name="Mina (@mina)", origin="slack")
    middle = segments(database, video_id)[1]
    cut = edits.split(database, middle.id, at_ms=15_000, **done(middle))
    edits.edit_caption(
        database,
        middle.id,
        caption="Mina saw a thief.",
        by=mina,
        expected_revision=cut.segments[0].revision,
        idempotency_key="mina",
    )
    undo(database, cut.change_set_id)
    assert spans(database, video_id)[1] == (10_000, 20_000, "Mina saw a thief.")


def test_merging_with_something_else_than_was_seen_is_refused(database, video_id):
    _, middle, last = segments(database, video_id)
    seen = {"next_id": last.id, "next_revision": last.revision}
    edits.edit_caption(database, last.id, caption="Newer.", **done(last))
    with pytest.raises(StaleRevision) as stale:
        edits.merge_with_next(database, middle.id, **done(middle), **seen)
    assert stale.value.current.caption == "Newer."
    assert len(segments(database, video_id)) == 3


def test_a_deleted_segment_takes_no_caption(database, video_id):
    middle = segments(database, video_id)[1]
    edits.delete(database, middle.id, **done(middle))
    with database.transaction() as conn:
        gone = get_segment(conn, middle.id)
    with pytest.raises(EditRefused, match="restore it first"):
        edits.edit_caption(database, middle.id, caption="Too late.", **done(gone))


def test_an_idempotency_key_does_not_answer_for_another_edit(database, video_id):
    _, middle, last = segments(database, video_id)
    edits.split(database, middle.id, at_ms=15_000, **(done(middle) | {"idempotency_key": "one"}))
    with pytest.raises(EditRefused, match="another edit"):
        edits.delete(database, last.id, **(done(last) | {"idempotency_key": "one"}))
    assert len(segments(database, video_id)) == 4
