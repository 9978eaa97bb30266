"""Pictures of people through the web, looked at by the real small face pack."""

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
from pipeline.search import Searcher


@pytest.fixture(scope="module")
def portraits(shared_faces: Path) -> Path:
    return shared_faces / "us_government"


@pytest.fixture
def chosen(config: Config, shared_models: Path) -> Config:
    pack = shared_models / "insightface" / "local_sc"
    models = ModelsConfig(device="cpu", overrides={"face_analyzer": f"insightface:{pack}"})
    return config.model_copy(update={"models": models})


@pytest.fixture
def web(chosen: Config, database: Database) -> FlaskClient:
    return create_app(chosen, database, Searcher(chosen, database)).test_client()


def send(
    web: FlaskClient, *pictures: tuple[str, bytes], preview: bool = False, **fields: Any
) -> Any:
    data = {"group": "staff", "name": "Barack", "idempotency_key": "pictures-of-a-test"}
    data |= {"preview": "true" if preview else "false"} | fields
    files = [FileStorage(BytesIO(content), name) for name, content in pictures]
    boundary, body = encode_multipart(
        MultiDict([*data.items(), *(("pictures", one) for one in files)])
    )
    kind = f"multipart/form-data; boundary={boundary}"
    return web.post("/api/people/pictures", data=body, content_type=kind)


def test_pictures_are_looked_at_first_and_then_added_as_one_operation(
    web: FlaskClient, portraits: Path, chosen: Config
) -> None:
    pictures = [
        (path.name, path.read_bytes()) for path in sorted((portraits / "obama").glob("*.jpg"))
    ]
    pictures.append(("note.jpg", b"no picture"))
    pictures.append(("two.jpg", (portraits / "obama_and_biden.jpg").read_bytes()))
    tried = send(web, *pictures, preview=True).json
    assert [one["status"] for one in tried["pictures"]] == [
        "enrolled",
        "enrolled",
        "refused",
        "refused",
    ]
    problem = "note.jpg is not a picture that can be read; use JPEG, PNG or WebP."
    assert tried["pictures"][2]["problem"] == problem
    assert tried["pictures"][3]["problem"].startswith("two.jpg shows")
    assert tried["sentence"].startswith("2 pictures can be added.")
    assert web.get("/api/people").json["people"] == []
    done = send(web, *pictures).json
    assert done["sentence"].startswith("2 pictures added.")
    (person,) = web.get("/api/people").json["people"]
    assert (person["name"], person["gallery_faces"]) == ("Barack", 2)
    assert web.get(person["face"]).data.startswith(b"\xff\xd8")
    page = web.get(f"/people/{person['id']}").text
    assert "obama.jpg" in page
    assert "Pictures added: staff/Barack" in page
    # Only what was made of them stays.
    assert list((chosen.media_dir / "uploads").iterdir()) == []
    again = send(web, *pictures, idempotency_key="pictures-once-more").json
    assert [one["status"] for one in again["pictures"][:2]] == ["known", "known"]
    undone = web.post(
        f"/api/people-changes/{done['change_id']}/undo", json={"idempotency_key": "undo-pictures"}
    )
    assert undone.status_code == 200
    assert web.get("/api/people").json["people"] == []


def test_a_problem_with_a_picture_is_korean_for_a_korean_reader(web: FlaskClient) -> None:
    web.set_cookie("clipops_language", "ko")
    tried = send(web, ("../../빈 파일.jpg", b""), preview=True).json
    assert tried["pictures"] == [
        {"file": "빈 파일.jpg", "status": "refused", "problem": "빈 파일.jpg: 빈 파일입니다."}
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": " "}, "Say a name"),
        ({"name": "12"}, "reads as the number"),
        ({"group": "a/b"}, "slash"),
        ({"idempotency_key": "short"}, "idempotency_key"),
    ],
)
def test_what_is_no_name_is_refused_before_anything_is_looked_at(
    web: FlaskClient, fields: dict[str, str], said: str
) -> None:
    answer = send(web, ("a.jpg", b"x"), **fields)
    assert answer.status_code == 422
    assert said in answer.json["error"]


def test_no_picture_and_too_many_are_refused(web: FlaskClient) -> None:
    assert send(web).json["error"] == "Choose at least one picture."
    many = [(f"{number}.jpg", b"x") for number in range(61)]
    assert send(web, *many).json["error"].startswith("At most 60 pictures at a time")


def test_without_a_face_model_it_says_how_to_get_one(client: FlaskClient) -> None:
    answer = send(client, ("a.jpg", b"x"))
    assert answer.status_code == 500
    assert "models.overrides.face_analyzer" in answer.json["error"]
    client.set_cookie("clipops_language", "ko")
    assert "얼굴을 알아보지 않습니다" in send(client, ("a.jpg", b"x")).json["error"]


def test_a_form_of_another_page_is_refused(web: FlaskClient) -> None:
    answer = web.post(
        "/api/people/pictures", data={"group": "a"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
