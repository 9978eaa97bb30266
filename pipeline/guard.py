"""A forward proxy on loopback through which every download goes, so that a link, a redirect or a
page a downloader follows can never reach this machine or its private network.

Host names are resolved here, all their addresses checked, and exactly a checked one is connected
to: a name that changes its answer in between gains nothing.
"""

from __future__ import annotations

import ipaddress
import selectors
import socket
import socketserver
import threading
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

Problem = Literal["private", "unknown host", "no answer"]

CONNECT_TIMEOUT_S = 15
IDLE_TIMEOUT_S = 60
HEADER_LIMIT = 65_536
BLOCK = 65_536

TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""NAT64: an IPv4 address, perhaps a private one, dressed as IPv6."""


class Guard:
    """The running proxy. ``url`` is for a downloader's proxy setting; ``problem`` says why the
    last connection was not made. A context manager."""

    def __init__(self, *, allow_private: bool) -> None:
        self.problem: Problem | None = None
        self._allow_private = allow_private
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.guard = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def connect(self, host: str, port: int) -> socket.socket | None:
        """A connection to a checked address of ``host``, or None and ``problem`` is set."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            self.problem = "unknown host"
            return None
        addresses = [str(entry[4][0]) for entry in found]
        if not self._allow_private and not all(is_public(address) for address in addresses):
            self.problem = "private"
            return None
        for address in addresses:
            try:
                connection = socket.create_connection((address, port), CONNECT_TIMEOUT_S)
            except OSError:
                continue
            self.problem = None
            return connection
        self.problem = "no answer"
        return None


def is_public(address: str) -> bool:
    """True for an address of the open internet, seen through IPv6 disguises."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found in TRANSLATED or found.sixtofour is not None or found.teredo is not None:
            return False
    return found.is_global and not found.is_multicast


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    guard: Guard


class _Handler(socketserver.StreamRequestHandler):
    """One proxied connection: CONNECT for https, an absolute address for http."""

    server: _Server
    rbufsize = 0
    timeout = IDLE_TIMEOUT_S

    def handle(self) -> None:
        head = self._read_head()
        if head is None:
            return
        request_line, *headers = head.split("\r\n")
        method, _, rest = request_line.partition(" ")
        target, _, version = rest.rpartition(" ")
        tunnel = method == "CONNECT"
        try:
            parts = urlsplit(f"//{target}" if tunnel else target)
            host, port = parts.hostname, parts.port or (443 if tunnel else 80)
        except ValueError:
            host, port = None, 0
        if not host or not (tunnel or parts.scheme == "http"):
            self._answer("400 Bad Request")
            return
        upstream = self.server.guard.connect(host, port)
        if upstream is None:
            self._answer("403 Forbidden")
            return
        with upstream:
            if tunnel:
                self._answer("200 Connection established", closing=False)
            else:
                path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                upstream.sendall(_origin_request(f"{method} {path} {version}", headers))
            self._relay(upstream)

    def _read_head(self) -> str | None:
        """Up to the empty line, one byte at a time: what follows belongs to the relay."""
        head = bytearray()
        try:
            while not head.endswith(b"\r\n\r\n"):
                byte = self.connection.recv(1)
                if not byte or len(head) > HEADER_LIMIT:
                    return None
                head += byte
        except OSError:
            return None
        return head[:-4].decode("latin-1")

    def _answer(self, status: str, *, closing: bool = True) -> None:
        extra = "Content-Length: 0\r\nConnection: close\r\n" if closing else ""
        self.connection.sendall(f"HTTP/1.1 {status}\r\n{extra}\r\n".encode())

    def _relay(self, upstream: socket.socket) -> None:
        """Copy both ways until one side is done or nothing comes for IDLE_TIMEOUT_S."""
        sides = {self.connection.fileno(): (self.connection, upstream)}
        sides[upstream.fileno()] = (upstream, self.connection)
        with selectors.DefaultSelector() as selector:
            for number in sides:
                selector.register(number, selectors.EVENT_READ)
            while ready := selector.select(IDLE_TIMEOUT_S):
                for key, _ in ready:
                    giver, taker = sides[key.fd]
                    try:
                        block = giver.recv(BLOCK)
                        if not block:
                            return
                        taker.sendall(block)
                    except OSError:
                        return


def _origin_request(request_line: str, headers: list[str]) -> bytes:
    """One request per connection: the next may be for another host, to be checked again."""
    kept = [
        header for header in headers if header.partition(":")[0].strip().lower() not in _HOP_HEADERS
    ]
    return "\r\n".join([request_line, *kept, "Connection: close", "", ""]).encode("latin-1")


_HOP_HEADERS = frozenset({"connection", "proxy-connection", "proxy-authorization", "keep-alive"})
