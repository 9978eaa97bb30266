"""Turning a face so that its eyes, nose and mouth lie where a recogniser was taught to see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pipeline.ports import Image

TEMPLATE = np.array(
    [
        (38.2946, 51.6963),
        (73.5318, 51.5014),
        (56.0252, 71.7366),
        (41.5493, 92.3655),
        (70.7299, 92.2041),
    ]
)
"""float64 (5, 2): left eye, right eye, nose, left and right corner of the mouth as (x, y) in a
picture of 112 x 112 (ArcFace, Deng et al. 2019; insightface/utils/face_align.py)."""


def template(size: int) -> NDArray[np.float64]:
    """The points in a square picture of ``size`` pixels, a multiple of 112 or of 128."""
    if size % 112 == 0:
        return TEMPLATE * (size / 112)
    return (TEMPLATE + np.array((8.0, 0.0))) * (size / 128)


def turns(points: NDArray[np.floating], target: NDArray[np.floating]) -> NDArray[np.float64]:
    """float64 (n, 2, 3): for each of (n, k, 2) ``points`` the rotation, uniform scale and shift
    that bring them nearest to (k, 2) ``target``, least squares, never mirrored; NaN for points
    that all coincide. Umeyama, IEEE PAMI 13 (1991) 376-380, for all faces at once (insightface
    asks scikit-image once a face, through a call that its successor has lost)."""
    points = np.asarray(points, np.float64)
    goal = np.asarray(target, np.float64)
    centre, goal_centre = points.mean(axis=1), goal.mean(axis=0)
    spread, goal_spread = points - centre[:, None], goal - goal_centre
    covariance = np.einsum("kj,nki->nji", goal_spread, spread) / len(goal)
    left, strengths, right = np.linalg.svd(covariance)
    sign = np.ones_like(strengths)
    sign[:, 1] = np.sign(np.linalg.det(left) * np.linalg.det(right))
    rotation = (left * sign[:, None, :]) @ right
    variance = (spread**2).mean(axis=1).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = (strengths * sign).sum(axis=1) / variance
        turned = scale[:, None, None] * rotation
        shift = goal_centre - np.einsum("nij,nj->ni", turned, centre)
    return np.concatenate([turned, shift[:, :, None]], axis=2)


def aligned(image: Image, turn: NDArray[np.float64], size: int) -> Image:
    """The face in a square of ``size`` pixels, black where the picture ends; uint8 BGR."""
    return np.asarray(cv2.warpAffine(image, turn, (size, size), borderValue=0.0), np.uint8)
