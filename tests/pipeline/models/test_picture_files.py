"""Picture files of every kind people give, and what is none."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.errors import InputError
from pipeline.models.picture_files import LONGEST_SIDE, MOST_PIXELS, read_picture

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (20, 160, 40), (30, 60, 210), (230, 220, 40)


def quarters(mode: str = "RGB", *, size: tuple[int, int] = (80, 60)) -> Image.Image:
    """Red, green above blue, yellow."""
    picture = Image.new("RGB", size)
    width, height = size[0] // 2, size[1] // 2
    for n, colour in enumerate((RED, GREEN, BLUE, YELLOW)):
        picture.paste(colour, (n % 2 * width, n // 2 * height, size[0], size[1]))
    return picture.convert(mode)


def colours(picture: np.ndarray) -> list[tuple[int, ...]]:
    """RGB in the middle of the four quarters."""
    height, width = picture.shape[:2]
    return [
        tuple(int(value) for value in picture[y, x, ::-1])
        for y in (height // 4, 3 * height // 4)
        for x in (width // 4, 3 * width // 4)
    ]


def near(found, expected, *, within: int = 12) -> bool:
    return bool(np.abs(np.array(found) - np.array(expected)).max() <= within)


@pytest.mark.parametrize(
    ("name", "options", "within"),
    [
        ("a.jpg", {"quality": 95, "subsampling": 0}, 6),
        ("a.png", {}, 0),
        ("a.webp", {"lossless": True}, 0),
        ("a.gif", {}, 12),
        ("a.bmp", {}, 0),
        ("a.tiff", {}, 0),
        ("a.avif", {"quality": 95}, 12),
        ("a.ppm", {}, 0),
        ("사진 – été.png", {}, 0),
        ("misnamed.txt", {"format": "PNG"}, 0),
    ],
)
def test_usual_kinds_are_read_as_bgr(tmp_path, name, options, within):
    quarters().save(tmp_path / name, **options)
    picture = read_picture(tmp_path / name)
    assert picture.shape == (60, 80, 3)
    assert picture.dtype == np.uint8
    assert picture.flags.c_contiguous
    assert near(colours(picture), (RED, GREEN, BLUE, YELLOW), within=within)


@pytest.mark.parametrize(("mode", "name"), [("L", "a.png"), ("L", "a.jpg"), ("LA", "a.png")])
def test_grey_is_three_equal_channels(tmp_path, mode, name):
    quarters(mode).save(tmp_path / name)
    picture = read_picture(tmp_path / name)
    assert (picture[..., :1] == picture).all()
    assert near(picture[15, 20, 0], np.array(quarters("L"))[15, 20], within=3)


@pytest.mark.parametrize(("mode", "name"), [("P", "a.png"), ("1", "a.png"), ("CMYK", "a.tiff")])
def test_other_modes_become_colours(tmp_path, mode, name):
    quarters(mode).save(tmp_path / name)
    expected = colours(np.array(quarters(mode).convert("RGB"))[..., ::-1])
    assert near(colours(read_picture(tmp_path / name)), expected, within=12)


def test_a_cmyk_jpeg_keeps_its_colours(tmp_path):
    quarters("CMYK").save(tmp_path / "a.jpg", quality=95)
    assert near(colours(read_picture(tmp_path / "a.jpg")), (RED, GREEN, BLUE, YELLOW), within=20)


@pytest.mark.parametrize("name", ["a.png", "a.webp"])
def test_transparent_parts_are_white(tmp_path, name):
    picture = quarters("RGBA")
    picture.putalpha(Image.fromarray(np.repeat(np.uint8([[0] * 40 + [255] * 40]), 60, axis=0)))
    picture.save(tmp_path / name, lossless=True)
    white = (255, 255, 255)
    assert near(colours(read_picture(tmp_path / name)), (white, GREEN, white, YELLOW), within=2)


def test_a_transparent_colour_of_a_palette_is_white(tmp_path):
    picture = quarters().quantize(4)
    index = picture.getpixel((10, 10))
    picture.save(tmp_path / "a.png", transparency=index)
    assert colours(read_picture(tmp_path / "a.png"))[0] == (255, 255, 255)


def test_sixteen_bits_are_scaled_not_cut_off(tmp_path):
    ramp = np.linspace(0, 65_535, 256).astype(np.uint16)
    Image.fromarray(np.repeat(ramp[None], 8, axis=0)).save(tmp_path / "a.png")
    picture = read_picture(tmp_path / "a.png")
    assert np.abs(picture[0, :, 0].astype(int) - np.arange(256)).max() <= 1


@pytest.mark.parametrize("top", [1.0, 255.0, 4_095.0])
def test_floats_are_scaled_to_what_they_hold(tmp_path, top):
    values = np.linspace(0, top, 256, dtype=np.float32)
    Image.fromarray(np.repeat(values[None], 4, axis=0)).save(tmp_path / "a.tiff")
    picture = read_picture(tmp_path / "a.tiff")
    assert picture[0, 0, 0] == 0
    assert picture[0, -1, 0] >= (255 if top <= 255 else 10)


def test_a_dark_sixteen_bit_picture_stays_dark(tmp_path):
    Image.fromarray(np.full((4, 4), 200, np.uint16)).save(tmp_path / "a.png")
    assert read_picture(tmp_path / "a.png").max() <= 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_taken_sideways_is_upright(tmp_path, orientation):
    upright = quarters()
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    stored = upright if undo is None else upright.transpose(undo)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "a.jpg", exif=exif, quality=95, subsampling=0)
    picture = read_picture(tmp_path / "a.jpg")
    assert picture.shape == (60, 80, 3)
    assert near(colours(picture), (RED, GREEN, BLUE, YELLOW))


# Pillow warns of it and goes on.
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
def test_nonsense_in_the_exif_data_does_not_hide_the_picture(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 77
    quarters().save(tmp_path / "a.jpg", exif=exif)
    assert read_picture(tmp_path / "a.jpg").shape == (60, 80, 3)
    quarters().save(tmp_path / "b.jpg", exif=b"Exif\x00\x00II*\x00garbage that is no directory")
    assert read_picture(tmp_path / "b.jpg").shape == (60, 80, 3)


def test_the_first_picture_of_an_animation_is_read(tmp_path):
    first, second = Image.new("RGB", (20, 20), RED), Image.new("RGB", (20, 20), BLUE)
    first.save(tmp_path / "a.gif", save_all=True, append_images=[second], duration=50)
    assert near(colours(read_picture(tmp_path / "a.gif"))[0], RED)


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_8k_is_made_smaller(tmp_path, name):
    quarters(size=(7_680, 4_320)).save(
        tmp_path / name, **({"compress_level": 1} if "png" in name else {})
    )
    picture = read_picture(tmp_path / name)
    assert picture.shape == (2_304, LONGEST_SIDE, 3)
    assert near(colours(picture), (RED, GREEN, BLUE, YELLOW))


def test_one_pixel_is_a_picture(tmp_path):
    Image.new("RGB", (1, 1), RED).save(tmp_path / "a.png")
    assert read_picture(tmp_path / "a.png")[0, 0, ::-1].tolist() == list(RED)


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\x00" * 1_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [int(MOST_PIXELS**0.5) + 1, 12_000, 60_000])
def test_a_bomb_is_refused_unread(tmp_path, side):
    (tmp_path / "bomb.png").write_bytes(png_that_claims(side, side))
    with pytest.raises(InputError, match=r"bomb\.png has more than 89 million pixels"):
        read_picture(tmp_path / "bomb.png")


def jpeg() -> bytes:
    buffer = io.BytesIO()
    quarters(size=(400, 300)).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", r"a\.jpg is empty"),
        (b"hello, this is text\n" * 30, r"a\.jpg is not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", r"a\.jpg is not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", r"a\.jpg is not a picture"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 99, "HEIC .* as JPEG"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isomavc1" + b"\x00" * 99, "not a picture"),
        (jpeg()[:900], r"a\.jpg is not a picture that can be read"),
        (jpeg()[:3], r"a\.jpg is not a picture"),
        (png_that_claims(100, 100), r"a\.jpg is not a picture"),
    ],
)
def test_what_is_no_picture_is_refused_in_one_sentence(tmp_path, content, sentence):
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(InputError, match=sentence) as caught:
        read_picture(tmp_path / "a.jpg")
    assert str(caught.value).endswith(".")


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(InputError, match="There is no file"):
        read_picture(tmp_path / "nothing.jpg")
    with pytest.raises(InputError, match="cannot be read"):
        read_picture(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_one_may_not_read_is_refused(tmp_path):
    path = tmp_path / "a.png"
    quarters().save(path)
    path.chmod(0)
    with pytest.raises(InputError, match="cannot be read"):
        read_picture(path)


@pytest.fixture(scope="module")
def damaged(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("damaged")


SAMPLES = {}
for kind in ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF"):
    with io.BytesIO() as written:
        quarters().save(written, kind)
        SAMPLES[kind] = written.getvalue()


@settings(max_examples=150)
@given(
    kind=st.sampled_from(sorted(SAMPLES)),
    places=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=12),
    end=st.floats(0.05, 1),
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(damaged, kind, places, end):
    content = bytearray(SAMPLES[kind])
    for place, value in places:
        content[int(place * len(content))] = value
    path = damaged / "a"
    path.write_bytes(content[: max(1, int(end * len(content)))])
    try:
        picture = read_picture(path)
    except InputError:
        return
    assert picture.ndim == 3
