"""Running the bot: HTTP or Socket Mode, until it is told to stop."""

from __future__ import annotations

import signal
import threading

import structlog
from flask import Flask

from bot.app import create_app
from bot.connection import Access, Identity, access, identify
from bot.listening import listen
from bot.services import Services, close_services, open_services
from bot.socket_mode import run_socket_mode
from bot.web import WebServer, create_web
from core.config import Config
from db.pool import Database
from db.server import start

LOG = structlog.get_logger()


def run(config: Config) -> None:
    """Blocks. Raises ClipOpsError with one sentence when the bot cannot start."""
    reached = access(config)
    listener = None
    if not config.slack.app_token:
        listener = listen(config.slack.port, setting="slack.port in config.json")
    with start(config) as server:
        identity = identify(reached.client)
        _bring_up_to_date(server.url)
        Database.open(server.url, config.database).close()
        if listener is None:
            _run_socket_mode(config, server.url, reached, identity)
        else:
            LOG.info("bot_listening", url=f"http://127.0.0.1:{listener.getsockname()[1]}")
            opened: list[Services] = []

            def create() -> Flask:
                services = _open(config, server.url, reached, identity)
                opened.append(services)
                app = create_app(services, signing_secret=reached.signing_secret)
                return create_web(app, services.searcher.ready)

            def close() -> None:
                for services in opened:
                    close_services(services)

            WebServer(listener, create, close).run()


def _bring_up_to_date(url: str) -> None:
    """The schema, for whoever starts the bot before anything else."""
    from db import migrate  # its library is needed only here

    if not migrate.is_current(url):
        migrate.upgrade(url)


def _run_socket_mode(config: Config, url: str, reached: Access, identity: Identity) -> None:
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    services = _open(config, url, reached, identity)
    try:
        app = create_app(services, signing_secret=reached.signing_secret)
        LOG.info("bot_connecting", mode="socket")
        run_socket_mode(app, config.slack.app_token, stopped)
    finally:
        close_services(services)


def _open(config: Config, url: str, reached: Access, identity: Identity) -> Services:
    return open_services(
        config,
        Database.open(url, config.database),
        reached.client,
        team_id=identity.team_id,
        bot_user_id=identity.bot_user_id,
    )
