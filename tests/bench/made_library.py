"""The made-up library of section ``scale`` in a database of its own, kept where asked for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg2

from core.config import Config, DatabaseConfig
from db import migrate, server
from db.rows import Connection
from db.spaces import CAPTION_SPACE, Space, active_space
from pipeline.calibrating import calibrate
from pipeline.models.text_minilm import MiniLmEncoder
from tests.bench import embedding, library
from tests.bench.embedding import Embedded
from tests.bench.filling import Filled, fill
from tests.bench.library import Library
from tests.bench.run import KEPT, Run

FOLDER = KEPT / "scale"
SEGMENTS, FEW = 1_000_000, 20_000
SAMPLE, SMALL_SAMPLE = 30_000, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The library, its vectors, and the database at ``url`` that holds it; ``filled_before`` where
    an earlier run filled it."""

    library: Library
    embedded: Embedded
    encoder: MiniLmEncoder
    config: Config
    url: str
    conn: Connection
    space: Space
    filled: Filled
    filled_before: bool


@contextmanager
def made_library(run: Run) -> Iterator[Made]:
    """Make it, or join the kept one; ``run.keep`` leaves it in var/bench for the next run."""
    encoder = MiniLmEncoder()
    segments = run.pick(SEGMENTS, FEW)
    run.say(f"scale: making up {segments:,} segments")
    made = library.build(segments)
    run.say(f"scale: vectors for {len(made.tellings):,} captions")
    embedded = embedding.embed(made.tellings, sample=run.pick(SAMPLE, SMALL_SAMPLE), kept=FOLDER)
    folder = FOLDER / f"library-{segments}" if run.keep else run.folder
    receipt = folder / "filled.json"
    if run.keep and folder.exists() and not receipt.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    config = Config(data_dir=folder, database=DatabaseConfig(url=None))
    with server.start(config) as running:
        migrate.upgrade(running.url)
        before = receipt.exists()
        if not before:
            run.say("scale: loading and indexing it")
            filled = fill(running.url, made, embedded.vectors, encoder)
            receipt.write_text(json.dumps(asdict(filled)), encoding="utf-8")
        conn = psycopg2.connect(running.url)
        conn.autocommit = True
        try:
            space = active_space(conn, CAPTION_SPACE)
            assert space is not None
            calibrate(conn, space, encoder)
            yield Made(
                library=made,
                embedded=embedded,
                encoder=encoder,
                config=config,
                url=running.url,
                conn=conn,
                space=space,
                filled=_read(receipt),
                filled_before=before,
            )
        finally:
            conn.close()


def _read(receipt: Path) -> Filled:
    return Filled(**json.loads(receipt.read_text(encoding="utf-8")))
