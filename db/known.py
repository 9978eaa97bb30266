"""Names the library knows: cameras, groups, people and videos, found as people type them."""

from __future__ import annotations

from core.errors import NotFound
from core.names import folded, number_in
from db.people import root_of
from db.queries import queries
from db.rows import Connection, fetch_all

SQL = queries("known")


def cameras(conn: Connection, value: str) -> dict[int, str]:
    """Id -> name of the camera called so, else of every camera with the value in its name."""
    known = {row["id"]: row["name"] for row in fetch_all(conn, SQL["cameras"])}
    return _called(known, value) or {
        camera: name for camera, name in known.items() if _spelled(value) in _spelled(name)
    }


def groups(conn: Connection, value: str) -> dict[int, str]:
    """Id -> name of the group called so."""
    return _called({row["id"]: row["name"] for row in fetch_all(conn, SQL["groups"])}, value)


def people(conn: Connection, value: str) -> dict[int, str]:
    """Id (with everything merged) -> name of everybody called so: ``name``, ``group/name`` or
    ``Unknown 12``."""
    number = number_in(value)
    if number is not None:
        try:
            person = root_of(conn, number)
        except NotFound:
            return {}
        return {person.id: person.label}
    rows = fetch_all(conn, SQL["people_called"], {"text": _spelled(value)})
    return {row["root_id"]: row["name"] for row in rows}


def videos(conn: Connection, value: str) -> tuple[int, ...]:
    """By number, source or title; else every video with the value in its title."""
    number = value.removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) < 19:
        found = fetch_all(conn, SQL["video_numbered"], {"number": int(number)})
        if found:
            return (found[0]["id"],)
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


def _called(known: dict[int, str], value: str) -> dict[int, str]:
    text = _spelled(value)
    return {key: name for key, name in known.items() if _spelled(name) == text}


def _spelled(name: str) -> str:
    """As names are compared; a quote cannot be written in a filter's value."""
    return folded(name.replace('"', " "))
