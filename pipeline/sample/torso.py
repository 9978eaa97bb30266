"""Clothes of the trunk: jackets, shirts and coats, the seat of trousers, skirts."""

from __future__ import annotations

import numpy as np

from pipeline.sample.colours import CLOTHES, linear
from pipeline.sample.mesh import OUTER_M, Mesh, Rings, rings
from pipeline.sample.outfit import Outfit
from pipeline.sample.skeleton import Body, Pose

SEGMENTS = 28
"""A multiple of four, so that one column of faces looks straight ahead: the zip."""

# Height above the hips as a share of body height, half width and half depth as shares too.
SHAPE = np.array(
    [
        [-0.075, 0.084, 0.064],
        [-0.045, 0.096, 0.072],
        [-0.010, 0.099, 0.073],
        [0.030, 0.093, 0.066],
        [0.075, 0.083, 0.059],
        [0.115, 0.085, 0.062],
        [0.155, 0.094, 0.068],
        [0.195, 0.101, 0.071],
        [0.230, 0.104, 0.068],
        [0.255, 0.101, 0.061],
        [0.275, 0.088, 0.053],
        [0.292, 0.064, 0.045],
        [0.305, 0.042, 0.038],
        [0.315, 0.033, 0.035],
    ]
)
HEMS = {
    "jacket": -0.055,
    "hoodie": -0.045,
    "shirt": -0.035,
    "blouse": 0.02,
    "apron": -0.03,
    "raincoat": 0.0,
    "coat": 0.0,
}
THICKNESS = {
    "jacket": 0.012,
    "hoodie": 0.014,
    "shirt": 0.005,
    "blouse": 0.005,
    "apron": 0.006,
    "raincoat": 0.020,
    "coat": 0.014,
}
FALLS = {"raincoat": 0.60, "coat": 0.72}
"""How far down the thigh a long garment falls, as a share of the way to the knee."""


def torso(pose: Pose, outfit: Outfit) -> Mesh:
    """The upper garment from its hem to the neck."""
    colour = linear(CLOTHES[outfit.upper_colour])
    tube, heights = _upper(pose, outfit)
    return tube.mesh(
        _cloth(tube, heights, outfit, colour), open=_reached(tube, heights), over=OUTER_M
    )


def collar(pose: Pose, outfit: Outfit) -> Mesh:
    """The collar, or the hood lying on the shoulders."""
    hooded = outfit.upper in ("hoodie", "raincoat")
    up, front = pose.chest_frame[2], pose.chest_frame[1]
    share = np.linspace(0, 1, 5)
    start = pose.neck - up * 0.035 - front * (0.012 if hooded else 0.0)
    lift = 0.075 if hooded else 0.055
    centres = start + up * (lift * share)[:, None] - front * (0.012 * share)[:, None]
    width = (0.094 if hooded else 0.074) * (0.5 + 0.5 * pose.body.girth)
    radii = width * np.array([1.05, 1.12, 1.08, 0.98, 0.9])
    depths = radii * (1.05 if hooded else 0.95)
    count = len(share)
    tube = rings(
        centres,
        np.broadcast_to(pose.chest_frame[0], (count, 3)),
        np.broadcast_to(front, (count, 3)),
        radii,
        depths,
        segments=20,
    )
    away = np.abs(np.angle(np.exp(1j * (tube.angles + np.pi / 20 - np.pi / 2))))
    keep = np.broadcast_to(away > (0.75 if hooded else 0.5), (count - 1, 20))
    tone = 0.92 if hooded else 0.82
    return tube.mesh(linear(CLOTHES[outfit.upper_colour]) * tone, keep=keep, open=0.9, over=OUTER_M)


def seat(pose: Pose, outfit: Outfit) -> Mesh:
    """Hips of the lower garment, from the crotch to under the hem of the upper one."""
    top = min(HEMS[outfit.upper] + 0.012, 0.05)
    heights = np.linspace(-0.085, top, 6)
    widths, depths = _trunk(pose.body, heights)
    widths = widths - 0.004
    widths[0] *= 0.75
    centres, sides, fronts = _spine(pose, heights)
    tube = rings(centres, sides, fronts, widths, depths - 0.004, segments=20, roundness=2.3)
    return tube.mesh(linear(CLOTHES[outfit.lower_colour]), open=np.linspace(0.65, 0.85, 5))


def drape(
    pose: Pose, start: Rings, colour: np.ndarray, *, fall: float, flare: float, front_only: bool
) -> Mesh:
    """Cloth hanging from the first ring of ``start`` around both legs, down to ``fall`` of the
    way to the knee; each row lies between that ring and the hull of the legs."""
    rows = 9
    angles = start.angles
    top, middle = start.vertices[0], start.centres[0]
    right, front = pose.hips_frame[0], np.cross([0, 0, 1.0], pose.hips_frame[0])
    outward = right * np.cos(angles)[:, None] + front * np.sin(angles)[:, None]
    high, girth = pose.body.height, pose.body.girth
    radius = (0.062 if start.vertices.shape[0] == 2 else 0.070) * high * girth + flare
    vertices, centres = [], []
    for share in np.linspace(0, 1, rows):
        places = [leg.root + (leg.bend - leg.root) * fall * share for leg in pose.legs]
        centre = (places[0] + places[1]) / 2
        half = (places[1] - centre) * [1.0, 1.0, 0.0]
        ripple = 1 + 0.03 * share * np.sin(7 * angles)
        part = share * share * (3 - 2 * share)
        hull = centre + outward * ((np.abs(outward @ half) * 0.8 + radius) * ripple)[:, None]
        level = middle[2] + (min(place[2] for place in places) - middle[2]) * share
        hull[:, 2] = level
        row = top * (1 - part) + hull * part
        row[:, 2] = top[:, 2] * (1 - share) + hull[:, 2] * share
        vertices.append(row)
        mixed = middle * (1 - share) + centre * share
        centres.append(np.array([mixed[0], mixed[1], level]))
    tube = Rings(vertices=np.array(vertices), centres=np.array(centres), angles=angles)
    down = np.linspace(0, 1, rows)[:-1, None]
    folds = 1 + 0.09 * np.sin(7 * angles[None, :]) * (0.25 + down)
    keep = np.broadcast_to(np.sin(angles) > 0.25, folds.shape) if front_only else None
    return tube.mesh(
        colour * folds[..., None],
        open=0.92,
        keep=keep,
        over=OUTER_M * (0.8 if not front_only else 1.0),
    )


def hem_ring(pose: Pose, outfit: Outfit, lower: bool) -> Rings:
    """Where a drape begins: the hem of the upper garment, or the waist of a skirt."""
    if not lower:
        return _upper(pose, outfit)[0]
    heights = np.array([0.035, 0.06])
    widths, depths = _trunk(pose.body, heights)
    centres, sides, fronts = _spine(pose, heights)
    return rings(centres, sides, fronts, widths, depths, segments=SEGMENTS, roundness=2.3)


def _upper(pose: Pose, outfit: Outfit) -> tuple[Rings, np.ndarray]:
    hem = HEMS[outfit.upper]
    heights = np.concatenate(
        [np.linspace(hem, 0.24, 13), [0.255, 0.268, 0.28, 0.292, 0.303, 0.315]]
    )
    widths, depths = _trunk(pose.body, heights)
    loose = THICKNESS[outfit.upper] * np.where(heights > 0.285, 0.4, 1.0)
    if outfit.upper == "hoodie":
        # A knitted band gathers the hem; the cloth bags above it.
        loose = loose + 0.012 * np.exp(-(((heights - hem - 0.035) / 0.025) ** 2))
    elif outfit.upper in FALLS:
        loose = loose + 0.03 * np.clip((0.13 - heights) / 0.2, 0, 1)
    elif outfit.upper == "jacket":
        loose = loose + 0.012 * np.clip((0.03 - heights) / 0.08, 0, 1)
    centres, sides, fronts = _spine(pose, heights)
    tube = rings(
        centres, sides, fronts, widths + loose, depths + loose, segments=SEGMENTS, roundness=2.35
    )
    return tube, heights


def _trunk(body: Body, heights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Half widths and depths (n,) in metres: shoulders, waist and girth as the body has them."""
    widths = np.interp(heights, SHAPE[:, 0], SHAPE[:, 1]) * body.height
    depths = np.interp(heights, SHAPE[:, 0], SHAPE[:, 2]) * body.height * body.girth
    shoulders = 1 + (body.shoulders / 0.108 - 1) * np.clip(heights / 0.2, 0, 1)
    waist = 1 - (1 - body.waist) * np.exp(-(((heights - 0.085) / 0.06) ** 2))
    belly = np.where(heights < 0.15, body.girth, 1 + (body.girth - 1) * 0.5)
    return widths * shoulders * waist * belly, depths


def _spine(pose: Pose, heights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centres, right and front vectors (n, 3) of cross-sections at heights above the hips."""
    high = pose.body.height
    share = np.clip(heights / 0.2, 0.0, 1.0)[:, None]
    up = pose.chest - pose.hips
    up /= np.linalg.norm(up)
    top = pose.neck - pose.chest
    top /= np.linalg.norm(top)
    low = pose.hips + heights[:, None] * high * (up * share + pose.hips_frame[2] * (1 - share))
    above = pose.chest + (heights[:, None] - 0.185) * high * top
    centres = np.where(heights[:, None] > 0.185, above, low)
    sides = pose.hips_frame[0] * (1 - share) + pose.chest_frame[0] * share
    sides /= np.linalg.norm(sides, axis=1, keepdims=True)
    fronts = pose.hips_frame[1] * (1 - share) + pose.chest_frame[1] * share
    fronts /= np.linalg.norm(fronts, axis=1, keepdims=True)
    return centres, sides, fronts


def _cloth(tube: Rings, heights: np.ndarray, outfit: Outfit, colour: np.ndarray) -> np.ndarray:
    """Albedo (rings-1, segments, 3): folds, a zip or buttons, neckline, pockets, hem."""
    middle = (heights[:-1] + heights[1:])[:, None] / 2
    angle = tube.angles[None, :] + np.pi / SEGMENTS
    folds = 1 + 0.05 * np.sin(3 * angle + 38 * middle) + 0.04 * np.sin(70 * middle - 2 * angle)
    folds -= 0.06 * np.exp(-(((middle - 0.085) / 0.02) ** 2)) * (0.5 + 0.5 * np.sin(5 * angle))
    cloth = colour * np.broadcast_to(folds, (len(middle), SEGMENTS))[..., None]
    away = np.abs(np.angle(np.exp(1j * (angle - np.pi / 2)))) * np.ones_like(middle)
    front = away < np.pi / SEGMENTS
    hem = middle < heights[0] + 0.02
    if outfit.upper in ("jacket", "raincoat", "coat"):
        cloth[front] *= 0.6
        pocket = heights[0] + (0.035 if outfit.upper in FALLS else 0.07)
        cloth[(away > 0.45) & (away < 1.0) & (np.abs(middle - pocket) < 0.010)] *= 0.7
    if outfit.upper == "hoodie":
        cloth[(away < 0.75) & (np.abs(middle - 0.065) < 0.008)] *= 0.75
        cloth[np.broadcast_to(hem, away.shape)] *= 0.85
    if outfit.upper in ("jacket", "coat"):
        cloth[(away < (middle - 0.245) * 6.0) & (middle > 0.25)] = linear(outfit.inner)
    if outfit.upper in ("shirt", "blouse", "apron"):
        cloth[front] *= 0.88
        cloth[(away < (middle - 0.268) * 12.0) & (middle > 0.27)] = linear(outfit.skin)
    if outfit.upper == "apron":
        straps = (np.abs(away - 0.75) < 0.14) & (middle > 0.2)
        bib = (away < 0.9) & (middle < 0.21)
        cloth[~(straps | bib)] = sleeve_colour(outfit)
        cloth[(away < 0.35) & (np.abs(middle - 0.16) < 0.012)] = linear("#e9e6da")
    return cloth


def sleeve_colour(outfit: Outfit) -> np.ndarray:
    """Linear colour (3,) of the sleeves: under an apron, a paler shirt of the same colour."""
    colour = linear(CLOTHES[outfit.upper_colour])
    return colour * 1.5 + 0.012 if outfit.upper == "apron" else colour


def _reached(tube: Rings, heights: np.ndarray) -> np.ndarray:
    """Light reaching the torso: less in the armpits and at the sides, where arms hang."""
    middle = (heights[:-1] + heights[1:])[:, None] / 2
    angle = tube.angles[None, :] + np.pi / SEGMENTS
    beside = np.abs(np.cos(angle)) ** 6
    return 1.0 - 0.38 * beside * np.clip((0.25 - middle) / 0.05, 0, 1)
