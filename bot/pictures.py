"""Thumbnails in Slack: private media, so each is uploaded once and shown by its file id.

An upload may be refused for a moment after it was made, so a file counts as proven only when
Slack has described it (a mime type is there). Proven files may go into an acknowledgement,
which cannot be repeated; the others have to wait for a message that can.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError

from core.config import Config
from core.types import Hit
from db import slack_files
from db.pool import Database
from pipeline.media import thumbnail_path

PARALLEL = 5
SETTLE_POLL_S = 0.2
SETTLE_S = 4.0
PROOF_S = 600.0
LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    """A picture on disk; ``key`` names it in ``slack_files``."""

    key: str
    path: Path
    title: str


class Pictures:
    """Thread-safe. Every failure means a hit without a picture, never a failed answer."""

    def __init__(
        self,
        client: WebClient,
        database: Database,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._database = database
        self._executor = ThreadPoolExecutor(PARALLEL, thread_name_prefix="bot-pictures")
        self._lock = threading.Lock()
        self._clock = clock
        self._proven: dict[str, float] = {}
        self._uploading: dict[str, Future[str | None]] = {}

    def proven(self, thumbnails: Mapping[int, Thumbnail]) -> dict[int, str]:
        """The file id for each hit whose picture can be shown at once."""
        known = self._known(thumbnails)
        unproven = set(known.values()) - self._fresh()
        gone = [file_id for file_id, there in self._describe(unproven).items() if not there]
        if gone:
            self.forget(gone)
        fresh = self._fresh()
        return {hit: file_id for hit, file_id in known.items() if file_id in fresh}

    def upload(self, thumbnails: Mapping[int, Thumbnail]) -> dict[int, str]:
        """Upload in parallel and wait, at most a few seconds, until Slack can show them."""
        started = time.monotonic()
        under_way = {hit: self._begin_upload(one) for hit, one in thumbnails.items()}
        uploads = {hit: upload.result() for hit, upload in under_way.items()}
        waiting = {file_id for file_id in uploads.values() if file_id}
        while waiting and time.monotonic() - started < SETTLE_S:
            self._describe(waiting)
            waiting -= self._fresh()
            if waiting:
                time.sleep(SETTLE_POLL_S)
        fresh = self._fresh()
        return {hit: file_id for hit, file_id in uploads.items() if file_id and file_id in fresh}

    def forget(self, file_ids: Sequence[str]) -> None:
        """Slack did not want to show these; the next search uploads them again."""
        with self._lock:
            for file_id in file_ids:
                self._proven.pop(file_id, None)
        with self._database.transaction() as conn:
            slack_files.forget(conn, file_ids)

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _fresh(self) -> set[str]:
        """The files Slack has described not long ago; retention rules delete files any day."""
        oldest = self._clock() - PROOF_S
        with self._lock:
            return {file_id for file_id, at in self._proven.items() if at >= oldest}

    def _known(self, thumbnails: Mapping[int, Thumbnail]) -> dict[int, str]:
        keys = {thumbnail.key for thumbnail in thumbnails.values()}
        with self._database.transaction() as conn:
            files = slack_files.find(conn, keys)
        return {
            hit: files[thumbnail.key]
            for hit, thumbnail in thumbnails.items()
            if thumbnail.key in files
        }

    def _describe(self, file_ids: Iterable[str]) -> dict[str, bool]:
        """Ask Slack about each file; False for those it does not have."""
        asked = sorted(file_ids)
        return dict(zip(asked, self._executor.map(self._describe_one, asked), strict=True))

    def _describe_one(self, file_id: str) -> bool:
        try:
            described = self._client.files_info(file=file_id).get("file") or {}
        except SlackApiError as error:
            LOG.info("picture_unknown", file=file_id, error=error.response.get("error"))
            return error.response.get("error") not in ("file_not_found", "file_deleted")
        except OSError as error:
            LOG.info("picture_unknown", file=file_id, error=type(error).__name__)
            return True
        if described.get("mimetype"):
            with self._lock:
                self._proven[file_id] = self._clock()
        return True

    def _begin_upload(self, thumbnail: Thumbnail) -> Future[str | None]:
        """The upload of this thumbnail, which another search may have begun already."""
        with self._lock:
            upload = self._uploading.get(thumbnail.key)
            if upload is None:
                upload = self._executor.submit(self._upload_one, thumbnail)
                self._uploading[thumbnail.key] = upload
        upload.add_done_callback(lambda _: self._end_upload(thumbnail.key))
        return upload

    def _end_upload(self, key: str) -> None:
        with self._lock:
            self._uploading.pop(key, None)

    def _upload_one(self, thumbnail: Thumbnail) -> str | None:
        try:
            answer = self._client.files_upload_v2(
                filename=thumbnail.path.name,
                content=thumbnail.path.read_bytes(),
                title=thumbnail.title,
                alt_txt=thumbnail.title,
            )
        except (SlackApiError, SlackRequestError, OSError) as error:
            LOG.warning("picture_not_uploaded", key=thumbnail.key, error=type(error).__name__)
            return None
        file_id = str(answer["files"][0]["id"])
        with self._database.transaction() as conn:
            slack_files.remember(conn, key=thumbnail.key, file_id=file_id)
        return file_id


def thumbnails_of(config: Config, team_id: str, hits: Iterable[Hit]) -> dict[int, Thumbnail]:
    """The picture of each hit that has one on disk, by segment id.

    A workspace has its own files, so the key begins with its id.
    """
    found = {}
    for hit in hits:
        path = thumbnail_path(config, hit.segment.video_id, hit.segment.thumbnail_ms)
        if path.is_file():
            key = f"{team_id}:{path.relative_to(config.media_dir)}"
            found[hit.segment.id] = Thumbnail(key=key, path=path, title=hit.video_title)
    return found
