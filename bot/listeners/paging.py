"""Buttons that search again: previous, next, run again, the examples of the help."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import Ack, App

from bot import cards
from bot.answering import find_page
from bot.delivery import ResponseUrl
from bot.listeners.presses import own_search, run_press
from bot.listeners.requests import Press, press_of
from bot.queries import clean_query
from bot.searching import inquire, respond_to
from bot.services import Services
from core.types import Language
from db.searches import Search


def register(app: App, services: Services) -> None:
    """Each press is acknowledged at once; what it asks for runs on the pool."""

    def turn_page(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        press = press_of(body)
        answer = respond_to(services, press.response_url)
        run_press(services, press, lambda: _turn_page(services, press, answer), answer)

    def run_again(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        press = press_of(body)
        answer = respond_to(services, press.response_url)
        run_press(services, press, lambda: _run_again(services, press, answer), answer)

    def try_example(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        press = press_of(body)
        answer = respond_to(services, press.response_url)
        _search_below(services, press, clean_query(press.value), answer)

    app.action(cards.PREVIOUS)(turn_page)
    app.action(cards.NEXT)(turn_page)
    app.action(cards.RUN_AGAIN)(run_again)
    app.action(re.compile(r"^example_\d$"))(try_example)
    for action_id in cards.LINKS:
        app.action(action_id)(_just_acknowledge)


def show_page(
    services: Services, search: Search, page: int, language: Language, answer: ResponseUrl
) -> None:
    """In place: the words at once, the pictures as soon as Slack has them."""
    found = find_page(services, search, page=page, language=language)
    answer.replace(found.card())
    if not found.complete:
        uploaded = services.pictures.upload(found.missing())
        if uploaded:
            answer.replace(found.card(uploaded))


def _turn_page(services: Services, press: Press, answer: ResponseUrl) -> None:
    search_id, page = press.parts()
    mine = own_search(services, press, search_id, answer)
    if mine is not None:
        search, language = mine
        show_page(services, search, page, language, answer)


def _run_again(services: Services, press: Press, answer: ResponseUrl) -> None:
    mine = own_search(services, press, press.value, answer, even_old=True)
    if mine is not None:
        _search_below(services, press, mine[0].query, answer, repeated=True)


def _search_below(
    services: Services, press: Press, query: str, answer: ResponseUrl, *, repeated: bool = False
) -> None:
    """A new search whose answer is added below the message that was pressed."""
    kind = "again" if repeated else "trigger"
    inquire(
        services,
        press.asker,
        query,
        delivery_key=f"{kind}:{press.trigger_id}",
        later=answer.add,
    ).run_late()


def _just_acknowledge(ack: Ack) -> None:
    """Link buttons open in the browser; Slack tells the app all the same."""
    ack()
