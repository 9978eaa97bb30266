"""Makes a message one that Slack takes: first shortened, then split, never refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot import limits
from bot.mrkdwn import clip_escaped
from bot.validation import visible_characters

Message = dict[str, Any]


def fit(message: Mapping[str, Any]) -> list[Message]:
    """One or more messages with everything ``message`` says, each within Slack's limits.

    The fallback text is shortened to 4,000 characters; blocks beyond 50, or beyond 12,000
    visible characters, go on in the next message.
    """
    shortened = dict(message)
    if isinstance(message.get("text"), str):
        shortened["text"] = clip_escaped(message["text"], limits.MESSAGE_TEXT_AIM)
    groups = _groups(message.get("blocks") or [])
    if len(groups) < 2:
        return [shortened]
    return [shortened | {"blocks": group} for group in groups]


def without_pictures(message: Mapping[str, Any]) -> Message:
    """The same words without anything Slack would have to fetch or find."""
    blocks = [block for block in message.get("blocks") or [] if block.get("type") != "image"]
    bare = []
    for block in blocks:
        accessory = block.get("accessory")
        if accessory and accessory.get("type") == "image":
            block = {name: value for name, value in block.items() if name != "accessory"}
        bare.append(block)
    return {**message, "blocks": bare}


def pictures_in(message: Mapping[str, Any]) -> list[str]:
    """The ids of the uploaded files a message shows."""
    shown = [block.get("accessory") or block for block in message.get("blocks") or []]
    return [part["slack_file"]["id"] for part in shown if "id" in part.get("slack_file", {})]


def _groups(blocks: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """``blocks`` in order, cut where the next one would go over a limit."""
    groups: list[list[Mapping[str, Any]]] = []
    left = 0
    for block in blocks:
        size = visible_characters(block)
        if not groups or len(groups[-1]) == limits.MESSAGE_BLOCKS or size > left:
            groups.append([])
            left = limits.PAYLOAD_BUDGET
        groups[-1].append(block)
        left -= size
    return groups
