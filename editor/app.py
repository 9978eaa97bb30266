"""The Flask app: handles in, one application out."""

from __future__ import annotations

from flask import Flask

from core.config import Config
from core.links import signing_secret
from db.pool import Database
from editor import access, api, faces, failures, language, media, pages, thumbnails
from editor.drafting import Drafting
from editor.intake import Intake
from editor.presence import Presence
from editor.services import KEY, Services
from pipeline.registry import Registry
from pipeline.search import Searcher

MAX_BODY_BYTES = 256 * 1024


def create_app(config: Config, database: Database, searcher: Searcher) -> Flask:
    """The editor. Raises ConfigError where it would be open to the network without a secret."""
    access.refuse_open_door(config)
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=signing_secret(config),
        SESSION_COOKIE_NAME="clipops_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.editor_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=access.SESSION_LIFETIME,
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    registry = Registry(config)
    app.extensions[KEY] = Services(
        config=config,
        database=database,
        searcher=searcher,
        presence=Presence(),
        intake=Intake(config, database),
        registry=registry,
        drafting=Drafting(config, database, registry),
    )
    for part in (access, failures, language, media, thumbnails, faces, pages, api):
        part.register(app)
    return app
