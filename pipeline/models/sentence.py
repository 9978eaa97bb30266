"""What a language model wrote, as one sentence to show."""

from __future__ import annotations

import re

_SPACED = re.compile(r"\s+([.,!?;:])")
_ENDED = re.compile(r"[.!?][\"'”’)]*$")
_LAST_END = re.compile(r"^(.*\w.*?[.!?])\s+\S[^.!?]*$")


def sentence(text: str, *, prompt: str = "") -> str:
    """``text`` on one line, without the prompt it may repeat, starting with a capital and ending
    with a full stop; "" where it holds no letter or digit. What follows the last full stop is a
    sentence the model had no room to finish, and goes."""
    shown = "".join(letter if _can_be_shown(letter) else " " for letter in text)
    line = _SPACED.sub(r"\1", " ".join(shown.split()))
    echo = " ".join(prompt.split())
    if echo and line.lower().startswith(echo.lower()):
        line = line[len(echo) :].lstrip(" :,-")
    if not any(letter.isalnum() for letter in line):
        return ""
    if not _ENDED.search(line):
        finished = _LAST_END.match(line)
        line = finished[1] if finished else line.rstrip(" ,;:-") + "."
    return line[0].upper() + line[1:]


def _can_be_shown(letter: str) -> bool:
    """False for control characters, line breaks and the mark of bytes that are no letter."""
    return letter.isprintable() and letter != "\ufffd"
