"""Work that goes on after its request was answered: how it fails is told where people look."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import Executor, Future

import structlog

from core.errors import ClipOpsError

log = structlog.get_logger()


def start_errand(
    pool: Executor,
    work: Callable[[], object],
    *,
    done: Callable[[], object],
    give_up: Callable[[str], object],
    **facts: object,
) -> None:
    """Do ``work`` in a thread of ``pool``, then ``done``. ``give_up`` is told the sentence of an
    error, or a reference to what the log says of a fault; neither hears of what the pool never
    began. ``facts`` are logged with either."""

    def ended(future: Future[object]) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            done()
        else:
            give_up(_told(error, facts))

    pool.submit(work).add_done_callback(ended)


def _told(error: BaseException, facts: dict[str, object]) -> str:
    if isinstance(error, ClipOpsError):
        log.info("errand_failed", error=type(error).__name__, **facts)
        return str(error)
    reference = secrets.token_hex(4)
    log.error("errand_broke", reference=reference, exc_info=error, **facts)
    return f"Something broke. Reference {reference}"
