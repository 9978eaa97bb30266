"""Paints: what a surface looks like at a point of the world."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from pipeline.sample.colours import linear, linear_image
from pipeline.sample.surface import Paint

Vector = tuple[float, float, float]


def scatter(cells: np.ndarray) -> np.ndarray:
    """Whole numbers (n, k) to a fixed pseudo-random value each, float32 (n,), 0..1."""
    mixed = np.zeros(len(cells), np.uint32)
    for column, factor in enumerate((0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)[: cells.shape[1]]):
        mixed ^= cells[:, column].astype(np.int64).astype(np.uint32) * np.uint32(factor)
        mixed ^= mixed >> np.uint32(15)
        mixed *= np.uint32(0x2C1B3C6D)
    return ((mixed >> np.uint32(8)) / np.float32(1 << 24)).astype(np.float32)


def tiles(colour: str, *, size_m: float, grout: str, joint_m: float = 0.008) -> Paint:
    """Floor tiles, each a little different, with a faint cloud in each."""
    base, line = linear(colour), linear(grout)

    def paint(points: np.ndarray, _normals: np.ndarray) -> np.ndarray:
        scaled = points[:, :2] / size_m
        cell = np.floor(scaled)
        tone = 0.9 + 0.14 * scatter(cell)
        cloud = np.sin(points[:, 0] * 9.1 + 3 * np.sin(points[:, 1] * 5.3)) * np.sin(
            points[:, 1] * 7.7 + 2 * np.sin(points[:, 0] * 6.1)
        )
        tone *= 1.0 + 0.025 * cloud
        edge = np.abs(scaled - cell - 0.5).max(-1) > 0.5 - joint_m / size_m / 2
        return np.where(edge[:, None], line, base * tone[:, None]).astype(np.float32)

    return paint


def price_strip(axis: int) -> Paint:
    """The edge of a shelf board along ``axis``: a rail with price tags, some of them yellow."""
    rail, white, yellow = linear("#b9bbb8"), linear("#f2f1ea"), linear("#e6d27a")

    def paint(points: np.ndarray, _normals: np.ndarray) -> np.ndarray:
        along = points[:, axis] / 0.115
        cell = np.floor(along)
        kind = scatter(np.stack([cell, np.floor(points[:, 2] * 10)], 1))[:, None]
        tag = (np.abs(along - cell - 0.5) < 0.28)[:, None] & (kind > 0.15)
        return np.where(tag, np.where(kind > 0.88, yellow, white), rail).astype(np.float32)

    return paint


def ceiling_grid(points: np.ndarray, _normals: np.ndarray) -> np.ndarray:
    """Suspended ceiling: white squares in a thin frame."""
    bar = np.abs(np.modf(np.abs(points[:, :2]) / 0.6)[0] - 0.5).max(-1) > 0.482
    return np.where(bar[:, None], linear("#a9a9a6"), linear("#e9e8e3"))


def plaster(colour: str, *, skirting: str | None = None) -> Paint:
    """A painted wall: slightly uneven, dirtier towards the floor, with a skirting board."""
    base = linear(colour)
    board = linear(skirting) if skirting else base

    def paint(points: np.ndarray, _normals: np.ndarray) -> np.ndarray:
        blotch = np.sin(points @ np.array([1.7, 2.3, 3.1])) * np.sin(
            points @ np.array([2.9, -1.3, 1.9]) + 1.0
        )
        tone = (1.0 + 0.02 * blotch) * (0.94 + 0.06 * np.minimum(points[:, 2] / 0.9, 1.0))
        low = points[:, 2] < 0.09
        return np.where(low[:, None], board, base * tone[:, None]).astype(np.float32)

    return paint


def package(low: Vector, high: Vector, body: str, label: str, seed: int) -> Paint:
    """A product box: body colour, a label panel with a picture blob and lines of print."""
    corner, extent = np.array(low), np.array(high) - np.array(low)
    colours = linear(body), linear(label)
    blob_at, style = 0.35 + 0.3 * (seed % 7) / 7, seed % 3
    tint = np.array([[1.0, 0.6, 0.3], [0.4, 0.7, 0.5], [0.5, 0.6, 0.9]][seed % 3])

    def paint(points: np.ndarray, normals: np.ndarray) -> np.ndarray:
        place = (points - corner) / extent
        sideways = np.abs(normals[:, 0]) > 0.5
        u = np.where(sideways, place[:, 1], place[:, 0])
        v = place[:, 2]
        colour = np.broadcast_to(colours[0], points.shape).copy()
        inside = (np.abs(u - 0.5) < 0.4) & (v > 0.22) & (v < (0.8, 0.62, 0.9)[style])
        colour[inside] = colours[1]
        blob = ((u - 0.5) ** 2 / 0.05 + (v - blob_at) ** 2 / 0.02) < 1.0
        colour[blob] = 0.5 * colours[0] + 0.5 * colours[1] * tint
        print_lines = inside & (np.modf(v * 9.0)[0] < 0.35) & (np.abs(u - 0.5) < 0.3) & (v > 0.55)
        colour[print_lines] = colours[0] * 0.7
        colour[v > 0.97] *= 1.15
        return colour.astype(np.float32)

    return paint


def bottle(bottom: float, top: float, glass: str, label: str) -> Paint:
    """A drum with a paper label around its middle and a highlight down one side."""
    body, paper = linear(glass), linear(label)

    def paint(points: np.ndarray, normals: np.ndarray) -> np.ndarray:
        v = (points[:, 2] - bottom) / (top - bottom)
        colour = np.where(((v > 0.25) & (v < 0.7))[:, None], paper, body)
        shine = np.maximum(normals @ np.array([-0.5, -0.75, 0.43]), 0.0) ** 12
        return (colour + 0.35 * shine[:, None]).astype(np.float32)

    return paint


def picture(origin: Vector, u: Vector, v: Vector, image: Image.Image) -> Paint:
    """An image stretched over a panel; ``v`` points up, the image's first row is the top."""
    texture = linear_image(np.asarray(image.convert("RGB")))
    start, across, up = np.array(origin), np.array(u), np.array(v)

    def paint(points: np.ndarray, _normals: np.ndarray) -> np.ndarray:
        offset = points - start
        column = (offset @ across / (across @ across) * texture.shape[1]).astype(int)
        row = ((1 - offset @ up / (up @ up)) * texture.shape[0]).astype(int)
        return texture[
            np.clip(row, 0, texture.shape[0] - 1), np.clip(column, 0, texture.shape[1] - 1)
        ]

    return paint


def sign(
    lines: tuple[str, ...], *, ink: str, ground: str, size: tuple[int, int], border: str = ""
) -> Image.Image:
    """Lines of text centred on a coloured board."""
    image = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(image)
    if border:
        draw.rectangle((4, 4, size[0] - 5, size[1] - 5), outline=border, width=5)
    step = size[1] / (len(lines) + 0.35)
    for number, line in enumerate(lines):
        points = step * 0.8
        width = ImageFont.load_default(points).getlength(line)
        points *= min(1.0, size[0] * 0.84 / max(width, 1.0))
        place = (size[0] / 2, step * (number + 0.68))
        draw.text(place, line, fill=ink, font=ImageFont.load_default(points), anchor="mm")
    return image


def street() -> Image.Image:
    """What is seen through the door: a bright street out of focus."""
    image = Image.new("RGB", (900, 480), "#dfe8f0")
    draw = ImageDraw.Draw(image)
    fronts = ("#b9a58e", "#c8c2b6", "#a7968a", "#bfc5c9", "#ad8f7c", "#c9bda2")
    for number, colour in enumerate(fronts):
        left = number * 155 - 20
        draw.rectangle((left, 40 + 25 * (number % 3), left + 150, 330), fill=colour)
        for row in range(3):
            for column in range(3):
                x, y = left + 18 + column * 44, 90 + row * 62 + 25 * (number % 3)
                draw.rectangle((x, y, x + 24, y + 36), fill="#6f7c88")
        draw.rectangle((left + 8, 268, left + 142, 330), fill="#59636b")
    for x in (60, 330, 610, 800):
        draw.ellipse((x, 120, x + 110, 250), fill="#5f7f52")
        draw.rectangle((x + 50, 240, x + 60, 335), fill="#5b4a3c")
    for x, colour in ((130, "#8b9399"), (430, "#3f4a57"), (690, "#c9cccd")):
        draw.rounded_rectangle((x, 312, x + 150, 362), 18, fill=colour)
        draw.rounded_rectangle((x + 28, 288, x + 118, 330), 18, fill="#49545e")
    draw.rectangle((0, 350, 900, 400), fill="#8f9193")
    draw.rectangle((0, 400, 900, 480), fill="#c9c6bf")
    return image.filter(ImageFilter.GaussianBlur(9))
