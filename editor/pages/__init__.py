"""The pages, one file a noun."""

from __future__ import annotations

from flask import Flask

from editor.access import is_signed_in
from editor.documents import thumbnail_url
from editor.faces import face_url
from editor.pages import enter, health, history, library, people, preferences, search, video
from editor.wording import clock, kind_name, stage_name, status_name


def register(app: Flask) -> None:
    """Hang every page into the app."""
    for part in (library, video, history, people, search, enter, preferences, health):
        app.register_blueprint(part.blueprint)
    app.context_processor(
        lambda: {
            "clock": clock,
            "face_url": face_url,
            "kind_name": kind_name,
            "stage_name": stage_name,
            "status_name": status_name,
            "thumbnail_url": thumbnail_url,
            "can_rename": not is_signed_in(),
        }
    )
