"""Files uploaded to the sandbox: kept on disk, so that a restart does not lose a picture."""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

_MAGIC = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_FILE_ID = re.compile(r"F[0-9A-F]{10}")
State = Literal["reserved", "received", "complete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """``completed_at`` is seconds since the epoch; ``mimetype`` is found from the bytes."""

    id: str
    name: str
    title: str
    alt_text: str
    size: int
    state: State
    mimetype: str = ""
    completed_at: float = 0.0


class FileStore:
    """Thread-safe. A file may be shown ``settle_s`` after its upload was completed, as in Slack."""

    def __init__(
        self, folder: Path, *, settle_s: float = 0.5, clock: Callable[[], float] = time.time
    ) -> None:
        self._folder = folder
        self._settle_s = settle_s
        self._clock = clock
        self._lock = threading.Lock()
        self._files: dict[str, StoredFile] = {}
        folder.mkdir(parents=True, exist_ok=True)
        for described in folder.glob("F*.json"):
            stored = StoredFile(**json.loads(described.read_text(encoding="utf-8")))
            self._files[stored.id] = stored

    def reserve(self, *, name: str, size: int, alt_text: str) -> StoredFile:
        """Promise ``size`` bytes; they come by ``receive``."""
        stored = StoredFile(
            id=f"F{secrets.token_hex(5).upper()}",
            name=name,
            title=name,
            alt_text=alt_text,
            size=size,
            state="reserved",
        )
        with self._lock:
            self._files[stored.id] = stored
        return stored

    def receive(self, file_id: str, content: bytes) -> bool:
        """Take the bytes; False when nothing was promised or the size is another one."""
        with self._lock:
            stored = self._files.get(file_id)
            if stored is None or stored.state != "reserved" or stored.size != len(content):
                return False
            self._content_path(file_id).write_bytes(content)
            kind = next((m for magic, m in _MAGIC.items() if content.startswith(magic)), "")
            self._files[file_id] = replace(stored, state="received", mimetype=kind)
            return True

    def complete(self, file_id: str, title: str | None) -> StoredFile | None:
        """Finish an upload; None when its bytes never came."""
        with self._lock:
            stored = self._files.get(file_id)
            if stored is None or stored.state != "received":
                return None
            done = replace(
                stored, state="complete", title=title or stored.name, completed_at=self._clock()
            )
            self._files[file_id] = done
            described = self._folder / f"{file_id}.json"
            described.write_text(json.dumps(asdict(done), ensure_ascii=False), encoding="utf-8")
            return done

    def find(self, file_id: str) -> StoredFile | None:
        """A completed file."""
        with self._lock:
            stored = self._files.get(file_id)
        return stored if stored is not None and stored.state == "complete" else None

    def settled(self, stored: StoredFile) -> bool:
        return self._clock() - stored.completed_at >= self._settle_s

    def can_show(self, file_id: str) -> bool:
        """Whether a block may reference it: complete, a picture, and settled."""
        stored = self.find(file_id)
        return stored is not None and bool(stored.mimetype) and self.settled(stored)

    def content(self, file_id: str) -> bytes | None:
        if not _FILE_ID.fullmatch(file_id) or self.find(file_id) is None:
            return None
        return self._content_path(file_id).read_bytes()

    def delete(self, file_id: str) -> None:
        """As a retention rule of a workspace does."""
        with self._lock:
            self._files.pop(file_id, None)
        (self._folder / f"{file_id}.json").unlink(missing_ok=True)
        self._content_path(file_id).unlink(missing_ok=True)

    def _content_path(self, file_id: str) -> Path:
        return self._folder / f"{file_id}.bin"
