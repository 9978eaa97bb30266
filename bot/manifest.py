"""The app manifest: what a workspace is asked for, and nothing the code does not use."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

from bot import limits
from core.config import RESERVED_COMMANDS, Config
from core.errors import ConfigError, InputError

# What each scope is for stands beside it; the sandbox grants exactly these.
SCOPES: Final = (
    "app_mentions:read",  # @ClipOps in a thread
    "chat:write",  # shared copies, answers to mentions
    "commands",
    "files:read",  # has Slack finished with an upload?
    "files:write",  # thumbnails
    "users:read",  # language and time zone
)
EVENTS: Final = ("app_mention",)
# One built-in name makes Slack drop every command of the manifest.
# fmt: off
BUILT_IN: Final = RESERVED_COMMANDS | frozenset({
    "active", "apps", "archive", "away", "call", "close", "collapse", "dm", "dnd", "expand",
    "feed", "feedback", "help", "invite", "join", "kick", "leave", "list", "me", "msg", "mute",
    "open", "prefs", "remind", "remove", "rename", "search", "shortcuts", "shrug", "star",
    "status", "topic", "who",
})
# fmt: on
_NAME = re.compile(rf"/[a-z0-9_-]{{1,{limits.COMMAND_NAME - 1}}}")


def build_manifest(config: Config, *, url: str | None = None) -> dict[str, Any]:
    """The manifest for HTTP mode at ``url`` (https), or for Socket Mode without one.

    Raises ConfigError for a command name Slack keeps for itself, InputError for a bad address.
    """
    command = check_command(config.slack.command)
    base = _checked_url(url) if url else None
    slash: dict[str, Any] = {
        "command": command,
        "description": "Find moments in your team's video",
        "usage_hint": "red jacket person:jimin on:today · 빨간 옷 인물:지민 · help · 도움말",
        "should_escape": False,
    }
    events: dict[str, Any] = {"bot_events": list(EVENTS)}
    interactivity: dict[str, Any] = {"is_enabled": True}
    if base:
        slash["url"] = f"{base}/slack/commands"
        events["request_url"] = f"{base}/slack/events"
        interactivity["request_url"] = f"{base}/slack/interactive"
    return {
        "display_information": {
            "name": "ClipOps",
            "description": "Search, edit and watch your team's video from Slack.",
            "background_color": "#1d3557",
        },
        "features": {
            "bot_user": {"display_name": "ClipOps", "always_online": True},
            "slash_commands": [slash],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": base is None,
            "token_rotation_enabled": False,
        },
    }


def check_command(command: str) -> str:
    """``command`` when Slack lets an app register it. Raises ConfigError."""
    if command.removeprefix("/") in BUILT_IN:
        raise ConfigError(
            f"slack.command: {command} is built into Slack and would void the whole manifest; "
            "use another name, for example /vsearch."
        )
    if not _NAME.fullmatch(command):
        raise ConfigError(
            f"slack.command: {command} must be a slash and up to {limits.COMMAND_NAME - 1} of "
            "a-z 0-9 - _."
        )
    return command


def _checked_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise InputError(f"Slack only calls https addresses; {url} is none.")
    return url.rstrip("/")
