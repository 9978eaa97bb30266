"""One moment by its number: as it is now, what is before and after it, its place in the editor."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from bot import action_ids, blocks, hit_card
from bot.cards import Message, sentence
from bot.mrkdwn import escape
from bot.services import Services
from bot.wording import say
from core import links
from core.errors import NotFound
from core.timecode import format_range
from core.types import Hit, Language, Segment
from db.appearances import people_of_segments
from db.segments import get_segment, neighbours
from db.videos import get_video

EACH_SIDE: Final = 2
CAPTION_CHARACTERS: Final = 400


def stored_hit(services: Services, segment_id: int) -> Hit:
    """The moment as it is now. Raises NotFound when it is no longer there."""
    with services.database.transaction() as conn:
        segment = _live(get_segment(conn, segment_id))
        video = get_video(conn, segment.video_id)
        seen = people_of_segments(conn, [segment])[segment.id]
    people = [one.person for one in seen if one.person is not None]
    return Hit(
        segment=segment,
        video_title=video.title,
        source=video.source,
        camera=video.camera,
        recorded_at=video.recorded_at,
        people=tuple(dict.fromkeys(one.label_in("en") for one in people)),
        people_ko=tuple(dict.fromkeys(one.label_in("ko") for one in people)),
        score=1.0,
        reasons=(),
        reasons_ko=(),
        start_ms=segment.start_ms,
        end_ms=segment.end_ms,
        segment_ids=(segment.id,),
    )


def plain_url(services: Services, segment: Segment) -> str:
    """The address in the editor, without a token: safe to share."""
    return links.edit_url(
        services.config,
        video_id=segment.video_id,
        segment_id=segment.id,
        user=None,
        now=datetime.now(UTC),
    )


def signed_url(services: Services, segment: Segment, user_id: str) -> str:
    """The same, signed for this person."""
    return links.edit_url(
        services.config,
        video_id=segment.video_id,
        segment_id=segment.id,
        user=services.members.get(user_id).label,
        now=datetime.now(UTC),
    )


def link_card(services: Services, segment_id: int, language: Language) -> Message:
    """The plain address, to be copied. Raises NotFound."""
    hit = stored_hit(services, segment_id)
    place = f"{hit_card.outside(hit.video_title, hit_card.TITLE_CHARACTERS)} {hit_card.times(hit)}"
    url = escape(plain_url(services, hit.segment))
    return sentence(f"{say(language, 'link_to', place=place)}\n```{url}```")


def neighbours_card(
    services: Services, segment_id: int, *, user_id: str, language: Language
) -> Message:
    """The moments before and after one in its video. Raises NotFound."""
    with services.database.transaction() as conn:
        middle = _live(get_segment(conn, segment_id))
        around = neighbours(conn, middle, each=EACH_SIDE)
        title = get_video(conn, middle.video_id).title
    name = say(language, "neighbours_title", title=title)
    rows = [_row(services, one, one.id == segment_id, user_id, language) for one in around]
    alone = [blocks.context(say(language, "no_neighbours"))] if len(around) < 2 else []
    return {"text": escape(name), "blocks": [blocks.header(name), *rows, *alone]}


def _row(
    services: Services, segment: Segment, is_this: bool, user_id: str, language: Language
) -> blocks.Block:
    times = format_range(segment.start_ms, segment.end_ms)
    own, other = segment.caption, segment.caption_ko
    if language == "ko":
        own, other = other, own
    caption = hit_card.outside(own or other or "—", CAPTION_CHARACTERS)
    number = say(language, "number", number=segment.id)
    here = f" · *{say(language, 'this_moment')}*" if is_this else ""
    edit = say(language, "edit")
    return blocks.section(
        f"`{times}` {number}{here}\n{caption}",
        blocks.button(
            edit,
            action_id=action_ids.OPEN,
            url=signed_url(services, segment, user_id),
            label=f"{edit}: {times}",
        ),
    )


def _live(segment: Segment) -> Segment:
    if segment.state != "live":
        raise NotFound(f"There is no segment {segment.id}.")
    return segment
