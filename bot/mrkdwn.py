"""Text for Slack's mrkdwn: escaped so that nothing in it can ping, link or break the layout."""

from __future__ import annotations

import re

_ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
# Characters that turn text bold, italic, struck or into code when they stand around a word.
_MARKS = re.compile(r"[*_~`]")
# Control characters, and the directional ones that could reorder what follows them.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_JOINER = "\u2060"


def escape(text: str, *, keep_marks: bool = False) -> str:
    """Text from outside (a caption, a name, a query) as mrkdwn shows it, character by character.

    ``& < >`` become entities: no mention, channel or link can be written with it. ``* _ ~ ```
    get an invisible word joiner in front, so they show instead of formatting, unless
    ``keep_marks``.
    """
    clean = _UNPRINTABLE.sub("", text)
    for character, entity in _ENTITIES:
        clean = clean.replace(character, entity)
    return clean if keep_marks else _MARKS.sub(lambda mark: _JOINER + mark.group(), clean)


def unescape(text: str) -> str:
    """What the person typed: Slack sends ``& < >`` as entities."""
    for character, entity in reversed(_ENTITIES):
        text = text.replace(entity, character)
    return text


def clip(text: str, limit: int) -> str:
    """At most ``limit`` characters, with an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + "…"


def clip_escaped(text: str, limit: int) -> str:
    """Like ``clip`` for text that is mrkdwn already: never cuts an entity or ``<...>`` in two."""
    if len(text) <= limit:
        return text
    end = max(limit - 1, 0)
    ampersand = text.rfind("&", max(0, end - 5), end)
    if ampersand >= 0 and ";" not in text[ampersand:end]:
        end = ampersand
    opened = text.rfind("<", 0, end)
    if opened > text.rfind(">", 0, end):
        end = opened
    return text[:end].rstrip() + "…"


def one_line(text: str) -> str:
    """Runs of white space, line breaks too, as single spaces."""
    return " ".join(_UNPRINTABLE.sub("", text).split())
