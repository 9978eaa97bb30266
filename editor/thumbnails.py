"""Still pictures: one a segment, and the evenly spaced ones under the timeline.

What ingest did not write is made on first sight and kept; a video whose file is gone gets a
drawn stand-in instead of a broken picture.
"""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from core.config import Config
from core.errors import MachineError, UnreadableMedia
from core.timecode import format_ms
from core.types import Video
from db import segments, videos
from editor.services import services
from pipeline.media import playable_path, thumbnail_path

log = structlog.get_logger()

STRIP_STEP_MS = 1_000
STRIP_WIDTH = 160
KEEP_FOR_S = 7 * 24 * 3600
# Decoding is the one heavy thing this process does; two at once leave threads for the pages.
_decoding = threading.BoundedSemaphore(2)
_being_made: dict[Path, threading.Lock] = {}
_being_made_lock = threading.Lock()


def register(app: Flask) -> None:
    """Serve pictures of segments, covers of videos, and the frames under a timeline."""
    app.add_url_rule("/thumbnails/<int:segment_id>.jpg", "thumbnails.show", show)
    app.add_url_rule("/videos/<int:video_id>/frames/<int:at_ms>.jpg", "thumbnails.frame", frame)
    app.add_url_rule("/videos/<int:video_id>/cover.jpg", "thumbnails.cover", cover)


def show(segment_id: int) -> Response:
    """The picture of a segment."""
    handles = services()
    with handles.database.transaction() as conn:
        segment = segments.get_segment(conn, segment_id)
        video = videos.get_video(conn, segment.video_id)
    path = thumbnail_path(handles.config, video.id, segment.thumbnail_ms)
    return _picture(handles.config, video, path, segment.thumbnail_ms, width=480)


def frame(video_id: int, at_ms: int) -> Response:
    """One picture of the strip; only whole seconds, so the folder cannot grow without end."""
    handles = services()
    with handles.database.transaction() as conn:
        video = videos.get_video(conn, video_id)
    if at_ms % STRIP_STEP_MS or at_ms >= video.facts.duration_ms:
        raise NotFound
    path = handles.config.media_dir / "strips" / str(video.id) / f"{at_ms}.jpg"
    return _picture(handles.config, video, path, at_ms, width=STRIP_WIDTH)


def cover(video_id: int) -> Response:
    """The picture that stands for a video: its first segment with somebody in it, else with
    something going on, else a moment near its beginning."""
    handles = services()
    with handles.database.transaction() as conn:
        video = videos.get_video(conn, video_id)
        live = segments.list_segments(conn, video_id)
    telling = sorted(live, key=lambda s: (not s.detections, s.kind == "quiet", s.start_ms))
    at_ms = telling[0].thumbnail_ms if telling else video.facts.duration_ms // 10
    path = thumbnail_path(handles.config, video.id, at_ms)
    return _picture(handles.config, video, path, at_ms, width=480)


def _picture(config: Config, video: Video, path: Path, at_ms: int, *, width: int) -> Response:
    if not path.exists():
        _make(config, video, path, at_ms, width)
    try:
        data = path.read_bytes()
    except OSError:
        return _stand_in(at_ms)
    response = Response(data, mimetype="image/jpeg")
    response.set_etag(hashlib.sha256(data).hexdigest()[:20])
    response.headers["Cache-Control"] = f"private, max-age={KEEP_FOR_S}"
    response.make_conditional(request.environ)
    return response


def _make(config: Config, video: Video, path: Path, at_ms: int, width: int) -> None:
    """Write the picture once, however many ask for it; what fails is logged and stays absent."""
    from pipeline.video import write_thumbnail  # decoders load with the first missing picture

    with _being_made_lock:
        lock = _being_made.setdefault(path, threading.Lock())
    with lock:
        if not path.exists():
            source = Path(video.path)
            playable = source if source.exists() else playable_path(config, video)
            try:
                with _decoding:
                    write_thumbnail(playable, at_ms, path, width=width)
            except (UnreadableMedia, MachineError) as error:
                log.warning("thumbnail_failed", video_id=video.id, at_ms=at_ms, reason=str(error))
    with _being_made_lock:
        _being_made.pop(path, None)


def _stand_in(at_ms: int) -> Response:
    """A quiet drawing with the moment on it."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180" role="img">'
        '<rect width="320" height="180" fill="#71717a" fill-opacity=".14"/>'
        '<g fill="none" stroke="#71717a" stroke-width="3" stroke-linejoin="round">'
        '<rect x="118" y="58" width="84" height="56" rx="6"/><path d="m152 74 20 12-20 12z"/></g>'
        '<text x="160" y="144" font-family="system-ui,sans-serif" font-size="16" fill="#71717a" '
        f'text-anchor="middle">{format_ms(at_ms)}</text></svg>'
    )
    response = Response(svg, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "no-store"
    return response
