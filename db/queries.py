"""Named queries: ``db/sql/<noun>.sql`` holds them, each under a ``-- name --`` line."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "sql"
_HEADING = re.compile(r"^-- (\w+) --$", re.MULTILINE)


@cache
def queries(noun: str) -> dict[str, str]:
    """All queries of one file by name."""
    parts = _HEADING.split((FOLDER / f"{noun}.sql").read_text(encoding="utf-8"))
    return {name: body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}
