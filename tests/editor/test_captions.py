"""Captions proposed by a model: looked at first, taken as one operation, taken back as one."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.config import Config, ModelsConfig
from db.drafts import write_draft
from db.pool import Database
from editor.app import create_app
from pipeline.search import Searcher
from tests.editor.conftest import Clip
from tests.support import library

AUTHOR = "blip-base@1"


@pytest.fixture
def proposed(clip: Clip) -> Clip:
    """A proposal for every segment, written as the pipeline writes them."""
    with clip.database.transaction() as conn:
        for number, segment in enumerate(clip.segments()):
            write_draft(
                conn,
                segment_id=segment.id,
                revision=segment.revision,
                caption=f"proposed {number}",
                caption_ko=f"제안 {number}",
                author=AUTHOR,
            )
    return clip


def rows(clip: Clip) -> list[Any]:
    found: list[Any] = clip.client.get(f"/api/videos/{clip.id}/proposals").json["rows"]
    return found


def take(clip: Clip, tokens: list[str], **body: Any) -> Any:
    return clip.post(f"/videos/{clip.id}/proposals/take", tokens=tokens, **body)


def captions(clip: Clip) -> list[str]:
    return [segment.caption for segment in clip.segments()]


def test_what_is_proposed_stands_beside_what_is_there(proposed: Clip) -> None:
    row = rows(proposed)[1]
    assert (row["before"], row["caption"]) == ("A person in a red jacket walks in", "proposed 1")
    assert (row["before_ko"], row["caption_ko"]) == ("빨간 재킷을 입은 사람이 들어온다", "제안 1")
    assert (row["before_author"], row["author"]) == ("describer@2", AUTHOR)
    assert captions(proposed)[1] == "A person in a red jacket walks in"
    assert "3 proposals wait" in proposed.client.get(f"/videos/{proposed.id}").text


def test_the_ticked_ones_are_one_operation_that_one_undo_takes_back(proposed: Clip) -> None:
    before = captions(proposed)
    tokens = [row["token"] for row in rows(proposed)]
    done = take(proposed, tokens[:2])
    assert done.json["sentence"] == "2 captions changed"
    assert captions(proposed) == ["proposed 0", "proposed 1", before[2]]
    assert done.json["undo"] == "recaption"
    assert [row["token"] for row in rows(proposed)] == tokens[2:]
    history = proposed.client.get(f"/videos/{proposed.id}/history").text
    assert "Captions written anew" in history
    proposed.post(f"/videos/{proposed.id}/undo")
    assert captions(proposed) == before


def test_a_segment_changed_since_is_marked_and_left_alone(proposed: Clip) -> None:
    seen = rows(proposed)
    proposed.edit(proposed.segments()[0], "caption", caption="by a person")
    assert [row["stale"] for row in rows(proposed)] == [True, False, False]
    done = take(proposed, [row["token"] for row in seen])
    assert done.json["sentence"] == "2 captions changed; 1 left alone: changed meanwhile"
    assert captions(proposed) == ["by a person", "proposed 1", "proposed 2"]


def test_a_proposal_nobody_saw_is_not_taken(proposed: Clip) -> None:
    seen = [row["token"] for row in rows(proposed)]
    segment = proposed.segments()[1]
    with proposed.database.transaction() as conn:
        write_draft(
            conn,
            segment_id=segment.id,
            revision=segment.revision,
            caption="something else",
            caption_ko="",
            author=AUTHOR,
        )
    answer = take(proposed, seen)
    assert answer.status_code == 409
    assert answer.json["error"].startswith("The proposals changed meanwhile")
    assert "something else" not in captions(proposed)


def test_the_same_key_twice_is_taken_once(proposed: Clip) -> None:
    tokens = [row["token"] for row in rows(proposed)]
    first, second = (take(proposed, tokens, idempotency_key="pressed-twice") for _ in range(2))
    assert first.json["change_set_id"] == second.json["change_set_id"]


def test_dropping_forgets_the_proposals_and_changes_nothing(proposed: Clip) -> None:
    before = captions(proposed)
    answer = proposed.post(f"/videos/{proposed.id}/proposals/drop")
    assert (answer.json["dropped"], answer.json["rows"]) == (3, [])
    assert captions(proposed) == before


def test_without_a_captioner_one_sentence_says_how(clip: Clip) -> None:
    found = clip.client.get(f"/api/videos/{clip.id}/proposals").json
    assert found["configured"] is False
    assert "models.overrides.captioner" in found["sentence"]
    refused = clip.post(f"/videos/{clip.id}/proposals")
    assert "models.overrides.captioner" in refused.json["error"]
    clip.client.set_cookie("clipops_language", "ko")
    assert (
        "사진을 설명하는 모델이 없습니다"
        in clip.client.get(f"/api/videos/{clip.id}/proposals").json["sentence"]
    )


@pytest.fixture
def with_captioner(config: Config, database: Database) -> Callable[[Path], Flask]:
    """An editor whose captioner is BLIP from a folder."""

    def build(folder: Path) -> Flask:
        models = ModelsConfig(
            device="cpu", precision="fp32", overrides={"captioner": f"blip:{folder}"}
        )
        chosen = config.model_copy(update={"models": models})
        return create_app(chosen, database, Searcher(chosen, database))

    return build


@pytest.fixture
def footage(database: Database, tmp_path: Path) -> int:
    from pipeline.models.encoding import encode_mp4
    from tests.support.drawing import blank_room

    path = tmp_path / "room.mp4"
    encode_mp4(path, (blank_room(seed=number) for number in range(20)), fps=10)
    segments = [(0, 1_000, "One.", "하나."), (1_000, 2_000, "Two.", "둘.")]
    return library.add_video(database, segments, duration_ms=2_000, path=str(path))


def settled(client: FlaskClient, video_id: int) -> Any:
    for _ in range(600):
        found = client.get(f"/api/videos/{video_id}/proposals").json
        if not found["busy"]:
            return found
        time.sleep(0.1)
    pytest.fail("the model never ended")


def test_a_real_captioner_proposes_in_the_background_and_a_new_editor_still_has_it(
    with_captioner: Callable[[Path], Flask], footage: int, tmp_path: Path
) -> None:
    from tests.support.checkpoints import captioners

    captioners.blip(tmp_path / "blip")
    client = with_captioner(tmp_path / "blip").test_client()
    asked = client.post(
        f"/api/videos/{footage}/proposals", json={"idempotency_key": "propose-once"}
    )
    assert asked.status_code == 202
    assert asked.json["busy"] is True
    found = settled(client, footage)
    assert found["error"] == ""
    assert [row["before"] for row in found["rows"]] == ["One.", "Two."]
    assert all(row["author"].startswith("blip") for row in found["rows"])
    restarted = with_captioner(tmp_path / "blip").test_client()
    assert restarted.get(f"/api/videos/{footage}/proposals").json["rows"] == found["rows"]


def test_a_captioner_that_cannot_be_used_is_a_sentence_beside_the_proposals(
    with_captioner: Callable[[Path], Flask], footage: int, tmp_path: Path
) -> None:
    (tmp_path / "nothing").mkdir()
    client = with_captioner(tmp_path / "nothing").test_client()
    client.post(f"/api/videos/{footage}/proposals", json={"idempotency_key": "propose-once"})
    found = settled(client, footage)
    assert found["rows"] == []
    assert found["error"].endswith(".")
