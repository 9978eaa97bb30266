"""What the sandbox remembers: messages, open views, and a feed of changes for the page."""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from bot.sandbox.people import CONVERSATIONS, MEMBERS

_PING = re.compile(r"<!(?:channel|here|everyone|subteam\^[^>]*)[^>]*>|<@[UW][A-Z0-9]+[^>]*>")
Blocks = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; ``only_for`` names the person an ephemeral one is shown to.

    ``seq`` grows with every change of the workspace, so a page can ask for what is new.
    """

    channel: str
    ts: str
    user: str
    text: str
    blocks: Blocks = field(default_factory=list)
    only_for: str | None = None
    thread_ts: str | None = None
    edited: bool = False
    deleted: bool = False
    from_slack: bool = False
    metadata: Mapping[str, Any] | None = None
    seq: int = 0

    def pings(self) -> list[str]:
        """Every mention in it that would notify someone."""
        found = _PING.findall(self.text) if not self.blocks else []
        return found + [ping for text in _mrkdwn_texts(self.blocks) for ping in _PING.findall(text)]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A modal open for one person; ``below`` is the id of the view under it."""

    id: str
    user: str
    hash: str
    content: Mapping[str, Any]
    below: str | None


class Workspace:
    """Thread-safe. Conversations and members are fixed; messages and views come and go."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._messages: dict[tuple[str, str], Message] = {}
        self._views: dict[str, list[View]] = {}
        self._seq = 0
        self._last_ts = 0.0

    @property
    def seq(self) -> int:
        return self._seq

    def post(
        self,
        *,
        channel: str,
        user: str,
        text: str,
        blocks: Sequence[Mapping[str, Any]] = (),
        only_for: str | None = None,
        thread_ts: str | None = None,
        from_slack: bool = False,
        metadata: Mapping[str, Any] | None = None,
    ) -> Message:
        """Add a message; ``from_slack`` marks Slack's own remarks such as a failed command."""
        with self._changed:
            self._last_ts = max(time.time(), self._last_ts + 1e-5)
            return self._put(
                Message(
                    channel=channel,
                    ts=f"{self._last_ts:.6f}",
                    user=user,
                    text=text,
                    blocks=_with_ids(blocks),
                    only_for=only_for,
                    thread_ts=thread_ts,
                    from_slack=from_slack,
                    metadata=metadata,
                )
            )

    def change(
        self, message: Message, *, text: str, blocks: Sequence[Mapping[str, Any]], edited: bool
    ) -> Message:
        """Replace what a message says, in place."""
        with self._changed:
            return self._put(replace(message, text=text, blocks=_with_ids(blocks), edited=edited))

    def delete(self, message: Message) -> None:
        with self._changed:
            self._put(replace(message, text="", blocks=[], deleted=True))

    def find(self, channel: str, ts: str) -> Message | None:
        with self._changed:
            message = self._messages.get((channel, ts))
        return None if message is None or message.deleted else message

    def messages(self, *, person: str | None = None, after: int = 0) -> list[Message]:
        """Changed after ``after``, oldest first; with ``person`` only what they may see."""
        with self._changed:
            found = [message for message in self._messages.values() if message.seq > after]
        visible = [m for m in found if person is None or m.only_for in (None, person)]
        return sorted(visible, key=lambda message: message.ts)

    def wait(self, after: int, timeout_s: float) -> bool:
        """Block until something changed after ``after``; False when nothing did in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._seq > after, timeout_s)

    def views(self, user: str) -> tuple[View, ...]:
        """The stack of open views, the one on top last."""
        with self._changed:
            return tuple(self._views.get(user, ()))

    def find_view(self, view_id: str) -> View | None:
        with self._changed:
            stacks = [view for stack in self._views.values() for view in stack]
        return next((view for view in stacks if view.id == view_id), None)

    def push_view(self, user: str, content: Mapping[str, Any]) -> View:
        with self._changed:
            stack = self._views.setdefault(user, [])
            view = View(
                id=f"V{secrets.token_hex(5).upper()}",
                user=user,
                hash=secrets.token_hex(8),
                content=_view_with_ids(content),
                below=stack[-1].id if stack else None,
            )
            stack.append(view)
            self._tick()
            return view

    def change_view(self, view: View, content: Mapping[str, Any]) -> View:
        with self._changed:
            changed = replace(view, hash=secrets.token_hex(8), content=_view_with_ids(content))
            stack = self._views.get(view.user, [])
            self._views[view.user] = [changed if old.id == view.id else old for old in stack]
            self._tick()
            return changed

    def close_view(self, user: str, *, every: bool = False) -> None:
        with self._changed:
            stack = self._views.get(user, [])
            self._views[user] = [] if every else stack[:-1]
            self._tick()

    def _put(self, message: Message) -> Message:
        self._tick()
        stored = replace(message, seq=self._seq)
        self._messages[(stored.channel, stored.ts)] = stored
        return stored

    def _tick(self) -> None:
        self._seq += 1
        self._changed.notify_all()


def is_member(user: str) -> bool:
    return user in MEMBERS and not MEMBERS[user].is_bot


def is_conversation(channel: str) -> bool:
    return channel in CONVERSATIONS


def _with_ids(blocks: Sequence[Mapping[str, Any]]) -> Blocks:
    """Blocks and elements without an id get one, as Slack does."""
    named = deepcopy([dict(block) for block in blocks])
    for block in named:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in (
            *block.get("elements", ()),
            block.get("accessory") or {},
            block.get("element") or {},
        ):
            if element.get("type") not in (None, "image", "plain_text", "mrkdwn"):
                element.setdefault("action_id", secrets.token_urlsafe(4))
    return named


def _view_with_ids(content: Mapping[str, Any]) -> dict[str, Any]:
    return {**content, "blocks": _with_ids(content.get("blocks", ()))}


def _mrkdwn_texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        own = [value["text"]] if value.get("type") == "mrkdwn" else []
        return own + [text for inner in value.values() for text in _mrkdwn_texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _mrkdwn_texts(inner)]
    return []
