"""English and Korean: which one this reader gets, and every sentence in it."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_datetime as babel_datetime
from flask import Flask, request
from flask_babel import Babel, get_locale, get_timezone

from core.types import Hit, Language
from editor.browser_strings import browser_strings
from editor.keys import key_bindings, key_table, tooltip
from editor.sentences import translated
from editor.services import services_of
from editor.translation import gettext, ngettext

LANGUAGES: tuple[Language, ...] = ("en", "ko")
COOKIE = "clipops_language"
THEMES = ("auto", "light", "dark")
THEME_COOKIE = "clipops_theme"


def register(app: Flask) -> None:
    """Choose the locale per request and give templates what they say things with."""
    timezone = services_of(app).config.timezone
    Babel(app, default_locale="en", default_timezone=timezone, locale_selector=choose_language)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # by the i18n extension
        gettext, ngettext, newstyle=True
    )
    app.context_processor(
        lambda: {
            "language": language(),
            "theme": theme(),
            "browser_strings": browser_strings,
            "key_bindings": key_bindings,
            "tooltip": tooltip,
            "key_table": key_table,
            "translate": sentence,
            "here": here(),
            "moment": moment,
            "happened_at": happened_at,
        }
    )


def choose_language() -> Language:
    """The reader's own choice, else what their browser asks for, else English."""
    chosen = request.cookies.get(COOKIE)
    best = chosen or request.accept_languages.best_match(LANGUAGES)
    return "ko" if best == "ko" else "en"


def language() -> Language:
    """The language of this answer."""
    locale = get_locale()
    return "ko" if locale is not None and locale.language == "ko" else "en"


def theme() -> str:
    """``light``, ``dark``, or ``auto`` for what the system prefers."""
    chosen = request.cookies.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


def sentence(text: str) -> str:
    """A sentence made deep inside ClipOps, in the reader's language where it is known."""
    return translated(text, gettext)


def happened_at(hit: Hit) -> datetime:
    """When what a hit shows happened; its video has to know when it was recorded."""
    assert hit.recorded_at is not None
    return hit.recorded_at + timedelta(milliseconds=hit.start_ms)


def moment(at: datetime, zone: tzinfo | str | None = None) -> str:
    """A wall-clock time to the minute, in the time zone of the configuration or another."""
    zone = ZoneInfo(zone) if isinstance(zone, str) else zone or get_timezone()
    local = at if zone is None else at.astimezone(zone)
    pattern = "y년 M월 d일 HH:mm" if language() == "ko" else "MMM d, y, HH:mm"
    return babel_datetime(local, pattern, locale=language())


def here() -> str:
    """Path and query of this page, to come back to."""
    query = request.query_string.decode("latin-1")
    return request.path + (f"?{query}" if query else "")


def local_path(wanted: str) -> str:
    """``wanted`` where it is a path on this editor, else the library: no open redirects."""
    parts = urlsplit(wanted)
    safe = wanted.startswith("/") and not parts.scheme and not parts.netloc
    return wanted if safe and not wanted.startswith(("//", "/\\")) else "/"
