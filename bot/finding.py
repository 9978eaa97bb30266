"""What a stored search asks the searcher for: words, moments like one, or one moment."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.moments import stored_hit
from bot.queries import moment_in
from bot.services import Services
from core.giving_up import GivingUp
from core.types import SearchResult
from db.searches import Search
from pipeline.prepared import Asking


def find(
    services: Services,
    search: Search,
    *,
    limit: int,
    offset: int,
    giving_up: GivingUp | None = None,
) -> SearchResult:
    """Dates are read in the timezone of whoever asked, and from when they ask.

    Raises NotFound for a moment that is not there, GaveUp where a newer search took over.
    """
    wanted = moment_in(search.query)
    if wanted is None:
        asker = Asking(
            timezone=services.members.get(search.user_id).timezone, now=datetime.now(UTC)
        )
        return services.searcher.search(
            search.query, limit=limit, offset=offset, asker=asker, giving_up=giving_up
        )
    if wanted.kind == "similar":
        return services.searcher.similar_to_segment(
            wanted.segment_id, limit=limit, offset=offset, giving_up=giving_up
        )
    hits = (stored_hit(services, wanted.segment_id),) if offset == 0 else ()
    return SearchResult(query=search.query, hits=hits, total=1, took_ms=0)
