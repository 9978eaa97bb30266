"""Videos that come in through the web: uploads and links.

What arrives is probed, not believed: its name and type say nothing. The pipeline's worker does
the rest, as for every other video.
"""

from __future__ import annotations

import itertools
import secrets
import shutil
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from core.config import Config
from core.errors import InputError, MachineError, NotFound
from db import videos
from db.pool import Database
from editor.errands import start_errand

if TYPE_CHECKING:
    from pipeline.sources import Source


READ_BYTES = 1024 * 1024
# Room the database and the pictures of the new video need beside the file itself.
SPARE_BYTES = 512 * 1024 * 1024
# File systems count bytes, and a Korean letter is three of them.
LONGEST_NAME_BYTES = 200
LONGEST_SUFFIX_BYTES = 16
AT_ONCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A link on its way in. ``progress`` is 0..1; ``error`` is the sentence that ended it."""

    id: int
    label: str
    progress: float
    error: str | None


class Intake:
    """Fetches links in the background, two at a time, and stores uploads. Thread-safe."""

    def __init__(self, config: Config, database: Database) -> None:
        self._config = config
        self._database = database
        self._lock = threading.Lock()
        self._arrivals: dict[int, Arrival] = {}
        self._numbers = itertools.count(1)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="intake")

    def arrivals(self) -> tuple[Arrival, ...]:
        """What is being fetched, and what failed and nobody has dismissed yet."""
        with self._lock:
            return tuple(self._arrivals.values())

    def dismiss(self, arrival_id: int) -> None:
        """Forget a failed one; one that is still on its way stays."""
        with self._lock:
            arrival = self._arrivals.get(arrival_id)
            if arrival is not None and arrival.error is not None:
                del self._arrivals[arrival_id]

    def fetch(self, url: str, camera_id: int | None) -> Arrival:
        """Start to fetch a link. Raises InputError for what is no http(s) link: a path typed into
        a page must not read files of this machine. Raises NotFound for an unknown camera."""
        self._require_camera(camera_id)
        if not url.startswith(("http://", "https://")):
            raise InputError("A link starts with http:// or https://.")
        arrival = Arrival(id=next(self._numbers), label=url, progress=0.0, error=None)
        with self._lock:
            self._arrivals[arrival.id] = arrival
        start_errand(
            self._pool,
            partial(self._fetch, arrival, camera_id),
            done=partial(self._forget, arrival),
            give_up=partial(self._give_up, arrival),
            errand="arrival",
            arrival_id=arrival.id,
        )
        return arrival

    def store(self, stream: BinaryIO, *, name: str, size: int, camera_id: int | None) -> int:
        """Keep an uploaded file and register it; returns the video's id.

        The same bytes twice are one video. Raises UnreadableMedia, InputError, NotFound (of the
        camera) or MachineError; nothing stays on disk then.
        """
        from pipeline.sources import Source

        self._require_camera(camera_id)
        uploads = self._config.media_dir / "uploads"
        folder = uploads / secrets.token_hex(8)
        path = folder / safe_name(name)
        video_id: int | None = None
        try:
            folder.mkdir(parents=True)
            if shutil.disk_usage(folder).free < size + SPARE_BYTES:
                raise MachineError("The disk is too full for this video; free some space first.")
            _copy(stream, path, size)
            source = Source(path=path, uri=path.name, title=path.stem, recorded_at=None)
            video_id = self._register(source, camera_id)
        except OSError as error:
            raise MachineError(
                f"The upload cannot be stored ({error.strerror}); check the disk."
            ) from error
        finally:
            # Once it is registered the file belongs to the library, whatever happens here.
            if video_id is None:
                shutil.rmtree(folder, ignore_errors=True)
        with self._database.transaction() as conn:
            known_elsewhere = videos.get_video(conn, video_id).path != str(path)
        if known_elsewhere:
            shutil.rmtree(folder, ignore_errors=True)
        return video_id

    def close(self) -> None:
        """Let go of the threads; what is being fetched is given up."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _fetch(self, arrival: Arrival, camera_id: int | None) -> None:
        from pipeline.sources import resolve  # loads what reads video pages

        def progress(share: float) -> None:
            with self._lock:
                self._arrivals[arrival.id] = replace(arrival, progress=share)

        for source in resolve(self._config, [arrival.label], progress):
            self._register(source, camera_id)

    def _forget(self, arrival: Arrival) -> None:
        with self._lock:
            del self._arrivals[arrival.id]

    def _give_up(self, arrival: Arrival, error: str) -> None:
        with self._lock:
            self._arrivals[arrival.id] = replace(arrival, error=error)

    def _require_camera(self, camera_id: int | None) -> None:
        if camera_id is None:
            return
        with self._database.transaction() as conn:
            known = {camera.id for camera in videos.list_cameras(conn)}
        if camera_id not in known:
            raise NotFound(f"There is no camera {camera_id}.")

    def _register(self, source: Source, camera_id: int | None) -> int:
        from pipeline.ingest import register
        from pipeline.processing import Silent
        from pipeline.registry import Registry
        from pipeline.workshop import Workshop

        workshop = Workshop(
            config=self._config, database=self._database, registry=Registry(self._config)
        )
        return register(workshop, source, camera_id, Silent())


def safe_name(name: str) -> str:
    """The last part of the name, without what could lead elsewhere or hide the file, in composed
    letters and short enough for a file system; the suffix stays."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(". ")
    suffix = PurePosixPath(kept).suffix
    if len(suffix.encode()) > LONGEST_SUFFIX_BYTES:
        suffix = ""
    stem = kept.removesuffix(suffix).encode()[: LONGEST_NAME_BYTES - len(suffix.encode())]
    return (stem.decode(errors="ignore").rstrip(". ") + suffix) or "upload"


def _copy(stream: BinaryIO, path: Path, size: int) -> None:
    """Exactly ``size`` bytes. Raises InputError when the browser went away before."""
    left = size
    with path.open("xb") as file:
        while left > 0:
            block = stream.read(min(READ_BYTES, left))
            if not block:
                raise InputError("The upload ended before the whole file was here; try again.")
            file.write(block)
            left -= len(block)
