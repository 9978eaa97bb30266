"""Which language a query is written in, read off its letters."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

QueryLanguage = Literal["en", "ko", "mixed"]
QUERY_LANGUAGES: tuple[QueryLanguage, ...] = ("en", "ko", "mixed")

_HANGUL = re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ]")
_LATIN = re.compile("[a-z]", re.IGNORECASE)
# The name before a colon (person:지민) is the grammar's, whatever the language of the rest.
_FILTER_NAME = re.compile(r"(?<!\S)-?[a-z]+:", re.IGNORECASE)


def language_of(query: str) -> QueryLanguage:
    """``ko`` with Hangul only, ``mixed`` with Latin letters beside it, else ``en``."""
    text = _FILTER_NAME.sub(" ", unicodedata.normalize("NFKC", query))
    if not _HANGUL.search(text):
        return "en"
    return "mixed" if _LATIN.search(text) else "ko"
