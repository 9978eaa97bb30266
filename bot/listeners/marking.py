"""What is done with a hit besides editing it: opened, played, marked, its link, its neighbours."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt import Ack, App

from bot import action_ids, marks
from bot.carried import Place, in_kind
from bot.delivery import ResponseUrl
from bot.hit_block import COPY_LINK, NEIGHBOURS, NOT_RELEVANT, RELEVANT
from bot.listeners.presses import own_search, stored_search
from bot.listeners.requests import Press, press_of
from bot.moments import link_card, neighbours_card
from bot.services import Services
from core.errors import Busy
from db.feedback import FeedbackKind

OWN: frozenset[str] = frozenset({COPY_LINK, NEIGHBOURS, NOT_RELEVANT, RELEVANT})
"""The entries of a hit's menu that are answered here; the others are questions about faces."""
LOG = structlog.get_logger()


def register(app: App, services: Services) -> None:
    """A link opens in the browser whatever happens here; Slack tells the app all the same."""

    def opened(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        _note(services, press_of(body), "click")

    def played(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        _note(services, press_of(body), "play")

    app.action(action_ids.OPEN)(opened)
    app.action(action_ids.PLAY)(played)


def chosen(services: Services, press: Press, answer: ResponseUrl) -> None:
    """An entry of ``OWN``: ``<entry>:<place>``. Raises NotFound where the moment is gone."""
    entry, place = in_kind(press.value)
    mine = own_search(services, press, place.search, answer)
    if mine is None:
        return
    search, language = mine
    match entry:
        case "relevant" | "not_relevant":
            answer.add(marks.mark(services, search, place, entry, language))
        case "link":
            answer.add(link_card(services, place.segment, language))
        case _:
            answer.add(
                neighbours_card(
                    services, place.segment, user_id=press.asker.user_id, language=language
                )
            )


def _note(services: Services, press: Press, kind: FeedbackKind) -> None:
    """Buttons under shared copies and people carry nothing and are not counted."""
    if not press.value:
        return

    def keep() -> None:
        place = Place.read(press.value)
        search = stored_search(services, press, place.search)
        if search is not None:
            marks.note(services, search, place, kind)

    def forget(error: BaseException) -> None:
        LOG.info("press_not_noted", kind=kind, reason=type(error).__name__)

    try:
        services.work.submit(keep, on_error=forget)
    except Busy as error:
        forget(error)
