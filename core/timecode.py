"""Milliseconds to and from the clock notation people read."""

from __future__ import annotations


def format_ms(at_ms: int, *, tenths: bool = False) -> str:
    """``83_500`` -> ``1:23`` (``1:23.5`` with tenths); hours only when there are some."""
    seconds, rest_ms = divmod(max(at_ms, 0), 1_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{text}.{rest_ms // 100}" if tenths else text


def format_range(start_ms: int, end_ms: int) -> str:
    """``[65_000, 83_500)`` -> ``1:05-1:23`` with an en dash."""
    return f"{format_ms(start_ms)}\u2013{format_ms(end_ms)}"
