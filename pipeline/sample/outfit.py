"""What people of the sample look like: body, skin, hair and clothes, with the names of colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.sample.skeleton import Body

Hair = Literal["short", "long", "bun", "cap", "hood"]
Upper = Literal["jacket", "hoodie", "shirt", "blouse", "raincoat", "coat", "apron"]
Lower = Literal["trousers", "skirt", "shorts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outfit:
    """Clothes by basic colour name; ``skin``, ``hair_colour``, ``shoes`` and ``inner`` (what shows
    in an open collar) are sRGB."""

    upper: Upper
    upper_colour: str
    lower: Lower
    lower_colour: str
    hair: Hair
    hair_colour: str
    skin: str = "#d9a67f"
    shoes: str = "#2b2a2c"
    inner: str = "#c9c6be"
    bag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in the sample, with what a witness would say in English and Korean."""

    id: str
    description: str
    description_ko: str
    body: Body
    outfit: Outfit
