"""Picture files people give, as upright BGR pixels."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from core.errors import InputError

if TYPE_CHECKING:
    from pipeline.ports import Image as Pixels

LONGEST_SIDE = 4_096
"""Pixels; a larger picture is made smaller. A face that fills a fiftieth of it keeps 80."""

MOST_PIXELS = 89_000_000
"""A file that unpacks to more is refused unread (8K has 33 million). Pillow warns from 89.5 on."""

FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF", "PPM")
"""Tried in this order; HEIF where a plugin for it is installed. No others: Pillow would run
Ghostscript for a PostScript file."""

_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")

_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    OverflowError,
    MemoryError,
    UserWarning,
    struct.error,
    zlib.error,
)
"""What Pillow's readers raise on damaged files (UnidentifiedImageError is an OSError); they warn of
damage that they can step over."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation -> what makes it upright."""


def read_picture(path: Path) -> Pixels:
    """uint8 (height, width, 3), BGR, upright; transparent parts white, the first picture of an
    animation, at most LONGEST_SIDE pixels wide and high.

    Raises InputError with one sentence for what is missing, empty, no picture, damaged or larger
    than MOST_PIXELS.
    """
    try:
        with path.open("rb") as file:
            return _read(file, path)
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error


def picture_in(content: bytes) -> Pixels:
    """The same of a file's content. Raises InputError."""
    return _read(BytesIO(content), Path("The picture"))


def _read(file: IO[bytes], path: Path) -> Pixels:
    start = file.read(12)
    if not start:
        raise InputError(f"{path.name} is empty.")
    file.seek(0)
    Image.init()
    formats = [name for name in FORMATS if name in Image.OPEN]
    if start[4:8] == b"ftyp" and start[8:12] in _HEIF_BRANDS and "HEIF" not in formats:
        raise InputError(f"{path.name} is a HEIC picture, which cannot be read; save it as JPEG.")
    try:
        with Image.open(file, formats=formats) as picture:
            _refuse_too_large(picture.size, path)
            picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded smaller
            picture.load()
            return _pixels(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(path) from error
    except _DAMAGED as error:
        raise InputError(
            f"{path.name} is not a picture that can be read; use JPEG, PNG or WebP."
        ) from error


def _refuse_too_large(size: tuple[int, int], path: Path) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise _too_large(path)


def _too_large(path: Path) -> InputError:
    return InputError(
        f"{path.name} has more than {MOST_PIXELS // 1_000_000} million pixels; "
        f"save it at most {LONGEST_SIDE} pixels wide and high."
    )


def _pixels(picture: Image.Image) -> Pixels:
    turn = _TURNS.get(_orientation(picture))
    upright = _eight_bit(picture)
    if max(upright.size) > LONGEST_SIDE:
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if turn is not None:
        upright = upright.transpose(turn)
    return np.asarray(cv2.cvtColor(np.asarray(upright), cv2.COLOR_RGB2BGR))


def _orientation(picture: Image.Image) -> int:
    try:
        value = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except _DAMAGED:  # a picture with a damaged note beside it is still a picture
        return 1
    return value if isinstance(value, int) else 1


def _eight_bit(picture: Image.Image) -> Image.Image:
    """RGB, on white where it is transparent."""
    if picture.mode.startswith(("I", "F")):
        return Image.fromarray(_from_deep(np.asarray(picture))).convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        covered = picture.convert("RGBA")
        white = Image.new("RGBA", covered.size, "white")
        white.alpha_composite(covered)
        return white.convert("RGB")
    return picture.convert("RGB")


def _from_deep(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Grey of 16 bits, 32 bits or floats to 8 bits; Pillow itself would cut off all above 255."""
    grey = np.nan_to_num(np.asarray(values, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    top = float(grey.max(initial=0.0))
    # Floats hold 0..1, 16 bits 0..65535; what holds more is fitted to its brightest pixel.
    full = 1.0 if values.dtype.kind == "f" and top <= 1 else 255.0 if top <= 255 else 65_535.0
    if values.dtype == np.uint16:
        full = 65_535.0
    return np.asarray(np.clip(grey / max(full, top) * 255 + 0.5, 0, 255), np.uint8)
