"""Videos that come in through the web."""

from __future__ import annotations

import re
import threading
import time
import unicodedata
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.config import Config, IngestConfig
from db.pool import Database
from db.videos import get_video, list_videos
from editor.app import create_app
from editor.services import services_of
from pipeline.search import Searcher

CLIP = "worker-zone-detection.mp4"


@pytest.fixture
def footage(shared_media: Path) -> bytes:
    return (shared_media / CLIP).read_bytes()


def upload(client: FlaskClient, data: bytes, name: str = CLIP, **more: Any) -> Any:
    more.setdefault("content_type", "application/octet-stream")
    more.setdefault("query_string", {"name": name})
    return client.post("/api/uploads", data=data, **more)


def kept_files(config: Config) -> list[str]:
    return sorted(path.name for path in (config.media_dir / "uploads").rglob("*.*"))


def test_an_uploaded_video_is_kept_and_waits_for_the_worker(
    client: FlaskClient, config: Config, database: Database, footage: bytes
) -> None:
    answer = upload(client, footage)
    assert answer.status_code == 201
    with database.transaction() as conn:
        video = get_video(conn, answer.json["video_id"])
    assert (video.title, video.status) == ("worker-zone-detection", "queued")
    assert Path(video.path).read_bytes() == footage
    assert Path(video.path).is_relative_to(config.media_dir)


def test_the_same_bytes_twice_are_one_video(
    client: FlaskClient, config: Config, footage: bytes
) -> None:
    first = upload(client, footage).json["video_id"]
    assert upload(client, footage, name="another name.mp4").json["video_id"] == first
    assert kept_files(config) == [CLIP]


@pytest.mark.parametrize("data", [b"not a video at all", b"\0" * 5000])
def test_what_is_no_video_is_refused_and_nothing_stays(
    client: FlaskClient, config: Config, database: Database, data: bytes
) -> None:
    answer = upload(client, data, name="film.mp4")
    assert answer.status_code == 422
    assert "film.mp4" in answer.json["error"]
    assert kept_files(config) == []
    with database.transaction() as conn:
        assert list_videos(conn) == []


def test_a_refusal_is_korean_for_a_korean_reader(client: FlaskClient) -> None:
    client.set_cookie("clipops_language", "ko")
    answer = upload(client, b"not a video at all", name="회의.mp4")
    assert answer.json["error"].startswith("회의.mp4은(는) ClipOps가 읽을 수 있는 형식의 영상이")


@pytest.mark.parametrize(
    "name", ["../../../etc/cron.d/x.mp4", "..\\..\\x.mp4", "/x.mp4", "a\0\n/x.mp4", "....mp4", ""]
)
def test_a_name_leads_nowhere_else(
    client: FlaskClient, config: Config, footage: bytes, name: str
) -> None:
    assert upload(client, footage, name=name).status_code == 201
    everything = [path for path in config.data_dir.rglob("*") if path.is_file()]
    stored = [path for path in everything if path.stat().st_size == len(footage)]
    assert len(stored) == 1
    assert stored[0].parent.parent == config.media_dir / "uploads"


@pytest.mark.parametrize(
    "letters", ["가" * 150, unicodedata.normalize("NFD", "각") * 150, "x" * 400]
)
def test_a_long_name_fits_the_file_system_and_keeps_its_suffix(
    client: FlaskClient, database: Database, footage: bytes, letters: str
) -> None:
    answer = upload(client, footage, name=letters + ".mp4")
    assert answer.status_code == 201
    with database.transaction() as conn:
        stored = Path(get_video(conn, answer.json["video_id"]).path)
    assert stored.suffix == ".mp4"
    assert stored.stem
    assert unicodedata.normalize("NFC", letters).startswith(stored.stem)
    assert len(stored.name.encode()) <= 200


def test_an_unknown_camera_is_named_and_nothing_stays(
    client: FlaskClient, config: Config, footage: bytes
) -> None:
    query = {"name": CLIP, "camera": 999_999}
    answer = upload(client, footage, query_string=query)
    assert answer.status_code == 404
    assert answer.json["error"] == "There is no camera 999999."
    assert not list(config.media_dir.rglob("uploads/*"))
    body = {"url": "http://x/y.mp4", "camera_id": 999_999, "idempotency_key": "a-link-to-fetch"}
    assert client.post("/api/arrivals", json=body).status_code == 404
    assert client.get("/api/arrivals").json["arrivals"] == []


def test_an_upload_that_breaks_off_leaves_nothing(
    client: FlaskClient, config: Config, footage: bytes
) -> None:
    answer = upload(client, footage[:1000], headers={"Content-Length": str(len(footage))})
    assert answer.status_code in (400, 422)
    assert kept_files(config) == []


def test_a_form_is_no_upload(client: FlaskClient) -> None:
    answer = upload(client, b"a=b", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "/etc/passwd", "ftp://x/y.mp4", "concat:a|b"]
)
def test_only_web_links_are_fetched(client: FlaskClient, url: str) -> None:
    body = {"url": url, "idempotency_key": "a-link-to-fetch"}
    answer = client.post("/api/arrivals", json=body)
    assert answer.status_code == 422
    assert answer.json["error"] == "A link starts with http:// or https://."


@pytest.fixture
def web(shared_media: Path) -> Iterator[str]:
    """A web server of this machine with the real clips."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_words: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(shared_media)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def arrivals(client: FlaskClient, *, done: bool) -> Any:
    """Poll as the page does, until what was fetched is there or has failed."""
    for _ in range(300):
        found = client.get("/api/arrivals").json["arrivals"]
        if (not found) if done else (found and found[0]["error"]):
            return found
        time.sleep(0.1)
    pytest.fail(f"still on the way: {found}")


def test_a_link_is_fetched_and_registered(config: Config, database: Database, web: str) -> None:
    open_config = config.model_copy(update={"ingest": IngestConfig(allow_private_urls=True)})
    app = create_app(open_config, database, Searcher(open_config, database))
    client = app.test_client()
    body = {"url": f"{web}/{CLIP}", "idempotency_key": "a-link-to-fetch"}
    assert client.post("/api/arrivals", json=body).status_code == 202
    arrivals(client, done=True)
    with database.transaction() as conn:
        [video] = list_videos(conn)
    assert (video.source, video.status) == (f"{web}/{CLIP}", "queued")
    services_of(app).intake.close()


def test_a_link_into_this_machine_is_refused_and_can_be_dismissed(
    app: Flask, client: FlaskClient, web: str
) -> None:
    body = {"url": f"{web}/{CLIP}", "idempotency_key": "a-link-to-fetch"}
    client.post("/api/arrivals", json=body)
    [failed] = arrivals(client, done=False)
    assert "private" in failed["error"] or "allow_private_urls" in failed["error"]
    client.post(f"/api/arrivals/{failed['id']}/dismiss", json={})
    assert client.get("/api/arrivals").json["arrivals"] == []
    services_of(app).intake.close()


def test_a_link_that_breaks_unexpectedly_says_so_and_can_be_dismissed(
    app: Flask, client: FlaskClient, database: Database, web: str
) -> None:
    open_config = services_of(app).config.model_copy(
        update={"ingest": IngestConfig(allow_private_urls=True)}
    )
    app = create_app(open_config, database, Searcher(open_config, database))
    broken = app.test_client()
    with database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("ALTER TABLE videos RENAME COLUMN title TO no_title")
    body = {"url": f"{web}/{CLIP}", "idempotency_key": "a-link-to-fetch"}
    broken.post("/api/arrivals", json=body)
    [failed] = arrivals(broken, done=False)
    assert re.fullmatch("Something broke. Reference [0-9a-f]{8}", failed["error"])
    broken.post(f"/api/arrivals/{failed['id']}/dismiss", json={})
    assert broken.get("/api/arrivals").json["arrivals"] == []
    services_of(app).intake.close()
