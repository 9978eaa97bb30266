"""Reading the picture of a media file with PyAV (FFmpeg): timed from the first frame, upright."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import av
import numpy as np
import numpy.typing as npt
from av.error import FFmpegError
from av.video.reformatter import Interpolation, VideoReformatter

from core.errors import UnreadableMedia
from pipeline.frames import PacketTable
from pipeline.models.opening import no_picture, open_media

if TYPE_CHECKING:
    Packet = av.Packet[av.VideoStream]

INDEXED = ("mov,", "matroska")

BARE = frozenset({"h264", "hevc", "m4v", "mpegvideo", "av1", "obu", "mjpeg", "dv"})

ROUGHLY_MS = 3_000
"""Seeking without an index lands about there; the first frames after it may lack what they need."""

BROKEN_PACKETS = 200
"""A stretch of this many undecodable packets in a row ends the video there."""

REORDERED_MS = 5_000
"""No packet is stored so far from its place in time."""

FIRST_FRAME_WITHIN = 1_000
"""Packets tried before a picture stream counts as undecodable."""


class Clip:
    """One open file and its first picture stream. A context manager.

    Raises UnreadableMedia, one sentence, when the file is missing, empty, not a video, has no
    picture, or has none that decodes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.container = open_media(path)
        try:
            streams = [s for s in self.container.streams.video if not _is_cover(s)]
            if not streams:
                raise UnreadableMedia(no_picture(path, bool(self.container.streams.audio)))
            self.stream = streams[0]
            self.sound = next(iter(self.container.streams.audio), None)
            self.stream.thread_type = "AUTO"
            self._start_stamp = min(self.stream.start_time or 0, 0)
            self.time_base = self.stream.time_base or Fraction(1, 1_000)
            self._reformatter = VideoReformatter()
            self._frame_ms = 1_000 / float(self.stream.guessed_rate or 25)
            self.first = self._first_frame()
            self.origin = self.first.pts or 0
            self.rotation = round(-self.first.rotation / 90) * 90 % 360
        except BaseException:
            self.container.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.container.close()

    def rewind(self, at_ms: int = 0, *, loop_filter: bool = True) -> None:
        """Go to a keyframe at or before ``at_ms``.

        Without ``loop_filter`` decoding saves a fifth; pictures decoded from others drift, so it
        suits keyframes alone. Containers without an index find a place only roughly, so they are
        reopened for the start and asked for an earlier place otherwise; bare streams know no times
        at all and always start over.
        """
        indexed = self.container.format.name.startswith(INDEXED)
        if not indexed:
            at_ms = 0 if self.container.format.name in BARE else at_ms - ROUGHLY_MS
        if not loop_filter or (at_ms <= 0 and not indexed):
            self._reopen(loop_filter)
        if at_ms <= 0 and not indexed:
            return
        stamp = self._start_stamp if at_ms <= 0 else self.to_pts(at_ms)
        try:
            self.container.seek(stamp, stream=self.stream, backward=True)
        except FFmpegError:
            self._reopen(loop_filter)

    def _reopen(self, loop_filter: bool) -> None:
        index = self.stream.index
        self.container.close()
        self.container = open_media(self.path)
        self.stream = next(s for s in self.container.streams.video if s.index == index)
        self.sound = next(iter(self.container.streams.audio), None)
        self.stream.thread_type = "AUTO"
        if not loop_filter:
            self.stream.codec_context.options = {"skip_loop_filter": "all"}

    def packets(self) -> Iterator[Packet]:
        """Picture packets from the current position; a damaged tail ends them."""
        demuxed = self.container.demux(self.stream)
        while True:
            try:
                packet = next(demuxed)
            except (StopIteration, FFmpegError):
                return
            if packet.size:
                yield packet

    def table(self, until_ms: int | None = None) -> PacketTable:
        """List the packets from the current position on without decoding, all or those that frames
        before ``until_ms`` need. Moves the position."""
        h264 = self.stream.codec_context.name == "h264"
        length_size = _nal_length_size(self.stream.codec_context.extradata)
        rows: list[tuple[int, int, bool, bool, bool]] = []
        exact = True
        for packet in self.packets():
            at_ms = self._packet_ms(packet, len(rows))
            exact = exact and packet.pts is not None
            if until_ms is not None and (
                at_ms > until_ms + REORDERED_MS or (packet.is_keyframe and at_ms > until_ms)
            ):
                break
            rows.append(
                (
                    at_ms,
                    packet.size,
                    packet.is_keyframe,
                    packet.is_disposable or (h264 and _is_unreferenced(packet, length_size)),
                    not packet.is_discard and at_ms >= 0,
                )
            )
        at, size, keyframe, disposable, shown = zip(*rows, strict=True) if rows else ((),) * 5
        return PacketTable(
            at_ms=np.array(at, dtype=np.int64),
            size=np.array(size, dtype=np.int64),
            keyframe=np.array(keyframe, dtype=bool),
            disposable=np.array(disposable, dtype=bool),
            shown=np.array(shown, dtype=bool),
            exact=exact,
        )

    @property
    def said_duration_ms(self) -> int | None:
        """What the file claims, which may be wrong."""
        if self.stream.duration:
            return round(self.stream.duration * self.time_base * 1_000)
        return round(self.container.duration / 1_000) if self.container.duration else None

    def picture_and_sound(self) -> Iterator[av.VideoFrame | av.AudioFrame]:
        """Every frame of both tracks from the current position, each track in its own order."""
        tracks = [self.stream] if self.sound is None else [self.stream, self.sound]
        demuxed = self.container.demux(*tracks)
        while True:
            try:
                packet = next(demuxed, None)
            except FFmpegError:
                packet = None
            if packet is None:
                return
            try:
                frames = packet.decode()
            except FFmpegError:
                continue
            yield from (f for f in frames if isinstance(f, av.VideoFrame | av.AudioFrame))

    def decode(self, packets: Iterator[Packet]) -> Iterator[tuple[int, av.VideoFrame]]:
        """(at_ms, frame) in display order. Damaged packets are passed over."""
        broken = 0
        expected_ms = 0.0
        for packet in _and_flush(packets):
            try:
                frames = self.stream.codec_context.decode(packet)
            except FFmpegError:
                broken += 1
                if broken > BROKEN_PACKETS:
                    return
                continue
            for frame in frames:
                broken = 0
                at_ms = round(expected_ms) if frame.pts is None else self.to_ms(frame.pts)
                expected_ms = at_ms + self._frame_ms
                yield at_ms, frame

    def image(self, frame: av.VideoFrame, width: int | None = None) -> npt.NDArray[np.uint8]:
        """The frame as uint8 (height, width, 3) BGR, upright, square pixels. ``width`` (after
        rotation) scales it, never up; both sides are at least 2."""
        shown_width, shown_height = self.shown_size(frame)
        width = shown_width if width is None else min(width, shown_width)
        height = max(2, round(shown_height * width / shown_width))
        width = max(2, width)
        across, down = (height, width) if self.rotation in (90, 270) else (width, height)
        converted = self._convert(frame, across, down, "bgr24").to_ndarray()
        upright = np.rot90(converted, k=-self.rotation // 90) if self.rotation else converted
        return np.ascontiguousarray(upright, dtype=np.uint8)

    def picture(self, frame: av.VideoFrame, size: tuple[int, int]) -> av.VideoFrame:
        """The frame upright, exactly (width, height) large, as yuv420p for an encoder."""
        if self.rotation == 0:
            return self._convert(frame, *size, "yuv420p")
        upright = av.VideoFrame.from_ndarray(self.image(frame), format="bgr24")
        return self._convert(upright, *size, "yuv420p")

    def shown_size(self, frame: av.VideoFrame) -> tuple[int, int]:
        """(width, height) as displayed: pixel shape and rotation applied."""
        aspect = self.stream.sample_aspect_ratio
        stretch = float(aspect) if aspect and Fraction(1, 4) <= aspect <= 4 else 1.0
        width, height = round(frame.width * stretch), frame.height
        return (height, width) if self.rotation in (90, 270) else (width, height)

    def at_ms(self, frame: av.VideoFrame | av.AudioFrame) -> float:
        """Unrounded time of a frame of either track, from the first picture."""
        base = frame.time_base or self.time_base
        return float(((frame.pts or 0) * base - self.origin * self.time_base) * 1_000)

    def to_ms(self, pts: int) -> int:
        """A time stamp of the stream as milliseconds from the first frame."""
        return round((pts - self.origin) * self.time_base * 1_000)

    def to_pts(self, at_ms: int) -> int:
        return self.origin + int(Fraction(at_ms, 1_000) / self.time_base)

    def _convert(self, frame: av.VideoFrame, width: int, height: int, form: str) -> av.VideoFrame:
        return self._reformatter.reformat(
            frame, width, height, form, interpolation=Interpolation.BILINEAR
        )

    def _packet_ms(self, packet: Packet, index: int) -> int:
        stamp = packet.pts if packet.pts is not None else packet.dts
        return round(index * self._frame_ms) if stamp is None else self.to_ms(stamp)

    def _first_frame(self) -> av.VideoFrame:
        """Decode the first picture; the position afterwards is undefined (call ``rewind``)."""
        for tried, packet in enumerate(_and_flush(self.packets())):
            try:
                frames = self.stream.codec_context.decode(packet)
            except FFmpegError:
                frames = []
            if frames:
                return frames[0]
            if tried > FIRST_FRAME_WITHIN:
                break
        raise UnreadableMedia(
            f"{self.path.name} has a picture track but no frame of it can be decoded; "
            "the file is damaged or incomplete, so export or download it again."
        )


def _is_cover(stream: av.VideoStream) -> bool:
    """True for the still picture that sound files carry as a cover."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _and_flush(packets: Iterator[Packet]) -> Iterator[Packet | None]:
    yield from packets
    yield None


def _nal_length_size(extradata: bytes | None) -> int:
    """Bytes of the length before each H.264 unit (avcC); 0 where start codes are used."""
    if extradata and len(extradata) > 4 and extradata[0] == 1:
        return (extradata[4] & 3) + 1
    return 0


def _is_unreferenced(packet: Packet, length_size: int) -> bool:
    """True when no slice of this H.264 packet is a reference (``nal_ref_idc`` 0; ITU-T H.264
    7.4.1). Only the first picture unit is looked at: all of one picture agree."""
    data = memoryview(packet)
    at = 0
    while length_size and at + length_size < len(data):
        unit = data[at + length_size]
        if 1 <= unit & 0x1F <= 5:
            return not unit >> 5 & 3
        at += length_size + int.from_bytes(data[at : at + length_size], "big")
    return False
