"""Whole payloads: a message, a modal, a home tab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import limits
from bot.validation.blocks import check_blocks
from bot.validation.objects import check_text
from bot.validation.report import Problem, Report


def validate(
    payload: Mapping[str, Any], *, characters: int = limits.PAYLOAD_BUDGET
) -> list[Problem]:
    """Every rule ``payload`` breaks, empty when Slack would take it.

    A payload with ``type`` modal or home is a view, anything else a message (``text``,
    ``blocks`` and whatever else its method takes). ``characters`` is the budget for everything
    a person would read in it.
    """
    report = Report()
    if payload.get("type") in ("modal", "home"):
        _check_view(report, payload)
    else:
        _check_message(report, payload)
    total = visible_characters(payload.get("blocks", []))
    if total > characters:
        report.add("/blocks", f"{total} visible characters, no more than {characters} allowed")
    return report.problems


def visible_characters(value: Any) -> int:
    """How many characters a person would read in these blocks, picture descriptions aside."""
    if isinstance(value, Mapping):
        own = value.get("text")
        count = len(own) if isinstance(own, str) else 0
        return count + sum(visible_characters(inner) for inner in value.values())
    if isinstance(value, list):
        return sum(visible_characters(inner) for inner in value)
    return 0


def _check_message(report: Report, message: Mapping[str, Any]) -> None:
    text, blocks = message.get("text"), message.get("blocks")
    if not text and not blocks:
        report.add("", "no_text")
    if text is not None:
        report.string(text, "/text", low=0, high=limits.MESSAGE_TEXT)
    if blocks is not None:
        check_blocks(report, blocks, "/blocks", in_view=False)


def _check_view(report: Report, view: Mapping[str, Any]) -> None:
    in_modal = view["type"] == "modal"
    always = ("private_metadata", "callback_id", "external_id")
    only_modal = (
        "close",
        "submit",
        "clear_on_close",
        "notify_on_close",
        "submit_disabled",
    )
    report.keys(
        view,
        "/view",
        required=("type", "blocks", "title") if in_modal else ("type", "blocks"),
        optional=always + (only_modal if in_modal else ()),
    )
    sizes = {
        "title": limits.VIEW_TITLE,
        "submit": limits.VIEW_BUTTON,
        "close": limits.VIEW_BUTTON,
    }
    for name, high in sizes.items():
        if name in view:
            check_text(report, view[name], f"/view/{name}", high=high, plain_only=True)
    if "private_metadata" in view:
        report.string(
            view["private_metadata"],
            "/view/private_metadata",
            low=0,
            high=limits.PRIVATE_METADATA,
        )
    if "callback_id" in view:
        report.string(view["callback_id"], "/view/callback_id", low=0, high=limits.CALLBACK_ID)
    check_blocks(report, view.get("blocks", []), "/view/blocks", in_view=True)
    has_input = any(
        isinstance(block, Mapping) and block.get("type") == "input"
        for block in view.get("blocks", [])
        if isinstance(view.get("blocks"), list)
    )
    if in_modal and has_input and "submit" not in view:
        report.add("/view/submit", "missing required field: submit")
