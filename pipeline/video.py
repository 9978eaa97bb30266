"""Video files: what they are, and their frames. Every function raises UnreadableMedia, one
sentence, for what is not a readable video."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
import structlog

from core.errors import UnreadableMedia
from core.types import VideoFacts
from pipeline.frames import Frame, plan_sampling
from pipeline.media import replacing
from pipeline.models.container import Clip
from pipeline.models.encoding import encode_mp4, write_browser_copy

__all__ = [
    "encode_mp4",
    "frame_at",
    "packet_sizes",
    "probe",
    "sample_frames",
    "write_browser_copy",
    "write_thumbnail",
]

log = structlog.get_logger(__name__)

MP4_SOUND = frozenset({"aac", "mp3", "opus", "flac"})
WEBM_SOUND = frozenset({"opus", "vorbis"})
LATE_START_MS = 100
"""A player counts from the container's zero, ClipOps from the first frame; more apart than this
is seen, so such a file is shown as a copy."""

SHORTER_THAN_SAID_MS = 1_000
"""A file whose frames end this much before its declared end is incomplete."""

JPEG_QUALITY = 85


def probe(path: Path) -> VideoFacts:
    """What the file is. The first frame is decoded, the rest is counted from packets, so a file
    cut off in the middle is a video of what is there (logged as ``media_incomplete``)."""
    with Clip(path) as clip:
        width, height = clip.shown_size(clip.first)
        start_ms = round(clip.origin * clip.time_base * 1_000)
        clip.rewind()
        said_ms = clip.said_duration_ms
        duration_ms, frames = _measured_duration_ms(clip)
        if duration_ms < 1:
            raise UnreadableMedia(f"{path.name} has no length (0 seconds of picture).")
        end_ms = duration_ms + max(start_ms, 0)  # some containers count what they say from zero
        incomplete = said_ms is not None and said_ms - end_ms > SHORTER_THAN_SAID_MS
        if incomplete:
            log.warning(
                "media_incomplete",
                file=path.name,
                said_ms=said_ms,
                readable_ms=duration_ms,
            )
        return VideoFacts(
            duration_ms=duration_ms,
            start_ms=start_ms,
            fps=round(frames * 1_000 / duration_ms, 3),
            width=width,
            height=height,
            codec=clip.stream.codec_context.name,
            container=_container_name(clip),
            rotation=clip.rotation,
            has_audio=bool(clip.container.streams.audio),
            browser_playable=not incomplete
            and abs(start_ms) <= LATE_START_MS
            and _plays_in_browsers(clip),
            recorded_at=_recorded_at(clip),
        )


def sample_frames(
    path: Path, *, fps: float, width: int, start_ms: int = 0, end_ms: int | None = None
) -> Iterator[Frame]:
    """About ``fps`` frames a second of [start_ms, end_ms), ``width`` pixels wide (never enlarged).

    Decodes keyframes only where they lie close enough, else only the needed head of each group
    of pictures. A frame's time may be off the grid by a quarter of the interval, and half the
    interval where keyframes serve; ``at_ms`` is always its true time.
    """
    start_at = start_ms
    with Clip(path) as clip:
        clip.rewind(start_ms)
        table = clip.table(end_ms)
        if start_ms > 0 and not (table.keyframe & (table.at_ms <= start_ms)).any():
            start_at = 0
            clip.rewind()
            table = clip.table(end_ms)
        end = int(table.at_ms.max(initial=0)) + 1 if end_ms is None else end_ms
        plan = plan_sampling(table, fps=fps, start_ms=start_ms, end_ms=end)
        shrunk = 2 * width <= clip.first.width
        clip.rewind(start_at, loop_filter=not (plan.keyframes_only and shrunk))
        needed = (packet for packet, use in zip(clip.packets(), plan.decode, strict=False) if use)
        wanted = plan.wanted_ms
        position = 0
        for at_ms, frame in clip.decode(needed):
            if position >= len(wanted):
                return
            if at_ms >= wanted[position]:
                position = int(np.searchsorted(wanted, at_ms, side="right"))
                yield Frame(at_ms=at_ms, image=clip.image(frame, width))


def packet_sizes(
    path: Path,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """(at_ms int64, bytes int64, is_keyframe bool) of every frame in display order, undecoded."""
    with Clip(path) as clip:
        clip.rewind()
        table = clip.table()
    shown = np.flatnonzero(table.shown)
    order = shown[np.argsort(table.at_ms[shown], kind="stable")]
    return table.at_ms[order], table.size[order], table.keyframe[order]


def frame_at(path: Path, at_ms: int, *, width: int) -> Frame:
    """The frame on screen at ``at_ms``; the last one when the video ends before."""
    with Clip(path) as clip:
        clip.rewind(at_ms)
        shown = next(_frames_around(clip, at_ms), None)
        if shown is None:
            clip.rewind()
            shown = next(_frames_around(clip, at_ms), (0, clip.first))
        return Frame(at_ms=max(shown[0], 0), image=clip.image(shown[1], width))


def write_thumbnail(path: Path, at_ms: int, target: Path, *, width: int = 480) -> None:
    """Store the frame at ``at_ms`` as JPEG; ``target`` appears whole or not at all."""
    image = frame_at(path, at_ms, width=width).image
    _, jpeg = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    with replacing(target) as part:
        part.write_bytes(jpeg.tobytes())


def _frames_around(clip: Clip, at_ms: int) -> Iterator[tuple[int, av.VideoFrame]]:
    """The last frame that starts at or before ``at_ms``, if the position was before it."""
    shown: tuple[int, av.VideoFrame] | None = None
    for found_ms, frame in clip.decode(clip.packets()):
        if found_ms > at_ms:
            break
        shown = found_ms, frame
    if shown is not None:
        yield shown


def _measured_duration_ms(clip: Clip) -> tuple[int, int]:
    """(end of the last frame, number of frames); reading packets decodes nothing."""
    last_ms = last_length_ms = frames = 0
    table = clip.table()
    times = np.sort(table.at_ms[table.shown])
    frames = len(times)
    if frames == 0:
        return 0, 0
    last_ms = int(times[-1])
    last_length_ms = round(float(np.median(np.diff(times)))) if frames > 1 else 0
    said_ms = clip.said_duration_ms
    if said_ms is not None and abs(said_ms - last_ms - last_length_ms) <= last_length_ms + 1:
        return said_ms, frames
    return last_ms + max(last_length_ms, 1), frames


def _container_name(clip: Clip) -> str:
    """One word: mp4, mov, webm, mkv, or FFmpeg's own name."""
    name = clip.container.format.name
    if name.startswith("mov,"):
        return "mov" if clip.container.metadata.get("major_brand", "").strip() == "qt" else "mp4"
    if name.startswith("matroska"):
        with clip.path.open("rb") as file:
            return "webm" if b"webm" in file.read(64) else "mkv"
    return name.split(",")[0]


def _plays_in_browsers(clip: Clip) -> bool:
    container = _container_name(clip)
    codec = clip.stream.codec_context
    sound = {stream.codec_context.name for stream in clip.container.streams.audio}
    if container == "mp4":
        eight_bit_h264 = codec.name == "h264" and codec.pix_fmt in (
            "yuv420p",
            "yuvj420p",
        )
        picture = eight_bit_h264 or codec.name in ("vp9", "av1", "libdav1d")
        return picture and sound <= MP4_SOUND
    return (
        container == "webm"
        and codec.name.startswith(("vp8", "vp9", "av1", "libdav1d"))
        and (sound <= WEBM_SOUND)
    )


def _recorded_at(clip: Clip) -> datetime | None:
    """The container's creation time in UTC; recorders without a clock write 1904 or 1970."""
    text = clip.container.metadata.get("creation_time") or clip.stream.metadata.get("creation_time")
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found if found.year > 1980 else None
