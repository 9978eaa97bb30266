"""Asking a server of models for something: what goes wrong is either final or worth another try.

The errors' messages are the rest of a sentence; whoever knows the model's name begins it.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from core.errors import ClipOpsError, InputError, ModelError, ServiceUnavailable
from pipeline.downloads import TIMEOUT_S, opened
from pipeline.guard import Guard

OVERLOADED = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_WAIT_S = 60.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often a server is asked again without getting on, and the first wait in seconds, doubled
    each time; what a server asks for (Retry-After) counts up to a minute."""

    attempts: int = 5
    first_wait_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The way to the servers: every connection goes through ``guard``; ``say`` takes a sentence
    for the person who waits."""

    guard: Guard
    patience: Patience = Patience()
    say: Callable[[str], None] = lambda _sentence: None


class TryAgain(Exception):
    """Another try may help. ``wait_s`` is what the server asked for; ``stale`` says that what has
    come so far is of no use."""

    def __init__(self, reason: str, *, wait_s: float | None = None, stale: bool = False) -> None:
        super().__init__(reason)
        self.wait_s = wait_s
        self.stale = stale


def patiently(ask: Callable[[], T], line: Line, gained: Callable[[], bool]) -> T:
    """Ask until it works, or until ``patience.attempts`` tries in a row brought nothing; ``gained``
    tells whether the last one did. A server out of reach from the start is not waited for: the
    machine is offline more often than the server is.

    Raises ServiceUnavailable, or what ``ask`` raises.
    """
    failures = 0
    while True:
        try:
            return ask()
        except (TryAgain, ServiceUnavailable) as error:
            got_on = gained()
            failures = 1 if got_on else failures + 1
            offline = isinstance(error, ServiceUnavailable) and failures == 1 and not got_on
            if offline or failures >= line.patience.attempts:
                raise ServiceUnavailable(str(error)) from error
            asked_s = error.wait_s if isinstance(error, TryAgain) else None
            own_s = line.patience.first_wait_s * 2 ** (failures - 1)
            wait_s = min(own_s if asked_s is None else asked_s, LONGEST_WAIT_S)
            line.say(f"{error}; trying again in {wait_s:.0f} s.")
            time.sleep(wait_s)


@contextmanager
def answer(
    url: str, guard: Guard, headers: Mapping[str, str] | None = None
) -> Iterator[http.client.HTTPResponse]:
    """The answer to a GET. Raises TryAgain, ModelError, or ServiceUnavailable where the server is
    out of reach."""
    host = host_of(url)
    with ExitStack() as open_until_read:
        try:
            response = open_until_read.enter_context(opened(url, guard, headers=headers))
        except urllib.error.HTTPError as error:
            error.close()
            if guard.problem is not None:
                raise _of_guard(host, guard) from error
            raise _of_status(host, error) from error
        except (OSError, http.client.HTTPException) as error:
            if guard.problem is not None:
                raise _of_guard(host, guard) from error
            raise TryAgain(f"{host} does not answer ({in_words(error)})") from error
        except InputError as error:
            raise ModelError(f"{host} leads to a link that cannot be read") from error
        yield response


def read(response: http.client.HTTPResponse, size: int, host: str) -> bytes:
    """The next bytes of an answer as they arrive, at most so many, b"" at its end; TryAgain where
    the connection breaks."""
    try:
        return response.read1(size)
    except (OSError, http.client.HTTPException) as error:
        raise TryAgain(f"{host} broke off ({in_words(error)})") from error


def host_of(url: str) -> str:
    return urlsplit(url).hostname or url


def in_words(error: Exception) -> str:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError):
        return f"nothing came for {TIMEOUT_S} s"
    return str(reason) or type(reason).__name__


def _of_status(host: str, error: urllib.error.HTTPError) -> Exception:
    if error.code in (401, 403):
        return ModelError(
            f"{host} lets nobody have it without signing in ({error.code}): it does not exist, is "
            "private, or its licence has to be accepted on its page first"
        )
    if error.code in (404, 410):
        return ModelError(f"{host} has no such model, revision or file ({error.code})")
    if error.code == 416:
        return TryAgain(f"{host} cannot go on where the last try stopped", stale=True)
    if error.code in OVERLOADED:
        said = error.headers.get("Retry-After", "")
        wait_s = float(said) if said.isdigit() else None
        return TryAgain(f"{host} is overloaded or out of order ({error.code})", wait_s=wait_s)
    return ModelError(f"{host} answers {error.code} {error.reason}")


def _of_guard(host: str, guard: Guard) -> ClipOpsError:
    match guard.problem:
        case "unknown host":
            return ServiceUnavailable(f"{host} is not known here, this machine may be offline")
        case "private":
            return ModelError(f"{host} leads to this machine or a private network")
        case _:
            return ServiceUnavailable(f"{host} does not answer, this machine may be offline")
