"""A dressed person as one mesh: trunk, limbs, head and what is carried, around the joints."""

from __future__ import annotations

import numpy as np

from pipeline.sample.colours import CLOTHES, linear
from pipeline.sample.head import head
from pipeline.sample.mesh import OUTER_M, Mesh, around, bent_line, block, rings
from pipeline.sample.outfit import Outfit
from pipeline.sample.skeleton import Limb, Pose
from pipeline.sample.torso import (
    FALLS,
    THICKNESS,
    collar,
    drape,
    hem_ring,
    seat,
    sleeve_colour,
    torso,
)

SEGMENTS = 12


def figure(pose: Pose, outfit: Outfit) -> Mesh:
    """Everything of one person in one mesh, world metres."""
    upper, lower = (linear(CLOTHES[name]) for name in (outfit.upper_colour, outfit.lower_colour))
    parts = [torso(pose, outfit), *_legs(pose, outfit, lower), *_shoes(pose, outfit)]
    if outfit.lower == "skirt":
        waist = hem_ring(pose, outfit, lower=True)
        parts.append(drape(pose, waist, lower, fall=1.0, flare=0.012, front_only=False))
    else:
        parts.append(seat(pose, outfit))
    if outfit.upper in FALLS:
        hem = hem_ring(pose, outfit, lower=False)
        fall = FALLS[outfit.upper]
        parts.append(drape(pose, hem, upper, fall=fall, flare=0.022, front_only=False))
    elif outfit.upper == "apron":
        hem = hem_ring(pose, outfit, lower=False)
        parts.append(drape(pose, hem, upper * 0.9, fall=0.9, flare=0.03, front_only=True))
    if outfit.upper in ("jacket", "hoodie", "raincoat", "coat"):
        parts.append(collar(pose, outfit))
    parts += [*_arms(pose, outfit), *head(pose, outfit), *_things(pose, outfit)]
    return Mesh.joined(parts)


def _legs(pose: Pose, outfit: Outfit, colour: np.ndarray) -> list[Mesh]:
    scale = pose.body.height * (0.4 + 0.6 * pose.body.girth)
    skin = linear(outfit.skin)
    bare = outfit.lower == "skirt"
    places = [0, 0.2, 0.48, 0.55, 0.7, 1.0]
    cloth, naked = (
        (0.055, 0.053, 0.041, 0.039, 0.037, 0.033),
        (0.05, 0.045, 0.033, 0.032, 0.033, 0.021),
    )
    meshes = []
    for leg in pose.legs:
        line = bent_line((leg.root, leg.bend, leg.end), count=15)
        share = np.linspace(0, 1, 15)
        radii = np.interp(share, places, naked if bare else cloth) * scale
        sides, fronts = around(line, pose.hips_frame[0])
        tube = rings(line, sides, fronts, radii, radii * 1.06, segments=SEGMENTS)
        down, angles = share[:-1, None], tube.angles[None, :]
        folds = 1 + 0.04 * np.sin(46 * down + 2 * angles)
        folds = folds - 0.08 * np.exp(-(((down - 0.52) / 0.05) ** 2)) * (np.sin(angles) < 0)
        if outfit.lower_colour == "blue":
            # Denim fades along the thigh and over the knee.
            fade = np.exp(-(((down - 0.35) / 0.2) ** 2)) * np.maximum(np.sin(angles), 0)
            folds = folds + 0.3 * fade
        albedo = (skin * 0.8 if bare else colour) * folds[..., None]
        if outfit.lower == "shorts":
            albedo[share[:-1] > 0.5] = skin
        light = np.interp(share[:-1], [0, 0.25, 1], [0.6, 0.9, 0.9])
        meshes.append(tube.mesh(albedo, open=light))
    return meshes


def _shoes(pose: Pose, outfit: Outfit) -> list[Mesh]:
    colour = linear(outfit.shoes)
    places = np.array([-0.078, -0.07, -0.02, 0.05, 0.12, 0.165, 0.182])
    heights = np.array([0.02, 0.047, 0.052, 0.044, 0.032, 0.025, 0.008])
    widths = np.array([0.01, 0.036, 0.039, 0.045, 0.047, 0.035, 0.008])
    meshes = []
    for leg, toe in zip(pose.legs, pose.toes, strict=True):
        side = np.cross(toe, [0, 0, 1.0])
        side /= np.linalg.norm(side)
        up = np.cross(side, toe)
        scale = pose.body.height / 1.76
        sole = leg.end - up * 0.083
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


def _arms(pose: Pose, outfit: Outfit) -> list[Mesh]:
    scale = pose.body.height * (0.5 + 0.5 * pose.body.girth)
    skin, colour = linear(outfit.skin), sleeve_colour(outfit)
    thick = THICKNESS[outfit.upper] * 0.7
    share = np.linspace(0, 1, 14)
    places = [0, 0.05, 0.12, 0.2, 0.5, 0.6, 0.95, 1.0]
    radii = np.interp(share, places, [0.010, 0.024, 0.029, 0.029, 0.025, 0.024, 0.018, 0.016])
    sleeve = {"shirt": 0.42, "apron": 0.62}.get(outfit.upper, 1.0)
    meshes = []
    for arm in pose.arms:
        line = bent_line((arm.root, arm.bend, arm.end), count=14)
        inward = (pose.chest - arm.root) * 0.12
        line = line + inward * np.maximum(1 - share * 6, 0)[:, None]
        sides, fronts = around(line, pose.chest_frame[0])
        size = radii * scale + np.where(share <= sleeve + 0.03, thick, 0.0)
        tube = rings(line, sides, fronts, size, size * 1.08, segments=SEGMENTS)
        down, angles = share[:-1, None], tube.angles[None, :]
        folds = 1 + 0.05 * np.sin(44 * down + 2 * angles)
        folds = folds - 0.06 * np.exp(-(((down - 0.52) / 0.05) ** 2)) * (np.sin(angles) > 0)
        albedo = colour * folds[..., None]
        albedo[share[:-1] > sleeve] = skin
        meshes += [tube.mesh(albedo, open=0.95, over=OUTER_M), _hand(arm, pose, skin)]
    return meshes


def _hand(arm: Limb, pose: Pose, skin: np.ndarray) -> Mesh:
    along = arm.end - arm.bend
    along /= np.linalg.norm(along)
    line = arm.end + along * np.array([-0.01, 0.02, 0.055, 0.095, 0.135, 0.15])[:, None]
    sides, fronts = around(line, pose.chest_frame[0])
    widths = np.array([0.022, 0.024, 0.029, 0.029, 0.021, 0.006])
    return rings(line, sides, fronts, widths * 0.7, widths * 1.15, segments=8).mesh(
        skin, over=OUTER_M
    )


def _things(pose: Pose, outfit: Outfit) -> list[Mesh]:
    """What is carried: a shoulder bag, and what the right hand holds."""
    parts = []
    right, front, up = pose.chest_frame
    if outfit.bag:
        centre = pose.hips - right * (0.125 * pose.body.height) + up * 0.06 - front * 0.02
        parts.append(
            block(centre, np.stack([right * 0.04, front * 0.13, up * 0.11]), linear(outfit.bag))
        )
        strap = bent_line((pose.arms[0].root + up * 0.04, centre + up * 0.3, centre), count=6)
        strap = strap - right * 0.02
        sides, fronts = around(strap, front)
        thin = np.full(6, 0.008)
        parts.append(
            rings(strap, sides, fronts, thin * 1.6, thin, segments=6).mesh(
                linear(outfit.bag), over=OUTER_M
            )
        )
    along = pose.arms[1].end - pose.arms[1].bend
    grip = pose.arms[1].end + along / np.linalg.norm(along) * 0.07
    level = np.array([0, 0, 1.0])
    if pose.stance.holds == "bag":
        axes = np.stack([right * 0.06, front * 0.13, level * 0.15])
        parts.append(block(grip - level * 0.22, axes, linear("#b8935f")))
    elif pose.stance.holds == "box":
        axes = np.stack([right * 0.09, front * 0.04, level * 0.12])
        parts.append(block(grip + level * 0.04 + front * 0.02, axes, linear("#d8c9a0")))
    elif pose.stance.holds == "bottle":
        heights = np.array([-0.10, -0.095, 0.04, 0.075, 0.13, 0.135])
        radii = np.array([0.005, 0.036, 0.036, 0.016, 0.015, 0.004])
        line = grip + level * (heights + 0.04)[:, None]
        sides, fronts = np.broadcast_to(right, line.shape), np.broadcast_to(front, line.shape)
        glass = rings(line, sides, fronts, radii, radii, segments=8)
        parts.append(glass.mesh(linear("#3f6f52"), over=OUTER_M))
    return parts
