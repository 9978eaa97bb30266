"""Flask-Babel's lookups with types; the names are those that message extraction knows.

A page with five hundred segments says some three thousand things: looking each up anew took a
third of its time, so what was found once is kept.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import flask_babel


def gettext(text: str, **values: object) -> str:
    """``text`` in the reader's language, its ``%(name)s`` filled in."""
    locale = flask_babel.get_locale()
    found = _found(locale.language if locale else "en", text)
    return found % values if values else found


@lru_cache(maxsize=2_000)
def _found(_language: str, text: str) -> str:
    return str(flask_babel.gettext(text))


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """The form for ``num`` things, ``%(num)d`` filled in."""
    return str(flask_babel.ngettext(singular, plural, num, **values))


def lazy_gettext(text: str) -> Any:
    """A text looked up when it is shown: for tables made before any reader is known."""
    return flask_babel.lazy_gettext(text)


def N_(text: str) -> str:  # noqa: N802 - the conventional mark for text translated later
    """Mark a text for extraction and leave it as it is."""
    return text
