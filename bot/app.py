"""The Bolt app: acknowledges on the thread a request came in on, works on a pool of its own."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt import App, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError

from bot.failures import failure_card
from bot.listeners import commands, marking, mentions, naming, paging, people, refining, sharing
from bot.services import Services

LISTENERS = (commands, paging, sharing, marking, refining, mentions, people, naming)
LOG = structlog.get_logger()


def create_app(services: Services, *, signing_secret: str) -> App:
    """All listeners registered; asks Slack once who the token is."""
    app = App(
        client=services.client,
        signing_secret=signing_secret,
        # The stock runner shares five threads between acks and slow work; this one answers on
        # the request's own thread and leaves slow work to bot.work.
        process_before_response=True,
        raise_error_for_unhandled_request=True,
    )
    for listener in LISTENERS:
        listener.register(app, services)

    @app.error
    def report(error: Exception, body: dict[str, Any]) -> BoltResponse:
        """What no listener caught: said to the person, kept in the log under a reference."""
        if isinstance(error, BoltUnhandledRequestError):
            LOG.info("request_not_for_us", kind=str(body.get("type") or body.get("command")))
            return BoltResponse(status=404, body="")
        user_id = str(body.get("user_id") or (body.get("user") or {}).get("id") or "")
        card = failure_card(error, services.members.language_now(user_id, ""))
        answers_itself = "command" in body
        return BoltResponse(status=200, body=card if answers_itself else "")

    return app
