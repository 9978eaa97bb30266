"""What every request of the editor needs, handed to the app once and read from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, current_app

from core.config import Config
from db.pool import Database
from editor.drafting import Drafting
from editor.intake import Intake
from editor.presence import Presence
from pipeline.registry import Registry
from pipeline.search import Searcher

KEY = "clipops"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The handles of one running editor."""

    config: Config
    database: Database
    searcher: Searcher
    presence: Presence
    intake: Intake
    registry: Registry
    drafting: Drafting


def services() -> Services:
    """The handles of the app that serves this request."""
    return services_of(current_app)


def services_of(app: Flask) -> Services:
    """The handles of an app."""
    found: Services = app.extensions[KEY]
    return found


def now() -> datetime:
    """The wall clock, in UTC; the one place tests may patch."""
    return datetime.now(UTC)
