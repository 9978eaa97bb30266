"""Reaching Slack at the start: who this token is, or one sentence about why it does not work."""

from __future__ import annotations

import time
from dataclasses import dataclass

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.delivery import is_loopback, web_client
from bot.sandbox.secret import BOT_TOKEN, signing_secret
from core.config import Config
from core.errors import ConfigError, ServiceUnavailable

# The sandbox and the bot start at the same moment; a real Slack is there or it is not.
WAIT_FOR_SANDBOX_S = 30.0
WAIT_FOR_SLACK_S = 5.0
LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where Slack is and with which secrets; the sandbox's where no workspace is connected."""

    client: WebClient
    signing_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What ``auth.test`` says about a bot token."""

    team_id: str
    team: str
    bot_user_id: str
    scopes: frozenset[str]


def access(config: Config) -> Access:
    """Raises ConfigError when HTTP mode has no signing secret."""
    if config.uses_sandbox:
        base_url = f"http://127.0.0.1:{config.slack.sandbox_port}/api/"
        return Access(client=web_client(BOT_TOKEN, base_url), signing_secret=signing_secret(config))
    secret = config.slack.signing_secret
    if not secret and not config.slack.app_token:
        raise ConfigError(
            "slack.signing_secret is empty, so requests cannot be checked; copy it from the Basic "
            "Information page of the app, or set slack.app_token for Socket Mode."
        )
    return Access(
        client=web_client(config.slack.bot_token, config.slack.api_base_url),
        signing_secret=secret,
    )


def identify(client: WebClient, *, patience_s: float | None = None) -> Identity:
    """Ask Slack who this token is, waiting a little for it (longer for the sandbox) to come up.

    Raises ConfigError when the token is refused, ServiceUnavailable when nothing answers.
    """
    if patience_s is None:
        patience_s = WAIT_FOR_SANDBOX_S if is_loopback(client.base_url) else WAIT_FOR_SLACK_S
    deadline = time.monotonic() + patience_s
    while True:
        try:
            answer = client.auth_test()
        except SlackApiError as error:
            raise ConfigError(
                f"Slack refuses slack.bot_token ({error.response.get('error')}); copy it again "
                "from the OAuth & Permissions page of the app."
            ) from error
        except OSError as error:
            if time.monotonic() > deadline:
                raise ServiceUnavailable(
                    f"Slack does not answer at {client.base_url}; check the network and "
                    "slack.api_base_url."
                ) from error
            time.sleep(0.2)
            continue
        scopes = str(answer.headers.get("x-oauth-scopes") or answer.headers.get("X-OAuth-Scopes"))
        return Identity(
            team_id=str(answer["team_id"]),
            team=str(answer.get("team")),
            bot_user_id=str(answer["user_id"]),
            scopes=frozenset(filter(None, scopes.replace(" ", "").split(","))),
        )
