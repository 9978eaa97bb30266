"""Refine: a modal with the words of a search; submitting it shows the new results in place."""

from __future__ import annotations

import json
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from bot import cards
from bot.answering import Asker, remember
from bot.delivery import ResponseUrl
from bot.listeners.paging import show_page
from bot.listeners.presses import own_search, run_press
from bot.listeners.requests import Press, press_of
from bot.queries import clean_query
from bot.searching import respond_to
from bot.services import Services
from bot.wording import say
from core.errors import ServiceUnavailable


def register(app: App, services: Services) -> None:
    def open_modal(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        press = press_of(body)
        answer = respond_to(services, press.response_url)
        run_press(services, press, lambda: _open(services, press, answer), answer)

    def submit(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        words = view["state"]["values"]["words"]["words"].get("value") or ""
        query = clean_query(words)
        user_id = body["user"]["id"]
        if not query:
            language = services.members.language_now(user_id, words)
            ack(response_action="errors", errors={"words": say(language, "refine_empty")})
            return
        ack()
        kept = json.loads(view["private_metadata"])
        press = Press(
            asker=Asker(user_id=user_id, team_id=body["team"]["id"], channel_id=kept["channel"]),
            value=kept["search"],
            response_url=kept["answer"],
            trigger_id=str(body.get("trigger_id") or ""),
        )
        answer = respond_to(services, press.response_url)
        run_press(services, press, lambda: _search(services, press, query, answer), answer)

    app.action(cards.REFINE)(open_modal)
    app.view(cards.REFINE)(submit)


def _open(services: Services, press: Press, answer: ResponseUrl) -> None:
    mine = own_search(services, press, press.value, answer, even_old=True)
    if mine is None:
        return
    search, language = mine
    kept = {
        "search": search.id,
        "answer": press.response_url,
        "channel": press.asker.channel_id,
    }
    view = cards.refine_modal(
        query=search.query, language=language, private_metadata=json.dumps(kept)
    )
    try:
        services.client.views_open(trigger_id=press.trigger_id, view=view)
    except SlackApiError as error:
        raise ServiceUnavailable("Slack did not open the dialog; press again.") from error


def _search(services: Services, press: Press, query: str, answer: ResponseUrl) -> None:
    """The new search takes the place of the results whose button was pressed."""
    mine = own_search(services, press, press.value, answer, even_old=True)
    if mine is None:
        return
    language = services.members.language(press.asker.user_id, query)
    search = remember(services, press.asker, query)
    show_page(services, search, 0, language, answer)
