"""Editing segments through the API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from db import history
from db.segments import get_segment, write_segment
from tests.editor.conftest import Clip
from tests.support import library


def spans(answer: Any) -> list[tuple[int, int]]:
    return [(s["start_ms"], s["end_ms"]) for s in answer.json["segments"]]


def merge(clip: Clip, index: int, **body: Any) -> Any:
    """Join a segment with the next, as the page sends it."""
    first, second = clip.segments()[index : index + 2]
    body.setdefault("next_revision", second.revision)
    return clip.edit(first, "merge", next_id=second.id, **body)


def test_a_split_answers_with_both_halves_and_the_way_back(clip: Clip) -> None:
    answer = clip.edit(clip.segments()[1], "split", at_ms=14_000)
    assert answer.status_code == 200
    assert spans(answer) == [(0, 10_000), (10_000, 14_000), (14_000, 20_000), (20_000, 30_000)]
    assert answer.json["undo"] == "split"
    assert len(answer.json["touched"]) == 2


def test_a_merge_joins_a_segment_with_the_next(clip: Clip) -> None:
    answer = merge(clip, 1)
    assert spans(answer) == [(0, 10_000), (10_000, 30_000)]
    assert "red jacket" in answer.json["segments"][1]["caption"]
    assert "takes a bottle" in answer.json["segments"][1]["caption"]


def test_a_caption_in_one_language_flags_the_other_until_it_follows(clip: Clip) -> None:
    segment = clip.segments()[1]
    answer = clip.edit(segment, "caption", caption="Ana comes home")
    changed = answer.json["segments"][1]
    assert (changed["caption"], changed["caption_ko"]) == ("Ana comes home", segment.caption_ko)
    assert answer.json["stale"] == {str(segment.id): "ko"}
    followed = clip.edit(clip.segments()[1], "caption", caption_ko="아나가 집에 온다")
    assert followed.json["stale"] == {}
    undone = clip.post(f"/change-sets/{followed.json['change_set_id']}/revert")
    assert undone.json["stale"] == {str(segment.id): "ko"}
    clip.edit(clip.segments()[1], "caption", caption_ko="아나가 집에 온다")
    alone = clip.edit(clip.segments()[1], "caption", caption_ko="아나가 나간다")
    assert alone.json["stale"] == {str(segment.id): "en"}
    both = clip.edit(clip.segments()[1], "caption", caption="Ana sleeps", caption_ko="아나가 잔다")
    assert both.json["stale"] == {}


def test_a_trim_moves_the_edges(clip: Clip) -> None:
    answer = clip.edit(clip.segments()[1], "trim", start_ms=11_000, end_ms=19_000)
    assert spans(answer)[1] == (11_000, 19_000)


def test_a_shared_border_moves_both_neighbours_in_one_operation(clip: Clip) -> None:
    first, second = clip.segments()[1:]
    answer = clip.edit(
        first, "border", at_ms=23_000, next_id=second.id, next_revision=second.revision
    )
    assert spans(answer)[1:] == [(10_000, 23_000), (23_000, 30_000)]
    undone = clip.post(f"/videos/{clip.id}/undo")
    assert spans(undone)[1:] == [(10_000, 20_000), (20_000, 30_000)]


def test_a_border_between_segments_that_do_not_touch_is_refused(clip: Clip) -> None:
    first, _, third = clip.segments()
    answer = clip.edit(first, "border", at_ms=9_000, next_id=third.id, next_revision=third.revision)
    assert answer.status_code == 422
    assert answer.json["error"] == "These two segments share no border."


def test_a_segment_is_created_where_none_is(clip: Clip) -> None:
    answer = clip.post(f"/videos/{clip.id}/segments", start_ms=40_000, end_ms=45_000)
    assert spans(answer)[-1] == (40_000, 45_000)
    refused = clip.post(f"/videos/{clip.id}/segments", start_ms=44_000, end_ms=46_000)
    assert refused.status_code == 422


def test_a_deleted_segment_is_offered_and_comes_back(clip: Clip) -> None:
    segment = clip.segments()[1]
    gone = clip.edit(segment, "delete")
    assert [s["id"] for s in gone.json["deleted"]] == [segment.id]
    back = clip.edit(segment, "restore", expected_revision=gone.json["deleted"][0]["revision"])
    assert spans(back) == [(0, 10_000), (10_000, 20_000), (20_000, 30_000)]
    assert back.json["deleted"] == []


def test_a_merged_segment_is_not_offered_as_deleted(clip: Clip) -> None:
    assert merge(clip, 1).json["deleted"] == []


def test_a_merge_names_the_neighbour_it_saw(clip: Clip, app: Flask) -> None:
    _, first, second = clip.segments()
    assert clip.edit(first, "merge").status_code == 422
    clip.edit(second, "caption", app.test_client(), caption="changed by someone else")
    answer = merge(clip, 1, next_revision=second.revision)
    assert answer.status_code == 409
    assert answer.json["yours"]["next_revision"] == second.revision
    assert answer.json["current"]["id"] == second.id
    assert answer.json["current"]["caption"] == "changed by someone else"
    assert len(clip.segments()) == 3


def test_a_conflict_says_whether_only_the_pipeline_was_faster(clip: Clip, app: Flask) -> None:
    seen = clip.segments()[1]
    described = replace(seen, caption="Described anew")
    with clip.database.transaction() as conn:
        history.open_change_set(conn, video_id=clip.id, kind="caption", by=library.PIPELINE)
        write_segment(conn, described, before=seen)
    assert clip.edit(seen, "delete").json["changed_by_pipeline"] is True
    between = clip.segments()[1]
    clip.edit(between, "caption", app.test_client(), caption="by a person")
    with clip.database.transaction() as conn:
        before = get_segment(conn, seen.id)
        history.open_change_set(conn, video_id=clip.id, kind="caption", by=library.PIPELINE)
        write_segment(conn, replace(before, caption="and anew"), before=before)
    assert clip.edit(seen, "delete").json["changed_by_pipeline"] is False
    assert clip.segments()[1].caption == "and anew"


@pytest.mark.parametrize("text", ["a\0b", "a\x1bb", "a\x7fb"])
@pytest.mark.parametrize("field", ["caption", "caption_ko", "reason", "idempotency_key"])
def test_a_control_character_is_refused(clip: Clip, field: str, text: str) -> None:
    body = {"caption": "words", field: text + " and more"}
    answer = clip.edit(clip.segments()[1], "caption", **body)
    assert answer.status_code == 422
    assert answer.json["error"] == f"{field} holds a control character; take it out."


def test_half_a_surrogate_pair_is_refused(clip: Clip) -> None:
    path = f"/api/segments/{clip.segments()[1].id}/caption"
    body = '{"caption": "\\ud800", "expected_revision": 1, "idempotency_key": "half-a-pair"}'
    answer = clip.client.post(path, data=body, content_type="application/json")
    assert answer.status_code == 422


def test_line_ends_in_a_caption_become_blanks(clip: Clip) -> None:
    clip.edit(clip.segments()[1], "caption", caption="one\ntwo\tthree")
    assert clip.segments()[1].caption == "one two three"


def test_a_stale_revision_gets_both_versions_and_nothing_is_overwritten(
    clip: Clip, app: Flask
) -> None:
    segment = clip.segments()[1]
    clip.edit(segment, "caption", app.test_client(), caption="first")
    answer = clip.edit(segment, "caption", caption="second")
    assert answer.status_code == 409
    assert answer.json["yours"]["caption"] == "second"
    assert answer.json["current"]["caption"] == "first"
    assert clip.segments()[1].caption == "first"


def test_the_same_key_twice_is_done_once(clip: Clip) -> None:
    segment = clip.segments()[1]
    body = {"at_ms": 14_000, "idempotency_key": "pressed-twice"}
    first = clip.edit(segment, "split", **body)
    second = clip.edit(segment, "split", **body)
    assert first.json["change_set_id"] == second.json["change_set_id"]
    assert len(clip.segments()) == 4


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"at_ms": 14_000}, "expected_revision"),
        ({"at_ms": "14000", "expected_revision": 1}, "at_ms"),
        ({"at_ms": -1, "expected_revision": 1}, "at_ms"),
        ({"at_ms": 14_000, "expected_revision": 1, "surprise": 1}, "surprise"),
        ({"at_ms": 14_000, "expected_revision": 1, "idempotency_key": "short"}, "idempotency_key"),
    ],
)
def test_input_of_the_wrong_shape_names_the_field(clip: Clip, body: Any, said: str) -> None:
    answer = clip.post(f"/segments/{clip.segments()[1].id}/split", **body)
    assert answer.status_code == 422
    assert answer.json["error"].startswith(said)
    assert len(clip.segments()) == 3


def test_what_is_no_json_is_refused(clip: Clip) -> None:
    path = f"/api/segments/{clip.segments()[1].id}/split"
    assert clip.client.post(path, data="at_ms=1").status_code == 415
    broken = clip.client.post(path, data="{", content_type="application/json")
    assert broken.status_code == 400


def test_a_body_without_end_is_refused(clip: Clip) -> None:
    answer = clip.edit(clip.segments()[1], "caption", caption="x" * 300_000)
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/segments/999999", "/videos/999999/timeline", "/nothing"])
def test_what_does_not_exist_is_404(clip: Clip, path: str) -> None:
    answer = clip.client.get(f"/api{path}")
    assert answer.status_code == 404
    assert answer.json["error"].startswith("There is no")


def test_an_edit_that_makes_no_sense_says_why(clip: Clip) -> None:
    answer = clip.edit(clip.segments()[1], "split", at_ms=10_050)
    assert answer.status_code == 422
    assert "is not inside the segment" in answer.json["error"]


def test_a_refusal_is_korean_for_a_korean_reader(clip: Clip) -> None:
    clip.client.set_cookie("clipops_language", "ko")
    answer = clip.edit(clip.segments()[1], "split", at_ms=10_050)
    assert "구간 0:10–0:20 안에 있지 않습니다" in answer.json["error"]
