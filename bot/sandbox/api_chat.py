"""chat.*: messages everyone sees, messages one person sees, and changing them."""

from __future__ import annotations

from bot.sandbox.backend import Answer, Arguments, Backend, find_conversation, named_conversation
from bot.sandbox.people import APP_ID, BOT_ID, BOT_USER_ID, MEMBERS, TEAM_ID
from bot.sandbox.strict import SlackRefusal, check_message
from bot.sandbox.workspace import Message


def post_message(backend: Backend, arguments: Arguments) -> Answer:
    conversation = named_conversation(arguments["channel"])
    if not conversation.has_bot:
        raise SlackRefusal("not_in_channel")
    wait_s = backend.rate.take(conversation.id)
    if wait_s:
        raise SlackRefusal("ratelimited", status=429, retry_after=wait_s)
    check_message(arguments, backend.files)
    message = backend.workspace.post(
        channel=conversation.id,
        user=BOT_USER_ID,
        text=arguments.get("text") or "",
        blocks=arguments.get("blocks") or (),
        thread_ts=arguments.get("thread_ts"),
        metadata=arguments.get("metadata"),
    )
    return {"channel": conversation.id, "ts": message.ts, "message": message_json(message)}


def post_ephemeral(backend: Backend, arguments: Arguments) -> Answer:
    conversation = find_conversation(arguments["channel"])
    if not conversation.has_bot:
        raise SlackRefusal("not_in_channel")
    if arguments["user"] not in MEMBERS:
        raise SlackRefusal("user_not_in_channel")
    check_message(arguments, backend.files)
    message = backend.workspace.post(
        channel=conversation.id,
        user=BOT_USER_ID,
        text=arguments.get("text") or "",
        blocks=arguments.get("blocks") or (),
        only_for=arguments["user"],
        thread_ts=arguments.get("thread_ts"),
    )
    return {"message_ts": message.ts}


def update_message(backend: Backend, arguments: Arguments) -> Answer:
    message = _own_message(backend, arguments)
    check_message(arguments, backend.files)
    changed = backend.workspace.change(
        message,
        text=arguments.get("text") or "",
        blocks=arguments.get("blocks") or (),
        edited=True,
    )
    return {
        "channel": changed.channel,
        "ts": changed.ts,
        "text": changed.text,
        "message": message_json(changed),
    }


def delete_message(backend: Backend, arguments: Arguments) -> Answer:
    message = _own_message(backend, arguments)
    backend.workspace.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def message_json(message: Message) -> Answer:
    """A message as Slack describes it in answers and in block_actions."""
    described: Answer = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": TEAM_ID,
    }
    if message.user == BOT_USER_ID:
        described |= {"bot_id": BOT_ID, "app_id": APP_ID}
    if message.blocks:
        described["blocks"] = message.blocks
    if message.thread_ts:
        described["thread_ts"] = message.thread_ts
    if message.metadata:
        described["metadata"] = message.metadata
    return described


def _own_message(backend: Backend, arguments: Arguments) -> Message:
    """The bot's own message that is not ephemeral; nothing else can be changed."""
    find_conversation(arguments["channel"])
    message = backend.workspace.find(arguments["channel"], arguments["ts"])
    if message is None or message.only_for is not None:
        raise SlackRefusal("message_not_found")
    if message.user != BOT_USER_ID:
        raise SlackRefusal("cant_update_message")
    return message
