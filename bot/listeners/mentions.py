"""``@ClipOps red jacket`` in a channel or a thread, where slash commands do not reach."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt import App
from slack_sdk.errors import SlackApiError

from bot import cards
from bot.answering import Asker
from bot.delivery import post_to
from bot.directing import instead_of_search
from bot.queries import channel_in, clean_query, without_mentions
from bot.searching import inquire
from bot.services import Services

LOG = structlog.get_logger()


def register(app: App, services: Services) -> None:
    """The answer goes to who asked and to nobody else: it carries signed links."""

    def answer(event: dict[str, Any], body: dict[str, Any]) -> None:
        if "user" not in event or event.get("bot_id"):
            return
        asker = Asker(user_id=event["user"], team_id=body["team_id"], channel_id=event["channel"])

        def say_it(message: cards.Message) -> None:
            try:
                post_to(
                    services.client,
                    asker.channel_id,
                    asker.user_id,
                    message,
                    thread_ts=event.get("thread_ts"),
                )
            except SlackApiError as error:
                LOG.warning("mention_not_answered", error=error.response.get("error"))

        text = without_mentions(event.get("text") or "")
        query = clean_query(text)
        inquiry = inquire(
            services, asker, query, delivery_key=f"event:{body['event_id']}", later=say_it
        )
        inquiry.run_late(instead_of_search(services, asker, query, channel=channel_in(text)))

    app.event("app_mention")(answer)
