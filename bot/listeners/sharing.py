"""Share: a copy everyone can read, of a hit of the presser's own search."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from bot import action_ids, cards, marks, shares
from bot.carried import Place
from bot.delivery import ResponseUrl
from bot.listeners.presses import own_search, run_press
from bot.listeners.requests import Press, press_of
from bot.queries import moment_in
from bot.searching import respond_to
from bot.services import Services


def register(app: App, services: Services) -> None:
    def share(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        press = press_of(body)
        answer = respond_to(services, press.response_url)
        run_press(services, press, lambda: _share(services, press, answer), answer)

    app.action(action_ids.SHARE)(share)


def _share(services: Services, press: Press, answer: ResponseUrl) -> None:
    """Once per search, moment and channel: a double press posts one copy."""
    place = Place.read(press.value)
    mine = own_search(services, press, place.search, answer)
    if mine is None:
        return
    search, language = mine
    channel = press.asker.channel_id
    refused = shares.share(
        services,
        place.segment,
        channel=channel,
        query=search.query if moment_in(search.query) is None else None,
        user_id=search.user_id,
        language=language,
        key=f"share:{channel}:{place.search}:{place.segment}",
    )
    if refused is not None:
        answer.add(cards.sentence(refused))
        return
    marks.note(services, search, place, "share")
