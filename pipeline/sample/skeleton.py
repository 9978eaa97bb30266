"""Joints: where hips, knees, shoulders, elbows and hands are for a stance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.sample.course import forward, rightward
from pipeline.sample.gait import Foot, behind
from pipeline.sample.motion import Stance

UP = np.array([0.0, 0.0, 1.0])
ANKLE_M = 0.085
BALL_M = 0.13


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Proportions: ``height`` metres with shoes, ``shoulders`` and ``hips`` half widths as shares
    of the height (after Drillis and Contini 1966), ``girth`` a factor on every thickness."""

    height: float = 1.74
    shoulders: float = 0.108
    hips: float = 0.055
    girth: float = 1.0
    waist: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limb:
    """Three joints (3,): hip, knee, ankle or shoulder, elbow, wrist."""

    root: np.ndarray
    bend: np.ndarray
    end: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """Every joint in world metres. ``hips_frame`` and ``chest_frame`` (3, 3) hold right, front and
    up of the body as rows, ``head_frame`` those of the head."""

    body: Body
    hips: np.ndarray
    chest: np.ndarray
    neck: np.ndarray
    head: np.ndarray
    hips_frame: np.ndarray
    chest_frame: np.ndarray
    head_frame: np.ndarray
    legs: tuple[Limb, Limb]
    arms: tuple[Limb, Limb]
    toes: tuple[np.ndarray, np.ndarray]
    stance: Stance


def pose(body: Body, stance: Stance) -> Pose:
    """Put a body into a stance: legs by inverse kinematics from the feet, arms from the hands."""
    high = body.height
    thigh, shin = 0.245 * high, 0.246 * high
    ahead, right = forward(stance.heading), rightward(stance.heading)
    left_lead, right_lead = (behind(foot, stance.place, stance.heading) for foot in stance.feet)
    twist = 0.22 * (left_lead - right_lead)
    hips_frame = _frame(stance.heading + twist, 0.03 + 0.1 * stance.run)
    ankles = [_ankle(foot) for foot in stance.feet]
    sway = 0.022 * (stance.feet[0].swing - stance.feet[1].swing) * (1 - stance.run)
    centre = stance.place + right * sway + ahead * 0.01
    hip_z = _hip_height(stance, ankles, centre, hips_frame, thigh + shin, body)
    hips = np.array([*centre, hip_z])
    # A breath and a shift of weight: nobody stands like a statue.
    idle = (1 - stance.run) * 0.006
    lean = 0.05 + 0.24 * stance.run + 0.3 * stance.hand_weight * _low(stance, high)
    lean += 0.1 * stance.hand_weight
    chest_frame = _frame(stance.heading - 0.8 * twist + 0.03 * np.sin(stance.clock * 0.8), lean)
    chest = hips + chest_frame[2] * (0.185 * high)
    chest[:2] += right * idle * np.sin(stance.clock * 0.9)
    neck = chest + _frame(stance.heading - 0.4 * twist, lean * 1.15)[2] * (0.125 * high)
    head_frame = _frame(stance.heading + stance.gaze, stance.nod + 0.25 * lean)
    head = (
        neck
        + _frame(stance.heading, 0.1 + lean * 0.6)[2] * (0.075 * high)
        + np.append(ahead, 0) * 0.015
    )
    legs = tuple(
        _leg(side, hips, hips_frame, ankle, foot, thigh, shin, body)
        for side, ankle, foot in zip((-1, 1), ankles, stance.feet, strict=True)
    )
    arms = tuple(_arm(side, stance, chest, chest_frame, body) for side in (-1, 1))
    toes = tuple(_toe(foot) for foot in stance.feet)
    return Pose(
        body=body,
        hips=hips,
        chest=chest,
        neck=neck,
        head=head,
        hips_frame=hips_frame,
        chest_frame=chest_frame,
        head_frame=head_frame,
        legs=legs,
        arms=arms,
        toes=toes,
        stance=stance,
    )


def _frame(heading: float, lean: float) -> np.ndarray:
    """Right, front, up (3, 3) for a heading and a forward lean in radians."""
    right = np.append(rightward(heading), 0.0)
    flat = np.append(forward(heading), 0.0)
    front = flat * np.cos(lean) - UP * np.sin(lean)
    return np.stack([right, front, np.cross(right, front)])


def _low(stance: Stance, height: float) -> float:
    """0..1: how far below the shoulder the hand has to go, so the back bends."""
    if stance.hand is None:
        return 0.0
    return float(np.clip(0.75 - stance.hand[2] / height, 0.0, 0.6)) / 0.6 * 2.2


def _ankle(foot: Foot) -> np.ndarray:
    """The ankle of a foot whose heel is lifted by ``pitch`` about the ball."""
    ahead = np.append(forward(foot.heading), 0.0)
    floor = np.append(foot.place, foot.lift)
    if foot.pitch <= 0:
        return floor + UP * ANKLE_M
    ball = floor + ahead * BALL_M
    back, up = -BALL_M, ANKLE_M
    cosine, sine = np.cos(foot.pitch), np.sin(foot.pitch)
    return ball + ahead * (back * cosine + up * sine) + UP * (-back * sine + up * cosine)


def _toe(foot: Foot) -> np.ndarray:
    """Unit direction (3,) from heel to toe."""
    ahead = np.append(forward(foot.heading), 0.0)
    return ahead * np.cos(foot.pitch) - UP * np.sin(foot.pitch)


def _hip_height(
    stance: Stance,
    ankles: list[np.ndarray],
    centre: np.ndarray,
    frame: np.ndarray,
    leg: float,
    body: Body,
) -> float:
    """As high as both legs allow: walking bobs by itself, knees stay a little bent."""
    best = ANKLE_M + leg * (0.992 - 0.05 * stance.run)
    for side, ankle, foot in zip((-1, 1), ankles, stance.feet, strict=True):
        hip = centre + frame[0][:2] * side * body.hips * body.height
        apart = float(np.linalg.norm(ankle[:2] - hip))
        allowed = float(ankle[2]) + np.sqrt(max((0.99 * leg) ** 2 - apart**2, 0.2 * leg**2))
        # A foot in the air may trail: its knee bends, the pelvis need not sink for it.
        best = min(best, allowed + (0.12 * foot.swing if foot.swing > 0 else 0.0))
    return best


def _leg(
    side: int,
    hips: np.ndarray,
    frame: np.ndarray,
    ankle: np.ndarray,
    foot: Foot,
    thigh: float,
    shin: float,
    body: Body,
) -> Limb:
    hip = hips + frame[0] * side * body.hips * body.height
    outward = np.append(rightward(foot.heading), 0.0) * side * 0.12
    knee, end = _bend(hip, ankle, thigh, shin, np.append(forward(foot.heading), 0.0) + outward)
    return Limb(root=hip, bend=knee, end=end)


def _arm(side: int, stance: Stance, chest: np.ndarray, frame: np.ndarray, body: Body) -> Limb:
    high = body.height
    upper, lower = 0.165 * high, 0.15 * high
    right, front, up = frame
    shoulder = chest + right * side * body.shoulders * high + up * 0.09 * high
    swing = stance.swing[(side + 1) // 2]
    raised = 0.02 + 0.45 * swing * (1 - stance.run) + stance.run * (0.85 * swing - 0.25)
    bent = 0.22 + 0.22 * max(swing, 0.0) + stance.run * 1.25
    splay = 0.09 + 0.05 * stance.run
    down = -up * np.cos(splay) + right * side * np.sin(splay)
    elbow = shoulder + upper * (down * np.cos(raised) + front * np.sin(raised))
    inward = -right * side * (0.06 + 0.25 * stance.run)
    along = down * np.cos(raised + bent) + front * np.sin(raised + bent) + inward
    wrist = elbow + lower * along / np.linalg.norm(along)
    for target, weight in _hand_targets(side, stance, shoulder, frame, high):
        wrist = wrist + (target - wrist) * weight
    pole = -front * 0.6 - up * 0.7 + right * side * 0.55
    elbow, wrist = _bend(shoulder, wrist, upper, lower, pole)
    return Limb(root=shoulder, bend=elbow, end=wrist)


def _hand_targets(
    side: int, stance: Stance, shoulder: np.ndarray, frame: np.ndarray, high: float
) -> list[tuple[np.ndarray, float]]:
    """What the hand should do besides swinging, weakest first: (point (3,), weight 0..1)."""
    right, front, up = frame
    targets = []
    if stance.holds and side > 0 and stance.holds != "bag":
        hold = shoulder - up * 0.15 * high + front * 0.15 * high - right * 0.02 * high
        targets.append((hold, 0.85))
    if stance.holds == "bag" and side > 0:
        hang = shoulder - up * 0.305 * high + right * 0.055 * high + front * 0.015 * high
        targets.append((hang, 0.85))
    beat = np.sin(stance.clock * 2.6 + side)
    if stance.gesture == "phone" and side > 0:
        look = shoulder - right * 0.07 * high - up * 0.08 * high + front * 0.17 * high
        targets.append((look, stance.gesture_weight))
    elif stance.gesture == "serve":
        work = shoulder - up * (0.17 + 0.015 * beat) * high + front * 0.2 * high
        targets.append((work - right * side * (0.05 + 0.02 * beat) * high, stance.gesture_weight))
    elif stance.gesture == "pay" and side > 0:
        give = (
            shoulder - up * 0.15 * high + front * (0.21 + 0.03 * beat) * high - right * 0.04 * high
        )
        targets.append((give, stance.gesture_weight))
    if stance.hand is not None and side > 0:
        targets.append((np.array(stance.hand), stance.hand_weight))
    return targets


def _bend(
    root: np.ndarray, end: np.ndarray, first: float, second: float, pole: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Two-bone inverse kinematics: the middle joint towards ``pole``, and the reachable end."""
    line = end - root
    length = float(np.linalg.norm(line))
    reach = min(max(length, abs(first - second) + 1e-3), (first + second) * 0.998)
    along = line / max(length, 1e-6)
    aside = pole - along * (pole @ along)
    aside /= np.linalg.norm(aside) + 1e-9
    near = (first**2 - second**2 + reach**2) / (2 * reach)
    out = np.sqrt(max(first**2 - near**2, 0.0))
    return root + along * near + aside * out, root + along * reach
