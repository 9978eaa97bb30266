"""Writing H.264 mp4 files with PyAV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.error import FFmpegError

from core.errors import MachineError
from pipeline.frames import Progress
from pipeline.media import replacing
from pipeline.models.container import Clip

CLOCK = Fraction(1, 90_000)
"""Ticks of a copy's picture: fine enough for every frame rate in use, variable ones too."""

AAC_RATES = frozenset({8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000})

MP4_OPTIONS = {"movflags": "+faststart", "fflags": "+bitexact"}
"""The index in front, so that playing starts before all is loaded; no time of writing inside."""


def encode_mp4(
    path: Path,
    frames: Iterable[npt.NDArray[np.uint8]],
    *,
    fps: int,
    crf: int = 23,
    bitrate: int | None = None,
    keyframe_interval: int | None = None,
    preset: str = "veryfast",
) -> None:
    """Write frames, uint8 (height, width, 3) RGB and all of one size, as H.264 yuv420p mp4.

    The same frames give the same bytes: one encoder thread, no time of writing. Odd sizes lose
    their last row or column. ``keyframe_interval`` is the most frames from one keyframe to the
    next, one second by default as fixed cameras record; a cut gets a keyframe of its own.
    ``bitrate`` in bits a second overrides ``crf``. Raises ValueError without a frame, MachineError
    when the disk is full.
    """
    remaining = iter(frames)
    first = next(remaining, None)
    if first is None:
        raise ValueError("encode_mp4 needs at least one frame")
    height, width = first.shape[0] // 2 * 2, first.shape[1] // 2 * 2
    options = {"preset": preset, "threads": "1"}
    if bitrate is None:
        options["crf"] = str(crf)
    with _mp4(path) as output:
        stream = output.add_stream("libx264", rate=fps, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.gop_size = keyframe_interval or fps
        if bitrate is not None:
            stream.bit_rate = bitrate
        for number, image in enumerate(chain([first], remaining)):
            cropped = np.ascontiguousarray(image[:height, :width])
            frame = av.VideoFrame.from_ndarray(cropped, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))


def write_browser_copy(path: Path, target: Path, progress: Progress) -> None:
    """Write what browsers cannot play as H.264 mp4 they can: upright, even sides, times from the
    first frame, the index in front, sound as AAC.

    ``target`` appears whole or not at all. Raises UnreadableMedia, and MachineError when the disk
    is full.
    """
    with Clip(path) as clip, _mp4(target) as output:
        clip.rewind()
        copy = _Copy(clip, output)
        for frame in clip.picture_and_sound():
            copy.add(frame)
            progress(copy.share_done)
        copy.finish()
    progress(1.0)


class _Copy:
    """The picture track of a browser copy, and its sound track where the source has sound."""

    def __init__(self, clip: Clip, output: av.container.OutputContainer) -> None:
        self.share_done = 0.0
        self._clip = clip
        self._output = output
        self._last_pts = -1
        self._length_ms = max(clip.said_duration_ms or 0, 1)
        width, height = clip.shown_size(clip.first)
        self._size = max(2, width // 2 * 2), max(2, height // 2 * 2)
        self._picture = output.add_stream(
            "libx264",
            rate=min(clip.stream.average_rate or Fraction(25), Fraction(120)),
            options={"preset": "veryfast", "crf": "23"},
        )
        self._picture.width, self._picture.height = self._size
        self._picture.pix_fmt = "yuv420p"
        self._picture.codec_context.time_base = CLOCK
        self._sound: av.AudioStream | None = None
        self._sound_shape: tuple[str, str, int] | None = None
        if clip.sound is not None:
            hertz = clip.sound.codec_context.sample_rate
            hertz = hertz if hertz in AAC_RATES else 48_000
            self._sound = output.add_stream("aac", rate=hertz, layout="stereo")

    def add(self, frame: av.VideoFrame | av.AudioFrame) -> None:
        at_ms = self._clip.at_ms(frame)
        if at_ms < 0:
            return
        self.share_done = min(1.0, at_ms / self._length_ms)
        if isinstance(frame, av.VideoFrame):
            self._add_picture(frame, at_ms)
        elif self._sound is not None:
            self._add_sound(self._sound, frame, at_ms)

    def finish(self) -> None:
        """Write what the encoders still hold."""
        self._output.mux(self._picture.encode(None))
        if self._sound is not None:
            self._output.mux(self._sound.encode(None))

    def _add_picture(self, frame: av.VideoFrame, at_ms: float) -> None:
        picture = self._clip.picture(frame, self._size)
        self._last_pts = max(round(at_ms / 1_000 / CLOCK), self._last_pts + 1)
        picture.pts, picture.time_base = self._last_pts, CLOCK
        self._output.mux(self._picture.encode(picture))

    def _add_sound(self, sound: av.AudioStream, frame: av.AudioFrame, at_ms: float) -> None:
        shape = frame.format.name, frame.layout.name, frame.sample_rate
        self._sound_shape = self._sound_shape or shape
        if shape == self._sound_shape:  # the encoder's converter is made for one shape
            frame.pts = round(at_ms * frame.sample_rate / 1_000)
            frame.time_base = Fraction(1, frame.sample_rate)
            self._output.mux(sound.encode(frame))


@contextmanager
def _mp4(target: Path) -> Iterator[av.container.OutputContainer]:
    """An mp4 that appears at ``target`` once whole."""
    with replacing(target) as part:
        try:
            with av.open(str(part.absolute()), "w", format="mp4", options=MP4_OPTIONS) as output:
                yield output
        except FFmpegError as error:
            raise MachineError(
                f"{target} cannot be written ({error.strerror}); "
                "free some disk space and try again."
            ) from error
