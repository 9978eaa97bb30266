"""Share to channel: a copy everyone can read, with a plain link instead of a signed one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from bot import cards
from bot.delivery import ResponseUrl, post
from bot.listeners.presses import own_search, run_press
from bot.listeners.requests import Press, press_of
from bot.pictures import thumbnails_of
from bot.searching import respond_to
from bot.services import Services
from bot.wording import say
from core import links
from core.errors import NotFound
from core.types import Hit, Language
from db import slack_seen
from db.searches import Search
from db.segments import get_segment
from db.videos import get_video

NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "is_archived"})


def register(app: App, services: Services) -> None:
    def share(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        press = press_of(body)
        answer = respond_to(services, press.response_url)
        run_press(services, press, lambda: _share(services, press, answer), answer)

    app.action(cards.SHARE)(share)


def _share(services: Services, press: Press, answer: ResponseUrl) -> None:
    """Once per search, moment and channel: a double press posts one copy."""
    search_id, segment_id = press.parts()
    mine = own_search(services, press, search_id, answer)
    if mine is None:
        return
    search, language = mine
    channel = press.asker.channel_id
    hit = _stored_hit(services, segment_id)
    if hit is None:
        answer.add(cards.sentence(say(language, "segment_gone")))
        return
    key = f"share:{channel}:{search_id}:{segment_id}"
    with services.database.transaction() as conn:
        fresh = slack_seen.claim(conn, key)
    if not fresh:
        answer.add(cards.sentence(say(language, "already_shared")))
        return
    try:
        post(services.client, channel, _public_copy(services, search, hit, language))
    except SlackApiError as error:
        with services.database.transaction() as conn:
            slack_seen.release(conn, key)
        answer.add(cards.sentence(_refusal(error, language)))


def _public_copy(services: Services, search: Search, hit: Hit, language: Language) -> cards.Message:
    thumbnails = thumbnails_of(services.config, services.team_id, [hit])
    pictures = services.pictures.proven(thumbnails) or services.pictures.upload(thumbnails)
    return cards.shared(
        hit,
        query=search.query,
        user_id=search.user_id,
        language=language,
        url=links.edit_url(
            services.config,
            video_id=hit.segment.video_id,
            segment_id=hit.segment.id,
            user=None,
            now=datetime.now(UTC),
        ),
        picture=pictures.get(hit.segment.id),
    )


def _stored_hit(services: Services, segment_id: int) -> Hit | None:
    """The moment as it is now; None when it is no longer there."""
    with services.database.transaction() as conn:
        try:
            segment = get_segment(conn, segment_id)
        except NotFound:
            return None
        if segment.state != "live":
            return None
        video = get_video(conn, segment.video_id)
    return Hit(
        segment=segment,
        video_title=video.title,
        source=video.source,
        camera=video.camera,
        recorded_at=video.recorded_at,
        people=(),
        score=1.0,
        reasons=(),
        reasons_ko=(),
    )


def _refusal(error: SlackApiError, language: Language) -> str:
    code = str(error.response.get("error"))
    if code in NOT_THERE:
        return say(language, "share_not_in_channel")
    return say(language, "share_refused", error=code)
