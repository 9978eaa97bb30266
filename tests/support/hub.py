"""A strict local server that speaks what a model hub and a plain file host speak.

Like the real ones it answers a revision with its commit, lists files in pages with the sha256 of
large ones and git's name of small ones, sends large files over a redirect to another path with a
tag and byte ranges, and says in a header why it refuses. Anything else it is asked is a 400, so a
test fails where the client strays. Faults are ordered per file with ``fault``.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

LARGE = 1_000
"""From so many bytes on, a file is "large": stored apart, listed with its sha256."""

PAGE = 3
"""Files per page of a listing; small, so that every test turns pages."""


@dataclass(kw_only=True)
class Fault:
    """What goes wrong with the next ``times`` requests for a file; ``hang_s`` is silence after
    what was sent."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    claim_length: int | None = None
    send: bytes | None = None
    ignore_range: bool = False
    new_tag: bool = False
    pause_s: float = 0.0
    hang_s: float = 0.0
    times: int = 1


class HubServer:
    """The running server: ``url`` is for ``models.hub_url``, ``requests`` are (path, Range)."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str | None]] = []
        self.strayed: list[str] = []
        self.stopping = threading.Event()
        self._models: dict[str, dict[str, dict[str, bytes]]] = {}
        self._branches: dict[str, dict[str, str]] = {}
        self._gated: set[str] = set()
        self._plain: dict[str, bytes] = {}
        self._faults: dict[str, list[Fault]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def add_model(self, name: str, files: dict[str, bytes], *, branch: str = "main") -> str:
        """A repository at a new commit, which the branch then points to."""
        digest = hashlib.sha1(usedforsecurity=False)
        for path, content in sorted(files.items()):
            digest.update(path.encode() + content)
        commit = digest.hexdigest()
        self._models.setdefault(name, {})[commit] = files
        self._branches.setdefault(name, {})[branch] = commit
        return commit

    def gate(self, name: str) -> None:
        """Let nobody have a model without signing in."""
        self._gated.add(name)

    def add_file(self, path: str, content: bytes) -> str:
        """A plain file; its link."""
        self._plain[path] = content
        return self.url + path

    def fault(self, file: str, fault: Fault) -> None:
        """Go wrong with the next requests for the bytes (or the listing) of ``file``."""
        self._faults.setdefault(file, []).extend([fault] * fault.times)

    def ranges_of(self, file: str) -> list[str | None]:
        """The Range header of every request for the bytes of a file."""
        return [sent for path, sent in self.requests if path.endswith(file) and "/api/" not in path]

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body before faults and ranges."""
        if path in self._plain:
            return 200, _file_headers(self._plain[path]), self._plain[path]
        if found := re.fullmatch(r"/api/models/([^/]+/[^/]+)/revision/([^/]+)", path):
            return self._about(found[1], unquote(found[2]))
        if found := re.fullmatch(r"/api/models/([^/]+/[^/]+)/tree/([^/]+)", path):
            return self._tree(found[1], unquote(found[2]), query)
        if found := re.fullmatch(r"/cdn/([^/]+/[^/]+)/([0-9a-f]{40})/(.+)", path):
            content = self._models[found[1]][found[2]][found[3]]
            return 200, _file_headers(content), content
        if found := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            return self._resolve(found[1], unquote(found[2]), found[3])
        self.strayed.append(path)
        return 400, {}, b"no such address"

    def next_fault(self, path: str) -> Fault:
        """The fault due; a redirect is no request for bytes."""
        if self._redirects(path):
            return Fault()
        for file, waiting in self._faults.items():
            if path.endswith(file) and waiting:
                return waiting.pop(0)
        return Fault()

    def forget_faults(self) -> None:
        """Work as it should from now on."""
        self._faults.clear()

    def _redirects(self, path: str) -> bool:
        found = re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path)
        if found is None or found[1] not in self._models:
            return False
        commit = self._commit(found[1], unquote(found[2]))
        files = self._models[found[1]].get(commit or "", {})
        return len(files.get(found[3], b"")) >= LARGE

    def _commit(self, name: str, revision: str) -> str | None:
        commits = self._models.get(name, {})
        return self._branches.get(name, {}).get(revision, revision if revision in commits else None)

    def _refused(self, name: str, revision: str) -> tuple[int, dict[str, str], bytes] | None:
        if name in self._gated:
            return 403, {"X-Error-Code": "GatedRepo"}, b"Access to model is restricted."
        if name not in self._models:
            return 401, {"X-Error-Code": "RepoNotFound"}, b"Invalid username or password."
        if self._commit(name, revision) is None:
            return 404, {"X-Error-Code": "RevisionNotFound"}, b"Invalid rev id"
        return None

    def _about(self, name: str, revision: str) -> tuple[int, dict[str, str], bytes]:
        return self._refused(name, revision) or _json(
            {"id": name, "sha": self._commit(name, revision), "gated": False}
        )

    def _tree(
        self, name: str, revision: str, query: dict[str, list[str]]
    ) -> tuple[int, dict[str, str], bytes]:
        refused = self._refused(name, revision)
        if refused:
            return refused
        if query.get("recursive") != ["true"] or set(query) - {"recursive", "cursor"}:
            return 400, {}, b"ask with recursive=true"
        commit = self._commit(name, revision)
        assert commit is not None
        entries = _entries(self._models[name][commit])
        start = int(query.get("cursor", ["0"])[0])
        status, headers, body = _json(entries[start : start + PAGE])
        if start + PAGE < len(entries):
            following = f"/api/models/{name}/tree/{commit}?recursive=true&cursor={start + PAGE}"
            headers["Link"] = f'<{self.url}{following}>; rel="next"'
        return status, headers, body

    def _resolve(self, name: str, revision: str, path: str) -> tuple[int, dict[str, str], bytes]:
        refused = self._refused(name, revision)
        if refused:
            return refused
        commit = self._commit(name, revision)
        assert commit is not None
        content = self._models[name][commit].get(path)
        if content is None:
            return 404, {"X-Error-Code": "EntryNotFound"}, b"Entry not found"
        if len(content) < LARGE:
            return 200, {**_file_headers(content), "X-Repo-Commit": commit}, content
        linked = hashlib.sha256(content).hexdigest()
        return (
            302,
            {"Location": f"/cdn/{name}/{commit}/{path}", "X-Linked-Etag": f'"{linked}"'},
            b"",
        )


@contextmanager
def running() -> Iterator[HubServer]:
    """A server for one test; nothing it was asked may have been astray."""
    hub = HubServer()
    thread = threading.Thread(target=hub.server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield hub
    finally:
        hub.stopping.set()
        hub.server.shutdown()
        thread.join()
        hub.server.server_close()
    assert hub.strayed == []


def _entries(files: dict[str, bytes]) -> list[dict[str, Any]]:
    folders = sorted({path.rpartition("/")[0] for path in files} - {""})
    entries: list[dict[str, Any]] = [
        {"type": "directory", "path": folder, "oid": "0" * 40, "size": 0} for folder in folders
    ]
    for path, content in sorted(files.items()):
        blob = b"blob %d\0" % len(content) + content
        entry = {
            "type": "file",
            "path": path,
            "size": len(content),
            "oid": hashlib.sha1(blob, usedforsecurity=False).hexdigest(),
        }
        if len(content) >= LARGE:
            sha256 = hashlib.sha256(content).hexdigest()
            entry["oid"] = "f" * 40  # git's name of the pointer, not of the content
            entry["lfs"] = {"oid": sha256, "size": len(content), "pointerSize": 134}
        entries.append(entry)
    return entries


def _json(document: Any) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/json"}, json.dumps(document).encode()


def _file_headers(content: bytes) -> dict[str, str]:
    tag = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return {"ETag": f'"{tag}"', "Accept-Ranges": "bytes", "Content-Type": "binary/octet-stream"}


def _handler(hub: HubServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            path = unquote(parts.path)
            sent = self.headers.get("Range")
            hub.requests.append((path, sent))
            fault = hub.next_fault(path)
            status, headers, body = hub.answer(path, parse_qs(parts.query))
            if not self.headers.get("User-Agent") or self.headers.get("Content-Length"):
                status, headers, body = 400, {}, b"a GET with a name and without a body"
            if fault.status is not None:
                status, headers, body = fault.status, dict(fault.headers), b"out of order"
            if fault.send is not None:
                body = fault.send
            if fault.new_tag:
                headers["ETag"] = '"another-version"'
            if status == 200 and sent and not fault.ignore_range and "ETag" in headers:
                status, headers, body = _part(body, sent, self.headers.get("If-Range"), headers)
            time.sleep(fault.pause_s)
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            length = len(body) if fault.claim_length is None else fault.claim_length
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.close_connection = True
            self.wfile.write(body if fault.cut_after is None else body[: fault.cut_after])
            self.wfile.flush()
            hub.stopping.wait(fault.hang_s)

        def log_message(self, *_arguments: Any) -> None:
            return None

    return Handler


def _part(
    body: bytes, sent: str, if_range: str | None, headers: dict[str, str]
) -> tuple[int, dict[str, str], bytes]:
    """Range of RFC 9110: one open range; another tag means the whole file; past the end is 416."""
    found = re.fullmatch(r"bytes=(\d+)-", sent)
    if found is None:
        return 400, {}, b"one open range only"
    if if_range is not None and if_range != headers["ETag"]:
        return 200, headers, body
    start = int(found[1])
    if start >= len(body):
        return 416, {"Content-Range": f"bytes */{len(body)}"}, b""
    said = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"}
    return 206, headers | said, body[start:]
