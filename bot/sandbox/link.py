"""From the sandbox to the bot: signed HTTP, or a Socket Mode connection where one is open.

Slack waits three seconds for an answer, then tells the person so.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from bot import limits
from bot.sandbox.options import SandboxOptions
from bot.sandbox.socket import SocketGate

Kind = Literal["slash_commands", "interactive", "events_api"]
PATHS: dict[Kind, str] = {
    "slash_commands": "/slack/commands",
    "interactive": "/slack/interactive",
    "events_api": "/slack/events",
}
# Loopback is never reached through a proxy, whatever the environment says.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class BotAnswer:
    """What came back within three seconds; ``error`` is Slack's word for what went wrong."""

    body: str = ""
    is_json: bool = False
    error: Literal["", "operation_timeout", "dispatch_failed"] = ""

    def json(self) -> dict[str, Any] | None:
        """The body as an object, None when it is no such thing."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return None
        return value if isinstance(value, dict) else None


class BotLink:
    """Sends what happened in the sandbox to the bot and returns its acknowledgement."""

    def __init__(self, options: SandboxOptions, gate: SocketGate) -> None:
        self._options = options
        self._gate = gate

    def send(self, kind: Kind, payload: Mapping[str, Any]) -> BotAnswer:
        """Deliver once and wait for the acknowledgement, at most three seconds."""
        if self._gate.connected():
            return self._send_by_socket(kind, payload)
        return self.send_signed(kind, payload)

    def send_signed(
        self, kind: Kind, payload: Mapping[str, Any], *, retry_number: int = 0
    ) -> BotAnswer:
        """One signed HTTP request to the bot's address."""
        if kind == "events_api":
            body, content_type = json.dumps(payload), "application/json"
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content_type = urlencode(form), "application/x-www-form-urlencoded"
        headers = {"Content-Type": content_type, **self._signature(body)}
        if retry_number:
            headers["X-Slack-Retry-Num"] = str(retry_number)
            headers["X-Slack-Retry-Reason"] = "http_timeout"
        request = urllib.request.Request(  # noqa: S310  the address is this machine's own bot
            self._options.bot_url + PATHS[kind], data=body.encode(), headers=headers
        )
        try:
            with _DIRECT.open(request, timeout=limits.ACK_SECONDS) as response:
                is_json = response.headers.get_content_type() == "application/json"
                return BotAnswer(body=response.read().decode("utf-8"), is_json=is_json)
        except TimeoutError:
            return BotAnswer(error="operation_timeout")
        except urllib.error.URLError as error:
            timed_out = isinstance(error.reason, TimeoutError)
            return BotAnswer(error="operation_timeout" if timed_out else "dispatch_failed")
        except OSError:
            return BotAnswer(error="dispatch_failed")

    def reachable(self) -> bool:
        """Whether a bot listens."""
        if self._gate.connected():
            return True
        try:
            with _DIRECT.open(f"{self._options.bot_url}/healthz", timeout=1) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def _send_by_socket(self, kind: Kind, payload: Mapping[str, Any]) -> BotAnswer:
        answer = self._gate.deliver(kind, payload, timeout_s=limits.ACK_SECONDS)
        if answer is None:
            return BotAnswer(error="operation_timeout")
        body = answer.get("payload")
        return BotAnswer(body=json.dumps(body) if body else "", is_json=bool(body))

    def _signature(self, body: str) -> dict[str, str]:
        timestamp = str(int(time.time()))
        base = f"v0:{timestamp}:{body}".encode()
        digest = hmac.new(self._options.signing_secret.encode(), base, hashlib.sha256)
        return {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": f"v0={digest.hexdigest()}",
        }
