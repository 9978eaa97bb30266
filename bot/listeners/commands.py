"""``/vsearch`` (whatever it is called in the configuration), and ``/search`` when it arrives."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from bot.delivery import checked
from bot.directing import instead_of_search
from bot.listeners.requests import asker_of_command
from bot.queries import channel_in, clean_query
from bot.searching import inquire, respond_to
from bot.services import Services


def register(app: App, services: Services) -> None:
    """The configured command and the name the replaced system used."""

    def answer(ack: Ack, command: dict[str, Any]) -> None:
        asker = asker_of_command(command)
        text = command.get("text") or ""
        query = clean_query(text)
        inquiry = inquire(
            services,
            asker,
            query,
            delivery_key=f"trigger:{command['trigger_id']}",
            later=respond_to(services, command["response_url"]).add,
        )
        instead = instead_of_search(services, asker, query, channel=channel_in(text))
        _acknowledge(ack, inquiry.run(instead))

    for name in sorted({services.config.slack.command, "/search"}):
        app.command(name)(answer)


def _acknowledge(ack: Ack, message: dict[str, Any] | None) -> None:
    """The body of the acknowledgement is the first answer; an empty one says nothing."""
    if message is None:
        ack()
    else:
        ack(**checked(message)[0], response_type="ephemeral")
