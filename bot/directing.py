"""Which answer a query gets: help, people, how things stand, a copy shared, or the search all
else is."""

from __future__ import annotations

from bot import people, shares, status
from bot.answering import Asker, help_for
from bot.cards import Message
from bot.queries import Request, request_in
from bot.searching import Instead
from bot.services import Services
from core.types import Language


def instead_of_search(
    services: Services, asker: Asker, query: str, *, channel: str | None = None
) -> Instead | None:
    """What answers ``query`` in place of a search; None where it can only be a search.
    ``channel`` is the id of the channel that Slack recognised in it."""
    request = request_in(query)
    if request is None:
        return None
    return lambda language: _answer(services, asker, request, channel, language)


def _answer(
    services: Services, asker: Asker, request: Request, channel: str | None, language: Language
) -> Message | None:
    match request.kind:
        case "help":
            return help_for(services, asker, language)
        case "status":
            return status.answer(services, asker, language)
        case "share":
            return shares.share_by_number(
                services,
                asker,
                language,
                segment_id=request.segment_id,
                channel=channel or request.words,
            )
        case "people" if request.words:
            return people.whom(services, asker, language, request.words)
        case "people":
            return people.everybody(services, asker, language)
