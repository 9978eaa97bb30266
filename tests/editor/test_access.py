"""Who may come in, and what a browser may do on their behalf."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.config import Config, EditorConfig
from core.errors import ConfigError
from core.links import edit_url, sign_in_url
from db.pool import Database
from editor import access
from editor.app import create_app
from pipeline.search import Searcher
from tests.editor.conftest import Clip

SECRET = "a long and random text"


@pytest.fixture
def exposed_config(config: Config) -> Config:
    editor = EditorConfig(host="0.0.0.0", public_url="https://clips.example.com", secret=SECRET)
    return config.model_copy(update={"editor": editor})


@pytest.fixture
def exposed(exposed_config: Config, database: Database) -> Flask:
    return create_app(exposed_config, database, Searcher(exposed_config, database))


def token_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["token"][0]


@pytest.mark.parametrize(
    "editor",
    [
        EditorConfig(host="0.0.0.0"),
        EditorConfig(host="192.168.1.5"),
        EditorConfig(host="::"),
        EditorConfig(host="127.0.0.1", public_url="https://clips.example.com"),
    ],
)
def test_an_editor_open_to_the_network_refuses_to_start_without_a_secret(
    config: Config, database: Database, editor: EditorConfig
) -> None:
    opened = config.model_copy(update={"editor": editor})
    with pytest.raises(ConfigError, match=r"set editor\.secret"):
        create_app(opened, database, Searcher(opened, database))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost"])
def test_loopback_needs_no_secret(host: str) -> None:
    assert access.is_loopback(host)


@pytest.mark.parametrize("path", ["/", "/videos/1", "/media/1", "/thumbnails/1.jpg", "/search?q=a"])
def test_an_open_editor_shows_nothing_without_a_session(exposed: Flask, path: str) -> None:
    answer = exposed.test_client().get(path)
    assert answer.status_code == 401
    assert "Edit in Web" in answer.text


def test_an_open_editor_answers_programs_with_json(exposed: Flask) -> None:
    answer = exposed.test_client().get("/api/videos")
    assert (answer.status_code, "error" in answer.json) == (401, True)


def test_looking_at_a_signed_link_does_not_sign_in(exposed: Flask, exposed_config: Config) -> None:
    client = exposed.test_client()
    url = sign_in_url(exposed_config, user="ana", now=datetime.now(UTC))
    page = client.get("/enter?" + urlsplit(url).query)
    assert page.status_code == 200
    assert "ana" in page.text
    assert "Set-Cookie" not in page.headers
    assert client.get("/").status_code == 401


def test_posting_the_token_signs_in_and_lands_on_the_segment(
    exposed: Flask, exposed_config: Config, clip: Clip
) -> None:
    segment = clip.segments()[1]
    url = edit_url(
        exposed_config, video_id=clip.id, segment_id=segment.id, user="ana", now=datetime.now(UTC)
    )
    client = exposed.test_client()
    answer = client.post("/enter", data={"token": token_of(url)})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/videos/{clip.id}?segment={segment.id}"
    cookie = answer.headers["Set-Cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Secure"))
    https = {"base_url": "https://clips.example.com"}
    client.post("/enter", data={"token": token_of(url)}, **https)
    assert client.get(f"/videos/{clip.id}", **https).status_code == 200
    edited = client.post(
        f"/api/segments/{segment.id}/caption",
        json={"caption": "x", "expected_revision": 1, "idempotency_key": "signed-in"},
        **https,
    )
    assert edited.json["latest_by"] == "ana"


def test_an_old_or_forged_token_says_how_to_get_a_new_one(
    exposed: Flask, exposed_config: Config
) -> None:
    client = exposed.test_client()
    old = sign_in_url(exposed_config, user="ana", now=datetime.now(UTC) - timedelta(minutes=16))
    for token, said in ((token_of(old), "older than fifteen"), ("forged", "not one that ClipOps")):
        answer = client.post("/enter", data={"token": token})
        assert answer.status_code == 422
        assert said in answer.text


def test_a_signed_in_name_cannot_be_changed(exposed: Flask, exposed_config: Config) -> None:
    client = exposed.test_client()
    https = {"base_url": "https://clips.example.com"}
    token = token_of(sign_in_url(exposed_config, user="ana", now=datetime.now(UTC)))
    client.post("/enter", data={"token": token}, **https)
    client.post("/preferences", data={"name": "the boss"}, **https)
    with client.session_transaction(**https) as session:
        assert session["name"] == "ana"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)
def test_a_write_from_another_origin_is_refused(clip: Clip, headers: dict[str, str]) -> None:
    segment = clip.segments()[1]
    body = {"expected_revision": 1, "idempotency_key": "from-elsewhere"}
    answer = clip.client.post(f"/api/segments/{segment.id}/delete", json=body, headers=headers)
    assert answer.status_code == 403
    assert len(clip.segments()) == 3


def test_a_write_from_the_own_pages_passes(clip: Clip) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
    body = {"expected_revision": 1, "idempotency_key": "from-here"}
    path = f"/api/segments/{clip.segments()[1].id}/delete"
    assert clip.client.post(path, json=body, headers=headers).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example"])
def test_a_foreign_name_for_this_machine_is_refused(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"])
def test_every_name_of_loopback_is_welcome(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/nothing", "/api/videos", "/static/js/shell.js"])
def test_every_answer_is_hardened(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_no_page_has_inline_script_or_style(clip: Clip) -> None:
    pages = ["/", f"/videos/{clip.id}", f"/videos/{clip.id}/history", "/search?q=", "/nothing"]
    for page in pages:
        text = clip.client.get(page).text
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick=" not in text
        assert text.count("<script") == text.count('type="application/json"') + text.count(
            'type="module" src='
        )


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_preferences_lead_back_only_to_pages_of_the_editor(
    client: FlaskClient, wanted: str
) -> None:
    answer = client.post("/preferences", data={"language": "ko", "next": wanted})
    assert answer.headers["Location"] == "/"
