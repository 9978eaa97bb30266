"""A small shop: two cameras, somebody known, recordings of today and of a Monday, and vectors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from core.config import Config
from core.types import Box, Detection
from db import people, videos
from db.pool import Database
from pipeline import people as use_cases
from pipeline.frames import Progress
from pipeline.media import thumbnail_path
from pipeline.registry import Registry
from pipeline.vectors import write_vectors
from pipeline.workshop import Workshop
from tests.bot.office import JPEG
from tests.support.faces import JIMIN, face, store, track
from tests.support.library import add_segments, add_video, draft, person, segments

MONDAY = datetime(2026, 11, 16, 1, 30, tzinfo=UTC)
DOOR = (
    (0, 8_000, "A person in a red jacket comes in from the left and looks around.",
     "빨간 재킷을 입은 사람이 왼쪽에서 들어와 둘러봅니다.", "red"),
    (8_000, 15_000, "A person in a red jacket stands at the counter.",
     "빨간 재킷을 입은 사람이 계산대 앞에 서 있습니다.", "red"),
    (30_000, 37_000, "A person in a black coat runs out to the right.",
     "검은 코트를 입은 사람이 오른쪽으로 뛰어나갑니다.", "black"),
)  # fmt: skip
BACK = (
    (0, 9_000, "A person in a blue coat carries a box to the shelf.",
     "파란 코트를 입은 사람이 상자를 선반으로 나릅니다.", "blue"),
    (20_000, 26_000, "A car waits at the back door; nobody is in view.",
     "뒷문 앞에 자동차가 서 있고 사람은 보이지 않습니다.", None),
)  # fmt: skip


def furnish_shop(config: Config, database: Database) -> None:
    """``front door`` on a Monday with Jimin in it, ``back room`` an hour ago with a car."""
    door = _recorded(config, database, "Monday morning", "front door", MONDAY, DOOR)
    _recorded(
        config, database, "Deliveries", "back room", datetime.now(UTC) - timedelta(hours=1), BACK
    )
    store(config, database, door, [track(face("ann"), 1_000, 4_000)])
    with database.transaction() as conn:
        unknown = people.find_person(conn, "Unknown 1").id
    use_cases.name(config, database, unknown, "staff/Jimin", by=JIMIN, idempotency_key=uuid4().hex)


def _recorded(config, database, title, camera, at, moments) -> int:  # type: ignore[no-untyped-def]
    video_id = add_video(database, title=title, camera=camera)
    drafts = []
    for start, end, caption, caption_ko, upper in moments:
        seen = (person(start, end - 1, upper=upper),) if upper else (_car(start, end),)
        drafts.append(draft(video_id, start, end, caption, caption_ko, detections=seen))
    with database.transaction() as conn:
        add_segments(conn, video_id, drafts)
        with conn.cursor() as cursor:
            cursor.execute("UPDATE videos SET recorded_at = %s WHERE id = %s", (at, video_id))
        video = videos.get_video(conn, video_id)
    workshop = Workshop(config=config, database=database, registry=Registry(config))
    progress: Progress = lambda _share: None  # noqa: E731
    write_vectors(workshop, video, progress)
    for segment in segments(database, video_id):
        path = thumbnail_path(config, video_id, segment.thumbnail_ms)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(JPEG)
    return video_id


def _car(start_ms: int, end_ms: int) -> Detection:
    return Detection(
        label="car",
        start_ms=start_ms,
        end_ms=end_ms - 1,
        at_ms=start_ms + 1_000,
        score=0.9,
        box=Box(left=0.2, top=0.4, width=0.4, height=0.4),
    )
