"""People through the API and on their pages, on faces stored as an ingest stores them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.config import Config
from core.people import Crop
from db import appearances, people
from db.pool import Database
from editor.app import create_app
from pipeline.crop_files import crop_path
from pipeline.search import Searcher
from tests.editor.conftest import Clip
from tests.support.faces import between, face, store, track


@dataclass
class Cast:
    """A clip with Ann in its first and last segment and Bob in the middle, none of them named."""

    clip: Clip
    client: FlaskClient
    database: Database

    def person(self, person_id: int) -> Any:
        return self.client.get(f"/api/people/{person_id}").json

    def appearances(self, client: FlaskClient | None = None) -> list[Any]:
        timeline = (client or self.client).get(f"/api/videos/{self.clip.id}/timeline").json
        found: list[Any] = timeline["appearances"]
        return found

    def words(self) -> list[str]:
        return [one["words"] for one in self.appearances()]

    def say(self, person_id: int, verb: str, **body: Any) -> Any:
        body.setdefault("expected_version", (self.person(person_id) or {}).get("version"))
        return self.clip.post(f"/people/{person_id}/{verb}", **body)

    def decide(self, index: int, verb: str, **body: Any) -> Any:
        one = self.appearances()[index]
        body.setdefault("expected_version", one["version"])
        return self.clip.post(f"/appearances/{one['id']}/{verb}", **body)

    def undo(self, change_id: int) -> Any:
        return self.clip.post(f"/people-changes/{change_id}/undo")

    def named(self) -> Cast:
        assert self.say(1, "name", group="staff", name="Ann").status_code == 200
        assert self.say(2, "name", group="staff", name="Bob").status_code == 200
        return self


@pytest.fixture
def cast(clip: Clip, config: Config, database: Database) -> Cast:
    tracks = [
        track(face("ann"), 1_000, 3_000),
        track(face("bob"), 12_000, 14_000),
        track(face("ann", 0.2), 21_000, 25_000),
    ]
    store(config, database, clip.id, tracks)
    return Cast(clip=clip, client=clip.client, database=database)


def test_a_name_is_tried_out_first_and_then_given(cast: Cast) -> None:
    tried = cast.say(1, "name", group="staff", name="Ann", preview=True).json
    assert tried["sentence"] == "2 appearances in 2 segments would change."
    assert tried["change_id"] is None
    assert cast.words() == ["Unknown 1", "Unknown 2", "Unknown 1"]
    done = cast.say(1, "name", group="staff", name="Ann").json
    assert done["sentence"] == "2 appearances in 2 segments changed."
    assert cast.words() == ["Ann", "Unknown 2", "Ann"]


def test_the_name_of_somebody_known_joins_the_two(cast: Cast) -> None:
    cast.named()
    assert cast.say(2, "unmerge").status_code == 422
    merged = cast.say(2, "merge", into_id=1, into_version=cast.person(1)["version"])
    assert merged.json["appearances"] == 1
    assert cast.words() == ["Ann", "Ann", "Ann"]
    assert [one["words"] for one in cast.person(1)["merged"]] == ["Bob"]
    assert cast.clip.client.get("/people/2").headers["Location"] == "/people/1"
    apart = cast.say(2, "unmerge", expected_version=cast.person(1)["version"])
    assert apart.status_code == 200
    assert cast.words() == ["Ann", "Bob", "Ann"]


def test_what_is_undone_reads_as_before_and_can_be_done_again(cast: Cast) -> None:
    change = cast.say(1, "name", group="staff", name="Ann").json["change_id"]
    undone = cast.undo(change)
    assert cast.words()[0] == "Unknown 1"
    cast.undo(undone.json["change_id"])
    assert cast.words()[0] == "Ann"


def test_undo_takes_back_my_last_operation_only_and_survives_a_restart(
    cast: Cast, config: Config
) -> None:
    cast.named()
    fresh = create_app(config, cast.database, Searcher(config, cast.database)).test_client()
    with cast.client.session_transaction() as mine, fresh.session_transaction() as later:
        later["name"] = mine["name"]
    assert cast.clip.post("/people-changes/undo", fresh).status_code == 200
    assert cast.words() == ["Ann", "Unknown 2", "Ann"]
    assert cast.clip.post("/people-changes/redo", fresh).status_code == 200
    assert cast.words() == ["Ann", "Bob", "Ann"]


def test_nobody_undoes_what_somebody_else_did(cast: Cast, app: Flask) -> None:
    cast.named()
    answer = cast.clip.post("/people-changes/undo", app.test_client())
    assert answer.status_code == 422
    assert answer.json["error"] == "There is nothing of yours to undo."


def test_a_write_on_somebody_who_was_renamed_meanwhile_is_refused(cast: Cast, app: Flask) -> None:
    cast.named()
    seen = cast.person(1)["version"]
    assert cast.say(1, "rename", group="staff", name="Anna").status_code == 200
    for verb, body in (
        ("rename", {"group": "staff", "name": "Annie"}),
        ("merge", {"into_id": 2, "into_version": cast.person(2)["version"]}),
        ("forget", {"confirm": "Ann"}),
    ):
        answer = cast.say(1, verb, expected_version=seen, **body)
        assert answer.status_code == 409, verb
        assert "nothing was overwritten. It reads “Anna” now." in answer.json["error"]
        assert answer.json["current"]["name"] == "Anna"
    assert cast.words() == ["Anna", "Bob", "Anna"]


def test_a_merge_into_somebody_who_changed_meanwhile_is_refused(cast: Cast) -> None:
    cast.named()
    seen = cast.person(1)["version"]
    cast.say(1, "rename", group="guests", name="Ann")
    assert cast.say(2, "merge", into_id=1, into_version=seen).status_code == 409
    assert cast.person(1)["merged"] == []


def test_the_same_key_twice_is_done_once_even_though_the_person_changed(cast: Cast) -> None:
    version = cast.person(1)["version"]
    body = {"group": "staff", "name": "Ann", "expected_version": version}
    body["idempotency_key"] = "pressed-twice"
    first, second = (cast.say(1, "name", **body) for _ in range(2))
    assert first.json["change_id"] == second.json["change_id"]
    other = cast.say(1, "name", **body | {"idempotency_key": "another-key"})
    assert other.status_code == 409


def test_not_this_person_lasts_and_can_be_taken_back(cast: Cast) -> None:
    cast.named()
    rejected = cast.decide(2, "reject")
    assert rejected.json["appearances"] == 1
    assert cast.words()[2] != "Ann"
    cast.undo(rejected.json["change_id"])
    assert cast.words()[2] == "Ann"


def test_a_decision_on_a_face_that_reads_differently_by_now_is_refused(cast: Cast) -> None:
    seen = cast.appearances()[2]["version"]
    cast.named()
    answer = cast.decide(2, "reject", expected_version=seen)
    assert answer.status_code == 409
    assert answer.json["current"]["words"] == "Ann"
    assert cast.words()[2] == "Ann"


def test_one_click_decides_between_two_people(
    cast: Cast, clip: Clip, config: Config, database: Database
) -> None:
    cast.named()
    tracks = [
        track(face("ann"), 1_000, 3_000),
        track(between("ann", "bob"), 12_000, 14_000, size_px=80),
        track(face("bob"), 21_000, 25_000),
    ]
    store(config, database, clip.id, tracks)
    one = cast.appearances()[1]
    assert one["words"] == "Ann or Bob?"
    for path in ("/people", "/people/1", "/people/2"):
        assert "Ann or Bob?" in clip.client.get(path).text
    cast.decide(1, "assign", person_id=one["candidates"][1]["id"])
    decided = cast.appearances()[1]
    assert decided["words"] == one["candidates"][1]["words"]
    assert decided["by_hand"] is True
    assert "Ann or Bob?" not in clip.client.get("/people").text


def test_a_face_is_given_to_somebody_new(cast: Cast) -> None:
    tried = cast.decide(0, "assign", group="guests", name="Cho", preview=True)
    assert tried.json["change_id"] is None
    assert cast.words()[0] == "Unknown 1"
    cast.decide(0, "assign", group="guests", name="Cho")
    assert cast.words()[0] == "Cho"
    assert "guests" in cast.client.get("/people").text


def test_forgetting_asks_for_the_name_and_leaves_a_receipt(cast: Cast, config: Config) -> None:
    cast.named()
    cast.clip.edit(cast.clip.segments()[0], "caption", caption="Ann waves")
    crops = [crop_path(config, Crop(kind="seen", id=one["id"])) for one in cast.appearances()]
    assert all(path.exists() for path in crops)
    tried = cast.say(1, "forget", preview=True).json
    assert tried["lines"][:2] == ["1 person", "2 appearances in videos"]
    slip = cast.say(1, "forget", confirm="Bob")
    assert slip.status_code == 422
    assert slip.json["error"] == "Type “Ann” to forget this person for good."
    assert cast.words() == ["Ann", "Bob", "Ann"]
    gone = cast.say(1, "forget", confirm=" ann ").json
    assert gone["receipt"].startswith("F-")
    segment = cast.clip.segments()[0]
    assert gone["left_links"] == [f"/videos/{cast.clip.id}?segment={segment.id}"]
    assert cast.words() == ["Bob"]
    assert [path.exists() for path in crops] == [False, True, False]
    assert cast.client.get("/people/1").status_code == 404
    history = cast.client.get("/people/history").text
    assert "Somebody was forgotten" in history
    assert gone["receipt"] in history
    assert "Ann" not in history


def test_a_face_is_served_privately_and_only_while_its_row_is_there(
    cast: Cast, config: Config
) -> None:
    one = cast.appearances()[0]
    answer = cast.client.get(one["face"])
    assert (answer.mimetype, answer.data[:2]) == ("image/jpeg", b"\xff\xd8")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert cast.client.get(one["face"], headers=tag).status_code == 304
    # A file without a row is not there, and no address leads out of the folder.
    crop_path(config, Crop(kind="seen", id=999)).write_bytes(b"\xff\xd8 of nobody")
    for path in ("seen/999.jpg", "seen/..%2fgallery%2f1.jpg", "other/1.jpg", "seen/-1.jpg"):
        assert cast.client.get(f"/faces/{path}").status_code == 404, path


def test_a_lost_picture_of_a_face_becomes_a_drawing(cast: Cast, config: Config) -> None:
    one = cast.appearances()[0]
    crop_path(config, Crop(kind="seen", id=one["id"])).unlink()
    answer = cast.client.get(one["face"])
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_page_shows_groups_first_and_the_most_seen_stranger_next(cast: Cast) -> None:
    page = cast.client.get("/people").text
    assert page.index("Unknown 1") < page.index("Unknown 2")
    assert "2 appearances · 1 video" in page
    cast.named()
    page = cast.client.get("/people").text
    assert page.index("staff") < page.index("Ann") < page.index("Bob")
    assert "Everybody seen so far has a name." in page


def test_people_are_found_by_name_group_or_number(cast: Cast) -> None:
    cast.say(2, "name", group="staff", name="Bob")
    for words, there in (("bo", "Bob"), ("STAFF", "Bob"), ("Unknown 1", "Unknown 1")):
        page = cast.client.get("/people", query_string={"q": words}).text
        assert f'class="person-name">{there}<' in page, words
    page = cast.client.get("/people?q=zelda").text
    assert "Nobody is called “zelda”" in page
    assert 'class="person-name"' not in page


def test_strangers_are_paged(clip: Clip, config: Config, database: Database) -> None:
    names = ("ann", "bob", "cho", "dan", "eve", "fay")
    store(config, database, clip.id, [track(face(n), i * 3_000, i * 3_000 + 900)
                                      for i, n in enumerate(names)])  # fmt: skip
    page = clip.client.get("/people?unknown=4").text
    assert page.count('class="person-name"') == 2
    assert clip.client.get("/people?unknown=-3").status_code == 200


def test_a_person_page_shows_where_they_are(cast: Cast) -> None:
    cast.named()
    page = cast.client.get("/people/1").text
    assert f'href="/videos/{cast.clip.id}?t=2000"' in page
    assert "Front door" in page
    assert "0:21–0:25" in page
    assert "Named: staff/Ann" in page


def test_an_empty_page_says_how_faces_are_turned_on(client: FlaskClient, config: Config) -> None:
    page = client.get("/people").text
    assert "Faces are not looked for" in page
    assert "face_analyzer" in page
    assert "python -m pipeline models pull" in page


@pytest.fixture
def with_faces(config: Config, database: Database) -> FlaskClient:
    models = config.models.model_copy(update={"overrides": {"face_analyzer": "insightface:x"}})
    chosen = config.model_copy(update={"models": models})
    return create_app(chosen, database, Searcher(chosen, database)).test_client()


def test_with_a_face_model_the_empty_page_asks_for_pictures(with_faces: FlaskClient) -> None:
    page = with_faces.get("/people").text
    assert "Nobody here yet" in page
    assert "python -m pipeline people enroll" in page
    assert "Drop pictures of one person here" in page


@pytest.mark.parametrize("path", ["/people/99", "/api/people/99", "/parts/people/99"])
def test_somebody_who_does_not_exist_is_404(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "There is no person 99." in answer.text


def test_names_cannot_bring_markup_and_refusals_are_korean(cast: Cast) -> None:
    attack = "<img src=x onerror=alert(1)>"
    cast.say(1, "name", group="<b>staff", name=attack)
    for path in ("/people", "/people/1", "/people/history", f"/videos/{cast.clip.id}"):
        page = cast.client.get(path).text
        assert "<img src=x" not in page, path
        assert "<b>staff" not in page, path
    cast.client.set_cookie("clipops_language", "ko")
    refused = cast.say(2, "rename", group="staff", name="Bob")
    assert refused.json["error"] == "미확인 2: 아직 이름이 없습니다. 이름을 지정하세요."
    assert cast.say(2, "name", group="staff", name="9").json["error"].startswith("'9'")
    page = cast.client.get("/people").text
    assert "미확인 2" in page
    assert "등장 1건 · 영상 1개" in page


def test_the_search_names_who_is_seen_first(cast: Cast) -> None:
    cast.named()
    found = cast.client.get("/api/search?q=Ann").json["hits"]
    assert found[0]["people"][0] == "staff/Ann"
    page = cast.client.get("/search?q=Ann").text
    assert page.index('class="who"') < page.index('class="reasons"')


def test_a_poll_notices_that_a_face_reads_differently(cast: Cast) -> None:
    path = f"/api/videos/{cast.clip.id}/timeline"
    seen = cast.client.get(path).json
    query = f"?after={seen['latest']}&people={seen['people']}"
    assert cast.client.get(path + query).status_code == 204
    cast.named()
    fresh = cast.client.get(path + query)
    assert fresh.status_code == 200
    assert fresh.json["people"] != seen["people"]


def test_a_link_to_a_moment_selects_the_segment_it_is_in(cast: Cast) -> None:
    page = cast.client.get(f"/videos/{cast.clip.id}?t=13000").text
    segment = cast.clip.segments()[1]
    assert f'data-segment="{segment.id}" data-kind="activity" aria-current="true"' in page


def test_what_the_store_says_is_what_the_page_says(cast: Cast) -> None:
    cast.named()
    with cast.database.transaction() as conn:
        stored = [one.person and one.person.label
                  for one in appearances.appearances_of_video(conn, cast.clip.id)]  # fmt: skip
        assert people.count_people(conn, "named") == 2
    assert stored == ["staff/Ann", "staff/Bob", "staff/Ann"]
