"""What Slack knows about a person: language and time zone, asked once an hour."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.wording import has_hangul
from core.query import parse
from core.types import Language

KEPT_S = 3_600.0
LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """``label`` names the person in the history of edits; ``timezone`` is where their dates are
    read, None where Slack names none that this machine knows."""

    label: str
    language: Language
    timezone: ZoneInfo | None


class Members:
    """Thread-safe; a person Slack says nothing about speaks English in the library's timezone."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Member]] = {}

    def get(self, user_id: str) -> Member:
        """Asks Slack when the answer is not at hand; not for the acknowledging thread."""
        known = self._cached(user_id)
        if known is not None:
            return known
        try:
            answer = self._client.users_info(user=user_id, include_locale=True)
        except (SlackApiError, OSError) as error:
            LOG.warning("member_unknown", user=user_id, reason=type(error).__name__)
            return Member(label=user_id, language="en", timezone=None)
        described = answer.get("user") or {}
        locale = str(described.get("locale") or "")
        # Real names are read but can be changed to any; the handle is unique in the workspace.
        handle, name = str(described.get("name") or user_id), str(described.get("real_name") or "")
        member = Member(
            label=f"{name} (@{handle})" if name else f"@{handle}",
            language="ko" if locale.lower().startswith("ko") else "en",
            timezone=_zone(str(described.get("tz") or "")),
        )
        with self._lock:
            self._known[user_id] = (time.monotonic(), member)
        return member

    def language(self, user_id: str, query: str) -> Language:
        """A query asked in Korean decides, then the person's locale. May ask Slack."""
        return "ko" if asked_in_korean(query) else self.get(user_id).language

    def language_now(self, user_id: str, query: str) -> Language:
        """The same without asking Slack: for the acknowledgement."""
        if asked_in_korean(query):
            return "ko"
        known = self._cached(user_id)
        return known.language if known else "en"

    def _cached(self, user_id: str) -> Member | None:
        with self._lock:
            known = self._known.get(user_id)
        if known is None or time.monotonic() - known[0] > KEPT_S:
            return None
        return known[1]


def asked_in_korean(query: str) -> bool:
    """True for Hangul in the words or in the name of a filter: somebody's name, or a title, is
    Korean in an English query too (``person:지민``)."""
    parsed = parse(query)
    typed = ((part, query[part.start : part.end]) for part in parsed.filters)
    names = (text.removesuffix(part.behind_name(text)) for part, text in typed)
    return any(map(has_hangul, (*(term.text for term in parsed.terms), *names)))


def _zone(name: str) -> ZoneInfo | None:
    """The IANA timezone called so. ZoneInfo raises one or the other for a name that is none."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError):
        return None
