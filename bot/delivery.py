"""Sending: checked against the limits first, and again without pictures when Slack refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import RetryHandler
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.webhook import WebhookClient

from bot.fitting import Message, fit, pictures_in, without_pictures
from bot.validation import validate
from core.errors import ServiceUnavailable

TIMEOUT_S = 10
LOG = structlog.get_logger()
Outcome = Literal["sent", "refused", "spent"]


def web_client(token: str, base_url: str) -> WebClient:
    """A client that waits on 429 and repeats nothing else: a repeated post is posted twice."""
    client = WebClient(
        token=token, base_url=base_url, timeout=TIMEOUT_S, retry_handlers=_only_rate_limits()
    )
    if is_loopback(base_url):
        client.proxy = None  # the environment's proxy cannot reach this machine
    return client


def checked(message: Mapping[str, Any]) -> list[Message]:
    """``message`` as Slack takes it, in one or more parts.

    A message that breaks a limit in spite of all shortening goes out as plain words, and the
    log says which limit.
    """
    parts = []
    for part in fit(message):
        problems = validate(part)
        if problems:
            LOG.error("message_breaks_a_limit", problems=[str(problem) for problem in problems])
            part = {name: value for name, value in part.items() if name != "blocks"}
            part["text"] = part.get("text") or "ClipOps"
        parts.append(part)
    return parts


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseUrl:
    """Where one command or click is answered: five times within half an hour.

    ``forget_pictures`` is told which files Slack did not want to show.
    """

    url: str
    forget_pictures: Callable[[list[str]], None]

    def add(self, message: Mapping[str, Any]) -> Outcome:
        """A new message only this person sees."""
        return self._send_all(message, {"response_type": "ephemeral", "replace_original": False})

    def replace(self, message: Mapping[str, Any]) -> Outcome:
        """In place of the message whose button was pressed."""
        return self._send_all(message, {"replace_original": True})

    def _send_all(self, message: Mapping[str, Any], how: Mapping[str, Any]) -> Outcome:
        outcome: Outcome = "sent"
        for part in checked(message):
            outcome = self._send({**part, **how})
            if outcome == "refused" and (pictures := pictures_in(part)):
                self.forget_pictures(pictures)
                outcome = self._send({**without_pictures(part), **how})
            if outcome != "sent":
                LOG.warning("answer_not_delivered", outcome=outcome)
                break
            how = {"response_type": "ephemeral", "replace_original": False}
        return outcome

    def _send(self, body: dict[str, Any]) -> Outcome:
        client = WebhookClient(self.url, timeout=TIMEOUT_S, retry_handlers=_only_rate_limits())
        if is_loopback(self.url):
            client.proxy = None
        try:
            response = client.send_dict(body)
        except OSError as error:
            raise ServiceUnavailable("Slack does not answer; try again in a moment.") from error
        if response.status_code == 200 and _says_ok(response.body):
            return "sent"
        LOG.info("response_url_refused", status=response.status_code, answer=response.body[:80])
        return "spent" if _error_in(response.body) in _SPENT else "refused"


def post(client: WebClient, channel: str, message: Mapping[str, Any]) -> None:
    """A message everyone in the channel reads. Raises SlackApiError."""
    for part in checked(message):
        try:
            client.chat_postMessage(channel=channel, unfurl_links=False, **part)
        except SlackApiError as error:
            if error.response.get("error") != "invalid_blocks" or not pictures_in(part):
                raise
            client.chat_postMessage(channel=channel, unfurl_links=False, **without_pictures(part))


def post_to(
    client: WebClient,
    channel: str,
    user: str,
    message: Mapping[str, Any],
    *,
    thread_ts: str | None = None,
) -> None:
    """A message one person reads, in a channel or a thread. Raises SlackApiError."""
    where: dict[str, Any] = {"channel": channel, "user": user, "thread_ts": thread_ts}
    for part in checked(message):
        try:
            client.chat_postEphemeral(**where, **part)
        except SlackApiError as error:
            if error.response.get("error") != "invalid_blocks" or not pictures_in(part):
                raise
            client.chat_postEphemeral(**where, **without_pictures(part))


def is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


_SPENT = frozenset({"used_url", "expired_url", "invalid_url"})


def _only_rate_limits() -> list[RetryHandler]:
    return [RateLimitErrorRetryHandler(max_retry_count=2)]


def _says_ok(body: str) -> bool:
    return body.strip() == "ok" or (_parsed(body).get("ok") is True)


def _error_in(body: str) -> str:
    return str(_parsed(body).get("error", body.strip()))


def _parsed(body: str) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
