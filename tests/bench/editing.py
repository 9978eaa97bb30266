"""Section ``edits``: from the commit of a new caption until its words and its meaning are found."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from core.config import Config, DatabaseConfig
from core.errors import ClipOpsError
from core.types import Actor
from db import edits, migrate, server
from db.pool import Database
from db.rows import execute, fetch_value
from db.spaces import vectors_of
from tests.bench.report import Table, Value
from tests.bench.run import Run
from tests.bench.timing import Times
from tests.support import process
from tests.support.library import add_video, segments

COLUMNS = ("what", "median s", "99th percentile s", "max s", "edits", "target 1 s met")
TARGET_S = 1.0
PATIENCE_S = 60.0
POLL_S = 0.005
EDITOR = Actor(name="bench", origin="web")
MOMENTS = 40


def measure(run: Run) -> list[Table]:
    config = Config(data_dir=run.folder / "data", database=DatabaseConfig(url=None))
    file = run.folder / "config.json"
    file.write_text(json.dumps(config.model_dump(mode="json")), encoding="utf-8")
    with server.start(config) as running:
        migrate.upgrade(running.url)
        database = Database.open(running.url, config.database)
        captions = [(n * 5_000, n * 5_000 + 2_000, f"Moment {n}.", "") for n in range(MOMENTS)]
        video_id = add_video(database, captions, duration_ms=MOMENTS * 5_000)
        _finish(database, video_id)
        run.say("edits: editing beside a worker")
        with process.running(file, "pipeline", "worker"):
            words, meaning = _edited(database, video_id, run.pick(MOMENTS, 5))
        database.close()
    note = (
        "One worker on an otherwise idle library: the edit's transaction, the job, the encoder and "
        "the vector's transaction. The first edit is not counted: the worker loads its encoder."
    )
    rows = (_row("found by its words", words), _row("has its vector", meaning))
    return [Table(title="Edits", columns=COLUMNS, rows=rows, notes=(note,))]


def _edited(database: Database, video_id: int, count: int) -> tuple[Times, Times]:
    words: list[float] = []
    meaning: list[float] = []
    for number, one in enumerate(segments(database, video_id)[:count]):
        caption = f"Visitor {number} repairs bicycle {number * 7}."
        edits.edit_caption(
            database,
            one.id,
            caption=caption,
            by=EDITOR,
            expected_revision=one.revision,
            idempotency_key=f"bench-edits-{number}",
        )
        started = time.monotonic()
        _until(lambda one=one, text=caption: _has_words(database, one.id, text))
        words.append(time.monotonic() - started)
        _until(lambda one=one: _has_vector(database, one.id))
        meaning.append(time.monotonic() - started)
    return Times(tuple(words[1:])), Times(tuple(meaning[1:]))


def _finish(database: Database, video_id: int) -> None:
    """As an ingest leaves it: edits are refreshed by the stages a video has had."""
    with database.transaction() as conn:
        execute(
            conn,
            "INSERT INTO video_stages (video_id, stage, took_ms) VALUES (%(id)s, 'embed', 0)",
            {"id": video_id},
        )


def _has_words(database: Database, segment_id: int, caption: str) -> bool:
    with database.transaction() as conn:
        found = fetch_value(
            conn,
            "SELECT text_search @@ websearch_to_tsquery('english', %(text)s) AS found"
            " FROM segments WHERE id = %(id)s",
            {"id": segment_id, "text": caption},
        )
    return bool(found)


def _has_vector(database: Database, segment_id: int) -> bool:
    with database.transaction() as conn:
        return bool(vectors_of(conn, segment_id))


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise ClipOpsError("An edit was not taken up within a minute.")
        time.sleep(POLL_S)


def _row(what: str, times: Times) -> tuple[Value, ...]:
    return (
        what,
        times.median,
        times.percentile(0.99),
        times.most,
        len(times.seconds),
        times.most <= TARGET_S,
    )
