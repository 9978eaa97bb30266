"""Galleries: the faces others are compared with, one gallery and two indexes per face model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.errors import ModelError
from core.people import GalleryFace
from db.queries import queries
from db.rows import Connection, Row, execute, fetch_all, fetch_one, fetch_value
from db.spaces import vector_literal

SQL = queries("galleries")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceModel:
    """A model whose vectors of length ``dim`` compare among themselves."""

    id: int
    model: str
    revision: str
    dim: int


def ensure_model(conn: Connection, *, model: str, revision: str, dim: int) -> FaceModel:
    """The gallery of a face model, made with its indexes at first use.

    Raises ModelError where the same name and revision gave vectors of another length before.
    """
    values = {"model": model, "revision": revision, "dim": dim}
    found = fetch_one(conn, SQL["find_model"], values)
    if found is None:
        execute(conn, SQL["lock_models"])
        found = fetch_one(conn, SQL["find_model"], values) or _create(conn, values)
    if found["dim"] != dim:
        raise ModelError(
            f"The face model {model}@{revision} gives vectors of {dim} numbers, but the stored "
            f"ones have {found['dim']}; give the changed model another folder name."
        )
    return FaceModel(**found)


def list_models(conn: Connection) -> list[FaceModel]:
    """Every face model that ever stored a face, oldest first."""
    return [FaceModel(**row) for row in fetch_all(conn, SQL["list_models"])]


def insert_face(
    conn: Connection,
    model: FaceModel,
    person_id: int,
    *,
    kind: Literal["enrolled", "founding", "confirmed"],
    embedding: Sequence[float],
    size_px: float,
    decision_id: int | None = None,
    picture_sha256: str | None = None,
    source: str = "",
    has_crop: bool = False,
) -> int:
    """A face of this person that others are compared with from now on."""
    values = {
        "model_id": model.id,
        "person_id": person_id,
        "kind": kind,
        "embedding": vector_literal(embedding),
        "size_px": size_px,
        "decision_id": decision_id,
        "picture_sha256": picture_sha256,
        "source": source,
        "has_crop": has_crop,
    }
    return int(fetch_value(conn, SQL["insert_face"], values))


def copy_appearance(
    conn: Connection,
    appearance_id: int,
    person_id: int,
    *,
    kind: Literal["founding", "confirmed"],
    decision_id: int | None = None,
) -> int:
    """The face of an appearance as a gallery face of this person."""
    values = {
        "appearance_id": appearance_id,
        "person_id": person_id,
        "kind": kind,
        "decision_id": decision_id,
    }
    return int(fetch_value(conn, SQL["copy_appearance"], values))


def found_with(conn: Connection, people: Mapping[int, int]) -> None:
    """Appearance id -> person: the face of each appearance founds that person's gallery."""
    values = {"appearance_ids": list(people), "person_ids": list(people.values())}
    execute(conn, SQL["found_with"], values)


def enrolled_as(conn: Connection, model: FaceModel, picture_sha256: str) -> int | None:
    """The person a picture is enrolled for, with everything merged followed."""
    values = {"model_id": model.id, "picture_sha256": picture_sha256}
    found = fetch_value(conn, SQL["enrolled_as"], values)
    return None if found is None else int(found)


def faces_of(conn: Connection, person_id: int) -> list[GalleryFace]:
    """The gallery of a person and everybody merged into them, enrolled ones first."""
    rows = fetch_all(conn, SQL["faces_of"], {"person_id": person_id})
    return [GalleryFace(**row) for row in rows]


def remove_faces(conn: Connection, face_ids: Iterable[int]) -> None:
    """Compare with them no more; undoing the operation brings them back."""
    execute(conn, SQL["remove_faces"], {"face_ids": list(face_ids)})


def faces_of_decisions(conn: Connection, decision_ids: Iterable[int]) -> list[int]:
    """The live gallery faces these decisions gave."""
    rows = fetch_all(conn, SQL["faces_of_decisions"], {"decision_ids": list(decision_ids)})
    return [row["id"] for row in rows]


def faces_from(conn: Connection, appearance_id: int, person_ids: Iterable[int]) -> list[int]:
    """The live gallery faces of these people that are the face of this appearance itself."""
    values = {"appearance_id": appearance_id, "person_ids": list(person_ids)}
    return [row["id"] for row in fetch_all(conn, SQL["faces_from"], values)]


def has_faces(conn: Connection, person_ids: Iterable[int]) -> bool:
    """True where any of these people has a live gallery face."""
    return bool(fetch_value(conn, SQL["has_faces"], {"person_ids": list(person_ids)}))


def confirmed_in(conn: Connection, model: FaceModel, decision_id: int) -> bool:
    """True where this decision gave this model's gallery a face."""
    values = {"model_id": model.id, "decision_id": decision_id}
    return bool(fetch_value(conn, SQL["confirmed_in"], values))


def delete_faces_of(conn: Connection, person_ids: Iterable[int]) -> None:
    """For good; only for unknown people who are swept away."""
    execute(conn, SQL["delete_faces_of"], {"person_ids": list(person_ids)})


def vectors_of_faces(conn: Connection, face_ids: Iterable[int]) -> dict[int, list[str]]:
    """Model id -> vectors (as text) of these gallery faces, removed ones too."""
    return _by_model(fetch_all(conn, SQL["vectors_of_faces"], {"face_ids": list(face_ids)}))


def vectors_of_people(conn: Connection, person_ids: Iterable[int]) -> dict[int, list[str]]:
    """Model id -> vectors (as text) of the live gallery faces of these people."""
    return _by_model(fetch_all(conn, SQL["vectors_of_people"], {"person_ids": list(person_ids)}))


def people_like(
    conn: Connection, model: FaceModel, embedding: Sequence[float], *, least: float, most: int
) -> list[int]:
    """Who (ids with everything merged) has a gallery face with a cosine of at least ``least`` to a
    face, most alike first."""
    sql = SQL["people_like"].format(model_id=model.id, dim=model.dim)
    values = {"vector": vector_literal(embedding), "farthest": 1 - least, "most": most}
    return [row["root_id"] for row in fetch_all(conn, sql, values)]


def existing(conn: Connection, face_ids: Iterable[int]) -> set[int]:
    """Those of the ids that are gallery faces."""
    rows = fetch_all(conn, SQL["existing"], {"face_ids": list(face_ids)})
    return {row["id"] for row in rows}


def _by_model(rows: Sequence[Row]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["model_id"], []).append(row["vector"])
    return found


def _create(conn: Connection, values: Row) -> Row:
    made = fetch_one(conn, SQL["insert_model"], values)
    assert made is not None
    numbers = {"model_id": int(made["id"]), "dim": int(made["dim"])}
    execute(conn, SQL["create_indexes"].format(**numbers))
    return made
