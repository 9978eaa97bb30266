"""What every clothing reader promises."""

from __future__ import annotations

import numpy as np
import pytest

from core.types import Box
from core.vocabulary import COLOURS
from pipeline.adapters import ADAPTERS
from pipeline.frames import Frame
from pipeline.ports import ClothingReader, Sighting
from tests.support.checkpoints import load_adapter
from tests.support.drawing import blank_room, draw_person

CLOTHES = {
    "black": "#17171a",
    "white": "#f1f0ec",
    "grey": "#7d7f83",
    "red": "#c8141c",
    "orange": "#ee7412",
    "yellow": "#f2c50c",
    "green": "#1f8a3c",
    "blue": "#1d4fb4",
    "purple": "#6f2c9c",
    "pink": "#ee7fae",
    "brown": "#6b4023",
    "beige": "#cdb891",
}


@pytest.fixture(scope="module", params=sorted(ADAPTERS["clothing_reader"]))
def reader(request: pytest.FixtureRequest, tmp_path_factory) -> ClothingReader:
    folder = tmp_path_factory.mktemp(request.param)
    return load_adapter("clothing_reader", request.param, folder)


def bgr(colour: str, *, shade: float = 1.0) -> tuple[int, int, int]:
    red, green, blue = (round(int(colour[at : at + 2], 16) * shade) for at in (1, 3, 5))
    return blue, green, red


def dressed(upper, lower, *, with_mask: bool) -> tuple[Frame, Sighting]:
    room = blank_room(seed=1)
    picture = room.copy()
    draw_person(picture, x=240, step=1, upper=upper, lower=lower)
    changed = np.abs(picture.astype(int) - room).max(axis=-1) > 0
    rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    box = Box(
        left=left / 480, top=top / 270, width=(right - left) / 480, height=(bottom - top) / 270
    )
    mask = changed[top:bottom, left:right] if with_mask else None
    return Frame(at_ms=0, image=picture), Sighting(box=box, score=1.0, mask=mask)


def best(shares):
    return max(shares, key=shares.get)


def test_it_is_a_clothing_reader_with_a_name_and_a_revision(reader):
    assert isinstance(reader, ClothingReader)
    assert reader.name
    assert reader.revision


@pytest.mark.parametrize("shade", [1.0, 0.8])
@pytest.mark.parametrize("colour", sorted(set(CLOTHES) - {"white"}))
def test_a_cloth_keeps_its_name_in_the_shade(reader, colour, shade):
    frame, person = dressed(
        bgr(CLOTHES[colour], shade=shade), bgr(CLOTHES["black"]), with_mask=True
    )
    [clothing] = reader.read(frame, [person])
    assert best(clothing.upper) == colour
    assert best(clothing.lower) == "black"


def test_white_is_white_in_the_light(reader):
    frame, person = dressed(bgr(CLOTHES["white"]), bgr(CLOTHES["blue"]), with_mask=True)
    [clothing] = reader.read(frame, [person])
    assert (best(clothing.upper), best(clothing.lower)) == ("white", "blue")


def test_shares_are_of_known_names_and_at_most_one_together(reader):
    frame, person = dressed((20, 200, 20), (200, 30, 30), with_mask=True)
    [clothing] = reader.read(frame, [person])
    for shares in (clothing.upper, clothing.lower):
        assert set(shares) <= set(COLOURS)
        assert 0 < sum(shares.values()) <= 1.001


def test_a_box_without_a_mask_is_read_in_its_middle(reader):
    frame, person = dressed(bgr(CLOTHES["red"]), bgr(CLOTHES["blue"]), with_mask=False)
    [clothing] = reader.read(frame, [person])
    assert (best(clothing.upper), best(clothing.lower)) == ("red", "blue")


def test_a_body_cut_by_the_lower_edge_has_no_lower_colour(reader):
    frame, person = dressed(bgr(CLOTHES["red"]), bgr(CLOTHES["blue"]), with_mask=True)
    assert person.mask is not None
    rows = person.mask.shape[0] * 45 // 100
    top = round(person.box.top * 270)
    cut = Frame(at_ms=0, image=frame.image[: top + rows].copy())
    height = cut.image.shape[0]
    box = Box(left=person.box.left, top=top / height, width=person.box.width, height=rows / height)
    [clothing] = reader.read(cut, [Sighting(box=box, score=1.0, mask=person.mask[:rows])])
    assert best(clothing.upper) == "red"
    assert not clothing.lower


def test_too_few_pixels_say_nothing(reader):
    frame = Frame(at_ms=0, image=np.full((270, 480, 3), 255, np.uint8))
    mask = np.ones((8, 3), bool)
    tiny = Sighting(box=Box(left=0.5, top=0.5, width=3 / 480, height=8 / 270), score=1, mask=mask)
    [clothing] = reader.read(frame, [tiny])
    assert not clothing.upper
    assert not clothing.lower


def test_nobody_gives_no_readings(reader):
    assert reader.read(Frame(at_ms=0, image=np.zeros((4, 4, 3), np.uint8)), []) == []
