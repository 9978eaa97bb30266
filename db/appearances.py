"""Appearances: faces followed through videos, whose they are, and what they are compared with.

Writing them needs no history: whose face it is follows from people, galleries and decisions, which
have one, and is worked out by pipeline.matching.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from psycopg2.extras import execute_values

from core.errors import NotFound
from core.people import Appearance, Likeness, Person
from core.types import Box, Segment
from db.galleries import FaceModel
from db.queries import queries
from db.rows import Connection, Row, execute, fetch_all, fetch_one, fetch_value
from db.spaces import vector_literal

SQL = queries("appearances")
# Gallery faces read per appearance, of named and of unknown people. Where the nearest of them may
# hide somebody behind the many faces of one person, WIDER times as many are read, up to MOST.
NEAREST_KNOWN, NEAREST_UNKNOWN = 24, 8
WIDER, MOST = 8, 20_000
# Of 1,000 faces compared with 6,300 people the index gave the nearest person of the exact search
# for all 1,000.
EF_SEARCH = 64
_BOX_NAMES = tuple(f.name for f in fields(Box))
_PLAIN_NAMES = ("id", "video_id", "start_ms", "end_ms", "at_ms", "size_px", "faces", "decision")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody an appearance may be: ``person_id`` owns the nearest face, ``root_id`` is who that
    is with everything merged. ``barred``: a person said it is not them; ``negative`` is the cosine
    to the nearest face of which a person said so, None without one."""

    appearance_id: int
    person_id: int
    root_id: int
    group_id: int | None
    known: bool
    cosine: float
    barred: bool
    negative: float | None

    @property
    def ruled_out(self) -> bool:
        """A person said it is not them, of this face or of a nearer one."""
        return self.barred or (self.negative is not None and self.negative > self.cosine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who an appearance is: a person, only a group, either of up to two ``candidates`` (root id and
    cosine), or nobody."""

    person_id: int | None = None
    group_id: int | None = None
    cosine: float | None = None
    candidates: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """An appearance where people read of it: its video, and the live segment it is longest in,
    None where there is no such segment any more."""

    appearance: Appearance
    video_title: str
    recorded_at: datetime | None
    segment_id: int | None


def appearances_of_video(conn: Connection, video_id: int) -> list[Appearance]:
    """By start; those of a model that another one replaced are left out."""
    return _read(fetch_all(conn, SQL["of_video"], {"video_id": video_id}))


def appearances_of_person(
    conn: Connection, person_id: int, *, limit: int = 100, offset: int = 0
) -> list[Appearance]:
    """Of a person and everybody merged into them, the largest faces first."""
    values = {"person_id": person_id, "limit": limit, "offset": offset}
    return _read(fetch_all(conn, SQL["of_person"], values))


def latest_sightings(
    conn: Connection, person_ids: Iterable[int], *, each: int
) -> dict[int, tuple[Sighting, ...]]:
    """Where each of these people, with everybody merged into them, was seen last: the newest
    ``each`` appearances by the time of recording, or by when the video was added."""
    asked = list(person_ids)
    found: dict[int, list[Sighting]] = {person_id: [] for person_id in asked}
    for row in fetch_all(conn, SQL["latest"], {"person_ids": asked, "each": each}):
        found[row["asked_id"]].append(
            Sighting(
                appearance=_appearance(row),
                video_title=row["title"],
                recorded_at=row["recorded_at"],
                segment_id=row["segment_id"],
            )
        )
    return {person_id: tuple(listed) for person_id, listed in found.items()}


def get_appearance(conn: Connection, appearance_id: int) -> Appearance:
    """Raises NotFound."""
    row = fetch_one(conn, SQL["get"], {"appearance_id": appearance_id})
    if row is None:
        raise NotFound(f"There is no appearance {appearance_id}.")
    return _appearance(row)


def people_of_segments(
    conn: Connection, segments: Sequence[Segment]
) -> dict[int, tuple[Appearance, ...]]:
    """Segment id -> the appearances that overlap it in time, by start; one query for all."""
    values: dict[str, Any] = {
        "ids": [segment.id for segment in segments],
        "video_ids": [segment.video_id for segment in segments],
        "starts": [segment.start_ms for segment in segments],
        "ends": [segment.end_ms for segment in segments],
    }
    found: dict[int, list[Appearance]] = {segment.id: [] for segment in segments}
    for row in fetch_all(conn, SQL["of_segments"], values):
        found[row["segment_id"]].append(_appearance(row))
    return {segment_id: tuple(listed) for segment_id, listed in found.items()}


def insert_appearance(
    conn: Connection,
    video_id: int,
    model: FaceModel,
    *,
    start_ms: int,
    end_ms: int,
    at_ms: int,
    box: Box,
    size_px: float,
    faces: int,
    embedding: Sequence[float],
) -> int:
    """A new appearance of nobody yet; returns its id."""
    values = {f"box_{name}": value for name, value in asdict(box).items()}
    values |= {"video_id": video_id, "model_id": model.id, "size_px": size_px, "faces": faces}
    values |= {"start_ms": start_ms, "end_ms": end_ms, "at_ms": at_ms}
    values |= {"embedding": vector_literal(embedding)}
    return int(fetch_value(conn, SQL["insert"], values))


def delete_replaced(
    conn: Connection, video_id: int, model: FaceModel, *, kept: Iterable[int]
) -> tuple[list[int], list[int]]:
    """Remove a video's appearances of a model but for ``kept``, and put those of other models
    aside. Returns the removed ids and the people they showed."""
    values = {"video_id": video_id, "model_id": model.id, "kept": list(kept)}
    rows = fetch_all(conn, SQL["delete_replaced"], values)
    execute(conn, SQL["put_aside"], values)
    return [row["id"] for row in rows], [row["person_id"] for row in rows if row["person_id"]]


def spans_of(conn: Connection, appearance_ids: Iterable[int]) -> list[tuple[int, int, int]]:
    """(video id, start_ms, end_ms) of these appearances."""
    rows = fetch_all(conn, SQL["spans_of"], {"appearance_ids": list(appearance_ids)})
    return [(row["video_id"], row["start_ms"], row["end_ms"]) for row in rows]


def embeddings_of(conn: Connection, appearance_ids: Iterable[int]) -> dict[int, tuple[float, ...]]:
    """The face vector of each of these appearances."""
    rows = fetch_all(conn, SQL["embeddings_of"], {"appearance_ids": list(appearance_ids)})
    return {row["id"]: tuple(row["face"]) for row in rows}


def delete_appearances(conn: Connection, appearance_ids: Iterable[int]) -> None:
    execute(conn, SQL["delete"], {"appearance_ids": list(appearance_ids)})


def existing(conn: Connection, appearance_ids: Iterable[int]) -> set[int]:
    """Those of the ids that are appearances."""
    rows = fetch_all(conn, SQL["existing"], {"appearance_ids": list(appearance_ids)})
    return {row["id"] for row in rows}


def automatic(conn: Connection, appearance_ids: Iterable[int]) -> dict[int, list[int]]:
    """Model id -> those of the ids that nobody decided by hand, the best faces first."""
    found: dict[int, list[int]] = {}
    for row in fetch_all(conn, SQL["automatic"], {"appearance_ids": list(appearance_ids)}):
        found.setdefault(row["model_id"], []).append(row["id"])
    return found


def candidates_of(
    conn: Connection,
    model: FaceModel,
    appearance_ids: Sequence[int],
    *,
    known: bool,
    least: float,
    lead: float = 0.0,
) -> dict[int, list[Candidate]]:
    """Which named (or which unknown) people each of these appearances may be, nearest first: the
    nearest gallery face of each with a cosine of at least ``least``. Ids without anybody are left
    out.

    Nobody within ``lead`` of the nearest possible person is missing, however many faces of others
    are nearer; among MOST faces, which is where the index stops looking.
    """
    execute(conn, SQL["tune"], {"ef_search": str(EF_SEARCH)})
    found: dict[int, list[Candidate]] = {}
    nearest, waiting = NEAREST_KNOWN if known else NEAREST_UNKNOWN, list(appearance_ids)
    while waiting:
        statement = candidates_statement(model, known=known, nearest=nearest)
        farthest: dict[int, float] = {}
        read: dict[int, list[Candidate]] = {}
        for row in fetch_all(conn, statement, {"appearance_ids": waiting, "least": least}):
            if row.pop("faces") == nearest:
                farthest[row["appearance_id"]] = row["farthest"]
            del row["farthest"]
            read.setdefault(row["appearance_id"], []).append(Candidate(**row))
        found |= read
        waiting = [
            one
            for one, cosine in farthest.items()
            if nearest < MOST and cosine >= max(least, _needed(read[one], lead))
        ]
        nearest = min(nearest * WIDER, MOST)
    return found


def _needed(candidates: Sequence[Candidate], lead: float) -> float:
    """The least cosine of whoever has a say in whom it is."""
    return max((one.cosine - lead for one in candidates if not one.ruled_out), default=-1.0)


def candidates_statement(model: FaceModel, *, known: bool, nearest: int = NEAREST_KNOWN) -> str:
    """The statement of ``candidates_of``; the numbers are part of it, so that the planner sees the
    model's indexes and how little is read."""
    return SQL["candidates"].format(
        model_id=model.id,
        dim=model.dim,
        known=str(known).lower(),
        side="known" if known else "NOT known",
        nearest=nearest,
    )


def set_identities(conn: Connection, identities: Mapping[int, Identity]) -> None:
    """Write who each appearance is; rows that say so already stay untouched."""
    rows = [
        (
            appearance_id,
            one.person_id,
            one.group_id,
            one.cosine,
            *_padded(one.candidates),
        )
        for appearance_id, one in identities.items()
    ]
    with conn.cursor() as cursor:
        execute_values(cursor, SQL["set_identities"], rows, page_size=1_000)


def near(
    conn: Connection,
    model: FaceModel,
    vectors: Sequence[str],
    *,
    least: float,
    after_id: int,
    many: int,
) -> tuple[list[int], int | None]:
    """Appearances with a cosine of at least ``least`` to any of ``vectors`` (as text), among the
    next ``many`` after ``after_id``; and the id to go on after, None at the end. Exact: every one
    is compared."""
    values = {
        "model_id": model.id,
        "vectors": list(vectors),
        "farthest": 1 - least,
        "after_id": after_id,
        "many": many,
    }
    (row,) = fetch_all(conn, SQL["near"].format(dim=model.dim), values)
    return row["ids"] or [], row["last_id"] if row["looked"] == many else None


def of_people(conn: Connection, person_ids: Iterable[int]) -> list[int]:
    """Everything that shows one of exactly these people, of every model."""
    rows = fetch_all(conn, SQL["ids_of_people"], {"person_ids": list(person_ids)})
    return [row["id"] for row in rows]


def undecided_between(conn: Connection, person_ids: Iterable[int]) -> list[int]:
    """Everything with one of these people among its candidates."""
    rows = fetch_all(conn, SQL["undecided_between"], {"person_ids": list(person_ids)})
    return [row["id"] for row in rows]


def best_of(conn: Connection, person_ids: Iterable[int], *, but: int) -> int | None:
    """The appearance that shows these people best, ``but`` left out: the largest face."""
    found = fetch_value(conn, SQL["best_of"], {"person_ids": list(person_ids), "but": but})
    return None if found is None else int(found)


def watch(conn: Connection, appearance_ids: Iterable[int]) -> None:
    """Remember what these appearances read as now, unless this transaction did already."""
    execute(conn, SQL["make_watch"])
    execute(conn, SQL["watch"], {"appearance_ids": list(appearance_ids)})


def watch_people(conn: Connection, person_ids: Iterable[int]) -> None:
    """``watch`` everything that shows one of these people or somebody merged with them."""
    execute(conn, SQL["make_watch"])
    execute(conn, SQL["watch_people"], {"person_ids": list(person_ids)})


def count_changed(conn: Connection) -> tuple[int, int]:
    """How many watched appearances read differently now, and how many live segments show one."""
    execute(conn, SQL["make_watch"])
    row = fetch_one(conn, SQL["count_changed"])
    assert row is not None
    return int(row["appearances"]), int(row["segments"])


def _padded(candidates: Sequence[tuple[int, float]]) -> list[float | int | None]:
    flat: list[float | int | None] = [value for one in candidates[:2] for value in one]
    return flat + [None] * (4 - len(flat))


def _read(rows: Sequence[Row]) -> list[Appearance]:
    return [_appearance(row) for row in rows]


def _appearance(row: Row) -> Appearance:
    person = None
    if row["person_id"] is not None:
        person = Person(
            id=row["person_id"],
            group=row["person_group"],
            name=row["person_name"],
            removed=row["person_state"] == "removed",
        )
    likenesses = tuple(
        Likeness(
            person=Person(
                id=row[f"{which}_id"], group=row[f"{which}_group"], name=row[f"{which}_name"]
            ),
            cosine=row[f"{which}_cosine"],
        )
        for which in ("candidate", "second")
        if row[f"{which}_id"] is not None
    )
    return Appearance(
        box=Box(**{name: row[f"box_{name}"] for name in _BOX_NAMES}),
        person=person,
        group=person.group if person else row["group_name"],
        cosine=row["cosine"],
        candidates=likenesses,
        **{name: row[name] for name in _PLAIN_NAMES},
    )
