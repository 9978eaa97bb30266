"""What a person types: slash commands, and messages that may mention the bot."""

from __future__ import annotations

import html
import secrets
import threading
import time
from typing import Any

from bot.sandbox.backend import Backend, find_conversation
from bot.sandbox.link import BotAnswer, BotLink
from bot.sandbox.people import APP_ID, BOT_USER_ID, CONVERSATIONS, MEMBERS, TEAM_DOMAIN, TEAM_ID
from bot.sandbox.replies import show_reply
from bot.sandbox.strict import SlackRefusal
from bot.sandbox.tickets import ResponseAddress
from bot.sandbox.workspace import Message

SLACKBOT = "USLACKBOT"
LEGACY_TOKEN = "sandbox"  # noqa: S105  Slack still sends this field; nobody should look at it


def run_command(backend: Backend, link: BotLink, *, user: str, channel: str, line: str) -> None:
    """``/name words``: delivered to the bot, whose acknowledgement is the first answer."""
    name, _, text = line.strip().partition(" ")
    if name not in backend.options.commands:
        remark(backend, user=user, channel=channel, text=f"`{name}` is not a valid command.")
        return
    payload = command_payload(backend, user=user, channel=channel, name=name, text=text.strip())
    answer = link.send("slash_commands", payload)
    show_command_answer(backend, answer, user=user, channel=channel, name=name)


def command_payload(
    backend: Backend, *, user: str, channel: str, name: str, text: str
) -> dict[str, str]:
    """The form Slack sends for a slash command; ``& < >`` in the text come escaped."""
    key = backend.tickets.new_address(channel=channel, user=user, message_ts=None)
    return {
        "token": LEGACY_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel,
        "channel_name": "directmessage" if channel[0] == "D" else CONVERSATIONS[channel].name,
        "user_id": user,
        "user_name": MEMBERS[user].name,
        "command": name,
        "text": html.escape(text, quote=False),
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": f"{backend.address()}/hooks/{key}",
        "trigger_id": backend.tickets.new_trigger(user),
    }


def show_command_answer(
    backend: Backend, answer: BotAnswer, *, user: str, channel: str, name: str
) -> None:
    """The body of the acknowledgement as the immediate answer, or Slack's word for a failure."""
    error: str = answer.error
    if not error and answer.body.strip():
        reply = answer.json() if answer.is_json else {"text": answer.body}
        address = ResponseAddress(channel=channel, user=user, message_ts=None, made_at=0)
        try:
            show_reply(backend.workspace, backend.files, reply or {}, address)
        except SlackRefusal as refusal:
            detail = "; ".join(refusal.detail.get("errors", ())) or refusal.error
            error = f"invalid_command_response ({detail})"
    if error:
        text = f'{name} failed with the error "{error}"'
        remark(backend, user=user, channel=channel, text=text)


def remark(backend: Backend, *, user: str, channel: str, text: str) -> None:
    """Something Slack itself tells one person."""
    backend.workspace.post(
        channel=channel, user=SLACKBOT, text=text, only_for=user, from_slack=True
    )


def say(
    backend: Backend,
    link: BotLink,
    *,
    user: str,
    channel: str,
    text: str,
    thread_ts: str | None = None,
) -> Message:
    """Post a person's message; where it mentions a bot that is there, the bot hears of it."""
    message = backend.workspace.post(
        channel=channel, user=user, text=_escape(text), thread_ts=thread_ts
    )
    if f"<@{BOT_USER_ID}>" in message.text and find_conversation(channel).has_bot:
        payload = event_payload(_mention(message))
        threading.Thread(target=_deliver_event, args=(link, payload), daemon=True).start()
    return message


def event_payload(event: dict[str, Any]) -> dict[str, Any]:
    """The envelope of the Events API."""
    return {
        "token": LEGACY_TOKEN,
        "team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(time.time()),
        "authorizations": [
            {"team_id": TEAM_ID, "user_id": BOT_USER_ID, "is_bot": True, "enterprise_id": None}
        ],
        "is_ext_shared_channel": False,
    }


def _mention(message: Message) -> dict[str, Any]:
    event = {
        "type": "app_mention",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "channel": message.channel,
        "event_ts": message.ts,
        "team": TEAM_ID,
    }
    return event | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def _deliver_event(link: BotLink, payload: dict[str, Any]) -> None:
    """Once, and once more when the bot did not acknowledge; Slack does the same."""
    if link.send("events_api", payload).error:
        link.send_signed("events_api", payload, retry_number=1)


def _escape(text: str) -> str:
    """As Slack stores what people type; ``@clipops`` becomes a mention."""
    escaped = html.escape(text, quote=False)
    for member in MEMBERS.values():
        for name in (member.real_name, member.name):
            escaped = escaped.replace(f"@{name}", f"<@{member.id}>")
    return escaped
