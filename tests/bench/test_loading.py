"""The made-up library is one the product itself can search and edit."""

from __future__ import annotations

from core.config import Config
from db import edits
from db.pool import Database
from db.segments import list_segments
from pipeline.models.text_minilm import MiniLmEncoder
from pipeline.search import Searcher
from tests.bench import corpus, loading
from tests.bench.questions import questions
from tests.bench.recall import recall
from tests.support.library import PERSON


def test_a_loaded_library_is_searched_and_edited_like_any_other(
    config: Config, database: Database
) -> None:
    encoder = MiniLmEncoder()
    made = corpus.build(encoder, segments=300, families=20)
    loaded = loading.load(database.url, made, encoder)
    assert loaded.rows["segments"] == loaded.rows["links"] == 300

    searcher = Searcher(config, database)
    assert searcher.search("person in black").hits[0].segment.caption
    assert searcher.search("검은 옷 입은 사람").hits[0].segment.caption_ko
    assert recall(database, list(made.vectors[:5])).share == 1.0

    with database.transaction() as conn:
        segment = list_segments(conn, 1)[0]
    edits.delete(
        database, segment.id, by=PERSON, expected_revision=1, idempotency_key="history is on again"
    )


def test_questions_are_different_and_in_both_languages() -> None:
    listed = questions(120)
    assert len(listed) == len(set(listed)) == 120
    assert listed == questions(120)
    assert 40 <= sum(not query.isascii() for query in listed) <= 80
