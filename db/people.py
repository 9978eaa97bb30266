"""People and their groups: rows in, values out. Writing needs an open operation
(db.people_history.open_change); the use cases are in pipeline.people."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Literal

from core.errors import InputError, NotFound
from core.names import folded, mentioned, number_in, split_label
from core.people import Crop, Person, PersonSummary
from db.queries import queries
from db.rows import Connection, Row, execute, fetch_all, fetch_value

SQL = queries("people")
Kind = Literal["named", "unknown"]
_KOREAN_NAME = re.compile("[가-힣]{3}$")
_LATIN_WORD = re.compile(r"[a-z\u00c0-\u024f][a-z\u00c0-\u024f'-]{2,}$")


def get_people(conn: Connection, person_ids: Iterable[int]) -> dict[int, Person]:
    """Those of the ids that exist, merged and removed ones too."""
    rows = fetch_all(conn, SQL["get_people"], {"person_ids": list(person_ids)})
    return {row["id"]: person_from_row(row) for row in rows}


def get_person(conn: Connection, person_id: int) -> Person:
    """The person with this number itself, even where it was merged into another.

    Raises NotFound.
    """
    found = get_people(conn, [person_id])
    if not found:
        raise NotFound(f"There is no person {person_id}.")
    return found[person_id]


def root_of(conn: Connection, person_id: int) -> Person:
    """Who this is with everything merged followed. Raises NotFound."""
    rows = fetch_all(conn, SQL["root_of"], {"person_id": person_id})
    if not rows:
        raise NotFound(f"There is no person {person_id}.")
    return person_from_row(rows[0])


def tree_of(conn: Connection, person_ids: Iterable[int]) -> list[int]:
    """The ids of everybody who is the same person as one of these now."""
    rows = fetch_all(conn, SQL["tree_of"], {"person_ids": list(person_ids)})
    return [row["id"] for row in rows]


def below(conn: Connection, person_ids: Iterable[int]) -> list[int]:
    """These and everybody merged into them, however far down."""
    rows = fetch_all(conn, SQL["below"], {"person_ids": list(person_ids)})
    return [row["id"] for row in rows]


def find_person(conn: Connection, wanted: str, *, follow: bool = True) -> Person:
    """By ``group/name``, by a name only one person has, or by number (``12``, ``#12``,
    ``Unknown 12``). ``follow`` gives who that is with everything merged; without it the person
    meant by the words themselves.

    Raises NotFound with the nearest label, InputError where several people have the name.
    """
    number = number_in(wanted)
    if number is not None:
        return root_of(conn, number) if follow else get_person(conn, number)
    group, slash, name = wanted.rpartition("/")
    values = {"group": folded(group) if slash else None, "name": folded(name)}
    rows = fetch_all(conn, SQL["find_by_name"], values)
    found = {row["root_id"] if follow else row["id"]: row for row in rows}
    if not found:
        raise NotFound(_nobody(conn, wanted))
    if len(found) > 1:
        listed = ", ".join(sorted(person_from_row(row).label for row in found.values()))
        raise InputError(f"Several people are called {wanted}: {listed}. Say which one.")
    ((person_id, _),) = found.items()
    return get_person(conn, person_id)


def list_people(
    conn: Connection, kind: Kind | None = None, *, limit: int = 100, offset: int = 0
) -> list[PersonSummary]:
    """Named people by group and name, then unknown ones that appear somewhere, most seen first;
    those merged into another are listed within that one."""
    values = {"kind": kind, "limit": limit, "offset": offset}
    return _summaries(conn, fetch_all(conn, SQL["list_people"], values))


def count_people(conn: Connection, kind: Kind | None = None) -> int:
    """How many ``list_people`` lists over all pages."""
    return int(fetch_value(conn, SQL["count_people"], {"kind": kind}))


def summary_of(conn: Connection, person_id: int) -> PersonSummary:
    """Who this is with everything merged, and what the library has of them. Raises NotFound."""
    root = root_of(conn, person_id)
    return _summaries(conn, fetch_all(conn, SQL["summary_of"], {"person_id": root.id}))[0]


def list_groups(conn: Connection) -> dict[str, int]:
    """Every group with a person in it, with how many named people it has, by name."""
    return {row["name"]: row["people"] for row in fetch_all(conn, SQL["list_groups"])}


def people_named_in(conn: Connection, words: str) -> tuple[Person, ...]:
    """Whom a text speaks of: people whose name, or whose group's name, stands in it as words of
    its own. Those merged into another count as that one; each once, by label.

    Where it mentions nobody like that, everybody a part of whose name it mentions: a word of a name
    of several, the given name of a Korean one.
    """
    text = folded(words)
    rows = fetch_all(conn, SQL["maybe_named_in"], {"text": text})
    spoken = mentioned(text, {row[column] for row in rows for column in ("name", "group_name")})
    roots = {row["root_id"] for row in rows if {row["name"], row["group_name"]} & spoken}
    if not roots:
        rows = fetch_all(conn, SQL["maybe_named_in_part"], {"text": text})
        parts = {row["name"]: parts_of(row["name"]) for row in rows}
        spoken = mentioned(text, {part for listed in parts.values() for part in listed})
        roots = {row["root_id"] for row in rows if parts[row["name"]] & spoken}
    people = get_people(conn, roots).values() if roots else ()
    return tuple(sorted(people, key=lambda person: person.label))


def groups_named_in(conn: Connection, words: str) -> dict[int, str]:
    """The groups a text speaks of: id -> name; for appearances where only the group is sure."""
    text = folded(words)
    rows = fetch_all(conn, SQL["groups_maybe_in"], {"text": text})
    spoken = mentioned(text, {row["name"] for row in rows})
    return {row["id"]: row["name"] for row in rows if row["name"] in spoken}


def ensure_person(conn: Connection, group: str, name: str) -> tuple[Person, bool]:
    """Who has this name, made where nobody has; and whether it was made now. Not followed to whom
    it was merged into."""
    found = named(conn, group, name)
    if found is not None:
        return found, False
    group_id = ensure_group(conn, group)
    return get_person(conn, insert_person(conn, group_id=group_id, name=name)), True


def named(conn: Connection, group: str, name: str) -> Person | None:
    """Who has exactly this group and name, or None."""
    values = {"group": folded(group), "name": folded(name)}
    rows = fetch_all(conn, SQL["find_by_name"], values)
    return get_person(conn, rows[0]["id"]) if rows else None


def ensure_group(conn: Connection, name: str) -> int:
    return int(fetch_value(conn, SQL["ensure_group"], {"name": name}))


def insert_person(conn: Connection, *, group_id: int | None = None, name: str | None = None) -> int:
    """Somebody new; without group and name somebody unknown."""
    return int(fetch_value(conn, SQL["insert_person"], {"group_id": group_id, "name": name}))


def insert_strangers(conn: Connection, many: int) -> list[int]:
    """So many unknown people, in the order of their numbers."""
    return sorted(row["id"] for row in fetch_all(conn, SQL["insert_strangers"], {"many": many}))


def set_name(conn: Connection, person_id: int, *, group: str, name: str) -> None:
    values = {"person_id": person_id, "group_id": ensure_group(conn, group), "name": name}
    execute(conn, SQL["set_name"], values)


def set_merged_into(conn: Connection, person_id: int, into_id: int | None) -> None:
    """Say that these two are one person, or with None that they are not."""
    execute(conn, SQL["set_merged_into"], {"person_id": person_id, "into_id": into_id})


def merged_into(conn: Connection, person_id: int) -> list[Person]:
    """Everybody merged directly into this person, the last one first."""
    rows = fetch_all(conn, SQL["merged_into"], {"person_id": person_id})
    return [person_from_row(row) for row in rows]


def delete_people(conn: Connection, person_ids: Sequence[int]) -> int:
    """For good, with groups nobody is in any more; only while forgetting or sweeping."""
    gone = execute(conn, SQL["delete_people"], {"person_ids": list(person_ids)})
    execute(conn, SQL["delete_empty_groups"])
    return gone


def empty_strangers(conn: Connection, person_ids: Sequence[int]) -> list[int]:
    """Those of these unknown people who appear nowhere any more and whom nobody ever touched."""
    rows = fetch_all(conn, SQL["empty_strangers"], {"person_ids": list(person_ids)})
    return [row["id"] for row in rows]


def person_from_row(row: Row) -> Person:
    """A row with ``id``, ``group_name``, ``name``, ``merged_into`` and ``state`` as a value."""
    return Person(
        id=row["id"],
        group=row["group_name"],
        name=row["name"],
        merged_into=row["merged_into"],
        removed=row["state"] == "removed",
    )


def label_of(text: str) -> tuple[str, str] | None:
    """Group and name where the text is ``group/name``, None where it means somebody there is."""
    return split_label(text) if "/" in text else None


def parts_of(name: str) -> set[str]:
    """What people call somebody for short: each word of a Latin name of several (at least three
    letters, or it is a title or an initial), the given name of a Korean one of three syllables."""
    whole = folded(name)
    if _KOREAN_NAME.match(whole):
        return {whole[1:]}
    words = whole.split()
    return {word for word in words if _LATIN_WORD.match(word)} if len(words) > 1 else set()


def _nobody(conn: Connection, wanted: str) -> str:
    labels = [person_from_row(row).label for row in fetch_all(conn, SQL["all_named"])]
    by_spelling = {folded(label): label for label in labels}
    by_spelling |= {folded(label.partition("/")[2]): label for label in labels}
    near = difflib.get_close_matches(folded(wanted), by_spelling, n=1, cutoff=0.6)
    if near:
        return f"There is nobody called {wanted}; did you mean {by_spelling[near[0]]}?"
    return f"There is nobody called {wanted}; `python -m pipeline people list` says who there is."


def _summaries(conn: Connection, rows: Sequence[Row]) -> list[PersonSummary]:
    merged: dict[int, list[Person]] = {}
    for row in fetch_all(conn, SQL["merged_under"], {"root_ids": [row["id"] for row in rows]}):
        merged.setdefault(row["root_id"], []).append(person_from_row(row))
    return [
        PersonSummary(
            person=person_from_row(row),
            appearances=row["appearances"],
            videos=row["videos"],
            gallery_faces=row["gallery_faces"],
            merged=tuple(merged.get(row["id"], ())),
            cover=_cover(row),
        )
        for row in rows
    ]


def _cover(row: Row) -> Crop | None:
    if row["gallery_crop"] is not None:
        return Crop(kind="gallery", id=row["gallery_crop"])
    return None if row["seen_crop"] is None else Crop(kind="seen", id=row["seen_crop"])
