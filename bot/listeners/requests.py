"""Reading what Slack delivers: who, where, and the buttons' values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.answering import Asker
from bot.carried import numbered


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A pressed button, or an entry chosen in a menu. ``private``: the message it is in is shown
    to nobody else, so what replaces it may carry signed links."""

    asker: Asker
    value: str
    response_url: str
    trigger_id: str
    private: bool = False

    def parts(self) -> tuple[str, int]:
        """``<search id>:<number>``. Raises NotFound when the value is something else."""
        return numbered(self.value)


def press_of(body: Mapping[str, Any]) -> Press:
    """From the payload of ``block_actions``."""
    action = body["actions"][0]
    chosen = action.get("selected_option") or {}
    return Press(
        asker=Asker(
            user_id=body["user"]["id"],
            team_id=(body.get("team") or {}).get("id") or "",
            channel_id=(body.get("channel") or body["container"]).get("id")
            or body["container"].get("channel_id", ""),
        ),
        value=str(action.get("value") or chosen.get("value") or ""),
        response_url=str(body.get("response_url") or ""),
        trigger_id=str(body.get("trigger_id") or ""),
        private=bool(body["container"].get("is_ephemeral")),
    )


def asker_of_command(command: Mapping[str, Any]) -> Asker:
    """From the form of a slash command."""
    return Asker(
        user_id=command["user_id"],
        team_id=command.get("team_id", ""),
        channel_id=command["channel_id"],
    )
