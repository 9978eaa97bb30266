"""The JSON API under ``/api/``: parse, call one use case, answer with a document."""

from __future__ import annotations

from flask import Flask

from editor.api import (
    appearances,
    arrivals,
    captions,
    enrolment,
    history,
    marks,
    people,
    search,
    segments,
    videos,
)


def register(app: Flask) -> None:
    """Hang every address of the API into the app."""
    for part in (
        videos,
        arrivals,
        segments,
        captions,
        history,
        people,
        appearances,
        enrolment,
        search,
        marks,
    ):
        app.register_blueprint(part.blueprint, url_prefix="/api")
