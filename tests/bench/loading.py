"""Putting a corpus into a migrated, empty database with COPY, and its index after it."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import psutil
import psycopg2

from core.types import Actor
from db import history
from db.rows import Connection, execute, fetch_value
from db.spaces import CAPTION_SPACE, Space, ensure_space
from pipeline.ports import TextEncoder
from tests.bench import binary_copy
from tests.bench.corpus import Corpus, Entry
from tests.bench.timing import seconds_of

TRIGGERED = ("segments", "detections")
CAMERAS = 40
BUILDER = Actor(name="bench", origin="api")
BARE = "vectors, bare table"
NULL = r"\N"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Seconds each part took, and how much was loaded."""

    seconds: dict[str, float]
    rows: dict[str, int]
    index_bytes: int


def load(url: str, corpus: Corpus, encoder: TextEncoder) -> Load:
    """Fill the database at ``url`` and make its statistics."""
    with closing(psycopg2.connect(url)) as conn:
        with conn:
            space = ensure_space(
                conn,
                kind=CAPTION_SPACE,
                model=encoder.name,
                revision=encoder.revision,
                dim=encoder.dim,
            )
            index = f"vectors_{space.id}_hnsw"
            definition = fetch_value(
                conn, "SELECT pg_get_indexdef(to_regclass(%(n)s))", {"n": index}
            )
            execute(conn, f"DROP INDEX {index}")
        seconds, rows = _copy_all(conn, corpus, space)
        seconds["HNSW index"] = seconds_of(lambda: _build_index(conn, definition))
        seconds["ANALYZE"] = seconds_of(lambda: _vacuum(conn))
        size = fetch_value(conn, "SELECT pg_relation_size(to_regclass(%(n)s))", {"n": index})
        return Load(seconds=seconds, rows=rows, index_bytes=int(size))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contents:
    """Every different caption once: its key, its vector (row ``id`` - 1), and who has it
    (segment, vector, video)."""

    keys: list[bytes]
    vectors: npt.NDArray[np.float32]
    links: list[tuple[int, int, int]]


def _contents(corpus: Corpus) -> _Contents:
    ids: dict[str, int] = {}
    first: list[int] = []
    for row, entry in enumerate(corpus.entries):
        if ids.setdefault(entry.caption, len(ids) + 1) > len(first):
            first.append(row)
    return _Contents(
        keys=[hashlib.md5(one.encode(), usedforsecurity=False).digest() for one in ids],
        vectors=corpus.vectors[first],
        links=[(one.segment_id, ids[one.caption], one.video_id) for one in corpus.entries],
    )


def _copy_all(
    conn: Connection, corpus: Corpus, space: Space
) -> tuple[dict[str, float], dict[str, int]]:
    """One transaction under one change set. The triggers that write history and drop stale
    vectors row by row are off meanwhile: a library grows video by video, not all at once."""
    entries, contents = corpus.entries, _contents(corpus)
    videos = {entry.video_id: entry for entry in entries}
    detections = sum(len(entry.facts.people) for entry in entries)
    steps: dict[str, Callable[[], None]] = {
        "segments": lambda: _copy(conn, "segments", SEGMENT_COLUMNS, map(_segment, entries)),
        "detections": lambda: _copy(
            conn, "detections", DETECTION_COLUMNS, (row for e in entries for row in _detections(e))
        ),
        BARE: lambda: _copy_vectors(conn, contents, space, "bare_vectors"),
        "vectors": lambda: _copy_vectors(conn, contents, space, f"vectors_{space.id}"),
        "links": lambda: _copy_links(conn, contents, space),
    }
    with conn:
        names = ((f"camera {n}",) for n in range(1, CAMERAS + 1))
        _copy(conn, "cameras", ("name",), names)
        _copy(conn, "videos", VIDEO_COLUMNS, map(_video, videos.values()))
        history.open_change_set(conn, video_id=1, kind="ingest", by=BUILDER)
        for table in TRIGGERED:
            execute(conn, f"ALTER TABLE {table} DISABLE TRIGGER USER")
        execute(conn, "CREATE TEMP TABLE bare_vectors (LIKE vectors) ON COMMIT DROP")
        seconds = {name: seconds_of(step) for name, step in steps.items()}
        for table in TRIGGERED:
            execute(conn, f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for table in ("videos", *TRIGGERED):
            execute(
                conn,
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}",
            )
    count, different = len(entries), len(contents.keys)
    return seconds, {
        "segments": count,
        "detections": detections,
        BARE: different,
        "vectors": different,
        "links": count,
    }


VIDEO_COLUMNS = (
    "id", "source", "path", "sha256", "title", "camera_id", "fixed_camera", "duration_ms",
    "start_ms", "fps", "width", "height", "codec", "container", "rotation", "has_audio",
    "browser_playable", "status", "progress",
)  # fmt: skip
SEGMENT_COLUMNS = (
    "id", "video_id", "start_ms", "end_ms", "kind", "caption", "caption_ko", "caption_author",
    "needs_caption", "thumbnail_ms",
)  # fmt: skip
DETECTION_COLUMNS = (
    "segment_id", "video_id", "label", "start_ms", "end_ms", "at_ms", "score", "box_left",
    "box_top", "box_width", "box_height", "attributes",
)  # fmt: skip


def _video(last: Entry) -> Sequence[object]:
    """A row from the last entry of a video: it ends where that one does."""
    number = last.video_id
    source = f"camera-{number % CAMERAS + 1}/{number:05}.mp4"
    sha256 = hashlib.sha256(source.encode()).hexdigest()
    end_ms = last.start_ms + last.facts.end_ms
    return (
        number, source, source, sha256, source, number % CAMERAS + 1, True, end_ms,
        0, 12.5, 1280, 720, "h264", "mp4", 0, False, True, "ready", 1,
    )  # fmt: skip


def _segment(entry: Entry) -> Sequence[object]:
    end_ms = entry.start_ms + entry.facts.end_ms
    return (
        entry.segment_id, entry.video_id, entry.start_ms, end_ms, entry.facts.kind,
        entry.caption, entry.caption_ko, "describer@2", False, (entry.start_ms + end_ms) // 2,
    )  # fmt: skip


def _detections(entry: Entry) -> Iterable[Sequence[object]]:
    for person in entry.facts.people:
        box = person.best.box
        attributes = {
            "upper": person.upper,
            "lower": person.lower,
            "enters": person.enters,
            "leaves": person.leaves,
            "motion": person.motion,
            "place": person.place,
        }
        yield (
            entry.segment_id, entry.video_id, "person", entry.start_ms + person.start_ms,
            entry.start_ms + person.end_ms, entry.start_ms + person.best.at_ms, person.score,
            box.left, box.top, box.width, box.height, json.dumps(attributes),
        )  # fmt: skip


def _copy(
    conn: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """COPY in text form."""
    lines = "".join("\t".join(map(_field, row)) + "\n" for row in rows)
    with conn.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", io.StringIO(lines))


def _field(value: object) -> str:
    """A value that would need escaping is a mistake of the corpus."""
    text = str(value)
    assert not set(text) & set("\\\t\n"), text
    return NULL if value is None else text


def _copy_vectors(conn: Connection, contents: _Contents, space: Space, table: str) -> None:
    binary_copy.copy_vectors(
        conn,
        table,
        space_id=space.id,
        ids=np.arange(1, len(contents.keys) + 1),
        keys=contents.keys,
        vectors=contents.vectors,
    )


def _copy_links(conn: Connection, contents: _Contents, space: Space) -> None:
    big = binary_copy.bigint
    columns = {"space_id": big, "segment_id": big, "vector_id": big, "video_id": big}
    signs = contents.vectors > 0
    rows = (
        (space.id, segment, vector, video, signs[vector - 1])
        for segment, vector, video in contents.links
    )
    binary_copy.copy(conn, "segment_vectors", {**columns, "signs": binary_copy.bits}, rows)


def _build_index(conn: Connection, definition: str) -> None:
    """With memory for the whole graph: beyond it the build becomes several times slower."""
    megabytes = min(2_048, psutil.virtual_memory().available // 2**20 // 4)
    with conn:
        execute(conn, f"SET LOCAL maintenance_work_mem = '{megabytes}MB'")
        execute(conn, "SET LOCAL max_parallel_maintenance_workers = 1")
        execute(conn, definition)


def _vacuum(conn: Connection) -> None:
    """As autovacuum would after a while: statistics, and the visibility of pages."""
    conn.autocommit = True
    execute(conn, "VACUUM ANALYZE")
    conn.autocommit = False
