"""Reading what Slack delivers: who, where, and the buttons' values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.answering import Asker
from core.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A pressed button."""

    asker: Asker
    value: str
    response_url: str
    trigger_id: str

    def parts(self) -> tuple[str, int]:
        """``<search id>:<number>``. Raises NotFound when the value is something else."""
        search_id, _, number = self.value.rpartition(":")
        if not search_id or not number.isascii() or not number.isdigit() or len(number) > 18:
            raise NotFound("This button is of an older version; run the search again.")
        return search_id, int(number)


def press_of(body: Mapping[str, Any]) -> Press:
    """From the payload of ``block_actions``."""
    return Press(
        asker=Asker(
            user_id=body["user"]["id"],
            team_id=(body.get("team") or {}).get("id") or "",
            channel_id=(body.get("channel") or body["container"]).get("id")
            or body["container"].get("channel_id", ""),
        ),
        value=str(body["actions"][0].get("value") or ""),
        response_url=str(body.get("response_url") or ""),
        trigger_id=str(body.get("trigger_id") or ""),
    )


def asker_of_command(command: Mapping[str, Any]) -> Asker:
    """From the form of a slash command."""
    return Asker(
        user_id=command["user_id"],
        team_id=command.get("team_id", ""),
        channel_id=command["channel_id"],
    )
