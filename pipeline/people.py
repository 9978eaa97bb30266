"""What people do about people: each function is one transaction with one entry in the history.

Every one takes ``by`` (who, from where) and ``idempotency_key``; the same key again returns what
the first time did and does nothing. Functions with ``preview`` tell, when asked to, how many
appearances and live segments would read differently, and change nothing. Everything can be undone
but ``forget``. Reading is in db.people, db.appearances and db.people_history.

Errors: NotFound, InputError for a name that cannot be one, EditRefused (its message says why).
"""

from __future__ import annotations

from core.config import Config
from core.errors import EditRefused
from core.names import split_label
from core.people import PeopleOutcome, Person
from core.types import Actor
from db import appearances, decisions, galleries, people
from db.pool import Database
from db.rows import Connection
from pipeline import clothes_pictures, crop_files
from pipeline.appearing import store_appearances
from pipeline.crop_files import crop_path
from pipeline.enrolling import Enrolled, Enrolment, Picture, enrol
from pipeline.forgetting import forget, preview_forget
from pipeline.people_frame import Work, operate
from pipeline.undoing import undo

__all__ = [
    "Enrolled",
    "Enrolment",
    "Picture",
    "assign",
    "crop_path",
    "enrol",
    "forget",
    "merge",
    "name",
    "preview_forget",
    "reject",
    "rename",
    "store_appearances",
    "sweep",
    "undo",
    "unmerge",
]


def name(
    config: Config,
    database: Database,
    person_id: int,
    label: str,
    *,
    by: Actor,
    idempotency_key: str,
    reason: str = "",
    preview: bool = False,
) -> PeopleOutcome:
    """Say who an unknown person is, as ``group/name``. Where somebody has that name already the
    unknown one is merged into them; their past and future appearances follow either way."""
    group, own = split_label(label)

    def write(work: Work) -> None:
        person = _live(work.conn, person_id)
        if person.name is not None:
            raise EditRefused(f"This is {person.label} already; rename or merge instead.")
        known = people.named(work.conn, group, own)
        if known is None:
            work.concern(person.id)
            people.set_name(work.conn, person.id, group=group, name=own)
        else:
            _merge(work, person, people.root_of(work.conn, known.id))

    return operate(
        config, database, "name", write,
        by=by, idempotency_key=idempotency_key, reason=reason, preview=preview,
    )  # fmt: skip


def rename(
    config: Config,
    database: Database,
    person_id: int,
    label: str,
    *,
    by: Actor,
    idempotency_key: str,
    reason: str = "",
    preview: bool = False,
) -> PeopleOutcome:
    """Give a named person another ``group/name``."""
    group, own = split_label(label)

    def write(work: Work) -> None:
        person = _live(work.conn, person_id)
        if person.name is None:
            raise EditRefused(f"{person.label} has no name yet; name them instead.")
        taken = people.named(work.conn, group, own)
        if taken is not None and taken.id != person.id:
            raise EditRefused(f"{taken.label} is somebody else; merge the two instead.")
        if (person.group, person.name) == (group, own):
            raise EditRefused(f"This is {person.label} already.")
        work.concern(person.id)
        people.set_name(work.conn, person.id, group=group, name=own)

    return operate(
        config, database, "rename", write,
        by=by, idempotency_key=idempotency_key, reason=reason, preview=preview,
    )  # fmt: skip


def merge(
    config: Config,
    database: Database,
    from_id: int,
    into_id: int,
    *,
    by: Actor,
    idempotency_key: str,
    reason: str = "",
    preview: bool = False,
) -> PeopleOutcome:
    """Say that two people are one. Both keep their rows, faces and decisions: ``unmerge`` restores
    exactly what was."""

    def write(work: Work) -> None:
        _merge(work, _live(work.conn, from_id), _live(work.conn, into_id))

    return operate(
        config, database, "merge", write,
        by=by, idempotency_key=idempotency_key, reason=reason, preview=preview,
    )  # fmt: skip


def unmerge(
    config: Config,
    database: Database,
    person_id: int,
    *,
    by: Actor,
    idempotency_key: str,
    reason: str = "",
    preview: bool = False,
) -> PeopleOutcome:
    """Take a person out of the one they were merged into. ``person_id`` is the one merged away;
    for the other one the only person merged into them is meant."""

    def write(work: Work) -> None:
        person = people.get_person(work.conn, person_id)
        if person.merged_into is None:
            inside = people.merged_into(work.conn, person.id)
            if not inside:
                raise EditRefused(f"Nobody was merged into {person.label}, nor they into anybody.")
            if len(inside) > 1:
                listed = ", ".join(f"{one.label} (#{one.id})" for one in inside)
                raise EditRefused(f"Several were merged into {person.label}: {listed}; say which.")
            person = inside[0]
        assert person.merged_into is not None
        work.concern(person.id, person.merged_into)
        people.set_merged_into(work.conn, person.id, None)

    return operate(
        config, database, "unmerge", write,
        by=by, idempotency_key=idempotency_key, reason=reason, preview=preview,
    )  # fmt: skip


def assign(
    config: Config,
    database: Database,
    appearance_id: int,
    person: int | str,
    *,
    by: Actor,
    idempotency_key: str,
    reason: str = "",
    preview: bool = False,
) -> PeopleOutcome:
    """Say whose face an appearance shows: a person's id, or ``group/name``, who is made where
    nobody has that name. The decision lasts, and the face is one others are compared with."""

    def write(work: Work) -> None:
        appearance = appearances.get_appearance(work.conn, appearance_id)
        chosen = _chosen(work.conn, person)
        work.concern(chosen.id, *([appearance.person.id] if appearance.person else []))
        appearances.watch(work.conn, [appearance_id])
        tree = people.tree_of(work.conn, [chosen.id])
        if decisions.decisions_on(work.conn, appearance_id, verdict="is", person_ids=tree):
            raise EditRefused(f"This is {chosen.label} already, decided by hand.")
        undone = decisions.decisions_on(work.conn, appearance_id, verdict="is")
        undone += decisions.decisions_on(
            work.conn, appearance_id, verdict="is not", person_ids=tree
        )
        _take_back(work.conn, undone)
        decision_id = decisions.insert_decision(work.conn, appearance_id, chosen.id, verdict="is")
        galleries.copy_appearance(
            work.conn, appearance_id, chosen.id, kind="confirmed", decision_id=decision_id
        )

    return operate(
        config, database, "assign", write,
        by=by, idempotency_key=idempotency_key, reason=reason, preview=preview,
    )  # fmt: skip


def reject(
    config: Config,
    database: Database,
    appearance_id: int,
    person_id: int | None = None,
    *,
    by: Actor,
    idempotency_key: str,
    reason: str = "",
    preview: bool = False,
) -> PeopleOutcome:
    """Say that an appearance is not this person (default: whom it shows now). It never becomes
    them again, and neither does a later face that is nearer to it than to any face of theirs."""

    def write(work: Work) -> None:
        appearance = appearances.get_appearance(work.conn, appearance_id)
        if person_id is None and appearance.person is None:
            raise EditRefused("This appearance shows nobody known; say who it is not.")
        wrong = appearance.person if person_id is None else people.root_of(work.conn, person_id)
        assert wrong is not None
        tree = people.tree_of(work.conn, [wrong.id])
        said = decisions.decisions_on(work.conn, appearance_id, verdict="is not", person_ids=tree)
        if len(said) == len(tree):
            raise EditRefused(f"That this is not {wrong.label} was said already.")
        work.concern(wrong.id)
        appearances.watch(work.conn, [appearance_id])
        agreed = decisions.decisions_on(work.conn, appearance_id, verdict="is", person_ids=tree)
        _take_back(work.conn, [*agreed, *said])
        galleries.remove_faces(work.conn, galleries.faces_from(work.conn, appearance_id, tree))
        for one in tree:
            # Of everybody merged: the verdict holds however they are parted later.
            decisions.insert_decision(work.conn, appearance_id, one, verdict="is not")
        _found_again(work.conn, wrong, tree, appearance_id)

    return operate(
        config, database, "reject", write,
        by=by, idempotency_key=idempotency_key, reason=reason, preview=preview,
    )  # fmt: skip


def sweep(config: Config, database: Database) -> int:
    """Remove pictures nothing refers to: faces whose row is gone, and crops of searches by clothes
    older than a day. Returns how many."""
    return crop_files.sweep(config, database) + clothes_pictures.sweep_old(config)


def _merge(work: Work, person: Person, into: Person) -> None:
    if person.id == into.id:
        raise EditRefused(f"These two are one person already: {into.label}.")
    if person.name is not None and into.name is None:
        raise EditRefused(f"{into.label} has no name; merge it into {person.label} instead.")
    work.concern(person.id, into.id)
    people.set_merged_into(work.conn, person.id, into.id)


def _live(conn: Connection, person_id: int) -> Person:
    """Who this is with everything merged. Raises EditRefused for somebody undone."""
    person = people.root_of(conn, person_id)
    if person.removed:
        raise EditRefused(f"The operation that made {person.label} was undone; undo that first.")
    return person


def _chosen(conn: Connection, person: int | str) -> Person:
    if isinstance(person, int):
        return _live(conn, person)
    label = people.label_of(person)
    if label is None:
        return people.find_person(conn, person)
    made, _ = people.ensure_person(conn, *label)
    return people.root_of(conn, made.id)


def _take_back(conn: Connection, decision_ids: list[int]) -> None:
    galleries.remove_faces(conn, galleries.faces_of_decisions(conn, decision_ids))
    decisions.remove_decisions(conn, decision_ids)


def _found_again(conn: Connection, person: Person, tree: list[int], rejected: int) -> None:
    """Somebody whose founding face was the rejected one is known by their next best face."""
    if galleries.has_faces(conn, tree):
        return
    rest = appearances.best_of(conn, tree, but=rejected)
    if rest is not None:
        galleries.copy_appearance(conn, rest, person.id, kind="founding")
