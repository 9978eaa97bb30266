"""What a person typed after the command, and what it asks for. How a search itself is read is
``core.query``'s; here only what Slack makes of a text is undone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.mrkdwn import unescape
from core.query_text import tidy

HELP_WORDS = frozenset({"", "help", "도움말", "도움", "?"})
PEOPLE_WORDS = frozenset({"people", "사람", "인물"})
STATUS_WORDS = frozenset({"status", "상태"})
SIMILAR_WORDS = frozenset({"similar", "비슷한", "비슷"})
SHOW_WORDS = frozenset({"show", "보기"})
SHARE_WORDS = frozenset({"share", "공유"})

_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
_CHANNEL = re.compile(r"<#([CDG][A-Z0-9]+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<(?:[#!@])?([^>|]*)\|?([^>]*)>")
_MOMENT = re.compile(r"(\S+) #?([0-9]{1,18})(?: (\S+))?")


def clean_query(text: str) -> str:
    """One line as it was typed: Slack sends ``& < >`` escaped and links as ``<address|words>``,
    and both are undone. What the database cannot keep (NUL, half characters) is no part of it."""
    without_links = _LINK.sub(lambda found: found.group(2) or found.group(1), text)
    kept = unescape(without_links).replace("\x00", " ").encode("utf-8", "replace").decode()
    return " ".join(kept.split())


def without_mentions(text: str) -> str:
    """A message to the bot without its name."""
    return _MENTION.sub(" ", text).strip()


def channel_in(text: str) -> str | None:
    """The id of a channel that Slack recognised in a text; None where it did not."""
    found = _CHANNEL.search(text)
    return found.group(1) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a query asks for instead of a search. ``words``: what follows ``people``, maybe a
    name and maybe only the rest of a search; or the channel to share to."""

    kind: Literal["help", "people", "status", "share"]
    words: str = ""
    segment_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentWanted:
    """A stored search that names a moment by its number, instead of words."""

    kind: Literal["similar", "show"]
    segment_id: int


def request_in(query: str) -> Request | None:
    """None where the query can only be a search; ``query`` is clean."""
    words = tidy(query)
    folded = words.casefold()
    if folded in HELP_WORDS:
        return Request(kind="help")
    if folded in STATUS_WORDS:
        return Request(kind="status")
    numbered = _MOMENT.fullmatch(words)
    if numbered and numbered[1].casefold() in SHARE_WORDS:
        return Request(kind="share", segment_id=int(numbered[2]), words=numbered[3] or "")
    first, _, rest = words.partition(" ")
    return Request(kind="people", words=rest) if first.casefold() in PEOPLE_WORDS else None


def moment_in(query: str) -> MomentWanted | None:
    """The moment that ``similar 12`` or ``show 12`` names; None for a search by words."""
    numbered = _MOMENT.fullmatch(tidy(query))
    if numbered is None or numbered[3]:
        return None
    first, segment_id = numbered[1].casefold(), int(numbered[2])
    if first in SIMILAR_WORDS:
        return MomentWanted(kind="similar", segment_id=segment_id)
    return MomentWanted(kind="show", segment_id=segment_id) if first in SHOW_WORDS else None


def similar_query(segment_id: int, *, korean: bool) -> str:
    """The search for moments like one, in the words of who asks."""
    return f"{'비슷한' if korean else 'similar'} {segment_id}"
