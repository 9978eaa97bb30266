"""The words of one hit: title, time, captions, who is in it and why it matched.

``characters`` is what one hit may take altogether, with everything escaped.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot import blocks
from bot.mrkdwn import clip_escaped, escape, one_line
from bot.wording import say
from core.timecode import format_range
from core.types import Hit, Language

TITLE_CHARACTERS: Final = 100
CAPTION_SHARE: Final = 0.3
FACT_SHARE: Final = 0.2


def words(
    hit: Hit, language: Language, *, number: int | None, picture: str | None, characters: int
) -> blocks.Block:
    """Title, time range and the caption in the person's language, with the picture beside."""
    title = outside(hit.video_title, TITLE_CHARACTERS)
    counted = f"{number}. {title}" if number else title
    caption = outside(captions(hit, language)[0], int(characters * CAPTION_SHARE))
    accessory = None
    if picture:
        alt = say(language, "thumbnail", title=hit.video_title, time=times(hit))
        accessory = blocks.thumbnail(picture, alt)
    when = recorded(hit.recorded_at, window(hit)[0])
    weak = f"  `{say(language, 'weak')}`" if hit.weak else ""
    return blocks.section(f"*{counted}*  `{times(hit)}`{weak}{when}\n{caption}", accessory)


def window(hit: Hit) -> tuple[int, int]:
    """``[start_ms, end_ms)`` of what is shown: the joined moments, or the one there is."""
    if hit.end_ms > hit.start_ms:
        return hit.start_ms, hit.end_ms
    return hit.segment.start_ms, hit.segment.end_ms


def times(hit: Hit) -> str:
    """The same as people read it."""
    return format_range(*window(hit))


def other_caption(hit: Hit, language: Language, *, characters: int) -> str:
    return outside(captions(hit, language)[1], int(characters * CAPTION_SHARE))


def facts(hit: Hit, language: Language, *, characters: int) -> list[str]:
    """Who is in it, why it matched, and the number it is called by."""
    reasons = " · ".join(hit.reasons_ko if language == "ko" else hit.reasons)
    people = _people(hit, language)
    size = int(characters * FACT_SHARE)
    lines = [
        say(language, "people", names=outside(people, size)) if people else "",
        " · ".join(
            [
                *([say(language, "why", reasons=outside(reasons, size))] if reasons else []),
                say(language, "number", number=hit.segment.id),
            ]
        ),
    ]
    return [line for line in lines if line]


def outside(text: str, characters: int) -> str:
    """Text from outside on one line, escaped, at most so many characters with the escapes."""
    return clip_escaped(escape(one_line(text)), characters)


def small(*lines: str) -> list[blocks.Block]:
    """One block of small text, a line each; none when there is nothing to say."""
    kept = [line for line in lines if line]
    return [blocks.context("\n".join(kept))] if kept else []


def recorded(recorded_at: datetime | None, start_ms: int) -> str:
    """When it happened, shown by Slack in each reader's own time zone."""
    if recorded_at is None:
        return ""
    at = int(recorded_at.timestamp()) + start_ms // 1000
    fallback = f"{recorded_at:%Y-%m-%d %H:%M} UTC"
    return f"  <!date^{at}^{{date_short}} {{time}}|{fallback}>"


def captions(hit: Hit, language: Language) -> tuple[str, str]:
    """The caption to show first and the one to show smaller; the second may be empty."""
    english, korean = one_line(hit.segment.caption), one_line(hit.segment.caption_ko)
    first, second = (korean, english) if language == "ko" else (english, korean)
    if not first:
        first, second = second, ""
    return first or "—", second


def _people(hit: Hit, language: Language) -> str:
    """Names, or what they wear, in the reader's language."""
    if language == "ko" and hit.people_ko:
        return " · ".join(hit.people_ko)
    return " · ".join(hit.people)
