"""Video bytes with HTTP ranges (RFC 9110, section 14), only ever of videos in the library.

The address carries a video's number, never a path. An open-ended range is answered with a few
megabytes: a player that stops reading would otherwise hold a server thread for as long as its
tab is open, and asks for the next stretch by itself.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from flask import Flask, Response, request
from werkzeug.datastructures import ETags
from werkzeug.exceptions import Gone, RequestedRangeNotSatisfiable
from werkzeug.http import parse_if_range_header, parse_range_header

from core.types import Video
from db import videos
from editor.services import services
from editor.translation import gettext
from pipeline.media import playable_path

LONGEST_ANSWER = 4 * 1024 * 1024
READ_BYTES = 256 * 1024
TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/mp4",
    ".webm": "video/webm",
    ".mkv": "video/webm",
    ".ogv": "video/ogg",
}


def register(app: Flask) -> None:
    """Serve ``/media/<video_id>``."""
    app.add_url_rule("/media/<int:video_id>", "media.show", show)


def show(video_id: int) -> Response:
    """200 for all of it, 206 for a range, 304 when the browser has it, 416 beyond the end."""
    handles = services()
    with handles.database.transaction() as conn:
        video = videos.get_video(conn, video_id)
    path = playable_path(handles.config, video)
    with ExitStack() as opened:
        file, facts = _open(path, video)
        opened.callback(file.close)
        response = _answer(video, path, file, facts)
        # From here the file is closed with the answer, read to its end or not.
        response.call_on_close(opened.pop_all().close)
    return response


def _answer(video: Video, path: Path, file: BinaryIO, facts: os.stat_result) -> Response:
    etag = f"{video.id}-{facts.st_size:x}-{facts.st_mtime_ns:x}"
    modified = datetime.fromtimestamp(int(facts.st_mtime), tz=UTC)
    response = Response(mimetype=TYPES.get(path.suffix.lower(), "application/octet-stream"))
    response.set_etag(etag)
    response.last_modified = modified
    response.accept_ranges = "bytes"
    response.headers["Cache-Control"] = "private, no-cache"
    if request.if_none_match.contains_weak(etag):
        response.status_code = 304
        return response
    span = _wanted(facts.st_size, etag, modified)
    start, stop = span or (0, facts.st_size)
    if span is not None:
        response.status_code = 206
        response.content_range.set(start, stop, facts.st_size)
    if request.method != "HEAD":
        response.response = _read(file, start, stop)
    response.content_length = stop - start
    return response


def _open(path: Path, video: Video) -> tuple[BinaryIO, os.stat_result]:
    """The file itself, or 410 with a sentence; only regular files, so no pipe can hang a thread."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Gone(_missing(path, video)) from error
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        os.close(descriptor)
        raise Gone(_missing(path, video))
    return os.fdopen(descriptor, "rb"), facts


def _missing(path: Path, video: Video) -> str:
    if not video.facts.browser_playable:
        return gettext(
            "The copy of “%(title)s” for browsers is not there; it is written while the video is "
            "processed. Ingest the file again if processing has ended.",
            title=video.title,
        )
    return gettext(
        "The file of “%(title)s” is no longer where it was (%(name)s); put it back to play it. "
        "Its segments and captions are kept.",
        title=video.title,
        name=path.name,
    )


def _wanted(size: int, etag: str, modified: datetime) -> tuple[int, int] | None:
    """The range ``[start, stop)`` asked for, or None for the whole file.

    A header that cannot be read is ignored, as is one whose ``If-Range`` names an older file.
    Raises RequestedRangeNotSatisfiable (416) for a range beyond the end.
    """
    header = request.headers.get("Range")
    parsed = parse_range_header(header)
    if parsed is None or parsed.units != "bytes" or len(parsed.ranges) != 1:
        return None
    condition = parse_if_range_header(request.headers.get("If-Range"))
    if condition.etag is not None and not ETags([etag]).contains(condition.etag):
        return None
    if condition.date is not None and modified > condition.date:
        return None
    span = parsed.range_for_length(size)
    if span is None:
        raise RequestedRangeNotSatisfiable(size)
    start, stop = span
    open_ended = parsed.ranges[0][1] is None and parsed.ranges[0][0] >= 0
    return (start, min(stop, start + LONGEST_ANSWER)) if open_ended else (start, stop)


def _read(file: BinaryIO, start: int, stop: int) -> Iterator[bytes]:
    file.seek(start)
    left = stop - start
    while left > 0:
        chunk = file.read(min(READ_BYTES, left))
        if not chunk:
            return
        left -= len(chunk)
        yield chunk
