"""Writing H.264 mp4 files with PyAV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from pipeline.media import replacing


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
    their last row or column. ``keyframe_interval`` in frames, one second by default as fixed
    cameras record; ``bitrate`` in bits a second overrides ``crf``. Raises ValueError without a
    frame, MachineError when the disk is full.
    """
    remaining = iter(frames)
    first = next(remaining, None)
    if first is None:
        raise ValueError("encode_mp4 needs at least one frame")
    height, width = first.shape[0] // 2 * 2, first.shape[1] // 2 * 2
    options = {"preset": preset, "threads": "1"}
    if bitrate is None:
        options["crf"] = str(crf)
    with replacing(path) as part:
        with av.open(str(part), "w", format="mp4", options=_MP4_OPTIONS) as container:
            stream = container.add_stream("libx264", rate=fps, options=options)
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            stream.codec_context.gop_size = keyframe_interval or fps
            if bitrate is not None:
                stream.bit_rate = bitrate
            for number, image in enumerate(_chain(first, remaining)):
                cropped = np.ascontiguousarray(image[:height, :width])
                frame = av.VideoFrame.from_ndarray(cropped, format="rgb24")
                frame.pts, frame.time_base = number, Fraction(1, fps)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))


_MP4_OPTIONS = {"movflags": "+faststart", "fflags": "+bitexact"}


def _chain(
    first: npt.NDArray[np.uint8], rest: Iterator[npt.NDArray[np.uint8]]
) -> Iterator[npt.NDArray[np.uint8]]:
    yield first
    yield from rest
