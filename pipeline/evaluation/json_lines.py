"""Files of one JSON object a line: read whole, and refused with the line that is wrong."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from core.errors import InputError
from db.relevance import Stretch
from db.rows import Connection
from db.videos import find_video


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One object and where it stands. ``number`` counts from 1, empty lines too."""

    path: Path
    number: int
    values: Mapping[str, Any]

    def refuse(self, what: str) -> NoReturn:
        """Raises InputError: file, line, and ``what`` is wrong there."""
        raise InputError(f"{self.path}, line {self.number}: {what}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a video as files write it; ``video`` is a number, source, path or title."""

    video: str
    start_ms: int
    end_ms: int


def read_lines(path: Path, *, known: Collection[str]) -> list[Line]:
    """Every object of the file. Raises InputError where the file cannot be read or is empty, for
    a line that is not a JSON object, and for a key other than ``known``."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(f"{path} cannot be read: {reason}.") from error
    lines = []
    for number, row in enumerate(text.split("\n"), start=1):
        if not row.strip():
            continue
        line = Line(path=path, number=number, values={})
        try:
            values = json.loads(row)
        except json.JSONDecodeError as error:
            line.refuse(f"this is not JSON ({error.msg} at column {error.colno})")
        except (RecursionError, ValueError):
            line.refuse("this is nested too deeply or holds a number of thousands of digits")
        if not isinstance(values, dict):
            line.refuse("a line is one JSON object in braces")
        if unknown := sorted(set(values) - set(known)):
            line.refuse(f'"{unknown[0]}" is no key here; the keys are {", ".join(known)}')
        lines.append(Line(path=path, number=number, values=values))
    if not lines:
        raise InputError(f"{path} has no lines.")
    return lines


def whole(value: object, *, least: int = 0) -> int | None:
    """``value`` where it is a whole number from ``least`` to what the database can hold."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 2**63:
        return None
    return value


def plain(value: object) -> str | None:
    """``value`` where it is text with something in it that the database can hold: no NUL and no
    half of a surrogate pair."""
    if not isinstance(value, str) or not value.strip() or "\x00" in value:
        return None
    return None if any("\ud800" <= letter <= "\udfff" for letter in value) else value


def span_of(line: Line, values: Mapping[str, Any]) -> Span:
    """The stretch in ``video``, ``start_ms`` and ``end_ms``. Raises InputError."""
    video = whole(values.get("video"), least=1)
    named = plain(values.get("video")) if video is None else str(video)
    if named is None:
        line.refuse('"video" is the number, the source or the title of a video')
    start_ms, end_ms = whole(values.get("start_ms")), whole(values.get("end_ms"))
    if start_ms is None or end_ms is None:
        line.refuse('a stretch has "start_ms" and "end_ms", whole milliseconds')
    if start_ms >= end_ms:
        line.refuse(f"the stretch ends at {end_ms} ms, before it begins at {start_ms}")
    return Span(video=named, start_ms=start_ms, end_ms=end_ms)


def stretch_of(conn: Connection, line: Line, span: Span) -> Stretch:
    """Raises InputError where there is no such video."""
    try:
        video = find_video(conn, span.video)
    except InputError as error:
        line.refuse(str(error).rstrip("."))
    return Stretch(video_id=video.id, start_ms=span.start_ms, end_ms=span.end_ms)
