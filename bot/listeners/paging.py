"""Buttons that search again: previous, next, run again, a filter dropped, the corrected query,
moments like one, the examples of the help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App

from bot import action_ids
from bot.answering import find_page, remember
from bot.carried import OLDER_VERSION, Place
from bot.delivery import ResponseUrl
from bot.listeners.presses import own_search, run_press
from bot.listeners.requests import Press, press_of
from bot.queries import clean_query, similar_query
from bot.searching import inquire, respond_to
from bot.services import Services
from core.errors import NotFound
from core.query import parse
from core.types import Language
from db.searches import Search
from pipeline.asked import chips


def register(app: App, services: Services) -> None:
    """Each press is acknowledged at once; what it asks for runs on the pool."""

    def listener(work: Callable[[Services, Press, ResponseUrl], None]) -> Callable[..., None]:
        def pressed(ack: Ack, body: dict[str, Any]) -> None:
            ack()
            press = press_of(body)
            answer = respond_to(services, press.response_url)
            run_press(services, press, lambda: work(services, press, answer), answer)

        return pressed

    def try_example(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        press = press_of(body)
        answer = respond_to(services, press.response_url)
        _search_below(services, press, clean_query(press.value), answer)

    app.action(action_ids.PREVIOUS)(listener(_turn_page))
    app.action(action_ids.NEXT)(listener(_turn_page))
    app.action(action_ids.RUN_AGAIN)(listener(_run_again))
    app.action(action_ids.SIMILAR)(listener(_similar))
    app.action(action_ids.each(action_ids.DROP))(listener(_drop))
    app.action(action_ids.DROP_MORE)(listener(_drop))
    app.action(action_ids.each(action_ids.SEARCH_THAT))(listener(_search_that))
    app.action(action_ids.each(action_ids.EXAMPLE))(try_example)
    for action_id in action_ids.LINKS:
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


def _drop(services: Services, press: Press, answer: ResponseUrl) -> None:
    """The search without one of its filters, in place."""
    search_id, index = press.parts()
    mine = own_search(services, press, search_id, answer, even_old=True)
    if mine is None:
        return
    shown = chips(parse(mine[0].query))
    if index >= len(shown) or not shown[index].without:
        raise NotFound(OLDER_VERSION)
    search_in_place(services, press, shown[index].without, answer)


def _search_that(services: Services, press: Press, answer: ResponseUrl) -> None:
    """The corrected query, in place of what was wrong."""
    mine = own_search(services, press, press.value, answer, even_old=True)
    if mine is not None:
        search, language = mine
        show_page(services, search, 0, language, answer)


def search_in_place(services: Services, press: Press, query: str, answer: ResponseUrl) -> None:
    """A new search that takes the place of the message that was pressed."""
    language = services.members.language(press.asker.user_id, query)
    show_page(services, remember(services, press.asker, query), 0, language, answer)


def _similar(services: Services, press: Press, answer: ResponseUrl) -> None:
    place = Place.read(press.value)
    mine = own_search(services, press, place.search, answer)
    if mine is not None:
        query = similar_query(place.segment, korean=mine[1] == "ko")
        _search_below(services, press, query, answer, repeated=True)


def _search_below(
    services: Services, press: Press, query: str, answer: ResponseUrl, *, repeated: bool = False
) -> None:
    """A new search whose answer is added below the message that was pressed. ``repeated``: the
    press itself was counted as delivered already."""
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
