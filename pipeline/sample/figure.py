"""A dressed person as a mesh: garments lofted around the joints of a pose."""

from __future__ import annotations

import numpy as np

from pipeline.sample.colours import CLOTHES, linear
from pipeline.sample.head import head
from pipeline.sample.mesh import Mesh, Rings, around, bent_line, block, rings
from pipeline.sample.outfit import Outfit
from pipeline.sample.skeleton import Limb, Pose

TORSO_SEGMENTS = 26
LIMB_SEGMENTS = 12

# Height above the hips as a share of body height, half width and half depth as shares too.
TORSO = np.array(
    [
        [-0.075, 0.086, 0.064],
        [-0.045, 0.098, 0.070],
        [-0.010, 0.101, 0.071],
        [0.030, 0.096, 0.066],
        [0.075, 0.088, 0.060],
        [0.115, 0.090, 0.062],
        [0.155, 0.098, 0.067],
        [0.195, 0.105, 0.070],
        [0.230, 0.108, 0.068],
        [0.255, 0.106, 0.062],
        [0.275, 0.096, 0.054],
        [0.292, 0.072, 0.046],
        [0.305, 0.045, 0.038],
        [0.315, 0.033, 0.035],
    ]
)
HEMS = {
    "jacket": -0.06,
    "hoodie": -0.045,
    "shirt": -0.03,
    "blouse": 0.02,
    "apron": -0.03,
    "raincoat": -0.05,
    "coat": -0.05,
}
THICKNESS = {
    "jacket": 0.013,
    "hoodie": 0.013,
    "shirt": 0.004,
    "blouse": 0.004,
    "apron": 0.005,
    "raincoat": 0.018,
    "coat": 0.014,
}
COAT_HEMS = {"raincoat": 0.62, "coat": 0.85}
"""How far down the legs a long garment falls, as a share of the way to the knee."""


def figure(pose: Pose, outfit: Outfit) -> Mesh:
    """Everything of one person in one mesh, world metres."""
    upper = linear(CLOTHES[outfit.upper_colour])
    lower = linear(CLOTHES[outfit.lower_colour])
    parts = [*_legs(pose, outfit, lower), *_shoes(pose, outfit), _seat(pose, lower)]
    parts.append(_torso(pose, outfit, upper))
    parts.extend(_arms(pose, outfit, upper))
    if outfit.lower == "skirt":
        parts.append(_drape(pose, lower, top=-0.045, fall=1.02, flare=0.024))
    if outfit.upper in COAT_HEMS:
        parts.append(_drape(pose, upper, top=-0.02, fall=COAT_HEMS[outfit.upper], flare=0.03))
    if outfit.upper == "apron":
        parts.append(_drape(pose, upper * 0.9, top=0.0, fall=0.9, flare=0.02, front_only=True))
    parts.extend(head(pose, outfit))
    parts.extend(_things(pose, outfit))
    return Mesh.joined(parts)


def _torso(pose: Pose, outfit: Outfit, colour: np.ndarray) -> Mesh:
    body = pose.body
    hem = HEMS[outfit.upper]
    table = TORSO[TORSO[:, 0] >= hem - 0.02].copy()
    heights = np.linspace(hem, table[-1, 0], 20)
    widths = np.interp(heights, TORSO[:, 0], TORSO[:, 1]) * body.height
    depths = np.interp(heights, TORSO[:, 0], TORSO[:, 2]) * body.height * body.girth
    widths *= np.where(heights < 0.1, body.girth, 1.0) * _shape(body, heights)
    loose = THICKNESS[outfit.upper] * np.where(heights > 0.285, 0.4, 1.0)
    if outfit.upper in ("jacket", "hoodie"):
        loose = loose + 0.012 * np.exp(-(((heights - hem) / 0.03) ** 2))
    centres, sides, fronts = _spine(pose, heights)
    torso = rings(
        centres,
        sides,
        fronts,
        widths + loose,
        depths + loose,
        segments=TORSO_SEGMENTS,
        roundness=2.5,
    )
    return torso.mesh(_cloth(torso, heights, outfit, colour), open=_torso_open(torso, heights))


def _shape(body: object, heights: np.ndarray) -> np.ndarray:
    """Broader or narrower shoulders than the table's, fading out below the chest."""
    factor = body.shoulders / 0.108  # type: ignore[attr-defined]
    waist = 1 - (1 - body.waist) * np.exp(-(((heights - 0.08) / 0.06) ** 2))  # type: ignore[attr-defined]
    return (1 + (factor - 1) * np.clip(heights / 0.2, 0, 1)) * waist


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


def _cloth(torso: Rings, heights: np.ndarray, outfit: Outfit, colour: np.ndarray) -> np.ndarray:
    """Albedo (rings-1, segments, 3): folds, a zip or buttons, collar, pocket, hem."""
    middle = (heights[:-1] + heights[1:])[:, None] / 2
    angle = torso.angles[None, :] + np.pi / TORSO_SEGMENTS
    folds = 1 + 0.06 * np.sin(3 * angle + 38 * middle) + 0.05 * np.sin(70 * middle - 2 * angle)
    folds -= 0.07 * np.exp(-(((middle - 0.085) / 0.02) ** 2)) * (np.sin(5 * angle) > 0)
    tone = np.broadcast_to(folds, (len(heights) - 1, TORSO_SEGMENTS))[..., None].copy()
    cloth = colour * tone
    off_centre = np.abs(np.angle(np.exp(1j * (angle - np.pi / 2)))) * np.ones_like(middle)
    front = off_centre < 2 * np.pi / TORSO_SEGMENTS * 0.6
    if outfit.upper in ("jacket", "raincoat", "coat", "hoodie"):
        cloth[front] *= 0.55
        cloth[(off_centre > 0.45) & (off_centre < 1.0) & (np.abs(middle - 0.02) < 0.012)] *= 0.6
    if outfit.upper in ("jacket", "coat"):
        neckline = (off_centre < (middle - 0.235) * 8.0) & (middle > 0.24)
        cloth[neckline] = linear(outfit.inner)
    if outfit.upper in ("shirt", "blouse", "apron"):
        cloth[front] *= 0.85
        opened = (off_centre < (middle - 0.265) * 12.0) & (middle > 0.27)
        cloth[opened] = linear(outfit.skin)
    if outfit.upper == "apron":
        straps = (np.abs(off_centre - 0.75) < 0.14) & (middle > 0.2)
        bib = (off_centre < 0.85) & (middle < 0.21)
        cloth[~(straps | bib)] = colour * 1.5 + 0.012
    return cloth


def _torso_open(torso: Rings, heights: np.ndarray) -> np.ndarray:
    """Light reaching the torso: less in the armpits and at the sides, where arms hang."""
    middle = (heights[:-1] + heights[1:])[:, None] / 2
    angle = torso.angles[None, :] + np.pi / TORSO_SEGMENTS
    beside = np.abs(np.cos(angle)) ** 6
    arms = np.clip((0.25 - middle) / 0.05, 0, 1)
    return 1.0 - 0.35 * beside * arms


def _seat(pose: Pose, colour: np.ndarray) -> Mesh:
    """Hips of the trousers, from the crotch to the waist."""
    heights = np.linspace(-0.085, 0.06, 7)
    high, girth = pose.body.height, pose.body.girth
    widths = np.interp(heights, TORSO[:, 0], TORSO[:, 1]) * high * girth * 0.97
    depths = np.interp(heights, TORSO[:, 0], TORSO[:, 2]) * high * girth * 0.97
    widths[0] *= 0.75
    centres, sides, fronts = _spine(pose, heights)
    seat = rings(centres, sides, fronts, widths, depths, segments=18, roundness=2.3)
    return seat.mesh(colour, open=np.linspace(0.7, 0.95, 6))


def _legs(pose: Pose, outfit: Outfit, colour: np.ndarray) -> list[Mesh]:
    high, girth = pose.body.height, pose.body.girth
    skin = linear(outfit.skin)
    meshes = []
    for leg in pose.legs:
        line = bent_line((leg.root, leg.bend, leg.end), count=17)
        share = np.linspace(0, 1, 17)
        bare = outfit.lower == "skirt"
        radii = (
            np.interp(
                share,
                [0, 0.2, 0.48, 0.55, 0.7, 1.0],
                [0.053, 0.050, 0.036, 0.034, 0.034, 0.022]
                if bare
                else [0.055, 0.053, 0.041, 0.039, 0.037, 0.033],
            )
            * high
            * (0.4 + 0.6 * girth)
        )
        sides, fronts = around(line, pose.hips_frame[0])
        tube = rings(line, sides, fronts, radii, radii * 1.06, segments=LIMB_SEGMENTS)
        folds = 1 + 0.05 * np.sin(46 * share[:-1, None] + 2 * tube.angles[None, :])
        folds -= (
            0.08
            * np.exp(-(((share[:-1, None] - 0.52) / 0.05) ** 2))
            * (np.sin(tube.angles[None, :]) < 0)
        )
        albedo = (colour * folds[..., None]).copy()
        if bare:
            albedo[:] = skin * 0.75
        elif outfit.lower == "shorts":
            albedo[share[:-1] > 0.5] = skin
        elif outfit.lower_colour == "blue":
            # Denim fades along the thigh and knee.
            faded = 0.25 * np.exp(-(((share[:-1] - 0.35) / 0.2) ** 2))[:, None]
            albedo = albedo * (
                1 + faded[..., None] * np.maximum(np.sin(tube.angles), 0)[None, :, None]
            )
        meshes.append(tube.mesh(albedo, open=np.interp(share[:-1], [0, 0.25, 1], [0.6, 0.9, 0.9])))
    return meshes


def _shoes(pose: Pose, outfit: Outfit) -> list[Mesh]:
    colour = linear(outfit.shoes)
    meshes = []
    for leg, toe in zip(pose.legs, pose.toes, strict=True):
        side = np.cross(toe, [0, 0, 1.0])
        side /= np.linalg.norm(side)
        up = np.cross(side, toe)
        sole = leg.end - up * 0.083
        places = np.array([-0.075, -0.068, -0.02, 0.05, 0.12, 0.165, 0.182])
        heights = np.array([0.02, 0.045, 0.05, 0.042, 0.03, 0.024, 0.008])
        widths = np.array([0.01, 0.036, 0.038, 0.044, 0.046, 0.034, 0.008])
        scale = pose.body.height / 1.76
        centres = sole + toe * (places * scale)[:, None] + up * heights[:, None]
        shoe = rings(
            centres,
            np.broadcast_to(side, centres.shape),
            np.broadcast_to(up, centres.shape),
            widths * scale,
            heights,
            segments=10,
            roundness=2.6,
        )
        meshes.append(shoe.mesh(colour, open=0.8))
    return meshes


def _arms(pose: Pose, outfit: Outfit, colour: np.ndarray) -> list[Mesh]:
    high = pose.body.height * (0.5 + 0.5 * pose.body.girth)
    skin = linear(outfit.skin)
    thick = THICKNESS[outfit.upper] * 0.75
    short = outfit.upper == "shirt"
    meshes = []
    for arm in pose.arms:
        line = bent_line((arm.root, arm.bend, arm.end), count=15)
        share = np.linspace(0, 1, 15)
        inward = (pose.chest - arm.root) * 0.12
        line = line + inward * np.maximum(1 - share * 6, 0)[:, None]
        radii = (
            np.interp(
                share,
                [0, 0.06, 0.16, 0.5, 0.6, 0.95, 1.0],
                [0.012, 0.028, 0.031, 0.025, 0.024, 0.019, 0.017],
            )
            * high
            + thick
        )
        sides, fronts = around(line, pose.chest_frame[0])
        tube = rings(line, sides, fronts, radii, radii * 1.08, segments=LIMB_SEGMENTS)
        folds = 1 + 0.06 * np.sin(44 * share[:-1, None] + 2 * tube.angles[None, :])
        albedo = (colour * folds[..., None]).copy()
        if short:
            albedo[share[:-1] > 0.42] = skin
        elif outfit.upper == "apron":
            albedo = albedo * 1.5 + 0.012
            albedo[share[:-1] > 0.62] = skin
        meshes.append(tube.mesh(albedo, open=0.95))
        meshes.append(_hand(arm, pose, skin))
    return meshes


def _hand(arm: Limb, pose: Pose, skin: np.ndarray) -> Mesh:
    along = arm.end - arm.bend
    along /= np.linalg.norm(along)
    places = np.array([-0.01, 0.02, 0.055, 0.095, 0.135, 0.15])
    line = arm.end + along * places[:, None]
    sides, fronts = around(line, pose.chest_frame[0])
    widths = np.array([0.024, 0.026, 0.03, 0.03, 0.022, 0.006])
    hand = rings(line, sides, fronts, widths * 0.8, widths * 1.15, segments=8)
    return hand.mesh(skin)


def _drape(
    pose: Pose,
    colour: np.ndarray,
    *,
    top: float,
    fall: float,
    flare: float,
    front_only: bool = False,
) -> Mesh:
    """Cloth hanging from the hips around both legs: the hull of two circles at every height."""
    count, segments = 10, 28
    high, girth = pose.body.height, pose.body.girth
    angles = (np.arange(segments) + 0.5) * 2 * np.pi / segments
    right, front = pose.hips_frame[0], np.cross([0, 0, 1.0], pose.hips_frame[0])
    outward = right * np.cos(angles)[:, None] + front * np.sin(angles)[:, None]
    spread = outward * np.array([1.0, 1.0, 0.0])
    waist = pose.hips + pose.hips_frame[2] * top * high
    vertices, centres = [], []
    for share in np.linspace(0, 1, count):
        on_legs = []
        for leg in pose.legs:
            place = leg.root + (leg.bend - leg.root) * fall * share
            on_legs.append(place)
        middle = (on_legs[0] + on_legs[1]) / 2
        level = waist[2] * (1 - share) + min(on_legs[0][2], on_legs[1][2]) * share
        half = on_legs[1] - middle
        reach = spread @ half
        hull = np.abs(reach) if share > 0 else np.abs(reach)
        radius = (0.060 + 0.012 * share) * high * girth + flare * share + 0.006
        ripple = 1 + 0.05 * share * np.sin(7 * angles)
        centre = np.array([*(waist[:2] * (1 - share) + middle[:2] * share), level])
        vertices.append(centre + spread * ((hull + radius) * ripple)[:, None])
        centres.append(centre)
    drape = Rings(vertices=np.array(vertices), centres=np.array(centres), angles=angles)
    rows = np.linspace(0, 1, count)[:-1, None]
    folds = 1 + 0.08 * np.sin(7 * angles[None, :]) * (0.3 + rows)
    keep = None
    if front_only:
        ahead = np.sin(angles) > 0.25
        keep = np.broadcast_to(ahead, (count - 1, segments))
    return drape.mesh(colour * folds[..., None], open=0.92, keep=keep)


def _things(pose: Pose, outfit: Outfit) -> list[Mesh]:
    """What is carried: a shoulder bag, and what the right hand holds."""
    parts = []
    right, front, up = pose.chest_frame
    if outfit.bag:
        centre = pose.hips - right * (0.125 * pose.body.height) + up * 0.06 - front * 0.02
        axes = np.stack([right * 0.05, front * 0.13, up * 0.12])
        parts.append(block(centre, axes, linear(outfit.bag)))
    hand = pose.arms[1].end
    grip = hand - pose.arms[1].bend
    grip = hand + grip / np.linalg.norm(grip) * 0.07
    level = np.array([0, 0, 1.0])
    if pose.stance.holds == "bag":
        axes = np.stack([right * 0.06, front * 0.14, level * 0.17])
        parts.append(block(grip - level * 0.24, axes, linear("#c4a06a")))
    elif pose.stance.holds == "box":
        axes = np.stack([right * 0.10, front * 0.05, level * 0.14])
        parts.append(block(grip + level * 0.04 + front * 0.02, axes, linear("#d8c9a0")))
    elif pose.stance.holds == "bottle":
        axes = np.stack([right * 0.035, front * 0.035, level * 0.12])
        parts.append(block(grip + level * 0.04, axes, linear("#3f6f52")))
    return parts
