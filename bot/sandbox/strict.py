"""What the sandbox refuses: the shared limits, and what only Slack itself can know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import limits
from bot.sandbox.files import FileStore
from bot.validation import Problem, validate


class SlackRefusal(Exception):
    """Slack refuses this call; carries its error code and what it would add."""

    def __init__(self, error: str, *, status: int = 200, **detail: Any) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.detail = detail


def check_message(payload: Mapping[str, Any], files: FileStore) -> None:
    """Raises SlackRefusal when Slack would not show this message."""
    text = payload.get("text")
    if isinstance(text, str) and len(text) > limits.MESSAGE_TEXT:
        raise SlackRefusal("msg_too_long")
    if not text and not payload.get("blocks"):
        raise SlackRefusal("no_text")
    _refuse(validate(payload, characters=limits.PAYLOAD_CHARACTERS), "invalid_blocks")
    _refuse(_unknown_pictures(payload.get("blocks", []), "/blocks", files), "invalid_blocks")


def check_view(view: Mapping[str, Any], files: FileStore) -> None:
    """Raises SlackRefusal when Slack would not open this view."""
    if view.get("type") not in ("modal", "home"):
        raise SlackRefusal(
            "invalid_arguments",
            response_metadata={"messages": ["[ERROR] unsupported type [json-pointer:/view/type]"]},
        )
    problems = validate(view, characters=limits.PAYLOAD_CHARACTERS)
    problems += _unknown_pictures(view.get("blocks", []), "/view/blocks", files)
    _refuse(problems, "invalid_arguments")


def _refuse(problems: list[Problem], error: str) -> None:
    if problems:
        messages = [f"[ERROR] {problem}" for problem in problems]
        raise SlackRefusal(
            error,
            errors=[str(problem) for problem in problems],
            response_metadata={"messages": messages},
        )


def _unknown_pictures(value: Any, pointer: str, files: FileStore) -> list[Problem]:
    """Every ``slack_file`` that does not exist, is no picture or was uploaded a moment ago."""
    if isinstance(value, list):
        return [
            problem
            for index, inner in enumerate(value)
            for problem in _unknown_pictures(inner, f"{pointer}/{index}", files)
        ]
    if not isinstance(value, Mapping):
        return []
    problems = []
    source = value.get("slack_file")
    if isinstance(source, Mapping) and not files.can_show(str(source.get("id", ""))):
        problems.append(Problem(message="invalid slack file", pointer=f"{pointer}/slack_file"))
    for name, inner in value.items():
        problems += _unknown_pictures(inner, f"{pointer}/{name}", files)
    return problems
