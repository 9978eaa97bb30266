"""Marks become query-segment pairs: graded, once each, and on what is there today."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.types import Actor
from db import edits, feedback
from db.feedback import OPPOSITE
from pipeline.evaluation.feedback import judged, line, marked_queries, positions
from pipeline.evaluation.queries import read_queries
from tests.support.library import PERSON, add_video, segments

CAPTIONS = [(0, 10_000, "red", "빨강"), (10_000, 20_000, "blue", "파랑")]


@pytest.fixture
def pair(database) -> list[int]:
    return [one.id for one in segments(database, add_video(database, CAPTIONS, title="door"))]


def mark(database, segment_id, kind, by="jimin", query="red jacket", rank=None):
    with database.transaction() as conn:
        feedback.record(
            conn,
            query=query,
            segment_id=segment_id,
            kind=kind,
            by=Actor(name=by, origin="web"),
            rank=rank,
        )


def marked(database):
    with database.transaction() as conn:
        return marked_queries(conn)


def grades(database):
    return {one.query: one.relevant for one in judged(marked(database))}


@pytest.mark.parametrize(
    ("kinds", "grade"),
    [
        (["click"], 1),
        (["play", "click"], 1),
        (["click", "share"], 2),
        (["edit"], 2),
        (["relevant"], 3),
        (["share", "not_relevant"], None),
        (["click", "not_relevant"], None),
    ],
)
def test_what_somebody_did_gives_the_grade(database, pair, kinds, grade):
    for kind in kinds:
        mark(database, pair[0], kind)
    assert grades(database) == ({} if grade is None else {"red jacket": {pair[0]: grade}})


def test_more_people_outweigh_fewer_and_the_later_an_equal_number(database, pair):
    mark(database, pair[0], "not_relevant", by="a")
    mark(database, pair[0], "relevant", by="b")
    assert grades(database) == {"red jacket": {pair[0]: 3}}
    mark(database, pair[0], "not_relevant", by="c")
    mark(database, pair[1], "click", by="c")
    assert grades(database) == {"red jacket": {pair[1]: 1}}


def test_a_query_under_which_nothing_is_relevant_cannot_be_asked(database, pair):
    mark(database, pair[0], "not_relevant")
    (one,) = marked(database)
    assert not one.usable
    assert judged([one]) == []


def test_the_pairs_are_a_file_of_queries(database, pair, tmp_path):
    mark(database, pair[0], "relevant", rank=2)
    mark(database, pair[0], "click", by="bob", rank=1)
    mark(database, pair[1], "not_relevant", rank=1)
    mark(database, pair[1], "play", query="파란 옷", rank=4)
    found = marked(database)
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(json.dumps(line(one)) + "\n" for one in found), encoding="utf-8")
    assert read_queries(database, path) == judged(found)
    assert {one.query: one.language for one in found} == {"red jacket": "en", "파란 옷": "ko"}


def test_where_the_clicked_stood_is_told(database, pair):
    mark(database, pair[0], "click", rank=1)
    mark(database, pair[0], "play", by="bob", rank=1)
    mark(database, pair[1], "click", rank=5)
    mark(database, pair[1], "relevant", rank=5)
    mark(database, pair[1], "click", by="bob")
    found = positions(marked(database))
    assert (found.first, found.known) == (2, 3)


def test_a_mark_follows_its_stretch_through_split_and_merge(database, pair):
    mark(database, pair[0], "relevant")
    split = edits.split(
        database, pair[0], at_ms=5_000, by=PERSON, expected_revision=1, idempotency_key="a"
    )
    halves = sorted(one.id for one in split.segments)
    assert grades(database) == {"red jacket": dict.fromkeys(halves, 3.0)}
    revisions = {one.id: one.revision for one in split.segments}
    merged = edits.merge_with_next(
        database,
        halves[0],
        by=PERSON,
        expected_revision=revisions[halves[0]],
        idempotency_key="b",
    )
    whole = [one.id for one in merged.segments if one.state == "live"]
    assert set(grades(database)["red jacket"]) == set(whole)
    # The words may change: what is to be seen is the same.
    (segment,) = [one for one in merged.segments if one.id == whole[0]]
    edits.edit_caption(
        database,
        segment.id,
        caption="somebody",
        by=PERSON,
        expected_revision=segment.revision,
        idempotency_key="c",
    )
    assert set(grades(database)["red jacket"]) == set(whole)


def test_a_mark_on_what_is_deleted_drops_out_and_comes_back(database, pair):
    mark(database, pair[0], "relevant")
    edits.delete(database, pair[0], by=PERSON, expected_revision=1, idempotency_key="a")
    assert marked(database) == []
    edits.restore(database, pair[0], by=PERSON, expected_revision=2, idempotency_key="b")
    assert grades(database) == {"red jacket": {pair[0]: 3}}


NUMBERS = itertools.count()
KINDS = st.sampled_from(["click", "play", "share", "edit", "relevant", "not_relevant"])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(KINDS, st.sampled_from("abc"), st.integers(0, 1)), max_size=12))
def test_pairs_are_those_of_the_last_words_of_everybody(database, pair, marks):
    """A model in plain sets: each person's marks on each segment, an opposite taken back."""
    query = f"query {next(NUMBERS)}"
    model = {}
    for kind, by, at in marks:
        mark(database, pair[at], kind, by=by, query=query)
        mine = model.setdefault(at, {}).setdefault(by, set())
        mine.discard(OPPOSITE.get(kind))
        mine.add(kind)
    expected = {}
    for at, people in model.items():
        everything = [kind for mine in people.values() for kind in mine]
        yes, no = everything.count("relevant"), everything.count("not_relevant")
        if yes == no != 0:
            continue  # the later one decides; tested above
        if yes or no:
            expected[at] = 3 if yes > no else 0
        else:
            expected[at] = 2 if {"share", "edit"} & set(everything) else 1
    found = {one.query: one for one in marked(database)}.get(query)
    got = {} if found is None else {one.segment_id: one.grade for one in found.segments}
    assert {at: got[pair[at]] for at in expected} == expected
    assert set(got) == {pair[at] for at in model}
