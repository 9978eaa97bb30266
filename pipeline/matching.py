"""Working out whose face each appearance shows, anew wherever an operation may have changed it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.config import PeopleConfig
from core.people import PeopleItem
from db import appearances, decisions, galleries, people, people_history
from db.appearances import Identity
from db.galleries import FaceModel
from db.rows import Connection
from pipeline.identity import NOBODY, decide, floor

BATCH = 1_000
"""Appearances decided by one statement: a second of it, far from the statement timeout."""

PAGE, MOST_VECTORS = 20_000, 200
"""Appearances compared with at most so many vectors by one statement."""


def settle(conn: Connection, settings: PeopleConfig, change_id: int) -> None:
    """After the rows of an operation are written: decide again about every appearance that it may
    concern. What it may concern is read from its history, so this serves each kind of operation
    and its undoing."""
    items = people_history.items_of(conn, change_id)
    touched = _touched(conn, settings, items)
    appearances.watch(conn, touched)
    decisions.settle_manual(conn, touched)
    rematch(conn, settings, touched)


def rematch(conn: Connection, settings: PeopleConfig, appearance_ids: Iterable[int]) -> None:
    """Decide about these appearances, those decided by hand left out. Whoever is nobody known
    joins the nearest unknown person or becomes a new one; that needs an open operation."""
    models = {model.id: model for model in galleries.list_models(conn)}
    for model_id, ids in appearances.automatic(conn, appearance_ids).items():
        strangers: list[int] = []
        for first in range(0, len(ids), BATCH):
            strangers += _decide(conn, settings, models[model_id], ids[first : first + BATCH])
        _found(conn, settings, strangers)


def _found(conn: Connection, settings: PeopleConfig, strangers: Sequence[int]) -> None:
    """Make people of appearances that are nobody there is: each, best face first, joins the nearest
    of those founded before it, or founds somebody others are compared with. Nobody can have said
    anything of people made just now, so cosines decide alone."""
    from pipeline.founders import Founders

    founders = Founders()
    for first in range(0, len(strangers), BATCH):
        batch = strangers[first : first + BATCH]
        vectors = appearances.embeddings_of(conn, batch)
        joined = {one: founders.join(vectors[one], settings.same_unknown) for one in batch}
        founding = [one for one, (_, cosine) in joined.items() if cosine is None]
        founders.ids += people.insert_strangers(conn, len(founding))
        numbers = {one: founders.ids[joined[one][0]] for one in batch}
        galleries.found_with(conn, {one: numbers[one] for one in founding})
        appearances.set_identities(
            conn,
            {
                one: Identity(person_id=numbers[one], cosine=1.0 if cosine is None else cosine)
                for one, (_, cosine) in joined.items()
            },
        )


def _decide(
    conn: Connection, settings: PeopleConfig, model: FaceModel, ids: Sequence[int]
) -> list[int]:
    """Write who these are; returns those who are nobody yet."""
    least = settings.same - settings.lead
    named = appearances.candidates_of(conn, model, ids, known=True, least=least, lead=settings.lead)
    identities = {one: decide(named.get(one, ()), settings) for one in ids}
    rest = [one for one in ids if identities[one] == NOBODY]
    # Who is somebody named is not looked for among the unknown: that search costs as much again.
    unknown = appearances.candidates_of(conn, model, rest, known=False, least=settings.same_unknown)
    for one in rest:
        identities[one] = decide([*named.get(one, ()), *unknown.get(one, ())], settings)
    found = {one: identity for one, identity in identities.items() if identity != NOBODY}
    appearances.set_identities(conn, found)
    return [one for one in ids if one not in found]


def _touched(conn: Connection, settings: PeopleConfig, items: Sequence[PeopleItem]) -> list[int]:
    """Every appearance that the rows an operation wrote may concern."""
    persons = [one for one in items if one.item == "person"]
    face_ids = [one.id for one in items if one.item == "gallery_face"]
    decision_ids = [one.id for one in items if one.item == "decision"]
    found = set(decisions.linked(conn, decision_ids))
    # Who was undecided between them may be decided now; who parts competes again.
    trees = people.tree_of(conn, [one.id for one in persons])
    found |= set(appearances.undecided_between(conn, trees))
    found |= set(appearances.of_people(conn, [one.id for one in persons if _comes_or_goes(one)]))
    turned = people.below(conn, [one.id for one in persons if _turns(one)])
    for one in persons:
        turned += _smaller_side(conn, one)
    vectors: dict[int, list[str]] = {}
    for more in (
        galleries.vectors_of_faces(conn, face_ids),
        galleries.vectors_of_people(conn, turned),
        decisions.vectors_of(conn, decision_ids),
    ):
        for model_id, listed in more.items():
            vectors.setdefault(model_id, []).extend(listed)
    return sorted(found | set(_near(conn, settings, vectors)))


def _turns(one: PeopleItem) -> bool:
    """From unknown to named or back, by a name or by a merge: other thresholds apply."""
    before, after = one.before or {}, one.after or {}
    if (before.get("name") is None) != (after.get("name") is None):
        return True
    merges = before.get("merged_into") != after.get("merged_into")
    return merges and after.get("name") is None


def _comes_or_goes(one: PeopleItem) -> bool:
    before, after = one.before or {}, one.after or {}
    return bool(before.get("state", "live") != after.get("state", "live"))


def _smaller_side(conn: Connection, one: PeopleItem) -> list[int]:
    """Of two who were one until now, the people on the side that is seen less. What shows either
    and may now be the other is near to the faces of both, so to look near one side is enough."""
    before, after = one.before or {}, one.after or {}
    other = before.get("merged_into")
    if other is None or other == after.get("merged_into"):
        return []
    mine = people.below(conn, [one.id])
    theirs = people.tree_of(conn, [other])
    counts = [len(appearances.of_people(conn, side)) for side in (mine, theirs)]
    return mine if counts[0] <= counts[1] else theirs


def _near(conn: Connection, settings: PeopleConfig, vectors: dict[int, list[str]]) -> Iterable[int]:
    models = {model.id: model for model in galleries.list_models(conn)}
    for model_id, listed in vectors.items():
        for first in range(0, len(listed), MOST_VECTORS):
            after_id: int | None = 0
            while after_id is not None:
                ids, after_id = appearances.near(
                    conn,
                    models[model_id],
                    listed[first : first + MOST_VECTORS],
                    least=floor(settings),
                    after_id=after_id,
                    many=PAGE,
                )
                yield from ids
