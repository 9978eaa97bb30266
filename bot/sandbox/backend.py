"""What every method of the sandbox works on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.files import FileStore
from bot.sandbox.options import SandboxOptions
from bot.sandbox.people import CONVERSATIONS, Conversation
from bot.sandbox.strict import SlackRefusal
from bot.sandbox.tickets import PostingRate, Tickets
from bot.sandbox.workspace import Workspace

Arguments = Mapping[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """Everything a method works on; ``address`` is the sandbox's own, without a path."""

    options: SandboxOptions
    workspace: Workspace
    files: FileStore
    tickets: Tickets
    rate: PostingRate
    address: Callable[[], str]
    socket_address: Callable[[], str]


def find_conversation(channel: Any) -> Conversation:
    """Raises SlackRefusal when there is no such conversation."""
    found = CONVERSATIONS.get(str(channel))
    if found is None:
        raise SlackRefusal("channel_not_found")
    return found


def named_conversation(channel: Any) -> Conversation:
    """By its id, or a channel by its name as ``#name``; only posting takes both."""
    name = str(channel).removeprefix("#")
    named = (one for one in CONVERSATIONS.values() if one.kind == "channel" and one.name == name)
    return next(named, None) or find_conversation(channel)
