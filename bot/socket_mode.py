"""Socket Mode: the bot connects to Slack, so no address has to be reachable from outside."""

from __future__ import annotations

import threading

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.delivery import is_loopback
from core.errors import ConfigError, ServiceUnavailable

# Like the threads of HTTP mode: each may wait 1.5 s for a search.
CONCURRENCY = 32


def run_socket_mode(app: App, app_token: str, stopped: threading.Event) -> None:
    """Stay connected until ``stopped``; reconnects by itself.

    Raises ConfigError when Slack refuses the token, ServiceUnavailable when it does not answer.
    """
    handler = SocketModeHandler(app, app_token, concurrency=CONCURRENCY)
    if is_loopback(app.client.base_url):
        handler.client.proxy = None
    try:
        handler.connect()  # type: ignore[no-untyped-call]
    except SlackApiError as error:
        handler.client.close()
        raise ConfigError(
            f"Slack refuses slack.app_token ({error.response.get('error')}); make one with the "
            "scope connections:write on the Basic Information page of the app."
        ) from error
    except OSError as error:
        handler.client.close()
        raise ServiceUnavailable(
            "Slack does not accept the connection; check the network."
        ) from error
    try:
        stopped.wait()
    finally:
        handler.close()  # type: ignore[no-untyped-call]
