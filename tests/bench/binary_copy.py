"""COPY in binary form: rows packed here, so that the server neither parses nor escapes anything.

The format is PostgreSQL's (documentation of COPY, "Binary Format"): a count of fields, then per
field its length and its bytes, big-endian; -1 for NULL.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from db.rows import Connection

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
BLOCK = 1 << 20

Pack = Callable[[object], bytes]


def bigint(value: object) -> bytes:
    return struct.pack(">iq", 8, value)


def integer(value: object) -> bytes:
    return struct.pack(">ii", 4, value)


def smallint(value: object) -> bytes:
    return struct.pack(">ih", 2, value)


def real(value: object) -> bytes:
    return struct.pack(">if", 4, value)


def double(value: object) -> bytes:
    return struct.pack(">id", 8, value)


def boolean(value: object) -> bytes:
    return b"\0\0\0\x01" + (b"\x01" if value else b"\0")


def text(value: object) -> bytes:
    content = str(value).encode()
    return struct.pack(">i", len(content)) + content


def jsonb(value: object) -> bytes:
    content = b"\x01" + json.dumps(value, ensure_ascii=False).encode()
    return struct.pack(">i", len(content)) + content


def timestamp(value: object) -> bytes:
    """Microseconds since 2000."""
    assert isinstance(value, datetime)
    return bigint(round((value - EPOCH).total_seconds() * 1e6))


def vector(value: object) -> bytes:
    """pgvector's own form: its dimension, two bytes unused, floats."""
    floats = np.asarray(value, ">f4")
    return struct.pack(">ihh", 4 + 4 * len(floats), len(floats), 0) + floats.tobytes()


def bits(value: object) -> bytes:
    """A bit string of booleans."""
    signs = np.asarray(value, bool)
    packed = np.packbits(signs).tobytes()
    return struct.pack(">ii", 4 + len(packed), len(signs)) + packed


def copy(
    conn: Connection, table: str, columns: dict[str, Pack], rows: Iterable[Sequence[object]]
) -> None:
    """Rows of values in the order of ``columns``; None is NULL."""
    packs = tuple(columns.values())
    count = struct.pack(">h", len(packs))

    def packed() -> Iterator[bytes]:
        for row in rows:
            yield count + b"".join(
                NULL if value is None else pack(value)
                for pack, value in zip(packs, row, strict=True)
            )

    _send(conn, f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT binary)", packed())


def copy_vectors(
    conn: Connection,
    table: str,
    *,
    space_id: int,
    ids: npt.NDArray[np.int64],
    keys: Sequence[bytes],
    vectors: npt.NDArray[np.float32],
) -> None:
    """Rows of ``vectors`` (db migration 0009), packed many at a time."""
    dim = vectors.shape[1]
    row = np.dtype(
        [("fields", ">i2"), ("n1", ">i4"), ("space", ">i8"), ("n2", ">i4"), ("id", ">i8"),
         ("n3", ">i4"), ("key", "V16"), ("n4", ">i4"), ("dim", ">i2"), ("unused", ">i2"),
         ("values", ">f4", (dim,))]
    )  # fmt: skip

    def blocks() -> Iterator[bytes]:
        for first in range(0, len(ids), 2_000):
            some = slice(first, first + 2_000)
            rows = np.zeros(len(ids[some]), row)
            rows["fields"], rows["n1"], rows["n2"], rows["n3"], rows["n4"] = (
                4,
                8,
                8,
                16,
                4 + 4 * dim,
            )
            rows["space"], rows["id"], rows["dim"] = space_id, ids[some], dim
            rows["key"] = np.frombuffer(b"".join(keys[some]), "V16")
            rows["values"] = vectors[some]
            yield rows.tobytes()

    _send(conn, f"COPY {table} (space_id, id, key, embedding) FROM STDIN (FORMAT binary)", blocks())


def _send(conn: Connection, statement: str, pieces: Iterator[bytes]) -> None:
    with conn.cursor() as cursor:
        cursor.copy_expert(statement, _Stream(pieces))


class _Stream:
    """What psycopg2 reads from: pieces put together as they are asked for."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = _whole(pieces)
        self._block = memoryview(b"")

    def read(self, size: int) -> bytes:
        if not self._block:
            self._block = memoryview(next(self._pieces, b""))
        found = bytes(self._block[:size])
        self._block = self._block[size:]
        return found


def _whole(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Head, rows and tail in blocks of about a megabyte."""
    block = [HEAD]
    size = 0
    for piece in pieces:
        block.append(piece)
        size += len(piece)
        if size > BLOCK:
            yield b"".join(block)
            block, size = [], 0
    yield b"".join((*block, TAIL))
