"""The sandbox as one running thing: HTTP for the API and the page, a websocket for Socket Mode."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.listening import listen
from bot.sandbox import page, replies, web_api
from bot.sandbox.backend import Backend
from bot.sandbox.files import FileStore
from bot.sandbox.link import BotLink
from bot.sandbox.options import SandboxOptions
from bot.sandbox.socket import SocketGate
from bot.sandbox.tickets import PostingRate, Tickets
from bot.sandbox.workspace import Workspace

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
UPLOAD_BYTES = 32 * 1024 * 1024


class _Quiet(WSGIRequestHandler):
    """HTTP/1.1, so that a page loads over few connections; requests are not logged."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class Sandbox:
    """Starts on construction, on ``options.port`` or a free one; a context manager.

    Raises MachineError when the port is taken.
    """

    def __init__(self, options: SandboxOptions) -> None:
        self._socket = listen(options.port, setting="slack.sandbox_port in config.json")
        self.port: int = self._socket.getsockname()[1]
        self.gate = SocketGate()
        self.backend = Backend(
            options=options,
            workspace=Workspace(),
            files=FileStore(options.folder / "files", settle_s=options.settle_s),
            tickets=Tickets(),
            rate=PostingRate(burst=options.burst),
            address=lambda: self.url,
            socket_address=self.gate.new_address,
        )
        self.link = BotLink(options, self.gate)
        self._server = make_server(
            "127.0.0.1",
            self.port,
            create_app(self.backend, self.link),
            threaded=True,
            request_handler=_Quiet,
            fd=self._socket.fileno(),
        )
        self.gate.start()
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="sandbox-http", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def workspace(self) -> Workspace:
        return self.backend.workspace

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.gate.close()
        self._socket.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def create_app(backend: Backend, link: BotLink) -> Flask:
    """The Flask application of the sandbox; serves this machine and this page only."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = UPLOAD_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]  # DefaultJSONProvider has it
    app.register_blueprint(web_api.create_blueprint(backend))
    app.register_blueprint(replies.create_blueprint(backend))
    app.register_blueprint(page.create_blueprint(backend, link))

    @app.before_request
    def refuse_other_sites() -> None:
        """A name that merely resolves to this machine, or a foreign page, gets nothing."""
        if urlsplit(f"//{request.host}").hostname not in ("127.0.0.1", "localhost", "::1"):
            abort(403)
        foreign = request.headers.get("Sec-Fetch-Site") not in (None, "same-origin", "none")
        if foreign and request.path != "/":
            abort(403)

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @app.get("/healthz")
    def healthz() -> dict[str, Any]:
        return {"ok": True}

    return app
