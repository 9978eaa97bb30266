"""``python -m bot doctor``: is everything there that the bot needs, and would Slack take it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bot.connection import access, identify
from bot.delivery import is_loopback
from bot.manifest import SCOPES, check_command
from bot.samples import every_message
from bot.validation import validate
from core.config import Config
from core.errors import ClipOpsError, ConfigError
from db.pool import Database
from db.server import start


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One checked thing and a sentence about it."""

    name: str
    good: bool
    sentence: str


def examine(config: Config) -> Iterator[Finding]:
    """Every check, one after the other; a failed one does not stop the next."""
    checks: tuple[tuple[str, Callable[[Config], str]], ...] = (
        ("command", lambda c: f"{check_command(c.slack.command)} may be registered."),
        ("messages", _messages),
        ("token", _token),
        ("connection", _connection),
        ("editor", _editor),
        ("database", _database),
    )
    for name, check in checks:
        try:
            yield Finding(name=name, good=True, sentence=check(config))
        except ClipOpsError as error:
            yield Finding(name=name, good=False, sentence=str(error))


def _messages(_: Config) -> str:
    """Every template, with ordinary and with hostile content."""
    count = 0
    for name, message in every_message():
        problems = validate(message)
        if problems:
            raise ConfigError(f"The message {name} breaks a limit of Slack: {problems[0]}.")
        count += 1
    return f"{count} messages pass every limit of Slack."


def _token(config: Config) -> str:
    identity = identify(access(config).client, patience_s=2)
    missing = sorted(set(SCOPES) - identity.scopes)
    if missing:
        raise ConfigError(
            f"The token lacks {', '.join(missing)}; update the app with `python -m bot manifest` "
            "and reinstall it."
        )
    return f"The token belongs to {identity.team} and has every scope."


def _connection(config: Config) -> str:
    if not config.slack.app_token:
        who = "the sandbox calls" if config.uses_sandbox else "Slack must reach, by https,"
        return f"HTTP mode: {who} port {config.slack.port}."
    client = access(config).client
    try:
        client.apps_connections_open(app_token=config.slack.app_token)
    except SlackApiError as error:
        raise ConfigError(
            f"Slack refuses slack.app_token ({error.response.get('error')}); make one with the "
            "scope connections:write on the Basic Information page of the app."
        ) from error
    return "Socket Mode: the app-level token works."


def _editor(config: Config) -> str:
    if not config.uses_sandbox and is_loopback(config.editor_url):
        raise ConfigError(
            f"Links lead to {config.editor_url}, which only this machine can open; set "
            "editor.public_url."
        )
    return f"Links lead to {config.editor_url}."


def _database(config: Config) -> str:
    with start(config) as server:
        Database.open(server.url, config.database).close()
    return "The database answers."
