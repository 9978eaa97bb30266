"""Embedding spaces: one per (kind, model, revision), with the vectors of the segments in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.queries import queries
from db.rows import Connection, Row, execute, fetch_all, fetch_one, fetch_value

SQL = queries("spaces")


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """``kind`` says what is embedded (``caption``); ``dim`` is the length of each vector."""

    id: int
    kind: str
    model: str
    revision: str
    dim: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unembedded:
    """A segment whose words have no vector yet, as of ``revision``."""

    segment_id: int
    revision: int
    caption: str
    caption_ko: str


def ensure_space(conn: Connection, *, kind: str, model: str, revision: str, dim: int) -> Space:
    """The space of a model, made with its partition and HNSW index at first use.

    The first space of a kind is active at once; a later one is built beside it.
    """
    values = {"kind": kind, "model": model, "revision": revision, "dim": dim}
    found = fetch_one(conn, SQL["find_space"], values)
    if found is None:
        execute(conn, SQL["lock_spaces"])
        found = fetch_one(conn, SQL["find_space"], values) or _create(conn, values)
    return Space(**found)


def active_space(conn: Connection, kind: str) -> Space | None:
    """The space searches use, or None before the first video."""
    found = fetch_one(conn, SQL["active_space"], {"kind": kind})
    return None if found is None else Space(**found)


def activate(conn: Connection, space: Space) -> None:
    """Searches use ``space`` from the commit on; the one before it is kept, retired."""
    execute(conn, SQL["retire_active"], {"kind": space.kind, "space_id": space.id})
    execute(conn, SQL["activate"], {"space_id": space.id})


def unembedded(conn: Connection, space: Space, video_id: int) -> list[Unembedded]:
    """What is left to embed of a video."""
    rows = fetch_all(conn, SQL["unembedded"], {"video_id": video_id, "space_id": space.id})
    return [
        Unembedded(
            segment_id=row["id"],
            revision=row["revision"],
            caption=row["caption"],
            caption_ko=row["caption_ko"],
        )
        for row in rows
    ]


def insert_vector(
    conn: Connection, space: Space, segment: Unembedded, embedding: Sequence[float]
) -> None:
    """Store a vector unless the segment was edited since; then it stays without one."""
    values = {
        "space_id": space.id,
        "segment_id": segment.segment_id,
        "revision": segment.revision,
        "embedding": vector_literal(embedding),
    }
    execute(conn, SQL["insert_vector"], values)


def count_vectors(conn: Connection, space: Space) -> int:
    return int(fetch_value(conn, SQL["count_vectors"], {"space_id": space.id}))


def vector_literal(values: Sequence[float]) -> str:
    """``[0.1,0.2]``, the text form pgvector reads; eight digits keep float32 exactly enough."""
    return "[" + ",".join(f"{value:.8g}" for value in values) + "]"


def _create(conn: Connection, values: Row) -> Row:
    made = fetch_one(conn, SQL["insert_space"], values)
    assert made is not None
    numbers = {"space_id": int(made["id"]), "dim": int(made["dim"])}
    execute(conn, SQL["create_partition"].format(**numbers))
    if active_space(conn, made["kind"]) is None:
        execute(conn, SQL["activate"], {"space_id": made["id"]})
        made["state"] = "active"
    return made
