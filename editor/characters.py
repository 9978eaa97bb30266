"""Characters no text of a person needs: the database refuses some and pages show none of them."""

from __future__ import annotations

import unicodedata

# Line ends and tabs are blanks like any other; the database makes one blank of them.
BLANKS = "\t\n\r"


def has_control(text: str) -> bool:
    """True where a control character or half a surrogate pair is in the text."""
    return any(_is_control(character) for character in text)


def without_control(text: str) -> str:
    """The text with a blank in place of each such character."""
    return "".join(" " if _is_control(character) else character for character in text)


def _is_control(character: str) -> bool:
    return character not in BLANKS and unicodedata.category(character) in ("Cc", "Cs")
