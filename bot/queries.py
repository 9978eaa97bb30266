"""What a person typed after the command, as the words they meant."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from bot.mrkdwn import unescape

QUERY_CHARACTERS = 500
HELP_WORDS = frozenset({"", "help", "도움말", "도움", "?"})
PEOPLE_WORDS = frozenset({"people", "사람", "인물"})
STATUS_WORDS = frozenset({"status", "상태"})

# What phones and word processors put in for plain characters.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»〝〞＂", '"'),
        **dict.fromkeys("‘’‚‛′＇", "'"),
        **dict.fromkeys("‐‑‒–—―−－", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", None),
    }
)
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
_LINK = re.compile(r"<(?:[#!@])?([^>|]*)\|?([^>]*)>")


def clean_query(text: str) -> str:
    """One line with plain quotes, dashes and spaces, at most 500 characters.

    Slack sends ``& < >`` escaped and links as ``<address|words>``; both are undone. Korean is
    composed (NFC), so text typed on a Mac matches.
    """
    without_links = _LINK.sub(lambda found: found.group(2) or found.group(1), text)
    plain = unicodedata.normalize("NFC", unescape(without_links).translate(_PLAIN))
    printable = "".join(c if c.isprintable() else " " for c in plain)
    return " ".join(printable.split())[:QUERY_CHARACTERS].rstrip()


def without_mentions(text: str) -> str:
    """A message to the bot without its name."""
    return _MENTION.sub(" ", text).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a query asks for instead of a search. ``words``: what follows ``people``, maybe a
    name and maybe only the rest of a search."""

    kind: Literal["help", "people", "status"]
    words: str = ""


def request_in(query: str) -> Request | None:
    """None where the query can only be a search; ``query`` is clean."""
    folded = query.casefold()
    if folded in HELP_WORDS:
        return Request(kind="help")
    if folded in STATUS_WORDS:
        return Request(kind="status")
    first, _, rest = query.partition(" ")
    return Request(kind="people", words=rest) if first.casefold() in PEOPLE_WORDS else None
