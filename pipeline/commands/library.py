"""What every command starts from: the library's database, and documents on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from core.config import Config
from db import migrate, server
from db.pool import Database
from pipeline.documents import Document


@contextmanager
def library(config: Config) -> Iterator[Database]:
    """The library's database, started and brought to the newest schema where needed."""
    with server.start(config) as running:
        if not migrate.is_current(running.url):
            migrate.upgrade(running.url)
        database = Database.open(running.url, config.database)
        try:
            yield database
        finally:
            database.close()


def print_json(document: Document) -> None:
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    print()
