"""Flask-Babel's lookups with types; the names are those that message extraction knows."""

from __future__ import annotations

from typing import Any

import flask_babel


def gettext(text: str, **values: object) -> str:
    """``text`` in the reader's language, its ``%(name)s`` filled in."""
    return str(flask_babel.gettext(text, **values))


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """The form for ``num`` things, ``%(num)d`` filled in."""
    return str(flask_babel.ngettext(singular, plural, num, **values))


def lazy_gettext(text: str) -> Any:
    """A text looked up when it is shown: for tables made before any reader is known."""
    return flask_babel.lazy_gettext(text)


def N_(text: str) -> str:  # noqa: N802 - the conventional mark for text translated later
    """Mark a text for extraction and leave it as it is."""
    return text
