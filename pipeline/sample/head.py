"""Heads: skull with a face, hair, hood or cap."""

from __future__ import annotations

import numpy as np

from pipeline.sample.colours import CLOTHES, linear
from pipeline.sample.mesh import Mesh, Rings, rings
from pipeline.sample.outfit import Outfit
from pipeline.sample.skeleton import Pose

SEGMENTS = 20
HALF_M = 0.118

# Height (-1 chin, 1 crown), half width, half depth, forward shift; metres but the first.
SKULL = np.array(
    [
        [-1.0, 0.012, 0.014, 0.038],
        [-0.9, 0.034, 0.036, 0.034],
        [-0.72, 0.050, 0.058, 0.024],
        [-0.5, 0.061, 0.074, 0.014],
        [-0.25, 0.068, 0.086, 0.004],
        [0.0, 0.072, 0.092, 0.0],
        [0.25, 0.075, 0.096, -0.002],
        [0.5, 0.073, 0.094, -0.004],
        [0.72, 0.063, 0.082, -0.006],
        [0.88, 0.046, 0.060, -0.006],
        [0.97, 0.024, 0.032, -0.006],
        [1.0, 0.004, 0.004, -0.006],
    ]
)


def head(pose: Pose, outfit: Outfit) -> list[Mesh]:
    """Neck, face and hair of a person."""
    skin, hair = linear(outfit.skin), linear(outfit.hair_colour)
    skull = _shell(pose, 0.0)
    _nose(skull, pose)
    parts = [_neck(pose, skin), skull.mesh(_face(skull, skin, hair), open=_under_chin())]
    turned = _from_front(skull)
    level = _levels()[:, None]
    if outfit.hair == "hood":
        return [*parts, *_hood(pose, linear(CLOTHES[outfit.upper_colour]))]
    long = outfit.hair == "long"
    sides = 1.0 if long else 1.3
    hairline = np.where(level > 0.5, 0.55, np.where(level > -0.15, sides, 1.1 if long else 1.9))
    covered = ((turned > hairline) & (level > (-0.8 if long else -0.55))) | (level > 0.72)
    if outfit.hair == "cap":
        cap = _shell(pose, 0.013)
        cloth = linear("#32363d")
        parts.append(_shell(pose, 0.007).mesh(hair, keep=covered & (level < 0.4)))
        parts.append(cap.mesh(cloth, keep=(level > 0.36) & (turned >= 0)))
        parts.append(_brim(pose, cloth))
        return parts
    tone = 1 + 0.18 * np.sin(9 * skull.angles)[None, :]
    thick = 0.016 if outfit.hair in ("long", "bun") else 0.010
    parts.append(_shell(pose, thick).mesh(hair * tone[..., None], keep=covered))
    if outfit.hair == "long":
        parts.append(_mane(pose, hair))
    elif outfit.hair == "bun":
        parts.append(_bun(pose, hair))
    return parts


def _levels() -> np.ndarray:
    """Height (11,) of each band of faces, -1..1."""
    return (SKULL[:-1, 0] + SKULL[1:, 0]) / 2


def _from_front(shell: Rings) -> np.ndarray:
    """Angle (11, segments) away from the nose, radians 0..pi."""
    angle = shell.angles + np.pi / SEGMENTS
    away = np.abs(np.angle(np.exp(1j * (angle - np.pi / 2))))
    return np.broadcast_to(away, (len(SKULL) - 1, SEGMENTS))


def _shell(pose: Pose, thickness: float) -> Rings:
    """The skull, ``thickness`` metres larger all round."""
    right, front, up = pose.head_frame
    size = 0.6 + 0.4 * pose.body.height / 1.74
    half = HALF_M * size
    heights = SKULL[:, 0] * (half + thickness * 0.8)
    centres = pose.head + up * heights[:, None] + front * (SKULL[:, 3] * size)[:, None]
    count = len(SKULL)
    return rings(
        centres,
        np.broadcast_to(right, (count, 3)),
        np.broadcast_to(front, (count, 3)),
        SKULL[:, 1] * size + thickness,
        SKULL[:, 2] * size + thickness,
        segments=SEGMENTS,
        roundness=2.15,
    )


def _nose(skull: Rings, pose: Pose) -> None:
    """Push the middle of the face forward, in place."""
    away = np.abs(np.angle(np.exp(1j * (skull.angles - np.pi / 2))))
    width = np.maximum(1 - away / 0.3, 0)[None, :]
    height = np.interp(SKULL[:, 0], [-0.5, -0.3, -0.2, 0.3], [0.0, 0.7, 1.0, 0.0])[:, None]
    skull.vertices[:] += pose.head_frame[1] * (0.030 * width * height)[..., None]


def _face(skull: Rings, skin: np.ndarray, hair: np.ndarray) -> np.ndarray:
    """Albedo (11, segments, 3): eyes, brows, cheeks, nose shade and mouth."""
    turned = _from_front(skull)
    level = _levels()[:, None]
    albedo = np.broadcast_to(skin, (*turned.shape, 3)).copy()
    eyes = (np.abs(turned - 0.42) < 0.17) & (np.abs(level - 0.12) < 0.13)
    brows = (np.abs(turned - 0.45) < 0.3) & (np.abs(level - 0.37) < 0.13)
    mouth = (turned < 0.35) & (np.abs(level + 0.6) < 0.1)
    cheeks = (np.abs(turned - 0.6) < 0.3) & (np.abs(level + 0.12) < 0.15)
    albedo[brows] = 0.55 * skin + 0.45 * hair
    albedo[eyes] = skin * 0.28
    albedo[mouth] = skin * np.array([0.72, 0.45, 0.45])
    albedo[cheeks] *= np.array([1.05, 0.94, 0.93])
    return albedo


def _under_chin() -> np.ndarray:
    """Light reaching each band (11,): the jaw shades itself."""
    return np.interp(_levels(), [-1.0, -0.7, -0.3], [0.6, 0.85, 1.0])


def _neck(pose: Pose, skin: np.ndarray) -> Mesh:
    start = pose.neck - pose.chest_frame[2] * 0.03
    end = pose.head - pose.head_frame[2] * 0.05
    line = start + (end - start) * np.linspace(0, 1, 5)[:, None]
    radii = np.array([0.056, 0.054, 0.052, 0.052, 0.052]) * (0.45 + 0.55 * pose.body.girth)
    sides = np.broadcast_to(pose.chest_frame[0], line.shape)
    fronts = np.broadcast_to(pose.chest_frame[1], line.shape)
    return rings(line, sides, fronts, radii, radii, segments=12).mesh(skin, open=0.72)


def _mane(pose: Pose, hair: np.ndarray) -> Mesh:
    """Long hair: a half tube behind the head, down onto the back."""
    right, front, up = pose.head_frame
    level = np.array([0.0, 0.0, 1.0])
    drop = np.linspace(0, 1, 8)
    down = up * (1 - drop)[:, None] + level * drop[:, None]
    centres = (
        pose.head
        + up * 0.03
        - down * (0.27 * drop)[:, None]
        - front * (0.02 + 0.03 * drop)[:, None]
    )
    widths = np.interp(drop, [0, 0.4, 0.8, 1], [0.084, 0.088, 0.086, 0.06])
    depths = np.interp(drop, [0, 0.4, 0.8, 1], [0.098, 0.075, 0.058, 0.03])
    count = len(drop)
    mane = rings(
        centres,
        np.broadcast_to(right, (count, 3)),
        np.broadcast_to(front, (count, 3)),
        widths,
        depths,
        segments=SEGMENTS,
    )
    angle = mane.angles + np.pi / SEGMENTS
    away = np.abs(np.angle(np.exp(1j * (angle - np.pi / 2))))
    keep = np.broadcast_to(away > 1.25, (count - 1, SEGMENTS))
    strands = 1 + 0.2 * np.sin(8 * mane.angles)[None, :, None]
    return mane.mesh(np.broadcast_to(hair * strands, (count - 1, SEGMENTS, 3)), keep=keep)


def _hood(pose: Pose, colour: np.ndarray) -> list[Mesh]:
    """A hood pulled up: a shell open at the face, and a cone of cloth down to the shoulders."""
    shell = _shell(pose, 0.028)
    away, level = _from_front(shell), _levels()[:, None]
    opened = (away < 0.85) & (level < 0.66)
    folds = 1 + 0.12 * np.sin(5 * away + 6 * level)
    # The seam around the face catches the light.
    folds = np.where((away < 1.1) & (level < 0.8), 1.9, folds)
    parts = [shell.mesh(colour * folds[..., None], keep=~opened & (level > -0.8), open=0.95)]
    share = np.linspace(0, 1, 6)[:, None]
    start = pose.head - pose.head_frame[2] * 0.02 - pose.head_frame[1] * 0.02
    end = pose.neck - pose.chest_frame[2] * 0.05 - pose.chest_frame[1] * 0.01
    line = start + (end - start) * share
    widths = np.array([0.100, 0.104, 0.104, 0.108, 0.120, 0.140]) * (0.5 + 0.5 * pose.body.girth)
    cone = rings(
        line,
        np.broadcast_to(pose.chest_frame[0], line.shape),
        np.broadcast_to(pose.chest_frame[1], line.shape),
        widths,
        np.array([0.118, 0.116, 0.104, 0.100, 0.102, 0.104]),
        segments=SEGMENTS,
    )
    turned = np.abs(np.angle(np.exp(1j * (cone.angles + np.pi / SEGMENTS - np.pi / 2))))
    rows = np.arange(len(line) - 1)[:, None]
    keep = turned[None, :] > np.where(rows < 2, 0.85, -1.0)
    return [*parts, cone.mesh(colour, keep=keep, open=0.9)]


def _bun(pose: Pose, hair: np.ndarray) -> Mesh:
    _, front, up = pose.head_frame
    share = np.linspace(-1, 1, 7)
    centres = pose.head - front * 0.115 + up * (0.045 + 0.042 * share)[:, None]
    radii = 0.044 * np.sqrt(np.maximum(1 - share**2, 0.01))
    sides = np.broadcast_to(pose.head_frame[0], centres.shape)
    return rings(
        centres, sides, np.broadcast_to(front, centres.shape), radii, radii, segments=12
    ).mesh(hair)


def _brim(pose: Pose, cloth: np.ndarray) -> Mesh:
    right, front, up = pose.head_frame
    share = np.linspace(0, 1, 4)
    centres = (
        pose.head + up * (0.055 - 0.012 * share)[:, None] + front * (0.07 + 0.085 * share)[:, None]
    )
    widths = np.array([0.075, 0.07, 0.055, 0.02])
    thickness = np.full(4, 0.006)
    return rings(
        centres,
        np.broadcast_to(right, centres.shape),
        np.broadcast_to(up, centres.shape),
        widths,
        thickness,
        segments=10,
    ).mesh(cloth)
