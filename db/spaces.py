"""Embedding spaces: one per (kind, model, revision), with the vectors of the segments in it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from core.errors import ModelError, NotFound
from db.queries import queries
from db.rows import Connection, Row, execute, fetch_all, fetch_one, fetch_value

SQL = queries("spaces")


CAPTION_SPACE, VIDEO_SPACE = "caption", "video"
"""The kinds of spaces there are."""
Distance = Literal["cosine", "inner product", "l2"]
IndexKind = Literal["vector", "halfvec", "bit"]
OPERATORS: dict[str, tuple[str, str]] = {
    "cosine": ("<=>", "cosine_ops"),
    "inner product": ("<#>", "ip_ops"),
    "l2": ("<->", "l2_ops"),
}
"""Per distance: pgvector's operator, and the end of the operator class's name."""
MOST_DIMENSIONS: dict[IndexKind, int] = {"vector": 2_000, "halfvec": 4_000, "bit": 4_000}
"""What an index of each kind can hold."""
HNSW_M, HNSW_EF_CONSTRUCTION = 16, 64
BUILD_MEMORY = "2GB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """``kind`` says what is embedded (``caption``, ``video``); ``dim`` is the length of each
    vector; ``state`` is building, active or retired; ``index_kind`` is what its index keeps of a
    vector: all of it (``vector``), half the precision or the sign of each number (``bit``).
    ``held_back`` says why a complete space was not switched to. Vectors have length 1, whatever the
    ``distance``."""

    id: int
    kind: str
    model: str
    revision: str
    dim: int
    state: str
    distance: Distance = "cosine"
    index_kind: IndexKind = "halfvec"
    held_back: str = ""

    @property
    def name(self) -> str:
        """As people choose it: ``model@revision``."""
        return f"{self.model}@{self.revision}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceSummary:
    """A space with how many segments have a vector in it, how many distinct vectors those are, and
    the bytes they and their index take."""

    space: Space
    segments: int
    vectors: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An HNSW index of a space; one whose build died is not ``valid``."""

    name: str
    bytes: int
    valid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unembedded:
    """A segment whose words have no vector yet, as of ``revision``."""

    segment_id: int
    revision: int
    document: str


def similarity(distance: float, kind: Distance) -> float:
    """The cosine of two vectors of length 1 at a distance of a kind."""
    if kind == "cosine":
        return 1 - distance
    return -distance if kind == "inner product" else 1 - distance**2 / 2


def distance_of(cosine: float, kind: Distance) -> float:
    """The other way round."""
    if kind == "cosine":
        return 1 - cosine
    return -cosine if kind == "inner product" else math.sqrt(max(2 - 2 * cosine, 0))


def ensure_space(
    conn: Connection,
    *,
    kind: str,
    model: str,
    revision: str,
    dim: int,
    distance: Distance = "cosine",
    index_kind: IndexKind = "halfvec",
) -> Space:
    """The space of a model, made with its partition and HNSW index at first use.

    The first space of a kind is active at once; a later one is built beside it. Raises ModelError
    for more dimensions than the index holds.
    """
    if dim > MOST_DIMENSIONS[index_kind]:
        raise ModelError(
            f"{model} makes vectors of {dim:,} numbers; an index of kind {index_kind} holds at "
            f"most {MOST_DIMENSIONS[index_kind]:,} (search.index)."
        )
    values = {"kind": kind, "model": model, "revision": revision, "dim": dim}
    values |= {"distance": distance, "index_kind": index_kind}
    found = fetch_one(conn, SQL["find_space"], values)
    if found is None:
        execute(conn, SQL["lock_spaces"])
        found = fetch_one(conn, SQL["find_space"], values) or _create(conn, values)
    space = Space(**found)
    if space.state == "retired":
        # The configuration came back to a model used before; it is filled and switched to anew.
        execute(conn, SQL["rebuild"], {"space_id": space.id})
        return replace(space, state="building")
    return space


def active_space(conn: Connection, kind: str) -> Space | None:
    """The space searches use, or None before the first video."""
    found = fetch_one(conn, SQL["active_space"], {"kind": kind})
    return None if found is None else Space(**found)


def all_spaces(conn: Connection) -> list[Space]:
    """Every space, by kind, oldest first."""
    return [Space(**row) for row in fetch_all(conn, SQL["all_spaces"])]


def spaces_named(known: Sequence[Space], name: str) -> list[Space]:
    """The spaces, of captions and of pictures, of ``model@revision`` or of a number. Raises
    NotFound with the names there are."""
    found = [space for space in known if name in (space.name, str(space.id))]
    if not found:
        listed = ", ".join(dict.fromkeys(space.name for space in known)) or "none yet"
        raise NotFound(f"There is no embedding space {name}; there are: {listed}.")
    return found


def activate(conn: Connection, space: Space) -> None:
    """Searches use ``space`` from the commit on; the one before it is kept, retired."""
    execute(conn, SQL["retire_active"], {"kind": space.kind, "space_id": space.id})
    execute(conn, SQL["activate"], {"space_id": space.id})


def building_spaces(conn: Connection, kind: str) -> list[Space]:
    """Spaces being filled beside the active one, oldest first."""
    return [Space(**row) for row in fetch_all(conn, SQL["building_spaces"], {"kind": kind})]


def retire_building(conn: Connection, kind: str) -> None:
    """Stop building; what was made is kept for the next time."""
    execute(conn, SQL["retire_building"], {"kind": kind})


def count_unembedded(conn: Connection, space: Space, *, without: Sequence[int] = ()) -> int:
    """How many segments (of videos other than ``without``) have a vector in the active space of
    this kind and none in ``space``."""
    values = {"kind": space.kind, "space_id": space.id, "without": list(without)}
    return int(fetch_value(conn, SQL["count_unembedded"], values))


def activate_if_complete(conn: Connection, space: Space, *, without: Sequence[int] = ()) -> bool:
    """Switch searches to ``space`` where it holds every segment the active one holds, those of
    the videos ``without`` excepted."""
    execute(conn, SQL["lock_spaces"])
    if count_unembedded(conn, space, without=without):
        return False
    activate(conn, space)
    return True


def link_known(conn: Connection, space: Space, video_id: int) -> int:
    """Give the segments of a video the vectors their content has already; returns how many."""
    execute(conn, SQL["lock_vectors_shared"])
    values = {"video_id": video_id, "space_id": space.id}
    return execute(conn, SQL["known_documents"], values)


def unembedded(
    conn: Connection, space: Space, video_id: int, *, wordless: bool = False
) -> list[Unembedded]:
    """What is left to embed of a video; ``wordless``: segments without captions too."""
    values = {"video_id": video_id, "space_id": space.id, "wordless": wordless}
    rows = fetch_all(conn, SQL["unembedded"], values)
    return [
        Unembedded(
            segment_id=row["id"],
            revision=row["revision"],
            document=row["document"],
        )
        for row in rows
    ]


def insert_vector(
    conn: Connection, space: Space, segment: Unembedded, embedding: Sequence[float]
) -> None:
    """Store a vector, for every segment of the same content, unless this one was edited since;
    then it stays without one."""
    values = {
        "space_id": space.id,
        "segment_id": segment.segment_id,
        "revision": segment.revision,
        "embedding": vector_literal(embedding),
    }
    execute(conn, SQL["lock_vectors_shared"])
    execute(conn, SQL["insert_vector"], values)


def vectors_of(conn: Connection, segment_id: int) -> dict[int, list[float]]:
    """Space id -> the vector of a segment there."""
    rows = fetch_all(conn, SQL["vectors_of"], {"segment_id": segment_id})
    return {row["space_id"]: json.loads(row["embedding"]) for row in rows}


def count_vectors(conn: Connection, space: Space) -> int:
    return int(fetch_value(conn, SQL["count_vectors"], {"space_id": space.id}))


def vector_literal(values: Sequence[float]) -> str:
    """``[0.1,0.2]``, the text form pgvector reads; eight digits keep float32 exactly enough."""
    return "[" + ",".join(f"{value:.8g}" for value in values) + "]"


def list_spaces(conn: Connection) -> list[SpaceSummary]:
    """Every space, by kind."""
    found = []
    for row in fetch_all(conn, SQL["list_spaces"]):
        counts = {name: row.pop(name) for name in ("segments", "vectors", "bytes")}
        found.append(SpaceSummary(space=Space(**row), **counts))
    return found


def hold_back(conn: Connection, space: Space, reason: str) -> None:
    """Remember why searches do not use a complete space; "" where they may."""
    execute(conn, SQL["hold_back"], {"space_id": space.id, "reason": reason})


def indexes(conn: Connection, space: Space) -> list[Index]:
    """The HNSW indexes of a space, newest first."""
    return [Index(**row) for row in fetch_all(conn, SQL["indexes"], {"space_id": space.id})]


def drop_index(conn: Connection, index: Index) -> None:
    execute(conn, SQL["drop_index"].format(name=index.name))


def set_index_kind(conn: Connection, space: Space, kind: IndexKind) -> None:
    """Have searches use the index of that kind, which has to be there."""
    execute(conn, SQL["set_index_kind"], {"space_id": space.id, "index_kind": kind})


def build_index(conn: Connection, space: Space, kind: IndexKind) -> None:
    """Build an index beside writers, on a connection that commits by itself. What a build that
    died left behind is removed first."""
    for one in indexes(conn, space):
        if not one.valid:
            drop_index(conn, one)
    execute(conn, SQL["build_memory"], {"memory": BUILD_MEMORY})
    taken = {one.name for one in indexes(conn, space)}
    names = (f"vectors_{space.id}_{kind}_{number}" for number in range(len(taken) + 1))
    free = next(name for name in names if name not in taken)
    execute(conn, index_definition(space, kind, free, concurrently=True))


def index_definition(
    space: Space, kind: IndexKind, name: str, *, concurrently: bool = False
) -> str:
    """The statement that makes an HNSW index of a space."""
    full, ending = f"embedding::vector({space.dim})", OPERATORS[space.distance][1]
    expression, operators = {
        "vector": (full, f"vector_{ending}"),
        "halfvec": (f"embedding::halfvec({space.dim})", f"halfvec_{ending}"),
        "bit": (f"binary_quantize({full})::bit({space.dim})", "bit_hamming_ops"),
    }[kind]
    return SQL["create_index"].format(
        how="CONCURRENTLY" if concurrently else "",
        name=name,
        space_id=space.id,
        expression=expression,
        operators=operators,
        m=HNSW_M,
        ef_construction=HNSW_EF_CONSTRUCTION,
    )


def order_by_index(space: Space, query: str) -> str:
    """The order an index of ``space.index_kind`` gives: rows ``n``, nearest to ``query`` first."""
    operator = OPERATORS[space.distance][0]
    full, half = f"vector({space.dim})", f"halfvec({space.dim})"
    if space.index_kind == "bit":
        stored, asked = (
            f"binary_quantize({one}::{full})::bit({space.dim})" for one in ("n.embedding", query)
        )
        return f"{stored} <~> {asked}"
    kept = full if space.index_kind == "vector" else half
    return f"n.embedding::{kept} {operator} {query}::{kept}"


def sweep(conn: Connection) -> int:
    """Delete up to a thousand vectors of content that no segment has any more; returns how many,
    0 also where somebody writes vectors just now: the next sweep finds them."""
    orphans = fetch_all(conn, SQL["orphans"])
    if not orphans or not fetch_value(conn, SQL["try_lock_vectors"]):
        return 0
    values = {
        "space_ids": [row["space_id"] for row in orphans],
        "ids": [row["id"] for row in orphans],
    }
    return execute(conn, SQL["sweep"], values)


def _create(conn: Connection, values: Row) -> Row:
    made = fetch_one(conn, SQL["insert_space"], values)
    assert made is not None
    space = Space(**made)
    execute(conn, SQL["create_partition"].format(space_id=space.id, dim=space.dim))
    name = f"vectors_{space.id}_hnsw"
    execute(conn, index_definition(space, space.index_kind, name))
    if active_space(conn, space.kind) is None:
        execute(conn, SQL["activate"], {"space_id": space.id})
        made["state"] = "active"
    return made
