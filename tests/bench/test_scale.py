"""The made-up library of section ``scale``: told in two languages, loaded as the product would
have, and searched without reading a table from one end to the other."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import psycopg2
import pytest

from core.config import Config
from db import passing
from db.rows import fetch_all, fetch_value
from db.scope import Worn
from db.search import Wanted, Weights, details, search, tune
from db.spaces import CAPTION_SPACE, active_space
from pipeline.models.text_minilm import MiniLmEncoder
from tests.bench import embedding, library, nearest, reading, scoped, searchers
from tests.bench.embedding import Array
from tests.bench.filling import fill
from tests.bench.library import Library
from tests.bench.lookups import lookups
from tests.bench.settings import SETTINGS
from tests.bench.tellings import particle, telling

SEGMENTS = 2_500
ALL_LEGS = Weights(k=60, vector=1, text=1, clothes=1, seen=1, video=1)
WRONG_LINKS = """
SELECT s.id FROM segments AS s LEFT JOIN segment_vectors AS l ON l.segment_id = s.id
    LEFT JOIN vectors AS v ON v.space_id = l.space_id AND v.id = l.vector_id
WHERE v.key IS DISTINCT FROM vector_key(%(kind)s, s)
"""


def test_captions_are_told_in_english_and_korean_alike() -> None:
    random = Random(1)
    for _ in range(300):
        one = telling(random, random.choice(list(SETTINGS.values())))
        assert re.fullmatch(r"[A-Z][a-z' ,-]+\.", one.en), one.en
        assert re.fullmatch(r"[가-힣 .]+\.", one.ko), one.ko
        assert one.people or one.labels


def test_korean_particles_fit_the_syllable_before_them() -> None:
    assert particle("남자", "이") == "남자가"
    assert particle("사람", "이") == "사람이"
    assert particle("우유병", "을") == "우유병을"
    assert particle("바나나", "을") == "바나나를"


def test_a_library_is_the_same_every_time_and_repeats_itself_as_footage_does() -> None:
    made, again = library.build(5_000), library.build(5_000)
    assert [one.en for one in made.tellings] == [one.en for one in again.tellings]
    assert np.array_equal(made.told, again.told)
    assert len({one.en for one in made.tellings}) == len(made.tellings)
    assert 0.25 < made.distinct_share < 0.55


@pytest.fixture(scope="module")
def made() -> Library:
    return library.build(SEGMENTS)


@pytest.fixture(scope="module")
def vectors(made: Library) -> Array:
    """So few are all encoded; nothing is composed."""
    return MiniLmEncoder().encode([one.en for one in made.tellings])


def test_a_loaded_library_is_one_the_product_made(
    made: Library, vectors: Array, config: Config, database_url: str
) -> None:
    filled = fill(database_url, made, vectors, MiniLmEncoder())
    assert filled.rows["segments"] == filled.rows["links"] == SEGMENTS
    assert filled.rows["vectors"] == len(made.tellings) < SEGMENTS
    with closing(psycopg2.connect(database_url)) as conn:
        assert not fetch_all(conn, WRONG_LINKS, {"kind": CAPTION_SPACE})
    asker = searchers.Asker(config, database_url, MiniLmEncoder())
    caption = made.tellings[made.told[0]].en
    assert asker.search(caption).hits[0].segment.caption == caption
    asker.database.close()


def test_no_statement_of_a_search_reads_a_table_whole(
    made: Library, vectors: Array, database_url: str
) -> None:
    fill(database_url, made, vectors, MiniLmEncoder())
    asked = lookups(6)
    meant = MiniLmEncoder().encode([one.english for one in asked])
    with closing(psycopg2.connect(database_url)) as watching:
        watching.autocommit = True
        before = reading.whole_reads(watching)
        with closing(psycopg2.connect(database_url)) as conn:
            tune(conn)
            space = active_space(conn, CAPTION_SPACE)
            for one in scoped.filters(made):
                assert one.rows is None or 0 < len(one.rows) < SEGMENTS
                for query, vector in zip(asked, meant, strict=True):
                    wanted = Wanted(
                        words=query.typed,
                        vector=vector.tolist(),
                        worn=(Worn(part="upper", colour="red", kind="coat"),),
                        farthest=0.6,
                        people=(1, 2),
                        labels=("car",),
                    )
                    conditions = passing.resolve(conn, one.scope)
                    for wide in (conditions, replace(conditions, members=None)):
                        found = search(
                            conn, wanted, space=space, weights=ALL_LEGS, scope=wide, most=50
                        )
                        details(conn, [hit.segment_id for hit in found])
        assert reading.more(before, reading.whole_reads(watching)) == {}

        with closing(psycopg2.connect(database_url)) as conn:
            fetch_value(conn, "SELECT count(*) FROM segments WHERE caption LIKE 'A%%'")
        assert reading.more(before, reading.whole_reads(watching)) == {"segments": 1}


def test_filters_keep_the_rows_they_say(made: Library, vectors: Array, database_url: str) -> None:
    fill(database_url, made, vectors, MiniLmEncoder())
    with closing(psycopg2.connect(database_url)) as conn:
        for one in scoped.filters(made)[1:]:
            conditions = passing.resolve(conn, one.scope)
            assert conditions.members is not None
            assert one.rows is not None
            assert sorted(conditions.members) == [row + 1 for row in one.rows]


def test_every_kind_of_index_finds_what_numpy_finds(
    made: Library, vectors: Array, database_url: str
) -> None:
    encoder = MiniLmEncoder()
    fill(database_url, made, vectors, encoder)
    queries = encoder.encode([one.english for one in lookups(5)])
    tenth = nearest.reach(vectors, queries)
    with closing(psycopg2.connect(database_url)) as conn:
        conn.autocommit = True
        space = active_space(conn, CAPTION_SPACE)
        assert space is not None
        at, _, _ = nearest.faiss_index(vectors)
        finders = {"numpy": lambda query: nearest.by_numpy(vectors, query), "faiss": at(320)}
        for kind in ("vector", "halfvec", "bit"):
            nearest.pgvector_index(conn, space, kind)
            finders[kind] = nearest.by_pgvector(conn, space, kind, ef_search=400, rerank=200)
            found = nearest.measured(kind, finders[kind], vectors, queries, tenth)
            assert found.recall > 0.95, kind
        for name in ("numpy", "faiss"):
            assert nearest.measured(name, finders[name], vectors, queries, tenth).recall > 0.95


def test_composed_vectors_lie_as_near_to_each_other_as_real_ones(tmp_path: Path) -> None:
    made = library.build(8_000)
    embedded = embedding.embed(made.tellings, sample=600, kept=tmp_path)
    assert np.allclose(np.linalg.norm(embedded.vectors, axis=1), 1, atol=1e-5)
    assert embedded.explained > 0.85
    for real, composed in zip(embedded.likeness.real, embedded.likeness.composed, strict=True):
        assert composed == pytest.approx(real, rel=0.3)
