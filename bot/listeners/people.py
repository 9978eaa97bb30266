"""Buttons of the messages about people: turn the page, show one person, show everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App

from bot import people, people_cards
from bot.cards import Message
from bot.carried import in_language
from bot.delivery import ResponseUrl
from bot.listeners.presses import run_press
from bot.listeners.requests import Press, press_of
from bot.searching import respond_to
from bot.services import Services
from core.types import Language

Show = Callable[[Press, Language, int], Message]


def register(app: App, services: Services) -> None:
    """Each press is acknowledged at once; what it asks for is read on the pool."""

    def show_everybody(press: Press, language: Language, page: int) -> Message:
        return people.everybody(services, press.asker, language, page)

    def show_one(press: Press, language: Language, person_id: int) -> Message:
        return people.one_person(services, press.asker, language, person_id)

    def listener(show: Show) -> Callable[[Ack, dict[str, Any]], None]:
        def pressed(ack: Ack, body: dict[str, Any]) -> None:
            ack()
            press = press_of(body)
            answer = respond_to(services, press.response_url)
            language, _ = in_language(press.value)
            run_press(
                services,
                press,
                lambda: _show(press, answer, show),
                answer,
                language=language,
            )

        return pressed

    for action_id in (people_cards.PREVIOUS, people_cards.NEXT, people_cards.EVERYBODY):
        app.action(action_id)(listener(show_everybody))
    app.action(people_cards.SHOW)(listener(show_one))
    app.action(re.compile(r"^person_show_\d$"))(listener(show_one))


def _show(press: Press, answer: ResponseUrl, show: Show) -> None:
    """In place where nobody else reads it: the links in it are signed for who pressed."""
    spoken, number = press.parts()
    language, _ = in_language(spoken)
    message = show(press, language, number)
    if press.private:
        answer.replace(message)
    else:
        answer.add(message)
