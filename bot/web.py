"""HTTP mode: Slack's requests behind Flask, served by gunicorn with threads."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request
from gunicorn.app.base import BaseApplication
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler

from bot.services import DRAIN_S

# Acknowledging threads only wait; 32 of them let a burst of searches wait 1.5 s side by side.
THREADS = 32
REQUEST_BYTES = 1024 * 1024


def create_web(bolt: App, ready: Callable[[], bool]) -> Flask:
    """The three addresses of the manifest, each of which takes everything, and ``/healthz``."""
    web = Flask(__name__, static_folder=None)
    web.config["MAX_CONTENT_LENGTH"] = REQUEST_BYTES
    handler = SlackRequestHandler(bolt)

    @web.post("/slack/events")
    @web.post("/slack/commands")
    @web.post("/slack/interactive")
    def slack() -> Response:
        return handler.handle(request)

    @web.get("/healthz")
    def healthz() -> dict[str, Any]:
        return {"ok": True, "search_ready": ready()}

    return web


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no type information
    """One worker process on a socket that is bound already.

    ``create`` runs in the worker, so pools and threads are made after the fork; ``close`` runs
    there too, when the worker has answered its last request.
    """

    def __init__(
        self, listener: socket.socket, create: Callable[[], Flask], close: Callable[[], None]
    ) -> None:
        self._listener = listener
        self._create = create
        self._close = close
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": f"fd://{self._listener.fileno()}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "loglevel": "warning",
            "graceful_timeout": int(DRAIN_S) + 5,
            "worker_exit": lambda _server, _worker: self._close(),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._create()
