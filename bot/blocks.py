"""Block Kit, one small function per element; every text is cut to the size Slack takes.

Texts named ``text`` in mrkdwn functions are mrkdwn already: escape what comes from outside with
``mrkdwn.escape`` first. ``validate`` (re-exported) checks the finished message.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot import limits
from bot.mrkdwn import clip, clip_escaped, one_line
from bot.validation import validate

__all__ = [
    "actions",
    "button",
    "context",
    "divider",
    "header",
    "modal",
    "mrkdwn",
    "plain",
    "section",
    "text_input",
    "thumbnail",
    "validate",
]

Block = dict[str, Any]


def plain(text: str, limit: int) -> Block:
    """Plain text of one line; ``:names:`` in it stay text."""
    shown = clip(one_line(text), limit) or " "
    return {"type": "plain_text", "text": shown, "emoji": False}


def mrkdwn(text: str, limit: int = limits.SECTION_TEXT) -> Block:
    """mrkdwn taken word by word: ``verbatim`` keeps Slack from finding @names and #channels."""
    return {"type": "mrkdwn", "text": clip_escaped(text, limit) or " ", "verbatim": True}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, limits.HEADER_TEXT)}


def section(text: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block | ({"accessory": accessory} if accessory else {})


def context(*texts: str) -> Block:
    """Small grey text; at most ten pieces are kept."""
    kept = [text for text in texts if text][: limits.CONTEXT_ELEMENTS]
    return {
        "type": "context",
        "elements": [mrkdwn(text, limits.CONTEXT_TEXT) for text in kept or [" "]],
    }


def actions(elements: Sequence[Block], *, block_id: str) -> Block:
    """A row of buttons; ``block_id`` is unique in the message."""
    return {
        "type": "actions",
        "block_id": clip(block_id, limits.BLOCK_ID),
        "elements": list(elements[: limits.ACTIONS_ELEMENTS]),
    }


def divider() -> Block:
    return {"type": "divider"}


def button(
    text: str,
    *,
    action_id: str,
    value: str | None = None,
    url: str | None = None,
    primary: bool = False,
    label: str | None = None,
) -> Block:
    """A button; ``value`` of at most 2000 characters comes back when it is pressed.

    ``label`` is what a screen reader says instead of the short text.
    """
    block: Block = {
        "type": "button",
        "text": plain(text, limits.BUTTON_TEXT),
        "action_id": action_id,
    }
    if value:
        block["value"] = value[: limits.BUTTON_VALUE]
    if url:
        block["url"] = url
    if primary:
        block["style"] = "primary"
    if label:
        block["accessibility_label"] = clip(one_line(label), limits.BUTTON_LABEL)
    return block


def thumbnail(file_id: str, alt: str) -> Block:
    """A picture that was uploaded to Slack before."""
    return {
        "type": "image",
        "slack_file": {"id": file_id},
        "alt_text": clip(one_line(alt), limits.ALT_TEXT) or " ",
    }


def text_input(*, block_id: str, action_id: str, label: str, initial: str, hint: str) -> Block:
    """One line to fill in."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": action_id,
        "max_length": 500,
        "focus_on_load": True,
    }
    if initial:
        element["initial_value"] = initial[:500]
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, limits.INPUT_LABEL),
        "hint": plain(hint, limits.INPUT_HINT),
        "element": element,
    }


def modal(
    *,
    callback_id: str,
    title: str,
    submit: str,
    close: str,
    blocks: Sequence[Block],
    private_metadata: str = "",
) -> Block:
    """A view for ``views.open``."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, limits.VIEW_TITLE),
        "submit": plain(submit, limits.VIEW_BUTTON),
        "close": plain(close, limits.VIEW_BUTTON),
        "private_metadata": private_metadata,
        "blocks": list(blocks[: limits.VIEW_BLOCKS]),
    }
