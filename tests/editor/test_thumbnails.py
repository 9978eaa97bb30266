"""Pictures: kept, made when missing, never broken."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.config import Config
from db.pool import Database
from pipeline.media import thumbnail_path
from tests.editor.conftest import Clip
from tests.support import library

JPEG = b"\xff\xd8\xff"


@pytest.fixture
def real(shared_media: Path, database: Database) -> int:
    path = shared_media / "worker-zone-detection.mp4"
    return library.add_video(
        database, [(0, 4_000, "A worker", "작업자")], duration_ms=4_000, path=str(path)
    )


def test_a_stored_picture_is_served_and_kept_by_the_browser(clip: Clip, config: Config) -> None:
    segment = clip.segments()[1]
    path = thumbnail_path(config, clip.id, segment.thumbnail_ms)
    path.parent.mkdir(parents=True)
    path.write_bytes(JPEG + b"picture")
    answer = clip.client.get(f"/thumbnails/{segment.id}.jpg")
    assert (answer.data, answer.mimetype) == (JPEG + b"picture", "image/jpeg")
    again = clip.client.get(
        f"/thumbnails/{segment.id}.jpg", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_a_missing_picture_is_made_and_stored_once_however_many_ask(
    real: int, app: Flask, database: Database, config: Config
) -> None:
    segment = library.segments(database, real)[0]
    with ThreadPoolExecutor(6) as pool:
        asked = [
            pool.submit(lambda: app.test_client().get(f"/thumbnails/{segment.id}.jpg"))
            for _ in range(6)
        ]
        answers = [item.result() for item in asked]
    assert {answer.mimetype for answer in answers} == {"image/jpeg"}
    assert len({answer.data for answer in answers}) == 1
    assert thumbnail_path(config, real, segment.thumbnail_ms).exists()


def test_a_video_that_cannot_be_read_gets_a_drawing(clip: Clip) -> None:
    answer = clip.client.get(f"/thumbnails/{clip.segments()[1].id}.jpg")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert "0:10" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_cover_of_a_video_shows_something_going_on(real: int, client: FlaskClient) -> None:
    assert client.get(f"/videos/{real}/cover.jpg").data.startswith(JPEG)


def test_frames_of_the_strip_lie_on_whole_seconds(real: int, client: FlaskClient) -> None:
    assert client.get(f"/videos/{real}/frames/1000.jpg").data.startswith(JPEG)
    assert client.get(f"/videos/{real}/frames/1001.jpg").status_code == 404
    assert client.get(f"/videos/{real}/frames/4000.jpg").status_code == 404


def test_a_picture_of_nothing_is_404(client: FlaskClient) -> None:
    assert client.get("/thumbnails/999999.jpg").status_code == 404
