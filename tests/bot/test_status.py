"""How things stand, asked for in Slack: what is in work, what failed, what is missing, models."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.refusals import in_korean
from bot.status import PAGE
from core.types import VideoStatus
from db import videos
from tests.bot.conftest import bot_config
from tests.bot.office import MINA, Office, everything, open_office
from tests.support import postgres
from tests.support.library import add_video

ABSENT = (
    "buffalo_s is not on this machine (looked in models/buffalo_s); get it with `python -m "
    "pipeline models pull buffalo_s`, or put its files into models/buffalo_s by hand."
)


@pytest.fixture(scope="module")
def office(
    server: postgres.TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """Two ready videos, one in work, one that waits, seven that failed, one without faces."""
    folder = tmp_path_factory.mktemp("status")
    with (
        server.fresh() as url,
        open_office(bot_config(url, folder, faces=True), folder) as opened,
    ):
        add(opened, "Gate", "processing", stage="understand", progress=0.45)
        add(opened, "Yard", "queued")
        for number in range(7):
            add(opened, f"Broken {number}", "failed", error="<!channel> is no video.")
        error = f"Faces were not looked for. {ABSENT}"
        video_id = add(opened, "Hall", "ready", error=error)
        with opened.database.transaction() as conn:
            videos.fail_stage(conn, video_id, "faces", ABSENT)
        yield opened


def add(
    office: Office,
    title: str,
    status: VideoStatus,
    *,
    stage: str | None = None,
    progress: float = 0.0,
    error: str | None = None,
) -> int:
    video_id = add_video(office.database, title=title)
    with office.database.transaction() as conn:
        videos.set_progress(
            conn, video_id, status=status, stage=stage, progress=progress, error=error
        )
    return video_id


def test_videos_are_counted_and_those_that_need_a_look_are_named(office: Office) -> None:
    office.ask("status")
    answer = office.answer("How ClipOps stands")
    words = everything(answer)
    assert "12 videos: 3 ready, 2 in work, 7 failed" in words
    assert "Gate: looking at the pictures 45%" in words
    assert "Yard: waiting" in words
    assert "Broken 6: &lt;!channel&gt; is no video." in words
    assert "Broken 1" not in words
    assert "and 2 more" in words
    assert "Hall: Faces were not looked for. buffalo_s is not on this machine" in words
    assert answer.pings() == []


def test_it_says_which_models_are_used_and_which_are_not_there(office: Office) -> None:
    office.ask("status")
    words = everything(office.answer("profile `builtin`"))
    assert "words to vectors: `minilm`" in words
    assert "faces: `insightface:buffalo_s`, not on this machine" in words
    assert "pictures to vectors: off" in words


def test_a_korean_reader_gets_all_of_it_in_korean(office: Office) -> None:
    office.ask("상태", user=MINA)
    words = everything(office.answer("ClipOps 상태", user=MINA))
    assert "영상 12개: 준비됨 3, 처리 중 2, 실패 7" in words
    assert "Gate: 화면 살펴보는 중 45%" in words
    assert "Hall: 얼굴을 찾지 못했습니다. buffalo_s 모델이 이 컴퓨터에 없습니다" in words
    assert "얼굴: `insightface:buffalo_s`, 이 컴퓨터에 없음" in words


def test_a_mention_is_answered_too(office: Office) -> None:
    office.tell("@clipops status")
    office.answer("How ClipOps stands")


def test_without_a_face_model_one_sentence_says_how_to_turn_faces_on(
    server: postgres.TestServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("bare")
    with server.fresh() as url, open_office(bot_config(url, folder), folder) as office:
        office.ask("people")
        words = everything(office.answer("No face model is configured"))
        assert "`models.overrides.face_analyzer` to `insightface:buffalo_s`" in words
        office.ask("사람")
        answer = office.answer("얼굴 모델이 설정되어 있지 않아")
        office.push(answer, "“사람” 검색")
        office.answer("“사람”", "검색 다듬기")


def test_every_page_of_a_large_library_is_counted(office: Office) -> None:
    """Last: it leaves a large library behind."""
    with office.database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute(
            "INSERT INTO videos (source, path, sha256, title, duration_ms, start_ms, fps, width, "
            "height, codec, container, rotation, has_audio, browser_playable, status) "
            "SELECT 'n' || n, 'n' || n, lpad(to_hex(n), 64, '0'), 'n', 1000, 0, 10, 640, 360, "
            "'h264', 'mp4', 0, false, true, 'ready' FROM generate_series(1, %s) AS n",
            (2 * PAGE,),
        )
    office.ask("status")
    office.answer(f"{2 * PAGE + 12} videos: {2 * PAGE + 3} ready, 2 in work, 7 failed")


def test_a_sentence_nobody_translated_stays_as_it_is() -> None:
    assert in_korean("Something nobody thought of.") is None
