"""The editor on a real database, spoken to by Flask's test client."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.config import Config
from core.types import Segment
from db.pool import Database
from editor.app import create_app
from pipeline.search import Searcher
from tests.support import library

CAPTIONS = [
    (0, 10_000, "Nobody is there", "아무도 없다"),
    (10_000, 20_000, "A person in a red jacket walks in", "빨간 재킷을 입은 사람이 들어온다"),
    (20_000, 30_000, "A person in blue takes a bottle", "파란 옷을 입은 사람이 병을 집는다"),
]


@pytest.fixture
def app(config: Config, database: Database) -> Flask:
    return create_app(config, database, Searcher(config, database))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@dataclass
class Clip:
    """A video with three segments, and the edits on it as a browser sends them."""

    client: FlaskClient
    database: Database
    id: int
    _keys: int = 0

    def segments(self) -> list[Segment]:
        return library.segments(self.database, self.id)

    def key(self) -> str:
        self._keys += 1
        return f"key-of-a-test-{self._keys}"

    def post(self, path: str, client: FlaskClient | None = None, **body: Any) -> Any:
        body.setdefault("idempotency_key", self.key())
        return (client or self.client).post(f"/api{path}", json=body)

    def edit(
        self, segment: Segment, verb: str, client: FlaskClient | None = None, **body: Any
    ) -> Any:
        body.setdefault("expected_revision", segment.revision)
        return self.post(f"/segments/{segment.id}/{verb}", client, **body)


@pytest.fixture
def clip(client: FlaskClient, database: Database, tmp_path: Path) -> Clip:
    path = tmp_path / "clip.mp4"
    path.write_bytes(bytes(range(256)) * 40_000)
    video_id = library.add_video(database, CAPTIONS, title="Front door", path=str(path))
    return Clip(client=client, database=database, id=video_id)
