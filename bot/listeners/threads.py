"""What a dialog remembers, in its private metadata, of the message it was opened from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.listeners.requests import Press
from core.types import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """``search`` is empty where the message was no page of results; ``whom`` and ``label`` are what
    was chosen last."""

    language: Language
    channel: str
    answer: str
    private: bool
    search: str = ""
    page: int = 0
    whom: str = ""
    label: str = ""

    def write(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def read(cls, view: Mapping[str, Any]) -> Thread:
        return cls(**json.loads(view["private_metadata"]))


def thread_of(press: Press, language: Language) -> Thread:
    """For a dialog that a press opens."""
    return Thread(
        language=language,
        channel=press.asker.channel_id,
        answer=press.response_url,
        private=press.private,
    )
