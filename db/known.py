"""Names the library knows: cameras, groups, people and videos, found as people type them."""

from __future__ import annotations

from collections.abc import Iterable

from core.errors import NotFound
from core.names import folded, mentioned, number_in
from db.people import root_of
from db.queries import queries
from db.rows import Connection, fetch_all

SQL = queries("known")


def cameras(conn: Connection, value: str) -> dict[int, str]:
    """Id -> name of the camera called so, else of every camera with the value in its name."""
    known = {row["id"]: row["name"] for row in fetch_all(conn, SQL["cameras"])}
    return _exact(known, value) or {
        camera: name for camera, name in known.items() if folded(value) in folded(name)
    }


def groups(conn: Connection, value: str) -> dict[int, str]:
    """Id -> name of the group called so, a Korean particle behind it or not."""
    return _exact({row["id"]: row["name"] for row in fetch_all(conn, SQL["groups"])}, value)


def people(conn: Connection, value: str) -> dict[int, str]:
    """Id (with everything merged) -> name of everybody called so: ``name``, ``group/name``,
    ``Unknown 12``, a Korean name with its particle."""
    number = number_in(value)
    if number is not None:
        try:
            person = root_of(conn, number)
        except NotFound:
            return {}
        return {person.id: person.label}
    text = folded(value)
    rows = fetch_all(conn, SQL["people_in"], {"text": text})
    spelled = {
        row["root_id"]: row["name"]
        for row in rows
        if text in (folded(row["name"]), f"{folded(row['group_name'])}/{folded(row['name'])}")
    }
    return spelled or _exact({row["root_id"]: row["name"] for row in rows}, value)


def videos(conn: Connection, value: str) -> tuple[int, ...]:
    """By number, source or title; else every video with the value in its title."""
    if value.removeprefix("#").isascii() and value.removeprefix("#").isdigit():
        rows = fetch_all(
            conn, "SELECT id FROM videos WHERE id = %(id)s", {"id": int(value.removeprefix("#"))}
        )
        if rows:
            return (rows[0]["id"],)
    called = fetch_all(conn, SQL["videos_called"], {"text": value})
    rows = called or fetch_all(conn, SQL["videos_like"], {"text": folded(value)})
    return tuple(row["id"] for row in rows)


def names(conn: Connection, kind: str, value: str) -> tuple[str, ...]:
    """What a mistyped ``camera``, ``group``, ``person`` or ``video`` may have been."""
    if kind == "person":
        rows = fetch_all(conn, SQL["people"])
        listed = [(row["name"], f"{row['group_name']}/{row['name']}") for row in rows]
        return tuple(dict.fromkeys(name for pair in listed for name in pair))
    if kind == "video":
        return tuple(row["title"] for row in fetch_all(conn, SQL["titles"], {"text": value}))
    return tuple(row["name"] for row in fetch_all(conn, SQL[f"{kind}s"]))


def _exact(known: dict[int, str], value: str) -> dict[int, str]:
    """Those spelled like the value; else those the value is with a particle behind it."""
    text = folded(value)
    spelled = {key: name for key, name in known.items() if folded(name) == text}
    if spelled:
        return spelled
    begun = [name for name in known.values() if text.startswith(folded(name))]
    said = _longest(mentioned(value, begun))
    return {key: name for key, name in known.items() if name in said}


def _longest(names: Iterable[str]) -> set[str]:
    """지민이 before 지민, where both are known."""
    found = set(names)
    length = max(map(len, found), default=0)
    return {name for name in found if len(name) == length}
