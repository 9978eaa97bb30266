"""auth.test, users.info, conversations.info, apps.connections.open."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.sandbox.backend import Answer, Arguments, Backend, find_conversation
from bot.sandbox.people import BOT_ID, BOT_USER_ID, MEMBERS, TEAM_ID
from bot.sandbox.strict import SlackRefusal


def auth_test(backend: Backend, _: Arguments) -> Answer:
    return {
        "url": f"{backend.address()}/",
        "team": "ClipOps sandbox",
        "user": MEMBERS[BOT_USER_ID].name,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def connections_open(backend: Backend, _: Arguments) -> Answer:
    return {"url": backend.socket_address()}


def user_info(_: Backend, arguments: Arguments) -> Answer:
    member = MEMBERS.get(arguments["user"])
    if member is None:
        raise SlackRefusal("user_not_found")
    label, offset_s = _timezone_facts(member.timezone)
    described = {
        "id": member.id,
        "team_id": TEAM_ID,
        "name": member.name,
        "real_name": member.real_name,
        "tz": member.timezone,
        "tz_label": label,
        "tz_offset": offset_s,
        "is_bot": member.is_bot,
        "deleted": False,
        "profile": {"real_name": member.real_name, "display_name": member.name},
    }
    if str(arguments.get("include_locale", "")).lower() in ("1", "true"):
        described["locale"] = member.locale
    return {"user": described}


def conversation_info(_: Backend, arguments: Arguments) -> Answer:
    conversation = find_conversation(arguments["channel"])
    return {
        "channel": {
            "id": conversation.id,
            "name": conversation.name,
            "is_channel": conversation.kind == "channel",
            "is_im": conversation.kind == "im",
            "is_member": conversation.has_bot,
            "is_archived": False,
            "topic": {"value": conversation.topic},
        }
    }


def _timezone_facts(name: str) -> tuple[str, int]:
    """Its label and its offset from UTC in seconds, at this moment."""
    now = datetime.now(UTC).astimezone(ZoneInfo(name))
    offset = now.utcoffset()
    return now.tzname() or name, int(offset.total_seconds()) if offset else 0
