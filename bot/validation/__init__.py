"""Checks a message or a view against every limit of Slack, before Slack does.

The bot checks what it is about to send; the sandbox refuses what a bot should not have sent.
Both read the same rules, so a payload that passes here is accepted there.
"""

from __future__ import annotations

from bot.validation.payloads import validate, visible_characters
from bot.validation.report import Problem

__all__ = ["Problem", "validate", "visible_characters"]
