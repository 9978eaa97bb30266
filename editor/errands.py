"""Work that goes on after its request was answered: how it fails is told where people look."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import structlog

from core.errors import ClipOpsError

log = structlog.get_logger()


def run_errand(
    work: Callable[[], object], give_up: Callable[[str], object], **facts: object
) -> bool:
    """Do ``work`` in this thread; True where it was done. ``give_up`` is told the sentence of an
    error, or a reference to what the log says of a fault. ``facts`` are logged with either."""
    try:
        work()
    except ClipOpsError as error:
        log.info("errand_failed", error=type(error).__name__, **facts)
        give_up(str(error))
    except Exception:  # the one edge of the editor's own threads: nobody else would hear of it
        reference = secrets.token_hex(4)
        log.exception("errand_broke", reference=reference, **facts)
        give_up(f"Something broke. Reference {reference}")
    else:
        return True
    return False
