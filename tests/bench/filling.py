"""A made-up library into a migrated, empty database by COPY, and its indexes after it."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import numpy as np
import numpy.typing as npt
import psycopg2

from db.rows import Connection, execute, fetch_all, fetch_value
from db.spaces import CAPTION_SPACE, Space, ensure_space, index_definition
from pipeline.ports import TextEncoder
from tests.bench import binary_copy as b
from tests.bench.library import CAMERAS, SEGMENTS_PER_VIDEO, Library
from tests.bench.tellings import Telling
from tests.bench.timing import seconds_of

FIRST_DAY, DAYS = datetime(2024, 11, 1, tzinfo=UTC), 730
PEOPLE, GROUPS = 60, 6
NAMES = tuple(
    f"{given} {family}"
    for family in ("Ahn", "Baek", "Chung", "Doyle", "Eriksen", "Ferrari")
    for given in ("Ada", "Bo", "Cleo", "Dan", "Eun", "Finn", "Gia", "Hana", "Ivo", "Jun")
)
AUTHOR = "bench"
MAINTENANCE_MB = 2_048
FILLED = ("segments", "detections", "appearances", "segment_vectors")

SEGMENT = {
    "id": b.bigint, "video_id": b.bigint, "start_ms": b.bigint, "end_ms": b.bigint, "kind": b.text,
    "caption": b.text, "caption_ko": b.text, "caption_author": b.text, "needs_caption": b.boolean,
    "thumbnail_ms": b.bigint,
}  # fmt: skip
DETECTION = {
    "segment_id": b.bigint, "video_id": b.bigint, "label": b.text, "start_ms": b.bigint,
    "end_ms": b.bigint,
    "at_ms": b.bigint, "score": b.real, "box_left": b.real, "box_top": b.real,
    "box_width": b.real, "box_height": b.real, "attributes": b.jsonb,
}  # fmt: skip
VIDEO = {
    "id": b.bigint, "source": b.text, "path": b.text, "sha256": b.text, "title": b.text,
    "camera_id": b.bigint, "fixed_camera": b.boolean, "recorded_at": b.timestamp,
    "duration_ms": b.bigint, "start_ms": b.bigint, "fps": b.double, "width": b.integer,
    "height": b.integer, "codec": b.text, "container": b.text, "rotation": b.smallint,
    "has_audio": b.boolean, "browser_playable": b.boolean, "status": b.text, "progress": b.real,
}  # fmt: skip
APPEARANCE = {
    "video_id": b.bigint, "model_id": b.bigint, "start_ms": b.bigint, "end_ms": b.bigint,
    "at_ms": b.bigint, "box_left": b.real, "box_top": b.real, "box_width": b.real,
    "box_height": b.real, "size_px": b.real, "faces": b.integer, "embedding": b.vector,
    "person_id": b.bigint,
}  # fmt: skip
LINK = {
    "space_id": b.bigint, "segment_id": b.bigint, "vector_id": b.bigint, "video_id": b.bigint,
    "signs": b.bits,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """Rows and seconds per table and per kind of index, bytes on disk, and the space filled."""

    rows: dict[str, int]
    seconds: dict[str, float]
    bytes_of: dict[str, int]


def fill(
    url: str, library: Library, vectors: npt.NDArray[np.float32], encoder: TextEncoder
) -> Filled:
    """Everything a library of that size has but its history: that grows with every edit."""
    with closing(psycopg2.connect(url)) as conn:
        conn.autocommit = True
        space = ensure_space(
            conn, kind=CAPTION_SPACE, model=encoder.name, revision=encoder.revision, dim=encoder.dim
        )
        later = _without_indexes(conn, space)
        model, people = _people(conn)
        seconds: dict[str, float] = {}
        seconds["videos"] = _in_two(url, [partial(_videos, library)])
        halves = _halves(len(library.told))
        for name, work in (
            ("segments", _segments),
            ("detections", _detections),
        ):
            seconds[name] = _in_two(url, [partial(work, library, rows) for rows in halves])
        seconds["appearances"] = _in_two(url, [partial(_appearances, library, model, people)])
        seconds["vectors"] = _in_two(url, [partial(_vectors, library, vectors, space)])
        seconds["links"] = _in_two(url, [partial(_links, library, vectors, space)])
        rows = {
            name: int(fetch_value(conn, f"SELECT count(*) FROM {table}"))
            for name, table in (
                *((one, one) for one in ("videos", "segments", "detections", "appearances")),
                ("vectors", f"vectors_{space.id}"),
                ("links", "segment_vectors"),
            )
        }
        for table in ("videos", "segments", "detections", "appearances", "vectors"):
            execute(
                conn,
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}",
            )
        _memory(conn)
        for name, statements in later.items():
            seconds[name] = seconds_of(partial(_run, conn, statements))
        hnsw = index_definition(space, space.index_kind, f"vectors_{space.id}_hnsw")
        seconds["HNSW index"] = seconds_of(partial(execute, conn, hnsw))
        seconds["VACUUM ANALYZE"] = seconds_of(partial(execute, conn, "VACUUM ANALYZE"))
        return Filled(rows=rows, seconds=seconds, bytes_of=sizes(conn, space))


def sizes(conn: Connection, space: Space) -> dict[str, int]:
    """Bytes of what a search reads: tables without and with their indexes, the HNSW index."""
    found: dict[str, int] = {}
    for table in (
        "segments",
        "detections",
        "appearances",
        f"vectors_{space.id}",
        "segment_vectors",
    ):
        name = "vectors" if table.startswith("vectors_") else table
        values = {"table": table}
        found[name] = int(fetch_value(conn, "SELECT pg_table_size(%(table)s)", values))
        found[f"indexes of {name}"] = int(
            fetch_value(conn, "SELECT pg_indexes_size(%(table)s)", values)
        )
    found["HNSW index"] = int(
        fetch_value(conn, "SELECT pg_relation_size(%(n)s)", {"n": f"vectors_{space.id}_hnsw"})
    )
    found["text index"] = int(fetch_value(conn, "SELECT pg_relation_size('segments_text_search')"))
    found["database"] = int(fetch_value(conn, "SELECT pg_database_size(current_database())"))
    return found


def happened(video: int, videos: int) -> datetime:
    """When a video (from 0) was recorded: evenly over two years, in an order of its own, so that
    every camera has all of them."""
    share = video * 7_919 % videos / videos
    return FIRST_DAY + timedelta(days=DAYS * share)


def _without_indexes(conn: Connection, space: Space) -> dict[str, list[str]]:
    """Drop the indexes that COPY would have to keep up; returns what makes them again, by name of
    what is measured."""
    later: dict[str, list[str]] = {"text index": [], "overlap constraint": [], "other indexes": []}
    constraint = fetch_value(
        conn,
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conname = 'segments_never_overlap'",
    )
    execute(conn, "ALTER TABLE segments DROP CONSTRAINT segments_never_overlap")
    later["overlap constraint"].append(
        f"ALTER TABLE segments ADD CONSTRAINT segments_never_overlap {constraint}"
    )
    listed = fetch_all(
        conn,
        "SELECT c.relname AS name, pg_get_indexdef(c.oid) AS definition FROM pg_index AS i"
        " JOIN pg_class AS c ON c.oid = i.indexrelid WHERE NOT i.indisunique"
        " AND i.indrelid = ANY(%(tables)s::regclass[])",
        {"tables": [*FILLED, f"vectors_{space.id}"]},
    )
    for row in listed:
        execute(conn, f"DROP INDEX {row['name']}")
        if row["name"] == "segments_text_search":
            later["text index"].append(row["definition"])
        elif not row["name"].endswith("_hnsw"):
            later["other indexes"].append(row["definition"])
    return later


def _memory(conn: Connection) -> None:
    execute(conn, f"SET maintenance_work_mem = '{MAINTENANCE_MB}MB'")
    execute(conn, "SET max_parallel_maintenance_workers = 1")


def _run(conn: Connection, statements: Sequence[str]) -> None:
    for statement in statements:
        execute(conn, statement)


def _halves(count: int) -> list[range]:
    middle = count // 2
    return [range(middle), range(middle, count)]


def _in_two(url: str, works: Sequence[Callable[[Connection], None]]) -> float:
    """Each in a process and on a connection of its own, at once; returns the seconds of all."""
    started = time.perf_counter()
    fork = multiprocessing.get_context("fork")
    children = [fork.Process(target=_alone, args=(url, work)) for work in works]
    for child in children:
        child.start()
    for child in children:
        child.join()
        assert child.exitcode == 0, "loading failed; see above"
    return time.perf_counter() - started


def _alone(url: str, work: Callable[[Connection], None]) -> None:
    with closing(psycopg2.connect(url)) as conn, conn:
        # History and its triggers, and references known to be right.
        execute(conn, "SET LOCAL session_replication_role = replica")
        work(conn)
    # What the parent opened is the parent's to close.
    os._exit(0)


def stretches_of(library: Library) -> npt.NDArray[np.int64]:
    """(segments, 2): start and end (ms) of each in its video."""
    count = len(library.told)
    lasts = np.random.default_rng(3).integers(3_000, 20_000, count)
    ends = np.cumsum(lasts)
    first = np.arange(count) // SEGMENTS_PER_VIDEO * SEGMENTS_PER_VIDEO
    before = np.where(first > 0, ends[first - 1], 0)
    return np.stack([ends - lasts - before, ends - before], axis=1)


def _videos(library: Library, conn: Connection) -> None:
    b.copy(
        conn,
        "cameras",
        {"id": b.bigint, "name": b.text},
        ((n, f"camera {n}") for n in range(1, CAMERAS + 1)),
    )
    stretches = stretches_of(library)
    count = len(library.camera_of)

    def rows() -> Iterator[Sequence[object]]:
        for video in range(count):
            last = min((video + 1) * SEGMENTS_PER_VIDEO, len(stretches)) - 1
            camera = int(library.camera_of[video])
            source = f"camera-{camera}/{video + 1:06}.mp4"
            yield (
                video + 1, source, source, hashlib.sha256(source.encode()).hexdigest(), source,
                camera, True, happened(video, count), int(stretches[last, 1]), 0, 25.0, 1920,
                1080, "h264", "mp4", 0, False, True, "ready", 1.0,
            )  # fmt: skip

    b.copy(conn, "videos", VIDEO, rows())


def _segments(library: Library, rows: range, conn: Connection) -> None:
    stretches = stretches_of(library)

    def made() -> Iterator[Sequence[object]]:
        for row in rows:
            told = library.tellings[library.told[row]]
            start_ms, end_ms = int(stretches[row, 0]), int(stretches[row, 1])
            yield (
                row + 1, row // SEGMENTS_PER_VIDEO + 1, start_ms, end_ms,
                "activity" if told.labels else "quiet", told.en, told.ko, AUTHOR, False,
                (start_ms + end_ms) // 2,
            )  # fmt: skip

    b.copy(conn, "segments", SEGMENT, made())


def _detections(library: Library, rows: range, conn: Connection) -> None:
    stretches = stretches_of(library)
    random = np.random.default_rng(rows.start)

    def made() -> Iterator[Sequence[object]]:
        for row in rows:
            told = library.tellings[library.told[row]]
            start_ms, end_ms = int(stretches[row, 0]), int(stretches[row, 1])
            for label, attributes in _seen(told):
                left, width, score = random.random(3)
                yield (
                    row + 1, row // SEGMENTS_PER_VIDEO + 1, label, start_ms, end_ms - 1,
                    (start_ms + end_ms) // 2, 0.4 + 0.59 * score, 0.8 * left, 0.2,
                    0.05 + 0.15 * width, 0.5, attributes,
                )  # fmt: skip

    b.copy(conn, "detections", DETECTION, made())


def _seen(told: Telling) -> Iterator[tuple[str, dict[str, str]]]:
    for one in told.people:
        named = {key: getattr(one, key) for key in ("upper", "upper_kind", "lower", "lower_kind")}
        yield "person", {key: value for key, value in named.items() if value}
    for label in told.labels:
        if label != "person":
            yield label, {}


def _people(conn: Connection) -> tuple[int, list[int]]:
    """The face model and the ids of the named people."""
    model = fetch_value(
        conn,
        "INSERT INTO face_models (model, revision, dim) VALUES ('bench', '1', 8) RETURNING id",
    )
    groups = [
        fetch_value(
            conn, "INSERT INTO groups (name) VALUES (%(name)s) RETURNING id", {"name": f"team {n}"}
        )
        for n in range(1, GROUPS + 1)
    ]
    execute(conn, "SET session_replication_role = replica")
    people = []
    for number, name in enumerate(NAMES[:PEOPLE]):
        values = {"name": name, "group": groups[number % GROUPS]}
        people.append(
            fetch_value(
                conn,
                "INSERT INTO people (group_id, name, root_id) VALUES (%(group)s, %(name)s,"
                " currval(pg_get_serial_sequence('people', 'id'))) RETURNING id",
                values,
            )
        )
    execute(conn, "SET session_replication_role = DEFAULT")
    return int(model), [int(one) for one in people]


def _appearances(library: Library, model: int, people: Sequence[int], conn: Connection) -> None:
    """The first of the people is in one video of seven, the second in one of fourteen, and so on.
    Their vectors are short: no search by words reads them."""
    stretches = stretches_of(library)
    random = np.random.default_rng(17)
    shares = 1 / (7 * np.arange(1, len(people) + 1))

    def made() -> Iterator[Sequence[object]]:
        for video in range(len(library.camera_of)):
            first = video * SEGMENTS_PER_VIDEO
            last = min(first + SEGMENTS_PER_VIDEO, len(stretches)) - 1
            for person in np.flatnonzero(random.random(len(people)) < shares):
                at = int(random.integers(first, last + 1))
                until = min(at + int(random.integers(0, 4)), last)
                start_ms, end_ms = int(stretches[at, 0]), int(stretches[until, 1])
                yield (
                    video + 1, model, start_ms, end_ms, start_ms, 0.4, 0.2, 0.1, 0.2, 80.0, 5,
                    random.standard_normal(8), people[person],
                )  # fmt: skip

    b.copy(conn, "appearances", APPEARANCE, made())


def _vectors(
    library: Library, vectors: npt.NDArray[np.float32], space: Space, conn: Connection
) -> None:
    keys = [
        hashlib.md5(one.en.encode(), usedforsecurity=False).digest() for one in library.tellings
    ]
    ids = np.arange(1, len(keys) + 1)
    b.copy_vectors(
        conn, f"vectors_{space.id}", space_id=space.id, ids=ids, keys=keys, vectors=vectors
    )
    first = fetch_value(
        conn,
        "SELECT vector_key('caption', s) FROM segments AS s WHERE s.id = 1",
    )
    assert UUID(str(first)).bytes == keys[library.told[0]], "the key of a content has changed"


def _links(
    library: Library, vectors: npt.NDArray[np.float32], space: Space, conn: Connection
) -> None:
    signs = vectors > 0
    rows = (
        (space.id, row + 1, int(told) + 1, row // SEGMENTS_PER_VIDEO + 1, signs[told])
        for row, told in enumerate(library.told)
    )
    b.copy(conn, "segment_vectors", LINK, rows)
