"""Whom a query means, and that nobody else is the answer then."""

from __future__ import annotations

import pytest

from core.config import Config
from db.pool import Database
from pipeline.prepared import NO_VECTORS
from pipeline.registry import Registry
from pipeline.search import Searcher
from tests.support import faces
from tests.support.library import add_segments, add_video, draft


@pytest.fixture
def searcher(config: Config, database: Database) -> Searcher:
    """Two unnamed people, the first in the first ten seconds, the second in the next."""
    video_id = add_video(database, title="hall", path="/videos/hall.mp4")
    with database.transaction() as conn:
        add_segments(
            conn,
            video_id,
            [
                draft(video_id, 0, 10_000, "A person stands.", "사람이 서 있습니다."),
                draft(video_id, 10_000, 20_000, "A person stands.", "사람이 서 있습니다."),
            ],
        )
    faces.store(
        config,
        database,
        video_id,
        [
            faces.track(faces.face("ann"), 1_000, 4_000),
            faces.track(faces.face("bob"), 12_000, 15_000),
        ],
    )
    return Searcher(config, database, Registry(config))


@pytest.mark.parametrize(
    "query", ["Unknown 2", "unknown #2 stands", "미확인 2", "미확인 2가 서 있다"]
)
def test_somebody_without_a_name_is_found_by_number_and_nobody_else(searcher, query):
    result = searcher.search(query)
    assert [hit.segment.start_ms for hit in result.hits] == [10_000]
    assert "Unknown 2" in result.hits[0].reasons[0]
    assert any("Unknown 2" in note for note in result.notes)


def test_a_number_nobody_has_names_nobody(searcher):
    assert searcher.search("Unknown 99 stands").notes == (NO_VECTORS[0],)
