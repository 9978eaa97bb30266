"""Marks on the answers of a search: kept once, taken back, and still right after an edit."""

from __future__ import annotations

from contextlib import closing

import psycopg2
import psycopg2.errors
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InputError, NotFound
from core.query_text import tidy
from core.script import language_of
from core.types import Actor
from db import feedback, migrate
from db.rows import fetch_all, fetch_value
from tests.support import postgres
from tests.support.library import add_video, segments

JIMIN = Actor(name="U01", origin="slack")
BOB = Actor(name="bob", origin="web")
CAPTIONS = [(0, 10_000, "red", "빨강"), (10_000, 20_000, "blue", "파랑")]


@pytest.fixture
def first(database) -> int:
    """The first segment of a video of two."""
    return segments(database, add_video(database, CAPTIONS))[0].id


def mark(database, segment_id, kind="relevant", query="red jacket", by=JIMIN, rank=None) -> bool:
    with database.transaction() as conn:
        return feedback.record(
            conn, query=query, segment_id=segment_id, kind=kind, by=by, rank=rank
        )


def marks(database, query="red jacket", actor="U01"):
    with database.transaction() as conn:
        return feedback.marks_of(conn, query, actor)


def pairs(database):
    with database.transaction() as conn:
        return feedback.pairs(conn)


def without_history(database, statement) -> None:
    """What an administrator may do by hand; ClipOps itself only says that segments are deleted."""
    tables = ("segments", "change_sets", "segment_versions")
    with database.transaction() as conn, conn.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_the_same_mark_twice_is_one_and_keeps_the_first_place(database, first):
    assert mark(database, first, "click", rank=2)
    assert not mark(database, first, "click", rank=9)
    assert not mark(database, first, "click", query="  Red　JACKET ")
    (pair,) = pairs(database)
    assert (pair.query, pair.kind, pair.actors, pair.ranks) == ("red jacket", "click", 1, (2,))


def test_people_are_counted_each_once(database, first):
    for by in (JIMIN, BOB, BOB):
        mark(database, first, "share", by=by)
    (pair,) = pairs(database)
    assert pair.actors == 2


def test_who_says_the_opposite_has_changed_their_mind(database, first):
    mark(database, first, "click")
    mark(database, first, "relevant")
    mark(database, first, "not_relevant", by=BOB)
    assert mark(database, first, "not_relevant")
    assert marks(database) == {first: {"click", "not_relevant"}}
    assert marks(database, actor="bob") == {first: {"not_relevant"}}
    assert mark(database, first, "relevant")
    assert marks(database)[first] == {"click", "relevant"}


def test_a_mark_is_taken_back_once(database, first):
    mark(database, first)
    with database.transaction() as conn:
        gone = [
            feedback.withdraw(conn, query="RED jacket", segment_id=first, kind="relevant", by=JIMIN)
            for _ in range(2)
        ]
    assert gone == [True, False]
    assert marks(database) == {}


def test_the_language_is_that_of_the_words(database, first):
    for query in ("red jacket", "빨간 재킷", "red 재킷", "person:지민 빨간 재킷"):
        mark(database, first, query=query)
    found = {pair.query: pair.language for pair in pairs(database)}
    assert list(found.values()).count("ko") == 2
    assert (found["red jacket"], found["red 재킷"]) == ("en", "mixed")


@pytest.mark.parametrize("query", ["", "  ", "\x00", "x" * 501])
def test_a_mark_without_a_query_is_refused(database, first, query):
    with pytest.raises(InputError, match="query"):
        mark(database, first, query=query)


def test_a_rank_counts_from_one(database, first):
    with pytest.raises(InputError, match="from 1"):
        mark(database, first, rank=0)


def test_a_segment_that_never_was_is_refused(database, first):
    with pytest.raises(NotFound, match="999999"):
        mark(database, 999_999)


def test_a_mark_stays_on_its_stretch_when_the_segment_is_gone(database, first):
    mark(database, first)
    without_history(database, f"DELETE FROM segments WHERE id = {first}")
    (pair,) = pairs(database)
    assert (pair.start_ms, pair.end_ms) == (0, 10_000)
    assert marks(database) == {}


def test_marks_go_with_their_video(database, first):
    mark(database, first)
    without_history(database, "DELETE FROM videos")
    assert pairs(database) == []


def test_the_database_itself_refuses_a_kind_nobody_knows(database, first):
    with pytest.raises(psycopg2.errors.CheckViolation):
        mark(database, first, kind="liked")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(min_size=1, max_size=40))
def test_any_words_are_kept_or_refused_in_a_sentence(database, first, query):
    try:
        mark(database, first, query=query)
    except InputError:
        assert not tidy(query) or len(tidy(query)) > 500
    else:
        assert first in marks(database, query)


@given(st.text())
def test_every_text_has_a_language(text):
    assert language_of(text) in ("en", "ko", "mixed")


def test_the_table_comes_and_goes_with_its_revision(server: postgres.TestServer):
    there = "SELECT to_regclass('search_feedback') IS NOT NULL"
    with server.fresh() as url:
        with closing(psycopg2.connect(url)) as conn:
            assert fetch_value(conn, there)
        migrate.downgrade(url, "0009")
        with closing(psycopg2.connect(url)) as conn:
            assert not fetch_value(conn, there)
        migrate.upgrade(url)
        with closing(psycopg2.connect(url)) as conn:
            assert fetch_value(conn, there)
            assert fetch_all(conn, "SELECT * FROM search_feedback") == []
