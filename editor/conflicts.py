"""Writes on people that came too late: somebody changed what they were about first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.exceptions import Conflict

from core.people import PeopleChangeKind
from db import appearances, people, people_history
from db.rows import Connection
from editor.access import actor
from editor.people_documents import (
    appearance_document,
    summary_document,
    version_of,
    version_of_appearance,
)
from editor.services import services
from editor.translation import gettext

# The editor is one process: between two of its threads nothing slips in after the check.
_writing = threading.Lock()


class ReadsDifferently(Conflict):
    """409 with what is there now; nothing was written."""

    def __init__(self, current: dict[str, Any]) -> None:
        super().__init__(
            gettext(
                "Someone changed this first; nothing was overwritten. It reads “%(words)s” now.",
                words=current["words"],
            )
        )
        self.current = current


@contextmanager
def unchanged_people(
    kind: PeopleChangeKind, key: str, seen: dict[int, str], *, preview: bool = False
) -> Iterator[None]:
    """Run a write on people whose versions are those its author saw (person id -> version).

    Raises ReadsDifferently. What was done under this key before is not held against itself.
    """
    with _writing:
        with services().database.transaction() as conn:
            if preview or not _is_done(conn, kind, key):
                for person_id, version in seen.items():
                    summary = people.summary_of(conn, person_id)
                    if version_of(summary) != version:
                        raise ReadsDifferently(summary_document(summary))
        yield


@contextmanager
def unchanged_appearance(
    kind: PeopleChangeKind, key: str, appearance_id: int, version: str, *, preview: bool = False
) -> Iterator[None]:
    """The same for a write on an appearance."""
    with _writing:
        with services().database.transaction() as conn:
            if preview or not _is_done(conn, kind, key):
                one = appearances.get_appearance(conn, appearance_id)
                if version_of_appearance(one) != version:
                    raise ReadsDifferently(appearance_document(one))
        yield


def _is_done(conn: Connection, kind: PeopleChangeKind, key: str) -> bool:
    return people_history.find_done(conn, key, kind=kind, by=actor()) is not None
