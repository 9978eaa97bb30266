"""What the product is compared with: other programs doing the plain thing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2

NO_FFMPEG = "The ffmpeg program is not installed; its rows and ratios are left out."


def read_every_frame(path: Path) -> int:
    """The usual OpenCV loop: decode every frame and look at each; returns how many."""
    capture = cv2.VideoCapture(str(path))
    count = 0
    try:
        while capture.read()[0]:
            count += 1
    finally:
        capture.release()
    return count


def ffmpeg_to_null(path: Path) -> Callable[[], object] | None:
    """``ffmpeg -f null``, decoding the picture only, on every core; None without the program."""
    program = shutil.which("ffmpeg")
    if program is None:
        return None
    command = [program, "-v", "error", "-nostdin", "-i", str(path)]
    command += ["-map", "0:v:0", "-f", "null", "-"]
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def start_python() -> None:
    """``python -c pass``: below this no Python program starts."""
    subprocess.run([sys.executable, "-c", "pass"], check=True)
