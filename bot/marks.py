"""What people do with the answers of a search, kept as marks on them."""

from __future__ import annotations

import structlog

from bot.cards import Message, sentence
from bot.carried import Place
from bot.hit_card import outside
from bot.nothing_card import QUERY_CHARACTERS
from bot.queries import moment_in
from bot.services import Services
from bot.wording import say
from core.errors import ClipOpsError, EditRefused
from core.types import Actor, Language
from db import feedback
from db.feedback import FeedbackKind
from db.searches import Search

LOG = structlog.get_logger()


def note(services: Services, search: Search, place: Place, kind: FeedbackKind) -> None:
    """Remember that a hit was opened, played or shared. Nobody asked for it to be kept, so that it
    could not be is only in the log."""
    if moment_in(search.query) is not None:
        return
    try:
        with services.database.transaction() as conn:
            feedback.record(
                conn,
                query=search.query,
                segment_id=place.segment,
                kind=kind,
                by=_actor(services, search),
                rank=place.rank,
            )
    except ClipOpsError as error:
        LOG.info("mark_not_kept", kind=kind, segment=place.segment, reason=type(error).__name__)


def mark(
    services: Services, search: Search, place: Place, kind: FeedbackKind, language: Language
) -> Message:
    """Mark a hit as relevant or not; the same again takes the mark back.

    Raises NotFound where the moment is gone, EditRefused for a search that had no words.
    """
    if moment_in(search.query) is not None:
        raise EditRefused("Only the answers to a search by words can be marked.")
    by = _actor(services, search)
    with services.database.transaction() as conn:
        new = feedback.record(
            conn,
            query=search.query,
            segment_id=place.segment,
            kind=kind,
            by=by,
            rank=place.rank,
        )
        if not new:
            feedback.withdraw(conn, query=search.query, segment_id=place.segment, kind=kind, by=by)
    shown = outside(search.query, QUERY_CHARACTERS)
    return sentence(say(language, f"marked_{kind}" if new else "mark_taken_back", query=shown))


def _actor(services: Services, search: Search) -> Actor:
    return Actor(name=services.members.get(search.user_id).label, origin="slack")
