"""What every pressed button has in common: once per press, by whom it belongs to, on the pool."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot import cards
from bot.delivery import ResponseUrl
from bot.failures import failure_card
from bot.listeners.requests import Press
from bot.services import Services
from bot.wording import say
from core.errors import Busy, NotFound
from core.types import Language
from db import searches, slack_seen
from db.searches import Search

EXPIRES = timedelta(hours=24)


def run_press(
    services: Services,
    press: Press,
    job: Callable[[], None],
    answer: ResponseUrl,
    *,
    language: Language | None = None,
) -> None:
    """Run what a press asks for, once per press; failures are told to the person who pressed, in
    the ``language`` of what was pressed or else in their own."""
    spoken = language or services.members.language_now(press.asker.user_id, "")

    def once() -> None:
        with services.database.transaction() as conn:
            fresh = slack_seen.claim(conn, f"trigger:{press.trigger_id}")
        if fresh:
            job()

    def tell(error: BaseException) -> None:
        answer.add(failure_card(error, spoken))

    try:
        services.work.submit(once, on_error=tell)
    except Busy:
        waiting = services.work.waiting
        answer.add(cards.sentence(say(spoken, "busy", waiting=waiting)))


def own_search(
    services: Services,
    press: Press,
    search_id: str,
    answer: ResponseUrl,
    *,
    even_old: bool = False,
) -> tuple[Search, Language] | None:
    """The search behind a button, when it belongs to who pressed it and is less than a day old.

    Otherwise that is said, and None returned.
    """
    language = services.members.language(press.asker.user_id, "")
    try:
        with services.database.transaction() as conn:
            search = searches.load(conn, search_id)
    except NotFound:
        answer.add(cards.sentence(say(language, "expired")))
        return None
    language = services.members.language(press.asker.user_id, search.query)
    if search.user_id != press.asker.user_id or search.team_id != press.asker.team_id:
        command = services.config.slack.command
        answer.add(cards.sentence(say(language, "not_yours", command=command)))
        return None
    if not even_old and datetime.now(UTC) - search.created_at > EXPIRES:
        text = say(language, "expired")
        answer.replace(cards.sentence_with_retry(text, search_id=search.id, language=language))
        return None
    return search, language


def stored_search(services: Services, press: Press, search_id: str) -> Search | None:
    """The search behind a button where it belongs to who pressed it; else None, without a word."""
    try:
        with services.database.transaction() as conn:
            search = searches.load(conn, search_id)
    except NotFound:
        return None
    own = (search.user_id, search.team_id) == (press.asker.user_id, press.asker.team_id)
    return search if own else None
