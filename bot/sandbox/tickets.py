"""Trigger ids and response addresses: short-lived permissions Slack hands out with each request."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from bot import limits

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseAddress:
    """What a ``response_url`` may do: a command's only adds, a click's may also replace."""

    channel: str
    user: str
    message_ts: str | None
    made_at: float


@dataclass(slots=True)
class _Uses:
    address: ResponseAddress
    count: int = 0


@dataclass(slots=True)
class Tickets:
    """Thread-safe; ``clock`` counts seconds."""

    clock: Clock = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _triggers: dict[str, tuple[str, float]] = field(default_factory=dict)
    _addresses: dict[str, _Uses] = field(default_factory=dict)

    def new_trigger(self, user: str) -> str:
        trigger = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        with self._lock:
            self._triggers[trigger] = (user, self.clock())
        return trigger

    def spend_trigger(self, trigger: str) -> tuple[str, Literal[""]] | tuple[None, str]:
        """The person it belongs to, or why it is of no use: valid once and for 3 seconds."""
        with self._lock:
            found = self._triggers.get(trigger)
            if found is None:
                return None, "invalid_trigger_id"
            user, made_at = found
            if not user:
                return None, "exchanged_trigger_id"
            if self.clock() - made_at > limits.TRIGGER_SECONDS:
                return None, "expired_trigger_id"
            self._triggers[trigger] = ("", made_at)
            return user, ""

    def new_address(self, *, channel: str, user: str, message_ts: str | None) -> str:
        """The secret part of a ``response_url``."""
        key = secrets.token_urlsafe(18)
        address = ResponseAddress(
            channel=channel, user=user, message_ts=message_ts, made_at=self.clock()
        )
        with self._lock:
            self._addresses[key] = _Uses(address)
        return key

    def use_address(self, key: str) -> tuple[ResponseAddress, Literal[""]] | tuple[None, str]:
        """Counts one use; the sixth, or one after 30 minutes, is refused."""
        with self._lock:
            found = self._addresses.get(key)
            if found is None:
                return None, "invalid_url"
            if self.clock() - found.address.made_at > limits.RESPONSE_URL_SECONDS:
                return None, "expired_url"
            if found.count >= limits.RESPONSE_URL_USES:
                return None, "used_url"
            found.count += 1
            return found.address, ""


@dataclass(slots=True)
class PostingRate:
    """About one message a second in each channel; a short burst is let through."""

    per_second: float = 1.0
    burst: int = 4
    clock: Clock = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, channel: str) -> int:
        """0 when a message may be posted now, else the seconds to wait."""
        with self._lock:
            now = self.clock()
            left, at = self._left.get(channel, (float(self.burst), now))
            left = min(self.burst, left + (now - at) * self.per_second)
            if left >= 1:
                self._left[channel] = (left - 1, now)
                return 0
            self._left[channel] = (left, now)
            return max(1, round((1 - left) / self.per_second))
