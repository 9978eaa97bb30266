"""One gallery per face model; the nearest faces come through its index."""

from __future__ import annotations

import re

import numpy as np
import psycopg2
import pytest
from psycopg2.extras import execute_values

from core.errors import ModelError
from db import appearances, galleries, people, people_history
from db.pool import Database
from db.rows import execute, fetch_all, fetch_value
from db.spaces import vector_literal
from tests.support.faces import JIMIN, face, store, track
from tests.support.library import add_video

FACES = 3_000


def test_a_model_has_one_gallery(database):
    with database.transaction() as conn:
        one = galleries.ensure_model(conn, model="arcface", revision="1", dim=128)
        again = galleries.ensure_model(conn, model="arcface", revision="1", dim=128)
        newer = galleries.ensure_model(conn, model="arcface", revision="2", dim=512)
    assert (one == again, one.id == newer.id) == (True, False)
    with database.transaction() as conn:
        assert galleries.list_models(conn) == [one, newer]


def test_a_model_that_changed_its_vectors_is_refused_with_a_sentence(database):
    with database.transaction() as conn:
        galleries.ensure_model(conn, model="arcface", revision="1", dim=128)
    with (
        pytest.raises(ModelError, match=r"arcface@1 gives vectors of 512 numbers.* 128"),
        database.transaction() as conn,
    ):
        galleries.ensure_model(conn, model="arcface", revision="1", dim=512)


def test_a_vector_of_another_length_never_enters_a_gallery(database):
    with database.transaction() as conn:
        model = galleries.ensure_model(conn, model="arcface", revision="1", dim=128)
        people_history.open_change(conn, kind="enrol", by=JIMIN)
        person = people.insert_person(conn)
    short = {"kind": "founding", "embedding": [1.0, 0.0], "size_px": 100}
    with database.transaction() as conn:
        people_history.open_change(conn, kind="enrol", by=JIMIN)
        with pytest.raises(psycopg2.Error):
            galleries.insert_face(conn, model, person, **short)
        conn.rollback()


def test_the_nearest_faces_of_named_and_unknown_people_come_through_their_indexes(
    config, database: Database
):
    """A few thousand faces: the plan is the one that still is quick with a hundred thousand."""
    random = np.random.default_rng(1)
    vectors = random.normal(size=(FACES, 128))
    with database.transaction() as conn:
        model = galleries.ensure_model(conn, model="arcface", revision="1", dim=128)
        people_history.open_change(conn, kind="enrol", by=JIMIN)
        group = people.ensure_group(conn, "everybody")
        execute(
            conn,
            "INSERT INTO people (group_id, name) SELECT CASE WHEN n % 2 = 0 THEN %(group)s END,"
            " CASE WHEN n % 2 = 0 THEN 'P' || n END FROM generate_series(1, %(many)s) AS n".replace(
                "n % 2", "n %% 2"
            ),
            {"group": group, "many": FACES},
        )
        ids = [row["id"] for row in fetch_all(conn, "SELECT id FROM people ORDER BY id")]
        with conn.cursor() as cursor:
            execute_values(
                cursor,
                "INSERT INTO gallery_faces (model_id, person_id, kind, size_px, embedding)"
                " VALUES %s",
                [
                    (model.id, person_id, "founding", 100, vector_literal(vector))
                    for person_id, vector in zip(ids, vectors, strict=True)
                ],
                template="(%s, %s, %s, %s, %s::vector)",
            )
    video_id = add_video(database)
    with database.transaction() as conn:
        asked = [
            appearances.insert_appearance(
                conn, video_id, model, start_ms=0, end_ms=9, at_ms=1, box=track(face("ann")).box,
                size_px=90, faces=1,
                embedding=(vectors[n] + 0.3 * random.normal(size=128)).tolist(),
            )
            for n in (10, 11)
        ]  # fmt: skip
        for table in ("gallery_faces", "people", "appearances", "face_decisions"):
            execute(conn, f"ANALYZE {table}")
    with database.transaction() as conn:
        found = {
            known: appearances.candidates_of(conn, model, asked, known=known, least=0.42)
            for known in (True, False)
        }
        values = {"appearance_ids": asked, "least": 0.42}
        plans = {
            known: "\n".join(
                row["QUERY PLAN"]
                for row in fetch_all(
                    conn,
                    "EXPLAIN " + appearances.candidates_statement(model, known=known),
                    values,
                )
            )
            for known in (True, False)
        }
    # Person 1 is the first; even ones are named.
    unnamed, named = asked
    assert found[False][unnamed][0].person_id == ids[10]
    assert found[True][named][0].person_id == ids[11]
    for known, index in ((True, "known"), (False, "unknown")):
        assert re.search(rf"Index Scan using gallery_{model.id}_{index} ", plans[known])
        assert "Seq Scan on gallery_faces" not in plans[known]


def test_which_side_a_face_is_searched_on_follows_names_and_merges(config, database):
    video_id = add_video(database)
    store(config, database, video_id, [track(face("ann")), track(face("bob"), 3_000, 4_000)])

    def known() -> list[bool]:
        with database.transaction() as conn:
            rows = fetch_all(conn, "SELECT known FROM gallery_faces ORDER BY id")
        return [row["known"] for row in rows]

    def change(statement: str) -> None:
        with database.transaction() as conn:
            people_history.open_change(conn, kind="name", by=JIMIN)
            execute(conn, statement)

    assert known() == [False, False]
    with database.transaction() as conn:
        ann, bob = (row["id"] for row in fetch_all(conn, "SELECT id FROM people ORDER BY id"))
        people_history.open_change(conn, kind="name", by=JIMIN)
        people.set_name(conn, ann, group="staff", name="Ann")
    assert known() == [True, False]
    change(f"UPDATE people SET merged_into = {ann} WHERE id = {bob}")
    assert known() == [True, True]
    change(f"UPDATE people SET name = NULL, group_id = NULL WHERE id = {ann}")
    assert known() == [False, False]


def test_vectors_of_different_models_are_never_compared(config, database):
    class Other:
        name, revision, dim = "other", "1", 32

    video_id = add_video(database)
    store(config, database, video_id, [track(face("ann"))])
    wide = np.zeros(32, np.float32)
    wide[:16] = face("ann")
    store(config, database, add_video(database), [track(wide)], Other())
    with database.transaction() as conn:
        assert fetch_value(conn, "SELECT count(DISTINCT person_id) FROM appearances") == 2
