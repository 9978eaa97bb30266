"""The library the stages are measured on: each round gets a copy of it, so that the same work is
there to be done every time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from core.config import Config, ModelsConfig
from core.types import Video
from db import videos
from db.pool import Database
from pipeline.registry import Registry
from pipeline.workshop import Workshop
from tests.bench.perception_weights import weights
from tests.bench.run import SHARED

PORTS = {
    "text_encoder": "kpf-sbert",
    "captioner": "blip",
    "image_text_matcher": "blip-itm",
    "video_encoder": "clip4clip",
}
"""Ports whose weights are random ones of the real size."""

YOLOX = SHARED / "models" / "yolox_nano_coco_raw.onnx"
FACE_PACK = SHARED / "models" / "insightface" / "local_sc"

CAPTION_TOKENS = 18
"""Random weights end a sentence nowhere; real captions of BLIP have about so many tokens."""


def models() -> ModelsConfig:
    """The ``cpu`` profile on the weights at hand; makes those that are missing."""
    chosen = {port: f"{adapter}:{weights(adapter)}" for port, adapter in PORTS.items()}
    return ModelsConfig(
        profile="cpu",
        overrides={
            **chosen,
            "person_detector": f"yolox:{YOLOX}",
            "face_analyzer": f"insightface:{FACE_PACK}",
            "writer": "none",
        },
        generation={"min_new_tokens": CAPTION_TOKENS, "max_new_tokens": CAPTION_TOKENS},
    )


class Library:
    """The made library and the copies of it; ``config`` names its server."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.url = config.database.url or ""
        self._copies = 0

    @contextmanager
    def itself(self, registry: Registry) -> Iterator[Workshop]:
        """For those who make it."""
        database = Database.open(self.url, self.config.database)
        try:
            yield Workshop(config=self.config, database=database, registry=registry)
        finally:
            database.close()

    @contextmanager
    def copied(self, registry: Registry) -> Iterator[Workshop]:
        """A copy, dropped at the end. Frames kept on disk are shared."""
        self._copies += 1
        name = f"{_name(self.url)}_copy_{self._copies}"
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._run(f"CREATE DATABASE {name} TEMPLATE {_name(self.url)}")
        database = Database.open(_named(self.url, name), self.config.database)
        try:
            yield Workshop(config=self.config, database=database, registry=registry)
        finally:
            database.close()
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with closing(psycopg2.connect(_named(self.url, "postgres"))) as conn:
            conn.autocommit = True
            with conn.cursor() as cursor:
                cursor.execute(statement)


def video_called(workshop: Workshop, title: str) -> Video:
    with workshop.database.transaction() as conn:
        return next(
            one for one in videos.list_videos(conn, limit=10, offset=0) if one.title == title
        )


def missing(shared: Path = SHARED) -> list[str]:
    """A sentence for everything this section needs and does not find."""
    from tests.bench.perception_films import BUSY, FACES

    needed = [path.relative_to(SHARED) for path in (BUSY, FACES, YOLOX, FACE_PACK)]
    absent = [path.as_posix() for path in needed if not (shared / path).exists()]
    return [f"Skipped: there is no ../shared/{name}." for name in absent]


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def _named(url: str, database: str) -> str:
    """The address of another database on the same server."""
    return urlsplit(url)._replace(path=f"/{database}").geturl()
