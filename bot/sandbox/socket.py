"""Socket Mode: the bot connects here and acknowledges every envelope it is sent."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from bot.sandbox.people import APP_ID


@dataclass(slots=True)
class _Waiting:
    done: threading.Event = field(default_factory=threading.Event)
    answer: dict[str, Any] | None = None


class SocketGate:
    """A websocket on a free port of loopback; ``new_address`` admits one connection each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tickets: set[str] = set()
        self._connections: list[ServerConnection] = []
        self._waiting: dict[str, _Waiting] = {}
        self._server: Server = serve(self._serve_connection, "127.0.0.1", 0, compression=None)

    def start(self) -> None:
        """Admit connections from now on, in a thread."""
        threading.Thread(
            target=self._server.serve_forever, name="sandbox-socket", daemon=True
        ).start()

    def close(self) -> None:
        self._server.shutdown()

    def new_address(self) -> str:
        """What ``apps.connections.open`` answers."""
        ticket = secrets.token_urlsafe(16)
        with self._lock:
            self._tickets.add(ticket)
        port = self._server.socket.getsockname()[1]
        return f"ws://127.0.0.1:{port}/link/?ticket={ticket}&app_id={APP_ID}"

    def connected(self) -> bool:
        with self._lock:
            return bool(self._connections)

    def deliver(
        self, kind: str, payload: Mapping[str, Any], *, timeout_s: float
    ) -> dict[str, Any] | None:
        """Send one envelope to the newest connection; its acknowledgement, or None in time."""
        envelope_id = secrets.token_hex(16)
        waiting = _Waiting()
        with self._lock:
            connection = self._connections[-1] if self._connections else None
            self._waiting[envelope_id] = waiting
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        try:
            if connection is None:
                return None
            connection.send(json.dumps(envelope))
            waiting.done.wait(timeout_s)
            return waiting.answer
        except ConnectionClosed:
            return None
        finally:
            with self._lock:
                self._waiting.pop(envelope_id, None)

    def disconnect_all(self) -> None:
        """Ask every client to connect anew, as Slack does before it refreshes a connection."""
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            connection.send(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))

    def _serve_connection(self, connection: ServerConnection) -> None:
        request = connection.request
        ticket = request.path.partition("ticket=")[2].partition("&")[0] if request else ""
        with self._lock:
            admitted = ticket in self._tickets
            self._tickets.discard(ticket)
        if not admitted:
            connection.close(code=4401, reason="ticket already used or unknown")
            return
        connection.send(
            json.dumps(
                {
                    "type": "hello",
                    "num_connections": len(self._connections) + 1,
                    "connection_info": {"app_id": APP_ID},
                    "debug_info": {"host": "sandbox", "approximate_connection_time": 18_060},
                }
            )
        )
        with self._lock:
            self._connections.append(connection)
        try:
            for text in connection:
                self._receive(text)
        except ConnectionClosed:
            pass  # gone without a goodbye; the next delivery goes elsewhere
        finally:
            with self._lock:
                self._connections.remove(connection)

    def _receive(self, text: str | bytes) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            return
        if not isinstance(answer, dict):
            return
        with self._lock:
            waiting = self._waiting.get(str(answer.get("envelope_id")))
        if waiting is not None:
            waiting.answer = answer
            waiting.done.set()
