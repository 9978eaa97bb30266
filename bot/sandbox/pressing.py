"""What a person presses: buttons and menus in messages, and the buttons of a modal."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from bot import limits
from bot.sandbox.api_chat import message_json
from bot.sandbox.api_views import view_json
from bot.sandbox.asking import LEGACY_TOKEN, remark
from bot.sandbox.backend import Backend
from bot.sandbox.link import BotAnswer, BotLink
from bot.sandbox.people import APP_ID, CONVERSATIONS, MEMBERS, TEAM_DOMAIN, TEAM_ID
from bot.sandbox.strict import SlackRefusal, check_view
from bot.sandbox.workspace import Message, View


def press(
    backend: Backend,
    link: BotLink,
    *,
    user: str,
    message: Message,
    block_id: str,
    action_id: str,
    chosen: str | None = None,
) -> BotAnswer:
    """Press a button or choose ``chosen`` (an option's value). Raises SlackRefusal.

    Only what is in the message and what this person can see may be pressed.
    """
    if message.only_for not in (None, user):
        raise SlackRefusal("message_not_found")
    payload = press_payload(
        backend,
        user=user,
        message=message,
        action=_action(message, block_id, action_id, chosen),
    )
    return link.send("interactive", payload)


def press_payload(
    backend: Backend, *, user: str, message: Message, action: Mapping[str, Any]
) -> dict[str, Any]:
    """What Slack sends as ``block_actions``; an ephemeral message itself is never included."""
    key = backend.tickets.new_address(channel=message.channel, user=user, message_ts=message.ts)
    payload: dict[str, Any] = {
        "type": "block_actions",
        **_sender(backend, user),
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": message.only_for is not None,
        },
        "channel": {"id": message.channel, "name": CONVERSATIONS[message.channel].name},
        "state": {"values": {}},
        "response_url": f"{backend.address()}/hooks/{key}",
        "actions": [{**action, "action_ts": f"{time.time():.6f}"}],
    }
    if message.only_for is None:
        payload["message"] = message_json(message)
    return payload


def submit(
    backend: Backend,
    link: BotLink,
    *,
    user: str,
    view: View,
    values: Mapping[str, Mapping[str, Any]],
) -> dict[str, str]:
    """Submit a modal; returns the errors to show under its fields, empty when it closed.

    ``values`` maps block id -> action id -> the state of that field. Raises SlackRefusal.
    """
    described = view_json(view)
    described["state"] = {"values": values}
    payload = {
        "type": "view_submission",
        **_sender(backend, user),
        "view": described,
        "response_urls": [],
    }
    answer = link.send("interactive", payload)
    if answer.error:
        raise SlackRefusal(answer.error)
    return _follow(backend, user=user, view=view, reply=answer.json() or {})


def close(backend: Backend, link: BotLink, *, user: str, view: View) -> None:
    """Close the view on top; a bot that asked for it is told."""
    backend.workspace.close_view(user)
    if view.content.get("notify_on_close"):
        payload = {
            "type": "view_closed",
            **_sender(backend, user),
            "view": view_json(view),
            "is_cleared": False,
        }
        link.send("interactive", payload)


def _follow(backend: Backend, *, user: str, view: View, reply: Mapping[str, Any]) -> dict[str, str]:
    """Do what the acknowledgement of a submission asks for."""
    action = reply.get("response_action")
    if action == "errors":
        errors = reply.get("errors")
        fields = {
            block.get("block_id")
            for block in view.content["blocks"]
            if block.get("type") == "input"
        }
        if not isinstance(errors, dict) or not errors or not set(errors) <= fields:
            raise SlackRefusal("invalid_errors")
        return {str(name): str(sentence) for name, sentence in errors.items()}
    if action in ("update", "push"):
        check_view(reply.get("view", {}), backend.files)
        if action == "update":
            backend.workspace.change_view(view, reply["view"])
        elif len(backend.workspace.views(user)) >= limits.VIEW_DEPTH:
            raise SlackRefusal("push_limit_reached")
        else:
            backend.workspace.push_view(user, reply["view"])
        return {}
    backend.workspace.close_view(user, every=action == "clear")
    return {}


def _sender(backend: Backend, user: str) -> dict[str, Any]:
    return {
        "user": {
            "id": user,
            "username": MEMBERS[user].name,
            "name": MEMBERS[user].name,
            "team_id": TEAM_ID,
        },
        "api_app_id": APP_ID,
        "token": LEGACY_TOKEN,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": backend.tickets.new_trigger(user),
    }


def _action(message: Message, block_id: str, action_id: str, chosen: str | None) -> dict[str, Any]:
    """The pressed element as Slack describes it. Raises SlackRefusal when it is not there."""
    for block in message.blocks:
        if block.get("block_id") != block_id:
            continue
        for element in (*block.get("elements", ()), block.get("accessory") or {}):
            if element.get("action_id") == action_id:
                return _described(element, block_id, chosen)
    raise SlackRefusal("element_not_found")


def _described(element: Mapping[str, Any], block_id: str, chosen: str | None) -> dict[str, Any]:
    kept = ("type", "action_id", "text", "value", "style")
    described = {name: element[name] for name in kept if name in element}
    described["block_id"] = block_id
    if element["type"] == "datepicker":
        described["selected_date"] = chosen
    elif "options" in element:
        options = [option for option in element["options"] if option["value"] == chosen]
        if not options:
            raise SlackRefusal("option_not_found")
        several = element["type"] in ("checkboxes", "multi_static_select")
        described["selected_options" if several else "selected_option"] = (
            options if several else options[0]
        )
    return described


def tell_failure(backend: Backend, *, user: str, channel: str, answer: BotAnswer) -> None:
    """Slack's own remark under a button nothing came of."""
    if answer.error:
        text = f'ClipOps did not respond to this button ("{answer.error}").'
        remark(backend, user=user, channel=channel, text=text)
