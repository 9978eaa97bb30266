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

Option = tuple[str, str]
"""The value that comes back, and the text a person reads."""

__all__ = [
    "actions",
    "button",
    "choice",
    "context",
    "date",
    "divider",
    "header",
    "menu",
    "modal",
    "mrkdwn",
    "overflow",
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


def overflow(options: Sequence[Option], *, action_id: str) -> Block:
    """The menu behind three dots; at most five entries are kept."""
    kept = options[: limits.OVERFLOW_OPTIONS]
    return {
        "type": "overflow",
        "action_id": action_id,
        "options": [_option(one) for one in kept],
    }


def menu(options: Sequence[Option], *, action_id: str, prompt: str) -> Block:
    """A menu among buttons, in which nothing is chosen yet; at most a hundred entries are kept."""
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(prompt, limits.PLACEHOLDER),
        "options": [_option(one) for one in options[: limits.OPTIONS]],
    }


def thumbnail(file_id: str, alt: str) -> Block:
    """A picture that was uploaded to Slack before."""
    return {
        "type": "image",
        "slack_file": {"id": file_id},
        "alt_text": clip(one_line(alt), limits.ALT_TEXT) or " ",
    }


def text_input(
    *,
    block_id: str,
    action_id: str,
    label: str,
    initial: str,
    hint: str,
    length: int = 500,
    optional: bool = False,
    focus: bool = True,
) -> Block:
    """One line to fill in, of at most ``length`` characters."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": action_id,
        "max_length": length,
        "focus_on_load": focus,
    }
    if initial:
        element["initial_value"] = initial[:length]
    return _input(element, block_id=block_id, label=label, hint=hint, optional=optional)


def choice(
    options: Sequence[Option],
    *,
    block_id: str,
    action_id: str,
    label: str,
    chosen: Option | None = None,
    menu: bool = False,
    prompt: str = "",
    optional: bool = False,
) -> Block:
    """One of several: radio buttons for up to ten unless ``menu``, else a menu of up to 100.

    ``prompt`` stands in a menu in which nothing is chosen yet.
    """
    kept = options[: limits.OPTIONS]
    as_menu = menu or len(kept) > limits.CHOICE_OPTIONS
    element: Block = {
        "type": "static_select" if as_menu else "radio_buttons",
        "action_id": action_id,
        "options": [_option(one) for one in kept],
    }
    if as_menu and prompt:
        element["placeholder"] = plain(prompt, limits.PLACEHOLDER)
    if chosen is not None:
        element["initial_option"] = _option(chosen)
    return _input(element, block_id=block_id, label=label, optional=optional)


def date(*, block_id: str, action_id: str, label: str, initial: str) -> Block:
    """A day to choose, or none; ``initial`` is ``YYYY-MM-DD`` or empty."""
    element: Block = {"type": "datepicker", "action_id": action_id}
    if initial:
        element["initial_date"] = initial
    return _input(element, block_id=block_id, label=label, optional=True)


def modal(
    *,
    callback_id: str,
    title: str,
    close: str,
    blocks: Sequence[Block],
    submit: str | None = None,
    private_metadata: str = "",
) -> Block:
    """A view for ``views.open``; without ``submit`` it can only be closed."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, limits.VIEW_TITLE),
        "close": plain(close, limits.VIEW_BUTTON),
        "private_metadata": private_metadata,
        "blocks": list(blocks[: limits.VIEW_BLOCKS]),
    }
    return view | ({"submit": plain(submit, limits.VIEW_BUTTON)} if submit else {})


def _input(
    element: Block, *, block_id: str, label: str, hint: str = "", optional: bool = False
) -> Block:
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, limits.INPUT_LABEL),
        "element": element,
    }
    if hint:
        block["hint"] = plain(hint, limits.INPUT_HINT)
    return block | ({"optional": True} if optional else {})


def _option(option: Option) -> Block:
    value, text = option
    return {"text": plain(text, limits.OPTION_TEXT), "value": value}
