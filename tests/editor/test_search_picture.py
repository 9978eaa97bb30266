"""Searching by a picture of one's own: looked at, never kept, refused in one sentence."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from core.config import Config, ModelsConfig
from db.pool import Database
from editor.app import create_app
from editor.pictures import MOST_BYTES
from pipeline.search import Searcher


def send(
    web: FlaskClient,
    content: bytes,
    name: str = "mine.jpg",
    path: str = "/search/picture",
    **more: Any,
) -> Any:
    boundary, body = encode_multipart(
        MultiDict([("picture", FileStorage(BytesIO(content), name))] if name else [])
    )
    kind = f"multipart/form-data; boundary={boundary}"
    return web.post(path, data=body, content_type=kind, **more)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"not a picture", "note.txt", "note.txt is not a picture that can be read"),
        (b"\xff\xd8\xff\xe0 cut short", "a.jpg", "a.jpg is not a picture that can be read"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "a.eps", "a.eps is not a picture that can be read"),
        (b"", "empty.png", "Choose a picture first."),
        (b"x" * (MOST_BYTES + 1), "big.jpg", "A picture can have at most 20 MB"),
        (b"x" * (MOST_BYTES + 200_000), "bigger.jpg", "A picture can have at most 20 MB"),
    ],
)
def test_what_is_no_picture_is_refused_in_one_sentence(
    client: FlaskClient, content: bytes, name: str, sentence: str
) -> None:
    page = send(client, content, name)
    assert page.status_code == 422
    assert sentence in page.text
    api = send(client, content, name, "/api/search/picture", headers={"Accept-Language": "ko"})
    assert api.status_code == 422
    assert any("가" <= letter <= "힣" for letter in api.json["error"])


def test_no_file_at_all_is_said(client: FlaskClient) -> None:
    assert "Choose a picture first." in send(client, b"", "").text


def test_another_site_cannot_send_pictures(client: FlaskClient) -> None:
    answer = send(client, b"x", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_without_a_model_for_pictures_the_page_says_what_to_set(client: FlaskClient) -> None:
    page = client.get("/search").text
    assert "models.profile cpu has both" in page
    assert 'type="file"' not in page


def test_the_address_of_a_picture_opened_anew_is_the_search(client: FlaskClient) -> None:
    assert client.get("/search/picture").headers["Location"] == "/search"


@pytest.fixture
def with_faces(config: Config, database: Database, shared_models: Path) -> FlaskClient:
    pack = shared_models / "insightface" / "local_sc"
    models = ModelsConfig(device="cpu", overrides={"face_analyzer": f"insightface:{pack}"})
    chosen = config.model_copy(update={"models": models})
    return create_app(chosen, database, Searcher(chosen, database)).test_client()


def test_a_picture_is_looked_at_and_not_kept(
    with_faces: FlaskClient, shared_faces: Path, config: Config
) -> None:
    assert 'type="file"' in with_faces.get("/search").text
    portrait = (shared_faces / "us_government" / "biden" / "biden.jpg").read_bytes()
    page = send(with_faces, portrait, "biden.jpg").text
    assert "Moments like this picture" in page
    assert "biden.jpg" in page
    assert "Only faces were compared" in page
    assert "Nothing else in the library is like it." in page
    assert [path for path in config.media_dir.rglob("*") if path.is_file()] == []
