"""Video bytes: ranges as RFC 9110 wants them, and nothing but videos of the library."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.config import Config
from db.pool import Database
from editor.media import LONGEST_ANSWER
from tests.editor.conftest import Clip
from tests.support import library

SIZE = 256 * 40_000
BYTES = bytes(range(256)) * 40_000


def ask(clip: Clip, header: str | None = None, **headers: str) -> TestResponse:
    given = dict(headers) | ({"Range": header} if header else {})
    return clip.client.get(f"/media/{clip.id}", headers=given, buffered=True)


def test_a_whole_file_says_that_it_takes_ranges(clip: Clip) -> None:
    answer = ask(clip)
    assert answer.status_code == 200
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.data == BYTES


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=-5", SIZE - 5, SIZE),
        (f"bytes={SIZE - 3}-", SIZE - 3, SIZE),
        (f"bytes={SIZE - 3}-{SIZE + 900}", SIZE - 3, SIZE),
        ("bytes=0-", 0, LONGEST_ANSWER),
        ("bytes=1000-", 1000, 1000 + LONGEST_ANSWER),
    ],
)
def test_a_range_gets_those_bytes(clip: Clip, header: str, start: int, stop: int) -> None:
    answer = ask(clip, header)
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{SIZE}"
    assert answer.data == BYTES[start:stop]
    assert answer.content_length == stop - start


@pytest.mark.parametrize("header", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}"])
def test_a_range_beyond_the_end_is_416(clip: Clip, header: str) -> None:
    answer = ask(clip, header)
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize("header", ["bytes=9-5", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "x"])
def test_a_range_that_cannot_be_read_is_ignored(clip: Clip, header: str) -> None:
    assert ask(clip, header).status_code == 200


def test_a_range_of_an_older_file_gets_the_whole_new_one(clip: Clip) -> None:
    etag = ask(clip, "bytes=0-9").headers["ETag"]
    assert ask(clip, "bytes=0-9", **{"If-Range": etag}).status_code == 206
    assert ask(clip, "bytes=0-9", **{"If-Range": '"older"'}).status_code == 200
    before = "Wed, 21 Oct 2015 07:28:00 GMT"
    assert ask(clip, "bytes=0-9", **{"If-Range": before}).status_code == 200


def test_a_browser_that_has_it_gets_no_body(clip: Clip) -> None:
    etag = ask(clip, "bytes=0-9").headers["ETag"]
    answer = ask(clip, **{"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (304, b"")


def test_head_says_the_length_and_sends_nothing(clip: Clip) -> None:
    answer = clip.client.head(f"/media/{clip.id}", buffered=True)
    assert (answer.status_code, answer.content_length, answer.data) == (200, SIZE, b"")


def test_a_missing_file_is_gone_and_says_so(clip: Clip, database: Database) -> None:
    with database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("SELECT path FROM videos WHERE id = %s", (clip.id,))
        Path(cursor.fetchone()["path"]).unlink()
    answer = ask(clip, "bytes=0-9")
    assert answer.status_code == 410
    assert "The file of “Front door” is no longer where it was (clip.mp4)" in answer.text


def test_a_pipe_in_place_of_a_file_hangs_nobody(
    client: FlaskClient, database: Database, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    video_id = library.add_video(database, path=str(pipe))
    assert client.get(f"/media/{video_id}").status_code == 410


@pytest.mark.parametrize(
    "path", ["/media/../config.json", "/media/%2e%2e%2fsecret", "/media/1/../../secret", "/media/x"]
)
def test_no_path_leads_out_of_the_library(client: FlaskClient, config: Config, path: str) -> None:
    config.data_dir.mkdir(parents=True, exist_ok=True)
    (config.data_dir / "secret").write_text("do not show")
    answer = client.get(path)
    assert answer.status_code == 404
    assert "do not show" not in answer.text


def test_a_video_that_is_not_there_is_404(client: FlaskClient) -> None:
    assert client.get("/media/999999").status_code == 404
