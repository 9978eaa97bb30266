"""Text for Slack's mrkdwn: escaped so that nothing in it can ping, link or break the layout."""

from __future__ import annotations

import re

_ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
# Slack has no escape for the marks of bold, italic, struck and code, and an invisible character
# beside one helps it rather than hinders it: what looks the same stands in where one could act.
_LOOK_ALIKES = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
_MARKS = re.compile(r"`|(?<!\w)[*_~]|[*_~](?!\w)")
_QUOTES = re.compile(r"^>", re.MULTILINE)
# Control characters, and the directional ones that could reorder what follows them.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def escape(text: str) -> str:
    """Text from outside (a caption, a name, a query) as mrkdwn shows it, character by character.

    ``& < >`` become entities: no mention, channel or link can be written with it. Marks that
    would format get a look-alike (``*bold*`` but not ``cam_01_door``), and no line is a quote.
    """
    clean = _UNPRINTABLE.sub("", text)
    clean = _MARKS.sub(lambda mark: _LOOK_ALIKES[mark.group()], clean)
    clean = _QUOTES.sub("\N{WORD JOINER}>", clean)
    for character, entity in _ENTITIES:
        clean = clean.replace(character, entity)
    return clean


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
