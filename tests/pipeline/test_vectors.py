"""A new model gets a space beside the old one; searches switch when it is complete."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from core.config import Config, ModelsConfig
from core.errors import EditRefused
from core.types import Actor, Video
from db import edits, jobs
from db.pool import Database
from db.rows import execute, fetch_all, fetch_value
from db.segments import list_segments
from db.spaces import (
    CAPTION_SPACE,
    VIDEO_SPACE,
    active_space,
    building_spaces,
    indexes,
    sweep,
    vectors_of,
)
from db.videos import get_video
from pipeline.prepared import BEING_REBUILT
from pipeline.query_vectors import OTHER_MODEL
from pipeline.registry import Registry
from pipeline.search import Searcher
from pipeline.spaces import reindex, switch
from pipeline.vectors import prepare_switch, reembed, write_clip_vectors, write_vectors
from pipeline.workshop import Workshop
from tests.support.checkpoints import text as text_checkpoints
from tests.support.checkpoints import video as video_checkpoints
from tests.support.drawing import blank_room
from tests.support.library import add_segments, add_video, draft, segments

SEVERAL = (
    ("red", "blue", "green", "white"),
    ("car", "dog", "bicycle", "ball", "boat"),
    ("arrives", "falls", "waits"),
)
CAPTIONS = [("A red car arrives.", "빨간 차가 옵니다."), ("A dog runs.", "개가 뜁니다.")]


def nowhere(_share: float) -> None:
    return None


def stocked(database: Database, title: str, path: str = "") -> Video:
    video_id = add_video(database, title=title, path=path or f"/videos/{title}.mp4")
    drafts = [
        draft(video_id, 1_000 * n, 1_000 * n + 1_000, en, ko) for n, (en, ko) in enumerate(CAPTIONS)
    ]
    with database.transaction() as conn:
        add_segments(conn, video_id, drafts)
        return get_video(conn, video_id)


@pytest.fixture
def builtin(config: Config, database: Database) -> Workshop:
    return Workshop(config=config, database=database, registry=Registry(config))


@pytest.fixture
def switched(config: Config, database: Database, tmp_path: Path) -> Workshop:
    """The same library with another text encoder configured, which may be as bad as it likes."""
    folder = tmp_path / "encoder"
    text_checkpoints.sentence_transformer(folder)
    models = ModelsConfig(
        device="cpu", precision="fp32", overrides={"text_encoder": f"kpf-sbert:{folder}"}
    )
    search = config.search.model_copy(update={"gate_tolerance": 1.0})
    other = config.model_copy(update={"models": models, "search": search})
    return Workshop(config=other, database=database, registry=Registry(other))


def active_model(database: Database, kind: str = CAPTION_SPACE) -> str:
    with database.transaction() as conn:
        space = active_space(conn, kind)
    assert space is not None
    return space.model


def waiting_jobs(database: Database) -> int:
    with database.transaction() as conn:
        return int(fetch_value(conn, jobs.SQL["waiting_reembeds"]))


def vectors_by_space(database: Database) -> dict[int, int]:
    with database.transaction() as conn:
        rows = fetch_all(
            conn, "SELECT space_id, count(*) AS n FROM segment_vectors GROUP BY space_id"
        )
    return {row["space_id"]: row["n"] for row in rows}


def test_searches_use_the_old_space_until_the_new_one_is_complete(builtin, switched, database):
    write_vectors(builtin, stocked(database, "first"), nowhere)
    prepare_switch(switched)
    prepare_switch(switched)
    assert waiting_jobs(database) == 1
    searcher = Searcher(switched.config, database, switched.registry)
    before = searcher.search("a red automobile")
    assert before.hits[0].segment.caption == "A red car arrives."
    assert before.notes == (BEING_REBUILT[0],)
    assert active_model(database) == "all-MiniLM-L6-v2"

    reembed(switched, nowhere)

    assert active_model(database) == switched.registry.text_encoder().name
    after = searcher.search("red car")
    assert after.hits[0].segment.caption == "A red car arrives."
    assert after.notes == ()
    assert len(vectors_by_space(database)) == 2


def test_what_comes_in_meanwhile_is_found_at_once_and_after_the_switch(builtin, switched, database):
    write_vectors(builtin, stocked(database, "first"), nowhere)
    prepare_switch(switched)
    write_vectors(switched, stocked(database, "second"), nowhere)
    counts = sorted(vectors_by_space(database).values())
    assert counts == [2, 4]  # the new space has the new video, the old one both
    reembed(switched, nowhere)
    assert sorted(vectors_by_space(database).values()) == [4, 4]


def test_a_switch_that_was_stopped_goes_on_where_it_was(builtin, switched, database):
    for title in ("first", "second"):
        write_vectors(builtin, stocked(database, title), nowhere)
    prepare_switch(switched)
    with database.transaction() as conn:
        (space,) = building_spaces(conn, CAPTION_SPACE)
        video = get_video(conn, 1)
    write_vectors(switched, video, nowhere)  # as far as a killed job came
    assert active_model(database) == "all-MiniLM-L6-v2"
    reembed(switched, nowhere)
    assert active_model(database) == space.model
    reembed(switched, nowhere)  # the job may be done twice


def test_an_edit_during_the_switch_is_in_both_spaces(builtin, switched, database):
    video = stocked(database, "first")
    write_vectors(builtin, video, nowhere)
    prepare_switch(switched)
    reembed_partly = vectors_by_space(database)
    assert len(reembed_partly) == 1
    with database.transaction() as conn:
        segment = list_segments(conn, video.id)[0]
    edits.edit_caption(
        database,
        segment.id,
        caption="A green lorry arrives.",
        by=Actor(name="jimin", origin="web"),
        expected_revision=segment.revision,
        idempotency_key="edit",
    )
    write_vectors(switched, video, nowhere)
    reembed(switched, nowhere)
    assert sorted(vectors_by_space(database).values()) == [2, 2]


def test_going_back_before_it_is_complete_keeps_the_old_space(builtin, switched, database):
    write_vectors(builtin, stocked(database, "first"), nowhere)
    prepare_switch(switched)
    prepare_switch(builtin)
    reembed(builtin, nowhere)
    assert active_model(database) == "all-MiniLM-L6-v2"
    prepare_switch(switched)
    reembed(switched, nowhere)
    assert active_model(database) == switched.registry.text_encoder().name


def test_without_the_old_encoder_words_are_searched_and_that_is_said(switched, builtin, database):
    write_vectors(switched, stocked(database, "first"), nowhere)
    gone = builtin  # the configuration whose folder was elsewhere
    searcher = Searcher(gone.config, database, gone.registry)
    with database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("UPDATE embedding_spaces SET model = 'lost'")
    result = searcher.search("red car")
    assert OTHER_MODEL[0] in result.notes
    assert OTHER_MODEL[1] in result.notes_ko
    assert result.hits[0].segment.caption == "A red car arrives."


@pytest.fixture
def filmed(config: Config, database: Database, tmp_path: Path) -> tuple[Workshop, Video]:
    """A video on disk and a video encoder."""
    from pipeline.models.encoding import encode_mp4

    path = tmp_path / "room.mp4"
    encode_mp4(path, (blank_room(seed=n) for n in range(20)), fps=10)
    folder = tmp_path / "clip"
    video_checkpoints.clip4clip(folder)
    models = ModelsConfig(
        device="cpu", precision="fp32", overrides={"video_encoder": f"clip4clip:{folder}"}
    )
    other = config.model_copy(update={"models": models})
    workshop = Workshop(config=other, database=database, registry=Registry(other))
    return workshop, stocked(database, "room", str(path))


def test_vectors_of_pictures_have_a_space_of_their_own_and_outlive_words(filmed, database):
    workshop, video = filmed
    write_vectors(workshop, video, nowhere)
    write_clip_vectors(workshop, video, nowhere)
    assert sorted(vectors_by_space(database).values()) == [2, 2]
    assert active_model(database, VIDEO_SPACE) == workshop.registry.video_encoder().name
    by = Actor(name="jimin", origin="web")
    with database.transaction() as conn:
        segment = list_segments(conn, video.id)[0]
    edited = edits.edit_caption(
        database, segment.id, caption="Other words.", by=by,
        expected_revision=segment.revision, idempotency_key="words",
    )  # fmt: skip
    assert sorted(vectors_by_space(database).values()) == [1, 2]
    edits.trim(
        database, segment.id, start_ms=0, end_ms=900, by=by,
        expected_revision=edited.segments[0].revision, idempotency_key="trim",
    )  # fmt: skip
    assert sorted(vectors_by_space(database).values()) == [1, 1]
    write_clip_vectors(workshop, video, nowhere)
    assert sorted(vectors_by_space(database).values()) == [1, 2]


def test_a_worse_model_is_held_back_and_says_why(builtin, switched, database):
    """Weights drawn by lot find the captions of nothing; the gate sees it."""
    search = switched.config.search.model_copy(update={"gate_tolerance": 0.02})
    strict = replace(switched, config=switched.config.model_copy(update={"search": search}))
    video_id = add_video(database, duration_ms=60_000)
    drafts = [
        draft(video_id, n * 1_000, n * 1_000 + 1_000, f"A {colour} {thing} {deed}.")
        for n, (colour, thing, deed) in enumerate(product(*SEVERAL))
    ]
    with database.transaction() as conn:
        add_segments(conn, video_id, drafts)
        video = get_video(conn, video_id)
    write_vectors(builtin, video, nowhere)
    prepare_switch(strict)

    reembed(strict, nowhere)

    assert active_model(database) == "all-MiniLM-L6-v2"
    with database.transaction() as conn:
        (space,) = building_spaces(conn, CAPTION_SPACE)
    assert "worse by more than 0.02" in space.held_back
    result = Searcher(strict.config, database, strict.registry).search("red car")
    assert BEING_REBUILT[0] not in result.notes
    with pytest.raises(EditRefused, match="anyway"):
        switch(strict, str(space.id), nowhere, anyway=False)
    switch(strict, space.name, nowhere, anyway=True)
    assert active_model(database) == space.model


def test_a_caption_that_was_there_before_has_its_vector_at_once(builtin, database):
    """Undone in the same transaction: no model has to run."""
    video = stocked(database, "first")
    write_vectors(builtin, video, nowhere)
    by = Actor(name="jimin", origin="web")
    first = segments(database, video.id)[0]
    edits.edit_caption(
        database,
        first.id,
        expected_revision=first.revision,
        by=by,
        caption="Something else.",
        idempotency_key="one",
    )
    with database.transaction() as conn:
        assert vectors_of(conn, first.id) == {}
    edits.edit_caption(
        database,
        first.id,
        expected_revision=segments(database, video.id)[0].revision,
        by=by,
        caption=first.caption,
        idempotency_key="two",
    )
    with database.transaction() as conn:
        assert len(vectors_of(conn, first.id)) == 1


def test_vectors_nothing_has_any_more_are_swept(builtin, database):
    video = stocked(database, "first")
    write_vectors(builtin, video, nowhere)
    with database.transaction() as conn:
        execute(conn, "DELETE FROM segment_vectors WHERE segment_id = 1")
        assert sweep(conn) == 1
        assert sweep(conn) == 0
        assert fetch_value(conn, "SELECT count(*) FROM vectors") == 1


@pytest.mark.parametrize("kind", ["vector", "bit", "halfvec"])
def test_another_kind_of_index_is_built_beside_searches_and_says_what_it_loses(
    builtin, database, kind
):
    write_vectors(builtin, stocked(database, "first"), nowhere)
    losses = reindex(builtin, "all-MiniLM-L6-v2@" + builtin.registry.text_encoder().revision, kind,
                     nowhere)  # fmt: skip
    assert [one.kind for one in losses] == (["halfvec", kind] if kind != "halfvec" else [kind])
    assert all(one.recall == 1.0 and one.queries for one in losses)
    with database.transaction() as conn:
        space = active_space(conn, CAPTION_SPACE)
        assert space.index_kind == kind
        (index,) = indexes(conn, space)
    searcher = Searcher(builtin.config, database, builtin.registry)
    assert searcher.search("a red automobile").hits[0].segment.caption == "A red car arrives."
    assert index.valid
