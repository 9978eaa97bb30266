"""Opening and filling dialogs: Slack wants them at once, what is in them may take longer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.blocks import Block
from bot.failures import failure_words
from bot.handoff import Handoff
from bot.mrkdwn import escape
from bot.people_modals import errors_for, told, waiting
from bot.searching import ACK_WITHIN_S
from bot.services import Services
from bot.wording import say
from core.errors import Busy, ClipOpsError, ServiceUnavailable
from core.types import Language

# The acknowledgement shows a dialog that waits; what fills it must not reach Slack before that.
AFTER_ACK_S = 0.5
LOG = structlog.get_logger()


def open_dialog(
    services: Services, trigger_id: str, language: Language, build: Callable[[], Block]
) -> None:
    """Open a dialog that waits, then fill it with what ``build`` makes, or with the sentence of
    what went wrong."""
    try:
        opened = services.client.views_open(trigger_id=trigger_id, view=waiting(language))["view"]
    except SlackApiError as error:
        raise ServiceUnavailable("Slack did not open the dialog; press again.") from error
    try:
        view = build()
    except ClipOpsError as error:
        view = told(language, escape(failure_words(error, language)))
    _fill(services, str(opened["id"]), view, expected=str(opened["hash"]))


def next_step(
    services: Services, view: Mapping[str, Any], language: Language, build: Callable[[], Block]
) -> dict[str, Any]:
    """The acknowledgement of a submitted view: the next one where that is there in time, the
    sentence of what is wrong at the last field, or a view that waits and is filled later."""
    handoff = Handoff()
    view_id = str(view["id"])

    def answer(acknowledgement: dict[str, Any], later: Block) -> None:
        if not handoff.offer(acknowledgement):
            time.sleep(AFTER_ACK_S)
            _fill(services, view_id, later)

    def work() -> None:
        built = build()
        answer({"response_action": "update", "view": built}, built)

    def fail(error: BaseException) -> None:
        words = failure_words(error, language)
        answer(refuse(view, words), told(language, escape(words)))

    def interrupt() -> None:
        words = say(language, "dialog_interrupted")
        answer(refuse(view, words), told(language, words))

    try:
        services.work.submit(work, on_error=fail, on_interrupt=interrupt)
    except Busy:
        return refuse(view, say(language, "busy", waiting=services.work.waiting))
    outcome = handoff.wait(ACK_WITHIN_S)
    if outcome.message is not None:
        return outcome.message
    return {"response_action": "update", "view": waiting(language, "counting")}


def refuse(
    view: Mapping[str, Any], sentence: str, *, block_id: str | None = None
) -> dict[str, Any]:
    """The acknowledgement that keeps a view open, with a sentence at a field (the last one)."""
    return {
        "response_action": "errors",
        "errors": errors_for(view, {block_id or "": sentence}),
    }


def _fill(services: Services, view_id: str, view: Block, *, expected: str | None = None) -> None:
    """``expected`` is the hash of what is shown now; a dialog that was closed or has moved on
    stays as it is."""
    try:
        services.client.views_update(view_id=view_id, hash=expected, view=view)
    except SlackApiError as error:
        code = error.response.get("error")
        if code not in ("not_found", "hash_conflict"):
            raise ServiceUnavailable("Slack did not fill the dialog; open it again.") from error
        LOG.info("dialog_gone", error=code)
