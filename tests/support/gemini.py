"""A strict local server that speaks the REST form of Gemini's generateContent.

Written from the public description of the interface: the method, address, key header, body and
answer of one call. It answers 400 to anything it does not expect and notes it, so that a test
fails where the client strays. What Google's servers do beyond that is not proven by it.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "a-key-of-the-test"
MODEL = "gemini-2.5-flash"
ADDRESS = re.compile(r"/v1(?:beta)?/models/([\w.-]+):generateContent")
BODY = {"contents", "systemInstruction", "generationConfig"}
SETTINGS = {"temperature", "maxOutputTokens", "responseMimeType", "responseSchema"}

Answer = tuple[int, Any]
"""Status and document; a document that is a string is sent as it is."""


class GeminiServer:
    """The running server: ``url`` is for ``gemini.base_url``; ``asked`` are the captions of every
    request; ``script`` are answers to give before the usual ones."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.strayed: list[str] = []
        self.script: list[Callable[[list[str]], Answer]] = []
        self.pause_s = 0.0
        self.stopping = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def refuse(self, code: int, status: str, message: str = "no", *, times: int = 1) -> None:
        """Answer the next requests with an error as Google words them."""
        error = {"error": {"code": code, "status": status, "message": message}}
        self.script.extend([lambda _captions: (code, error)] * times)

    def answer(self, captions: list[str]) -> Answer:
        if self.script:
            return self.script.pop(0)(captions)
        return 200, reply([f"{caption}: 한국어로 옮긴 문장이다." for caption in captions])


def reply(sentences: list[str]) -> Any:
    """A whole answer with these sentences, numbered in their order."""
    entries = [{"number": n, "korean": text} for n, text in enumerate(sentences, start=1)]
    return document(json.dumps({"sentences": entries}, ensure_ascii=False))


def document(text: str | None, *, finish: str = "STOP") -> Any:
    """The document around what the model wrote."""
    candidate: dict[str, Any] = {"finishReason": finish, "index": 0}
    if text is not None:
        candidate["content"] = {"role": "model", "parts": [{"text": text}]}
    return {
        "candidates": [candidate],
        "modelVersion": MODEL,
        "usageMetadata": {"promptTokenCount": 1, "totalTokenCount": 2},
    }


@contextmanager
def running() -> Iterator[GeminiServer]:
    gemini = GeminiServer()
    thread = threading.Thread(target=gemini.server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield gemini
    finally:
        gemini.stopping.set()
        gemini.server.shutdown()
        thread.join()
        gemini.server.server_close()
    assert gemini.strayed == []


def _problem(path: str, key: str | None, body: Any) -> tuple[int, str] | None:
    found = ADDRESS.fullmatch(path)
    if found is None:
        return 400, f"no such address {path}"
    if key != KEY:
        return 401, "API key not valid. Please pass a valid API key."
    if found[1] != MODEL:
        return 404, f"models/{found[1]} is not found"
    if not isinstance(body, dict) or set(body) != BODY:
        return 400, f"unexpected body {sorted(body)}"
    settings = body["generationConfig"]
    if set(settings) != SETTINGS or settings["responseMimeType"] != "application/json":
        return 400, f"unexpected settings {sorted(settings)}"
    if settings["responseSchema"].get("type") != "OBJECT":
        return 400, "the schema is no object"
    if [content.get("role") for content in body["contents"]] != ["user"]:
        return 400, "one turn of the user"
    return None


def _captions(body: Any) -> list[str]:
    (part,) = body["contents"][0]["parts"]
    lines = part["text"].split("\n")
    found = [re.fullmatch(r"(\d+)\. (.+)", line) for line in lines]
    numbers = [match and int(match[1]) for match in found]
    assert numbers == list(range(1, len(lines) + 1)), lines
    return [match[2] for match in found if match]


def _handler(gemini: GeminiServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            problem = _problem(self.path, self.headers.get("x-goog-api-key"), body)
            if problem is not None:
                code, message = problem
                if code == 400:
                    gemini.strayed.append(message)
                status: int = code
                answer: Any = {"error": {"code": code, "status": "REFUSED", "message": message}}
            else:
                captions = _captions(body)
                gemini.asked.append(captions)
                status, answer = gemini.answer(captions)
                gemini.stopping.wait(gemini.pause_s)
            content = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with suppress(OSError):  # the client stopped waiting, as a test wants it to
                self.wfile.write(content)

        def log_message(self, *_arguments: Any) -> None:
            return None

    return Handler
