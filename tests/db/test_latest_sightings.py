"""Where somebody was seen last: by the time of recording, with everybody merged into them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from core.config import Config
from db.appearances import latest_sightings
from db.pool import Database
from pipeline import people as use_cases
from tests.support.faces import JIMIN, face, store, track
from tests.support.library import add_video, segments

HALVES = [(0, 10_000, "", ""), (10_000, 20_000, "", "")]


def film(
    config: Config, database: Database, title: str, recorded_at: datetime, *tracks: object
) -> list[int]:
    """A video recorded then with these faces; the ids of its segments."""
    video_id = add_video(database, HALVES, title=title)
    with database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("UPDATE videos SET recorded_at = %s WHERE id = %s", (recorded_at, video_id))
    store(config, database, video_id, tracks)  # type: ignore[arg-type]
    return [segment.id for segment in segments(database, video_id)]


def test_the_last_recording_counts_and_not_the_last_upload(
    config: Config, database: Database
) -> None:
    today, before = (datetime(2026, 11, day, tzinfo=UTC) for day in (2, 1))
    # Nine seconds in the second half, one in the first.
    new = film(config, database, "new", today, track(face("ann"), 9_000, 19_000))
    film(config, database, "old", before, track(face("ann")), track(face("bob"), 5_000, 6_000))
    with database.transaction() as conn:
        found = latest_sightings(conn, [1, 2, 404], each=5)
    assert [one.video_title for one in found[1]] == ["new", "old"]
    assert found[1][0].segment_id == new[1]
    assert found[1][0].recorded_at == today
    assert [one.appearance.start_ms for one in found[2]] == [5_000]
    assert found[404] == ()


def test_who_was_merged_counts_as_who_they_are(config: Config, database: Database) -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    film(config, database, "gate", at, track(face("ann")), track(face("bob"), 5_000, 6_000))
    use_cases.merge(config, database, 2, 1, by=JIMIN, idempotency_key=uuid4().hex)
    with database.transaction() as conn:
        found = latest_sightings(conn, [1], each=1)
    assert [one.appearance.start_ms for one in found[1]] == [5_000]


def test_a_moment_that_is_gone_has_no_segment(config: Config, database: Database) -> None:
    film(config, database, "gate", datetime(2026, 11, 1, tzinfo=UTC), track(face("ann")))
    with database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE segments SET state = 'deleted'")
    with database.transaction() as conn:
        assert [one.segment_id for one in latest_sightings(conn, [1], each=1)[1]] == [None]
