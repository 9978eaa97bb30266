"""Forgetting somebody: everything made of their face is removed for good, with a receipt."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

from core.config import Config
from core.errors import Busy
from core.names import mentioned
from core.people import Crop, Receipt
from core.types import Actor
from db import appearances, people, people_history, traces
from db.pool import Database
from db.rows import Connection, execute
from pipeline import clothes_pictures, crop_files
from pipeline.matching import rematch


def forget(
    config: Config,
    database: Database,
    person_id: int,
    *,
    by: Actor,
    idempotency_key: str,
) -> Receipt:
    """Remove a person and everybody merged into them: appearances, vectors, pictures, decisions,
    names, and what the history says of them. It cannot be undone.

    Captions are words people or models wrote; those that mention the name are listed in the receipt
    and left alone. Crops that searches by clothes cut while they were in view go, whomever they
    show; one that shows them while their face is not to be seen is not known to, and goes with all
    of them after a day. A face that comes again in new footage is somebody unknown again. The
    pictures go after the rows: should the process be killed in between, the next ``sweep`` removes
    them.
    Raises NotFound.
    """
    with database.transaction() as conn:
        people_history.lock(conn)
        first = people_history.find_done(conn, idempotency_key, kind="forget", by=by)
        if first is not None:
            receipt = people_history.receipt_of(conn, first.id)
            crops: list[Crop] = []
            pictures: list[Path] = []
        else:
            change_id = people_history.open_change(
                conn, kind="forget", by=by, idempotency_key=idempotency_key
            )
            removed, left, crops, pictures = _remove(conn, config, person_id, change_id)
            people_history.insert_receipt(conn, _receipt_id(), change_id, removed, left)
            receipt = people_history.receipt_of(conn, change_id)
    crop_files.remove(config, crops)
    clothes_pictures.remove(pictures)
    with suppress(Busy):  # what others left behind can wait for the next sweep
        crop_files.sweep(config, database, wait_s=people_history.WAIT_S)
    return receipt


def preview_forget(config: Config, database: Database, person_id: int) -> Receipt:
    """What ``forget`` would remove; its id is empty. Changes nothing. Raises NotFound."""
    by = Actor(name="preview", origin="api")
    with database.transaction() as conn:
        people_history.lock(conn)
        execute(conn, "SAVEPOINT before_operation")
        change_id = people_history.open_change(conn, kind="forget", by=by)
        removed, left, _, _ = _remove(conn, config, person_id, change_id)
        people_history.insert_receipt(conn, "", change_id, removed, left)
        receipt = people_history.receipt_of(conn, change_id)
        execute(conn, "ROLLBACK TO SAVEPOINT before_operation")
    return receipt


def _remove(
    conn: Connection, config: Config, person_id: int, change_id: int
) -> tuple[dict[str, int], list[int], list[Crop], list[Path]]:
    """Returns what was removed by kind, captions left alone, and the files to remove."""
    root = people.root_of(conn, person_id)
    tree = people.tree_of(conn, [root.id])
    names = {one.name for one in people.get_people(conn, tree).values() if one.name}
    left = _captions(conn, names)
    # People of nobody's naming who are the same face: they were it before it had a name.
    tree += traces.strangers_like(conn, tree, least=config.people.same_unknown)
    found = traces.of_people(conn, tree)
    pictures = clothes_pictures.shown_in(config, appearances.spans_of(conn, found.appearances))
    people_history.begin_forgetting(conn)
    traces.delete(conn, found)
    history = people_history.scrub(
        conn,
        {
            "person": tree,
            "gallery_face": found.gallery_faces,
            "decision": found.decisions,
        },
    )
    people.delete_people(conn, tree)
    # Whoever was between them and somebody else is decided anew.
    rematch(conn, config.people, found.undecided)
    crops = [Crop(kind="seen", id=one) for one in found.appearances]
    crops += [Crop(kind="gallery", id=one) for one in found.gallery_faces]
    removed = {
        "appearances": len(found.appearances),
        "gallery_faces": len(found.gallery_faces),
        "vectors": len(found.appearances) + len(found.gallery_faces) + len(found.decisions),
        "decisions": len(found.decisions),
        "people": len(tree),
        "history_entries": history,
        "segments": found.segments,
        "clothes_pictures": len(pictures),
    }
    people_history.close_change(
        conn, change_id, appearances=len(found.appearances), segments=found.segments
    )
    return removed, left, crops, pictures


def _captions(conn: Connection, names: set[str]) -> list[int]:
    """Segments whose caption mentions one of the names in either language."""
    return [
        segment_id
        for segment_id, caption in traces.captions_with(conn, names)
        if mentioned(caption, names)
    ]


def _receipt_id() -> str:
    return f"F-{secrets.token_hex(5)}"
