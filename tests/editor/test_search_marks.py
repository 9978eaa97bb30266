"""What people do with the answers of a search is remembered, and can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from db.feedback import pairs
from db.pool import Database
from tests.editor.conftest import Clip


def kept(database: Database) -> list[tuple[str, str, int]]:
    with database.transaction() as conn:
        return [(one.query, one.kind, one.start_ms) for one in pairs(conn)]


def mark(clip: Clip, kind: str, /, **more: Any) -> Any:
    body = {"query": "red jacket", "segment_id": clip.segments()[1].id, "kind": kind, "rank": 1}
    return clip.client.post("/api/marks", json=body | more)


@pytest.mark.parametrize("kind", ["click", "play", "share", "edit", "relevant", "not_relevant"])
def test_what_somebody_does_with_an_answer_is_kept_once(
    clip: Clip, database: Database, kind: str
) -> None:
    for _ in range(2):
        assert mark(clip, kind).json == {"marks": [kind]}
    assert kept(database) == [("red jacket", kind, 10_000)]


def test_relevant_and_not_relevant_take_each_other_back(clip: Clip, database: Database) -> None:
    mark(clip, "relevant")
    assert mark(clip, "not_relevant").json == {"marks": ["not_relevant"]}
    assert mark(clip, "not_relevant", on=False).json == {"marks": []}
    assert kept(database) == []


def test_the_page_shows_what_this_reader_marked(clip: Clip, app: Flask) -> None:
    clip.client.get("/search?q=red+jacket")
    mark(clip, "relevant")
    page = clip.client.get("/search?q=Red+jacket").text
    assert page.count('aria-pressed="true"') == 1
    assert 'value="relevant" aria-pressed="true"' in page
    assert 'aria-pressed="true"' not in app.test_client().get("/search?q=red+jacket").text


def test_a_mark_without_scripts_comes_back_to_the_results(clip: Clip, database: Database) -> None:
    form = {
        "query": "red jacket",
        "segment_id": str(clip.segments()[1].id),
        "rank": "1",
        "kind": "relevant",
        "on": "true",
        "next": "/search?q=red+jacket",
    }
    answer = clip.client.post("/search/marks", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/search?q=red+jacket")
    assert kept(database) == [("red jacket", "relevant", 10_000)]
    clip.client.post("/search/marks", data=form | {"on": "false"})
    assert kept(database) == []
    elsewhere = clip.client.post("/search/marks", data=form | {"next": "https://example.com/"})
    assert elsewhere.headers["Location"] == "/"


@pytest.mark.parametrize(
    "body",
    [
        {"segment_id": 999_999},
        {"query": "   "},
        {"query": "x" * 501},
        {"rank": 0},
        {"kind": "liked"},
        {"segment_id": "1; DROP"},
        {"query": "a\x00b"},
    ],
)
def test_a_mark_that_makes_no_sense_is_refused(
    clip: Clip, database: Database, body: dict[str, Any]
) -> None:
    assert mark(clip, "click", **body).status_code in (404, 422)
    assert kept(database) == []


def test_another_site_cannot_make_marks(clip: Clip, database: Database) -> None:
    body = {"query": "red", "segment_id": clip.segments()[1].id, "kind": "relevant"}
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert clip.client.post("/api/marks", json=body, headers=foreign).status_code == 403
    assert clip.client.post("/search/marks", data=body, headers=foreign).status_code == 403
    assert kept(database) == []


def test_looking_writes_nothing(clip: Clip, database: Database) -> None:
    segment = clip.segments()[1]
    clip.client.get("/search?q=red+jacket")
    clip.client.get(f"/videos/{clip.id}?segment={segment.id}&q=red+jacket&rank=1")
    assert kept(database) == []


@pytest.mark.parametrize(
    ("query", "search"),
    [
        ("&q=red+jacket&rank=3", {"query": "red jacket", "rank": 3}),
        ("&q=red+jacket&rank=-1", {"query": "red jacket", "rank": None}),
        ("&q=red+jacket&rank=x", {"query": "red jacket", "rank": None}),
        ("&q=+&rank=3", None),
        ("", None),
    ],
)
def test_the_video_page_knows_the_search_it_was_opened_from(
    clip: Clip, query: str, search: dict[str, Any] | None
) -> None:
    import json

    segment = clip.segments()[1]
    page = clip.client.get(f"/videos/{clip.id}?segment={segment.id}{query}").text
    known = json.loads(page.split('id="page">')[1].split("</script>")[0])["search"]
    assert known == (search and search | {"segment_id": segment.id})
