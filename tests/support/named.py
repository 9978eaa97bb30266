"""People with names, and where they appear, written as the product stores them."""

from __future__ import annotations

from collections.abc import Mapping

from core.config import Config
from db import people, people_history
from db.pool import Database
from tests.support.faces import NAMES, face, store, track
from tests.support.library import PERSON


def enrolled(config: Config, database: Database, *labels: str) -> dict[str, int]:
    """Ids of people by label."""
    with database.transaction() as conn:
        people_history.open_change(conn, kind="enrol", by=PERSON)
        return {label: people.ensure_person(conn, *label.split("/"))[0].id for label in labels}


def appear(
    config: Config, database: Database, video_id: int, seen: Mapping[int, tuple[int, int]]
) -> list[int]:
    """Each person (by id) appears in the video from one time to another; ids of the appearances."""
    tracks = [track(face(NAMES[n]), *span) for n, span in enumerate(seen.values())]
    ids = store(config, database, video_id, tracks)
    with database.transaction() as conn, conn.cursor() as cursor:
        people_history.open_change(conn, kind="assign", by=PERSON)
        for one, person_id in zip(ids, seen, strict=True):
            cursor.execute(
                "UPDATE appearances SET person_id = %s, group_id = NULL WHERE id = %s",
                (person_id, one),
            )
    return ids
