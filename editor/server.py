"""The editor as a process: gunicorn inside it, one worker with threads.

Threads, because a video stream keeps one busy for seconds (one process serves them all); one
worker, because the query encoder should be in memory once.
"""

from __future__ import annotations

import errno
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication

from core.config import Config
from core.errors import ClipOpsError, MachineError
from core.garbage import keep_loaded
from db import server as database_server
from db.pool import Database
from editor.access import refuse_open_door
from editor.app import create_app
from editor.services import services_of
from pipeline.registry import Registry
from pipeline.search import Searcher

log = structlog.get_logger()

THREADS = 16
DRAIN_S = 5
BACKLOG = 128
IDLE_LOOK_S = 60


def serve(config: Config, announce: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; ends the process. ``announce`` is told the address.

    Raises ConfigError, or MachineError for a taken port.
    """
    refuse_open_door(config)
    listener = listen(config.editor.host, config.editor.port)
    with database_server.start(config) as server:
        _bring_up_to_date(server.url)
        port = listener.getsockname()[1]
        address = config.editor_url if config.editor.port else _local_url(config, port)
        announce(address)
        _Gunicorn(config, server.url, listener).run()


def _bring_up_to_date(url: str) -> None:
    """The schema, for whoever starts the editor before anything else."""
    from db import migrate  # its library is needed only here

    if not migrate.is_current(url):
        migrate.upgrade(url)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            reason = f"Port {port} is taken by another program; stop it or set another editor.port"
        else:
            reason = (
                f"The editor cannot listen on {host}:{port} "
                f"({os.strerror(error.errno or 0)}); change editor.host or editor.port"
            )
        raise MachineError(f"{reason} in config.json.") from error
    listener.listen(BACKLOG)
    listener.set_inheritable(True)
    return listener


class _Gunicorn(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn configured from ClipOps' own configuration, never from files or arguments."""

    def __init__(self, config: Config, url: str, listener: socket.socket) -> None:
        self.config, self.url, self.listener = config, url, listener
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": f"fd://{self.listener.fileno()}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "timeout": 60,
            "graceful_timeout": DRAIN_S,
            "keepalive": 5,
            "loglevel": "warning",
            "control_socket_disable": True,
            "proc_name": "clipops-editor",
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Runs in the worker, so connections and threads are its own."""
        database = Database.open(self.url, self.config.database)
        searcher = Searcher(self.config, database)
        threading.Thread(target=_warm_up, args=[searcher], name="warm-up", daemon=True).start()
        app = create_app(self.config, database, searcher)
        registry = services_of(app).registry
        threading.Thread(target=_let_go, args=[registry], name="let-go", daemon=True).start()
        return app


def _let_go(registry: Registry) -> None:
    """What looked at faces or wrote captions leaves the memory once nobody asks for it."""
    while True:
        time.sleep(IDLE_LOOK_S)
        registry.evict_idle()


def _warm_up(searcher: Searcher) -> None:
    """Load the query encoder before the first search; what stands in its way, that search says."""
    try:
        searcher.warm_up()
        keep_loaded()
    except ClipOpsError as error:
        log.warning("warm_up_failed", reason=str(error))


def _local_url(config: Config, port: int) -> str:
    return f"http://{config.editor.host}:{port}"
