"""Who asks a search, and what for: read from the request, with the timezone of the browser."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from flask import request

from core.errors import InputError
from core.types import SearchResult
from editor.characters import without_control
from editor.giving_up import while_waited_for
from editor.query import whole_number
from editor.services import services
from pipeline.prepared import Asking

COOKIE = "clipops_timezone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is looked for: a text, or what is like a segment or a face. At most one of the three."""

    query: str = ""
    similar: int | None = None
    face: int | None = None

    def __bool__(self) -> bool:
        return bool(self.query) or self.similar is not None or self.face is not None

    def found(self, *, limit: int, offset: int) -> SearchResult:
        """The answer of the one search that Slack and the command line ask too; given up when the
        browser goes away. Raises NotFound for a segment or a face that is not there."""
        searcher = services().searcher
        with while_waited_for(request.environ) as giving_up:
            if self.similar is not None:
                return searcher.similar_to_segment(
                    self.similar, limit=limit, offset=offset, giving_up=giving_up
                )
            if self.face is not None:
                return searcher.similar_to_face(
                    self.face, limit=limit, offset=offset, giving_up=giving_up
                )
            return searcher.search(
                self.query,
                limit=limit,
                offset=offset,
                asker=Asking(timezone=timezone()),
                giving_up=giving_up,
            )


def wish() -> Wish:
    """``?similar=`` a segment, ``?face=`` an appearance, else ``?q=`` a text."""
    similar, face = whole_number("similar"), whole_number("face")
    if similar is not None:
        return Wish(similar=similar)
    if face is not None:
        return Wish(face=face)
    return Wish(query=query_text("q"))


def query_text(name: str) -> str:
    """``?name=`` with single blanks and nothing a database refuses."""
    return " ".join(without_control(request.args.get(name, "")).split())


def timezone() -> ZoneInfo | None:
    """``?timezone=``, else what the browser said of itself; None where it said nothing that is
    known. Raises InputError for a parameter that names none: somebody wrote that."""
    wanted = request.args.get("timezone")
    if wanted is not None and wanted not in _known():
        raise InputError(f"There is no timezone {wanted}; give one such as Asia/Seoul.")
    name = wanted or request.cookies.get(COOKIE, "")
    return ZoneInfo(name) if name in _known() else None


@cache
def _known() -> frozenset[str]:
    """Looked up once: it reads a folder of some six hundred files."""
    return frozenset(available_timezones())
