"""A copy of a moment that everyone in a channel can read; its link is plain, not signed."""

from __future__ import annotations

import re
import secrets

from slack_sdk.errors import SlackApiError

from bot import cards
from bot.answering import Asker
from bot.delivery import post
from bot.moments import plain_url, stored_hit
from bot.mrkdwn import escape
from bot.pictures import thumbnails_of
from bot.services import Services
from bot.wording import say
from core.errors import NotFound
from core.types import Hit, Language
from db import slack_seen

_ID = re.compile(r"[CDG][A-Z0-9]+")
NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "is_archived"})


def share(
    services: Services,
    segment_id: int,
    *,
    channel: str,
    query: str | None,
    user_id: str,
    language: Language,
    key: str,
    shown: str = "",
) -> str | None:
    """Post the copy, once for each ``key``; what went wrong, None where nothing did.
    ``shown`` is the channel as mrkdwn, where it is another than the one it is asked for in."""
    try:
        hit = stored_hit(services, segment_id)
    except NotFound:
        return say(language, "segment_gone")
    with services.database.transaction() as conn:
        fresh = slack_seen.claim(conn, key)
    if not fresh:
        return say(language, "already_shared")
    try:
        post(services.client, channel, _public_copy(services, hit, query, user_id, language))
    except SlackApiError as error:
        with services.database.transaction() as conn:
            slack_seen.release(conn, key)
        code = str(error.response.get("error"))
        if code in NOT_THERE and shown:
            return say(language, "share_not_in", channel=shown)
        if code in NOT_THERE:
            return say(language, "share_not_in_channel")
        return say(language, "share_refused", error=escape(code))
    return None


def share_by_number(
    services: Services, asker: Asker, language: Language, *, segment_id: int, channel: str
) -> cards.Message:
    """``share 12 #channel``: to that channel, or with none named to the one it was typed in."""
    is_name = channel and not _ID.fullmatch(channel)
    target = f"#{channel.removeprefix('#')}" if is_name else channel
    shown = escape(target) if target[:1] in ("", "#") else f"<#{target}>"
    refused = share(
        services,
        segment_id,
        channel=target or asker.channel_id,
        query=None,
        user_id=asker.user_id,
        language=language,
        # A command is delivered once; typed again it is meant again.
        key=f"share:{secrets.token_hex(12)}",
        shown=shown,
    )
    if refused is not None:
        return cards.sentence(refused)
    if not target:
        return cards.sentence(say(language, "shared"))
    return cards.sentence(say(language, "shared_in", channel=shown))


def _public_copy(
    services: Services, hit: Hit, query: str | None, user_id: str, language: Language
) -> cards.Message:
    thumbnails = thumbnails_of(services.config, services.team_id, [hit])
    pictures = services.pictures.proven(thumbnails) or services.pictures.upload(thumbnails)
    return cards.shared(
        hit,
        query=query,
        user_id=user_id,
        language=language,
        url=plain_url(services, hit.segment),
        picture=pictures.get(hit.segment.id),
    )
