"""Small video files with the oddities real ones have, written with PyAV where a test needs them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]


def numbered(count: int, *, width: int = 160, height: int = 120) -> list[Image]:
    """Frames that can be told apart: frame k has k bright columns of 5 pixels on the left, a red
    top half and a blue bottom half."""
    frames = []
    for number in range(count):
        image = np.zeros((height, width, 3), dtype=np.uint8)
        image[: height // 2, :, 0] = 200
        image[height // 2 :, :, 2] = 200
        image[:, : number * 5 % width] = 255
        frames.append(image)
    return frames


def write(
    path: Path,
    frames: Iterable[Image],
    *,
    fps: int = 10,
    times: Sequence[float] | None = None,
    offset_s: float = 0.0,
    rotation: int = 0,
    codec: str = "libx264",
    container: str | None = None,
    pixel_format: str = "yuv420p",
    keyframe_interval: int = 10,
    b_frames: int = 0,
    sound: bool = False,
    clock: int = 90_000,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
) -> Path:
    """A file of these frames. ``times`` in seconds instead of even spacing; all ``offset_s``
    later; ``rotation`` degrees clockwise to apply for display, as phones write it."""
    listed = list(frames)
    seconds = [number / fps for number in range(len(listed))] if times is None else list(times)
    with av.open(str(path), "w", format=container, options=container_options or {}) as output:
        chosen = (
            {"threads": "1", "sc_threshold": "0", **(options or {})}
            if codec == "libx264"
            else options or {}
        )
        stream = output.add_stream(codec, rate=fps, options=chosen)
        stream.height, stream.width = listed[0].shape[:2]
        stream.pix_fmt = pixel_format
        stream.codec_context.time_base = Fraction(1, clock)
        stream.codec_context.gop_size = keyframe_interval
        stream.codec_context.max_b_frames = b_frames
        if rotation:
            stream.set_display_rotation(-rotation)
        track = output.add_stream("aac", rate=48_000, layout="mono") if sound else None
        for image, at_s in zip(listed, seconds, strict=True):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts = round((at_s + offset_s) * clock)
            frame.time_base = Fraction(1, clock)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
        if track is not None:
            _write_tone(output, track, seconds[-1], offset_s)
    return path


def write_sound(path: Path, seconds: float = 2.0) -> Path:
    """Sound without picture."""
    with av.open(str(path), "w") as output:
        track = output.add_stream("aac", rate=48_000, layout="mono")
        _write_tone(output, track, seconds, 0.0)
    return path


def _write_tone(
    output: av.container.OutputContainer, track: av.AudioStream, seconds: float, offset_s: float
) -> None:
    count = int(seconds * 48_000) // 1_024
    for number in range(count):
        at = (np.arange(1_024) + number * 1_024) / 48_000
        wave = (0.2 * np.sin(2 * np.pi * 440 * at)).astype(np.float32)[None]
        frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        frame.sample_rate = 48_000
        frame.pts = number * 1_024 + round(offset_s * 48_000)
        frame.time_base = Fraction(1, 48_000)
        output.mux(track.encode(frame))
    output.mux(track.encode(None))
