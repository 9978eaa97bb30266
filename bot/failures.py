"""What a person reads when something went wrong, and what the log keeps under its reference."""

from __future__ import annotations

import secrets

import structlog

from bot import cards
from bot.mrkdwn import escape
from bot.refusals import in_korean
from bot.wording import say, say_error
from core.errors import (
    Busy,
    DatabaseUnavailable,
    EditRefused,
    InputError,
    ModelError,
    ServiceUnavailable,
)
from core.types import Language

# How db.pool says that a statement ran into its timeout.
TOOK_TOO_LONG = "This took too long and was stopped; ask for less."
LOG = structlog.get_logger()


def failure_card(error: BaseException, language: Language) -> cards.Message:
    """A sentence in the person's language; the unexpected also goes to the log with traceback."""
    return cards.sentence(escape(failure_words(error, language)))


def failure_words(error: BaseException, language: Language) -> str:
    """The same as plain text, for the fields of a dialog."""
    if isinstance(error, InputError | EditRefused):
        return say_error(language, error)
    if isinstance(error, Busy):
        if str(error) == TOOK_TOO_LONG:
            return say(language, "took_too_long")
        # Who waits for something other than a search is told so by the error itself.
        own = in_korean(str(error)) is not None
        return say_error(language, error) if own else say(language, "busy_now")
    reference = secrets.token_hex(4)
    if isinstance(error, ServiceUnavailable):
        LOG.error("service_unavailable", reference=reference, kind=type(error).__name__)
        name = "database_down" if isinstance(error, DatabaseUnavailable) else "broken"
        return say(language, name, reference=reference)
    if isinstance(error, ModelError):
        LOG.error("model_unusable", reference=reference, sentence=str(error))
        return say(language, "model_down", reference=reference)
    LOG.error("something_broke", reference=reference, exc_info=error)
    return say(language, "broken", reference=reference)
