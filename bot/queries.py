"""What a person typed after the command, as the words they meant."""

from __future__ import annotations

import re
import unicodedata

from bot.mrkdwn import unescape

QUERY_CHARACTERS = 500
HELP_WORDS = frozenset({"", "help", "도움말", "도움", "?"})

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


def asks_for_help(query: str) -> bool:
    return query.casefold() in HELP_WORDS
