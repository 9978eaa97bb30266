"""What a reader chooses for themselves: language, theme, the name history knows them by."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from editor import access
from editor.characters import without_control
from editor.language import COOKIE, LANGUAGES, THEME_COOKIE, THEMES, local_path

blueprint = Blueprint("preferences", __name__)

ONE_YEAR_S = 365 * 24 * 3600


@blueprint.post("/preferences")
def change() -> Response:
    """Keep what was chosen and go back to where the reader was."""
    response = redirect(local_path(request.form.get("next", "/")), code=303)
    language = request.form.get("language")
    if language in LANGUAGES:
        _keep(response, COOKIE, language)
    theme = request.form.get("theme")
    if theme in THEMES:
        _keep(response, THEME_COOKIE, theme)
    name = " ".join(without_control(request.form.get("name", "")).split())
    if name and not access.is_signed_in():
        access.remember(name)
    return response


def _keep(response: Response, cookie: str, value: str) -> None:
    # Not HttpOnly: the theme switch of the page writes it too.
    response.set_cookie(cookie, value, max_age=ONE_YEAR_S, samesite="Lax")
