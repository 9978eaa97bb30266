"""History, revert, undo and redo through the API and the pages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from db import history
from db.segments import write_segment
from tests.editor.conftest import Clip
from tests.support import library


def test_an_old_operation_is_reverted_and_later_ones_stay(clip: Clip) -> None:
    first, second, _ = clip.segments()
    trimmed = clip.edit(first, "trim", start_ms=1_000, end_ms=10_000)
    clip.edit(second, "caption", caption="Ana")
    answer = clip.post(f"/change-sets/{trimmed.json['change_set_id']}/revert")
    assert answer.status_code == 200
    assert answer.json["segments"][0]["start_ms"] == 0
    assert answer.json["segments"][1]["caption"] == "Ana"


def test_a_blocked_revert_names_what_depends_and_can_take_it_along(clip: Clip) -> None:
    split = clip.edit(clip.segments()[1], "split", at_ms=15_000)
    half = clip.segments()[2]
    caption = clip.edit(half, "caption", caption="second half", caption_ko="뒷부분")
    path = f"/change-sets/{split.json['change_set_id']}/revert"
    blocked = clip.post(path)
    assert blocked.status_code == 422
    assert [d["id"] for d in blocked.json["dependents"]] == [caption.json["change_set_id"]]
    assert blocked.json["dependents"][0]["title"] == "Caption changed"
    together = clip.post(path, with_dependents=True)
    assert [s["end_ms"] for s in together.json["segments"]] == [10_000, 20_000, 30_000]


def test_undo_and_redo_walk_one_step_at_a_time(clip: Clip) -> None:
    first, second, third = clip.segments()
    clip.edit(first, "caption", caption="one")
    clip.edit(second, "caption", caption="two")
    clip.edit(third, "delete")
    undo, redo = f"/videos/{clip.id}/undo", f"/videos/{clip.id}/redo"
    assert len(clip.post(undo).json["segments"]) == 3
    assert clip.post(undo).json["segments"][1]["caption"] != "two"
    again = clip.post(redo)
    assert again.json["segments"][1]["caption"] == "two"
    assert (again.json["undo"], again.json["redo"]) == ("caption", "revert")
    assert len(clip.post(redo).json["segments"]) == 2
    assert clip.post(redo).status_code == 422


def test_a_new_action_ends_what_could_be_redone(clip: Clip) -> None:
    first, second, _ = clip.segments()
    clip.edit(first, "caption", caption="one")
    clip.post(f"/videos/{clip.id}/undo")
    assert clip.edit(second, "caption", caption="two").json["redo"] is None


def test_undo_never_touches_what_another_person_did(clip: Clip, app: Flask) -> None:
    other = app.test_client()
    first, second, _ = clip.segments()
    clip.edit(first, "caption", caption="mine")
    clip.edit(second, "caption", other, caption="theirs")
    answer = clip.post(f"/videos/{clip.id}/undo")
    assert answer.json["segments"][0]["caption"] != "mine"
    assert answer.json["segments"][1]["caption"] == "theirs"
    assert (
        clip.post(f"/videos/{clip.id}/undo").json["error"] == "There is nothing of yours to undo."
    )


def test_a_revert_from_the_history_is_itself_undone_first(clip: Clip) -> None:
    first, second, _ = clip.segments()
    old = clip.edit(first, "caption", caption="one")
    clip.edit(second, "caption", caption="two")
    clip.post(f"/change-sets/{old.json['change_set_id']}/revert")
    answer = clip.post(f"/videos/{clip.id}/undo")
    assert [s["caption"] for s in answer.json["segments"][:2]] == ["one", "two"]


def test_the_history_says_what_changed_before_and_after(clip: Clip) -> None:
    segment = clip.segments()[1]
    clip.edit(segment, "trim", start_ms=10_000, end_ms=16_000)
    page = clip.client.get(f"/videos/{clip.id}/history").text
    assert "<del>0:10–0:20</del>" in page
    assert "<ins>0:10–0:16</ins>" in page
    assert "Segment trimmed" in page
    operations = clip.client.get(f"/api/videos/{clip.id}/history").json["operations"]
    assert [o["kind"] for o in operations] == ["trim", "ingest"]
    assert operations[0]["origin"] == "web"


def test_an_ingest_offers_no_revert(clip: Clip) -> None:
    page = clip.client.get(f"/videos/{clip.id}/history").text
    assert "Segments found" in page
    assert "data-revert" not in page


def test_what_the_pipeline_wrote_offers_no_revert(clip: Clip) -> None:
    seen = clip.segments()[1]
    with clip.database.transaction() as conn:
        history.open_change_set(conn, video_id=clip.id, kind="caption", by=library.PIPELINE)
        write_segment(conn, replace(seen, caption="Described anew"), before=seen)
    page = clip.client.get(f"/videos/{clip.id}/history").text
    assert "Caption changed" in page
    assert "data-revert" not in page


@pytest.mark.parametrize("number", [2**63, 10**30])
@pytest.mark.parametrize(
    "path",
    [
        "/api/videos/{id}/history?before=",
        "/videos/{id}/history?before=",
        "/?offset=",
        "/api/videos?offset=",
        "/parts/library?offset=",
        "/search?q=red&offset=",
        "/api/search?q=red&offset=",
    ],
)
def test_a_number_beyond_every_row_is_refused(clip: Clip, path: str, number: int) -> None:
    assert clip.client.get(path.format(id=clip.id) + str(number)).status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/api/segments/{n}",
        "/videos/{n}",
        "/api/videos/{n}/timeline",
        "/videos/{n}/history",
        "/thumbnails/{n}.jpg",
        "/media/{n}",
    ],
)
def test_a_thing_beyond_every_row_does_not_exist(clip: Clip, path: str) -> None:
    assert clip.client.get(path.format(n=10**30)).status_code == 404


@pytest.mark.parametrize("path", ["/search?q=red%00jacket", "/api/search?q=red%00jacket"])
def test_a_search_survives_a_control_character(clip: Clip, path: str) -> None:
    assert clip.client.get(path).status_code == 200


def test_a_guest_name_loses_its_control_characters(clip: Clip) -> None:
    clip.client.post("/preferences", data={"name": "Mi\0na\x1b"})
    clip.edit(clip.segments()[0], "caption", caption="words")
    operations = clip.client.get(f"/api/videos/{clip.id}/history").json["operations"]
    assert operations[0]["actor"] == "Mi na"


def test_a_page_that_is_up_to_date_gets_no_body(clip: Clip, app: Flask) -> None:
    path = f"/api/videos/{clip.id}/timeline"
    latest = clip.client.get(path).json["latest"]
    assert clip.client.get(f"{path}?after={latest}").status_code == 204
    clip.edit(clip.segments()[0], "caption", app.test_client(), caption="new")
    fresh = clip.client.get(f"{path}?after={latest}")
    assert fresh.json["latest"] > latest
    assert fresh.json["others"] == [fresh.json["latest_by"]]
