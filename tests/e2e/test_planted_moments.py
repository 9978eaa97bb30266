"""Planted moments are found by paraphrase, exact words, Korean, person and clothes: the same in
Slack, on the web and on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from core.config import Config
from db.pool import Database
from db.videos import get_video
from editor.app import create_app
from pipeline.registry import Registry
from pipeline.search import Searcher
from pipeline.vectors import write_vectors
from pipeline.workshop import Workshop
from tests.bot.conftest import bot_config
from tests.bot.office import Office, open_office
from tests.support import postgres
from tests.support.library import add_segments, add_video, draft, person, segments
from tests.support.named import appear, enrolled
from tests.support.process import run_json

# English, Korean, and what the upper and the lower body of somebody in view wear.
PLANTED = (
    ("Somebody hides a bottle under a coat.", "누군가 외투 밑에 병을 숨깁니다.", "black", "blue"),
    ("A child rides a bicycle along the corridor.", "아이가 복도에서 자전거를 탑니다.",
     "yellow", None),
    ("A delivery man leaves a parcel at the door.", "배달원이 문 앞에 택배를 두고 갑니다.",
     "green", "grey"),
    ("A cat jumps onto the counter.", "고양이가 계산대 위로 뛰어오릅니다.", None, None),
    ("An old woman waters the plants by the window.", "할머니가 창가의 화분에 물을 줍니다.",
     "white", None),
    ("Two workers carry a ladder through the hall.", "작업자 두 명이 홀을 지나 사다리를 나릅니다.",
     "orange", "blue"),
)  # fmt: skip
QUERIES = (
    ("a thief conceals the wine", 0),
    ("kitten leaping on the desk", 3),
    ('"rides a bicycle"', 1),
    ("delivery man parcel", 2),
    ("택배를 두고 가는 사람", 2),
    ("고양이", 3),
    ("자전거 타는 아이", 1),
    ("지민이 나오는 장면", 4),
    ("person:staff/지민", 4),
    ("orange jacket", 5),
    ("초록색 옷", 2),
    ("옷:노란색 카메라:corridor", 1),
)


@pytest.fixture(scope="module")
def office(
    server: postgres.TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("planted")
    with server.fresh() as url, open_office(bot_config(url, folder), folder) as opened:
        plant(opened.config, opened.database)
        yield opened


def plant(config: Config, database: Database) -> None:
    video_id = add_video(database, duration_ms=400_000, camera="corridor", title="planted")
    drafts = []
    for n, (english, korean, upper, lower) in enumerate(PLANTED):
        start = n * 60_000
        seen = (person(start, start + 8_000, upper=upper, lower=lower),) if upper else ()
        drafts.append(draft(video_id, start, start + 9_000, english, korean, detections=seen))
    with database.transaction() as conn:
        add_segments(conn, video_id, drafts)
        videos = [get_video(conn, one) for one in range(1, video_id + 1)]
    ids = enrolled(config, database, "staff/지민")
    appear(config, database, video_id, {ids["staff/지민"]: (241_000, 245_000)})
    workshop = Workshop(config=config, database=database, registry=Registry(config))
    for video in videos:
        write_vectors(workshop, video, lambda _share: None)


@pytest.fixture(scope="module")
def web(office: Office) -> FlaskClient:
    searcher = Searcher(office.config, office.database)
    return create_app(office.config, office.database, searcher).test_client()


@pytest.fixture(scope="module")
def config_file(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "config.json"
    path.write_text(json.dumps(office.config.model_dump(mode="json")), encoding="utf-8")
    return path


def in_slack(office: Office, query: str) -> list[int]:
    """Ids of the moments on the first page of the answer."""
    office.ask(query)
    message = office.answer("hit-")
    return [
        int(block["block_id"].removeprefix("hit-"))
        for block in message.blocks
        if str(block.get("block_id", "")).startswith("hit-")
    ]


@pytest.mark.parametrize(("query", "planted"), QUERIES)
def test_a_planted_moment_comes_first_and_the_same_everywhere(
    office: Office, web: FlaskClient, config_file: Path, query: str, planted: int
) -> None:
    slack = in_slack(office, query)
    shown = web.get("/api/search", query_string={"q": query, "limit": 5}).get_json()["hits"]
    listed = run_json(config_file, "pipeline", "search", query, "--limit", "5")["hits"]
    assert slack == [hit["id"] for hit in shown] == [hit["segment_id"] for hit in listed]
    with office.database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("SELECT id FROM videos WHERE title = 'planted'")
        video_id = cursor.fetchone()["id"]
    assert slack[0] == segments(office.database, video_id)[planted].id
    assert [hit["reasons"] for hit in shown] == [hit["reasons"] for hit in listed]
