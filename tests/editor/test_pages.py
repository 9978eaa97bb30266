"""The pages as the server renders them: readable before any script runs."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from db import videos
from db.pool import Database
from tests.editor.conftest import Clip
from tests.support import library


def test_an_empty_library_says_what_to_do(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "No video yet" in page
    assert "python -m pipeline ingest" in page


def test_the_library_shows_each_video_and_how_far_it_is(clip: Clip, database: Database) -> None:
    busy = library.add_video(database, title="Back door", camera="Yard")
    failed = library.add_video(database, title="Cellar")
    with database.transaction() as conn:
        videos.set_progress(conn, busy, status="processing", stage="understand", progress=0.42)
        videos.set_progress(conn, failed, status="failed", error="The file was cut short.")
    page = clip.client.get("/").text
    assert all(word in page for word in ("Front door", "3 segments", "Back door", "Yard"))
    assert "Looking at the pictures · 42 %" in page
    assert "The file was cut short." in page
    assert clip.client.get("/parts/library").text.count('class="card"') == 3


def test_a_ready_video_says_quietly_what_it_lacks(clip: Clip, database: Database) -> None:
    shown = library.add_video(database, title="Garage")
    lacking = (
        "Faces were not looked for. The disk is too full for this video; free some space first."
    )
    with database.transaction() as conn:
        videos.set_progress(conn, shown, status="ready", progress=1.0, error=lacking)
    for page in ("/", f"/videos/{shown}"):
        assert f"<span>{lacking}" in clip.client.get(page).text
        korean = clip.client.get(page, headers={"Accept-Language": "ko"}).text
        assert "얼굴을 찾지 못했습니다. 이유:" in korean
        assert f"<span>{lacking}" not in korean


def test_a_video_page_reads_without_scripts(clip: Clip) -> None:
    page = clip.client.get(f"/videos/{clip.id}").text
    assert "A person in a red jacket walks in" in page
    assert "빨간 재킷을 입은 사람이 들어온다" in page
    assert f'src="/media/{clip.id}"' in page
    assert "0:10–0:20" in page


def test_a_link_to_a_segment_selects_it_and_starts_there(clip: Clip) -> None:
    segment = clip.segments()[1]
    page = clip.client.get(f"/videos/{clip.id}?segment={segment.id}").text
    assert f'src="/media/{clip.id}#t=10.000"' in page
    assert f'data-segment="{segment.id}" data-kind="activity" aria-current="true"' in page
    assert f'src="/media/{clip.id}#t=12.500"' in clip.client.get(f"/videos/{clip.id}?t=12500").text


def test_a_link_to_a_segment_that_is_gone_says_so(clip: Clip) -> None:
    segment = clip.segments()[1]
    clip.edit(segment, "delete")
    page = clip.client.get(f"/videos/{clip.id}?segment={segment.id}").text
    assert "no longer there" in page


@pytest.mark.parametrize("query", ["?segment=x", "?t=-5", "?t=99999999999", "?segment=0&t=zero"])
def test_an_odd_link_still_opens_the_video(clip: Clip, query: str) -> None:
    assert clip.client.get(f"/videos/{clip.id}{query}").status_code == 200


def test_captions_cannot_bring_their_own_markup(clip: Clip) -> None:
    attack = '</script><script>alert(1)</script><img src=x onerror="alert(1)">'
    clip.edit(clip.segments()[1], "caption", caption=attack)
    for path in (f"/videos/{clip.id}", f"/videos/{clip.id}/history"):
        page = clip.client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_search_shows_what_slack_would(app: Flask, clip: Clip, database: Database) -> None:
    page = clip.client.get("/search?q=red+jacket")
    found = clip.client.get("/api/search?q=red+jacket").json
    assert found["hits"][0]["caption"] == "A person in a red jacket walks in"
    assert found["hits"][0]["url"] == f"/videos/{clip.id}?segment={clip.segments()[1].id}"
    assert "A person in a red jacket walks in" in page.text
    assert found["hits"][0]["reasons"][0] in page.text


def test_an_edit_is_found_by_the_next_search(clip: Clip) -> None:
    clip.edit(clip.segments()[2], "caption", caption="A zebra crosses the yard")
    page = clip.client.get("/search?q=zebra").text
    assert "A zebra crosses the yard" in page


def test_search_without_words_suggests_some(client: FlaskClient) -> None:
    page = client.get("/search?q=+").text
    assert "What are you looking for?" in page
    assert "/search?q=red+jacket" in page


def test_search_for_what_is_not_there_says_so(client: FlaskClient) -> None:
    assert "Nothing found" in client.get("/search?q=unicorn").text


def test_a_page_that_does_not_exist_is_a_sentence(client: FlaskClient) -> None:
    answer = client.get("/videos/999999")
    assert answer.status_code == 404
    assert "There is no video 999999." in answer.text


def test_something_unforeseen_gets_a_reference_that_the_log_has(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down() -> str:
        raise ZeroDivisionError("a private detail")

    app.add_url_rule("/break", "break", break_down)
    answer = app.test_client().get("/break")
    assert answer.status_code == 500
    reference = answer.text.split("Reference ")[1][:8]
    assert "a private detail" not in answer.text
    assert reference in capsys.readouterr().out


def test_health_asks_the_database(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok", "search": False}


def test_a_guest_may_choose_a_name_that_history_shows(clip: Clip) -> None:
    clip.client.post("/preferences", data={"name": "  Ana   Kim "})
    clip.edit(clip.segments()[0], "caption", caption="new")
    assert "Ana Kim" in clip.client.get(f"/videos/{clip.id}/history").text
