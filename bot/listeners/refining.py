"""Refine: a search as a form; submitting it shows the new results in place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from bot import action_ids
from bot.answering import Asker
from bot.delivery import ResponseUrl
from bot.dialogs import refuse
from bot.listeners.paging import search_in_place
from bot.listeners.presses import own_search, run_press
from bot.listeners.requests import Press, press_of
from bot.naming import known_people
from bot.queries import clean_query
from bot.refine_modal import ANY, WORDS, Choices, refine_modal
from bot.refining import FIELDS, Form, form_of, is_field, query_of
from bot.searching import respond_to
from bot.services import Services
from bot.wording import say
from core.errors import ServiceUnavailable
from core.query import FilterName, Query
from core.types import Language
from db import known


def register(app: App, services: Services) -> None:
    def open_modal(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        press = press_of(body)
        answer = respond_to(services, press.response_url)
        run_press(services, press, lambda: _open(services, press, answer), answer)

    def submit(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        kept = json.loads(view["private_metadata"])
        query = _query(view, kept)
        refusal = _refusal(query, kept["language"])
        if refusal:
            ack(**refuse(view, refusal, block_id=WORDS))
            return
        ack()
        press = Press(
            asker=Asker(
                user_id=body["user"]["id"], team_id=body["team"]["id"], channel_id=kept["channel"]
            ),
            value=kept["search"],
            response_url=kept["answer"],
            trigger_id=str(body.get("trigger_id") or ""),
        )
        answer = respond_to(services, press.response_url)
        run_press(services, press, lambda: _search(services, press, query, answer), answer)

    app.action(action_ids.REFINE)(open_modal)
    app.view(action_ids.REFINE)(submit)


def _open(services: Services, press: Press, answer: ResponseUrl) -> None:
    mine = own_search(services, press, press.value, answer, even_old=True)
    if mine is None:
        return
    search, language = mine
    timezone = services.members.get(press.asker.user_id).timezone
    form = form_of(
        search.query,
        now=datetime.now(UTC),
        timezone=timezone or ZoneInfo(services.config.timezone),
    )
    kept = {
        "search": search.id,
        "answer": press.response_url,
        "channel": press.asker.channel_id,
        "language": language,
        "shown": dict(form.shown),
        "typed": dict(form.typed),
    }
    view = refine_modal(
        form,
        _choices(services),
        language=language,
        private_metadata=json.dumps(kept, ensure_ascii=False),
    )
    try:
        services.client.views_open(trigger_id=press.trigger_id, view=view)
    except SlackApiError as error:
        raise ServiceUnavailable("Slack did not open the dialog; press again.") from error


def _choices(services: Services) -> Choices:
    people = known_people(services)
    with services.database.transaction() as conn:
        cameras = known.names(conn, "camera", "")
    return Choices(
        people=[one.label for one in people.people], groups=people.groups, cameras=cameras
    )


def _query(view: Mapping[str, Any], kept: Mapping[str, Any]) -> Query:
    """What stands in the fields, as one query."""
    given: dict[FilterName, str] = {}
    words = ""
    for block_id, actions in view["state"]["values"].items():
        [state] = actions.values()
        value = _value(state)
        name = is_field(block_id)
        if block_id == WORDS:
            words = value
        elif name in FIELDS and value and value != ANY:
            given[name] = value
    form = Form(words=clean_query(words), shown=kept["shown"], typed=kept["typed"])
    if given.get("sort") == "best":
        del given["sort"]  # what there is without a word about it
    return query_of(form, given)


def _value(state: Mapping[str, Any]) -> str:
    option = state.get("selected_option") or {}
    found = option.get("value") or state.get("selected_date") or state.get("value")
    return str(found or "").strip()


def _refusal(query: Query, language: Language) -> str:
    """What is wrong with a query by itself, to be said in the form; empty where nothing is."""
    if not query.problems:
        return ""
    first = query.problems[0]
    if first.kind == "nothing":
        return say(language, "refine_empty")
    return first.message_ko if language == "ko" else first.message


def _search(services: Services, press: Press, query: Query, answer: ResponseUrl) -> None:
    """The new search takes the place of the results whose button was pressed."""
    mine = own_search(services, press, press.value, answer, even_old=True)
    if mine is not None:
        search_in_place(services, press, query.text, answer)
