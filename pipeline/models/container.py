"""Reading media files with PyAV (FFmpeg): opened safely, timed from the first frame, upright.

Only plain files are opened. Playlists (HLS, DASH, concat) are refused and no protocol but
``file`` exists, so a media file can neither read other files nor reach the network.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
import numpy.typing as npt
from av.error import FFmpegError
from av.video.reformatter import Interpolation, VideoReformatter

from core.errors import UnreadableMedia
from pipeline.frames import PacketTable

DEMUXERS = (
    "mov,matroska,webm,avi,flv,live_flv,gif,apng,webp_anim,mpeg,mpegts,mpegvideo,asf,ogg,mxf,nut,ivf,"
    "m4v,h264,hevc,av1,obu,mjpeg,dv,dhav,wtv,rm,3gp,yuv4mpegpipe,mp3,wav,flac,aac"
)
"""Containers of moving pictures (and of bare sound, to say that it is sound). ``dhav`` is what
Dahua recorders write. Everything that refers to other files is left out."""

BROKEN_PACKETS = 200
"""A stretch of this many undecodable packets in a row ends the video there."""

FIRST_FRAME_WITHIN = 1_000
"""Packets tried before a picture stream counts as undecodable."""


class Clip:
    """One open file and its first picture stream. A context manager.

    Raises UnreadableMedia, one sentence, when the file is missing, empty, not a video, has no
    picture, or has none that decodes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.container = _open(path)
        try:
            streams = [s for s in self.container.streams.video if not _is_cover(s)]
            if not streams:
                raise UnreadableMedia(
                    _no_picture(path, bool(self.container.streams.audio))
                )
            self.stream = streams[0]
            self.stream.thread_type = "AUTO"
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

    def rewind(self, at_ms: int = 0) -> None:
        """Go to the keyframe at or before ``at_ms``; reopen for the very start, because some
        containers cannot seek there."""
        if at_ms > 0:
            try:
                self.container.seek(
                    self.to_pts(at_ms), stream=self.stream, backward=True
                )
                return
            except FFmpegError:
                pass
        index = self.stream.index
        self.container.close()
        self.container = _open(self.path)
        self.stream = self.container.streams[index]
        self.stream.thread_type = "AUTO"

    def packets(self) -> Iterator[av.Packet]:
        """Picture packets from the current position; a damaged tail ends them."""
        demuxed = self.container.demux(self.stream)
        while True:
            try:
                packet = next(demuxed)
            except (StopIteration, FFmpegError):
                return
            if packet.size:
                yield packet

    def table(self) -> PacketTable:
        """List every packet without decoding. Leaves the position at the end."""
        h264 = self.stream.codec_context.name == "h264"
        length_size = _nal_length_size(self.stream.codec_context.extradata)
        rows: list[tuple[int, int, bool, bool, bool]] = []
        for packet in self.packets():
            at_ms = self._packet_ms(packet, len(rows))
            rows.append(
                (
                    at_ms,
                    packet.size,
                    packet.is_keyframe,
                    packet.is_disposable
                    or (h264 and _is_unreferenced(packet, length_size)),
                    not packet.is_discard and at_ms >= 0,
                )
            )
        at, size, keyframe, disposable, shown = (
            zip(*rows, strict=True) if rows else ((),) * 5
        )
        return PacketTable(
            at_ms=np.array(at, dtype=np.int64),
            size=np.array(size, dtype=np.int64),
            keyframe=np.array(keyframe, dtype=bool),
            disposable=np.array(disposable, dtype=bool),
            shown=np.array(shown, dtype=bool),
        )

    def decode(
        self, packets: Iterator[av.Packet]
    ) -> Iterator[tuple[int, av.VideoFrame]]:
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
                at_ms = (
                    round(expected_ms) if frame.pts is None else self.to_ms(frame.pts)
                )
                expected_ms = at_ms + self._frame_ms
                yield at_ms, frame

    def image(
        self, frame: av.VideoFrame, width: int | None = None
    ) -> npt.NDArray[np.uint8]:
        """The frame as uint8 (height, width, 3) BGR, upright, square pixels. ``width`` (after
        rotation) scales it, never up; both sides are at least 2."""
        shown_width, shown_height = self.shown_size(frame)
        width = shown_width if width is None else min(width, shown_width)
        height = max(2, round(shown_height * width / shown_width))
        width = max(2, width)
        across, down = (
            (height, width) if self.rotation in (90, 270) else (width, height)
        )
        converted = self._reformatter.reformat(
            frame, across, down, "bgr24", interpolation=Interpolation.BILINEAR
        ).to_ndarray()
        upright = (
            np.rot90(converted, k=-self.rotation // 90) if self.rotation else converted
        )
        return np.ascontiguousarray(upright, dtype=np.uint8)

    def shown_size(self, frame: av.VideoFrame) -> tuple[int, int]:
        """(width, height) as displayed: pixel shape and rotation applied."""
        aspect = self.stream.sample_aspect_ratio
        stretch = float(aspect) if aspect and Fraction(1, 4) <= aspect <= 4 else 1.0
        width, height = round(frame.width * stretch), frame.height
        return (height, width) if self.rotation in (90, 270) else (width, height)

    def to_ms(self, pts: int) -> int:
        """A time stamp of the stream as milliseconds from the first frame."""
        return round((pts - self.origin) * self.time_base * 1_000)

    def to_pts(self, at_ms: int) -> int:
        return self.origin + int(Fraction(at_ms, 1_000) / self.time_base)

    def _packet_ms(self, packet: av.Packet, index: int) -> int:
        stamp = packet.pts if packet.pts is not None else packet.dts
        return round(index * self._frame_ms) if stamp is None else self.to_ms(stamp)

    def _first_frame(self) -> av.VideoFrame:
        """Decode the first picture; the position afterwards is undefined (call ``rewind``)."""
        tried = 0
        for packet in _and_flush(self.packets()):
            tried += 1
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


def _open(path: Path) -> av.container.InputContainer:
    if not path.exists():
        raise UnreadableMedia(f"{path} does not exist; check the path.")
    if not path.is_file():
        raise UnreadableMedia(f"{path} is not a file; give the path of a video file.")
    if path.stat().st_size == 0:
        raise UnreadableMedia(
            f"{path.name} is empty (0 bytes); copy or download it again."
        )
    options = {"protocol_whitelist": "file", "format_whitelist": DEMUXERS}
    try:
        return av.open(str(path.resolve()), container_options=options)
    except PermissionError as error:
        raise UnreadableMedia(
            f"{path.name} may not be read; check its permissions."
        ) from error
    except (FFmpegError, UnicodeDecodeError) as error:
        raise UnreadableMedia(_not_a_video(path)) from error


def _not_a_video(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4_096)
    if head[4:8] in (b"ftyp", b"mdat", b"wide", b"free"):
        return (
            f"{path.name} is an MP4 or MOV file without its index (the moov box), as an "
            "interrupted recording or download leaves it; export or download it again."
        )
    return (
        f"{path.name} is not a video in a format ClipOps can read; convert it to MP4."
    )


def _no_picture(path: Path, has_sound: bool) -> str:
    if has_sound:
        return f"{path.name} has sound but no picture; give a file with video in it."
    return f"{path.name} holds neither picture nor sound; give a file with video in it."


def _is_cover(stream: av.VideoStream) -> bool:
    """True for the still picture that sound files carry as a cover."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _and_flush(packets: Iterator[av.Packet]) -> Iterator[av.Packet | None]:
    yield from packets
    yield None


def _nal_length_size(extradata: bytes | None) -> int:
    """Bytes of the length before each H.264 unit (avcC); 0 where start codes are used."""
    if extradata and len(extradata) > 4 and extradata[0] == 1:
        return (extradata[4] & 3) + 1
    return 0


def _is_unreferenced(packet: av.Packet, length_size: int) -> bool:
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
