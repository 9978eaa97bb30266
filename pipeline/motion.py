"""How one person moves: stands, walks, runs, where to, and by which side they come and go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.tracks import Observation

Place = Literal["left", "centre", "right"]
Gate = Literal["left", "right", "front", "back"]
Motion = Literal["stands", "walks", "runs"]

WALKS_FROM, RUNS_FROM = 0.22, 1.45
"""Body heights a second. People walk at 0.5 to 1.0 (1.4 m/s, 1.7 m) and run from 1.5."""

DEPTH_NOISE, DEPTH_FASTEST = 0.25, 1.0
"""Body heights a second that a silhouette's height flickers by, and the most that is believed of
it: who runs straight at the camera is said to walk."""

RUN_MS, STAND_MS = 700, 1_200
"""Shorter than this is a stumble or a pause, not worth a word."""

EDGE = 0.03
"""A box this near to a side of the picture (share of its width) is at that side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of one person's time in which they move one way. ``towards`` is the side they
    move to, ``place`` where they are (at its end)."""

    motion: Motion
    start_ms: int
    end_ms: int
    place: Place
    towards: Gate | None


def phases_of(part: Sequence[Observation], aspect: float) -> tuple[Phase, ...]:
    """Stretches of standing, walking and running, short ones taken into their neighbours."""
    if len(part) < 2:
        place = place_of(part[0].box.left + part[0].box.width / 2)
        only = part[0].at_ms
        return (Phase(motion="stands", start_ms=only, end_ms=only, place=place, towards=None),)
    speeds = _speeds(part, aspect)
    labels: list[Motion] = [
        "runs" if speed >= RUNS_FROM else "walks" if speed >= WALKS_FROM else "stands"
        for speed in speeds
    ]
    runs: list[list[int]] = []
    for index, label in enumerate(labels):
        if runs and labels[runs[-1][0]] == label:
            runs[-1].append(index)
        else:
            runs.append([index])
    for run in runs:
        span_ms = part[min(run[-1] + 1, len(part) - 1)].at_ms - part[run[0]].at_ms
        label = labels[run[0]]
        if (label == "runs" and span_ms < RUN_MS) or (label == "stands" and span_ms < STAND_MS):
            for index in run:
                labels[index] = "walks"
    phases: list[Phase] = []
    start = 0
    for index in range(1, len(part) + 1):
        if index == len(part) or labels[index] != labels[start]:
            phases.append(_phase(part[start : min(index + 1, len(part))], labels[start]))
            start = index
    return tuple(phases)


def _phase(stretch: Sequence[Observation], motion: Motion) -> Phase:
    xs = [o.box.left + o.box.width / 2 for o in stretch]
    grows = np.log(stretch[-1].box.height / stretch[0].box.height)
    towards: Gate | None = None
    if motion != "stands":
        if abs(xs[-1] - xs[0]) >= 0.08:
            towards = "right" if xs[-1] > xs[0] else "left"
        elif abs(grows) >= 0.15:
            towards = "front" if grows > 0 else "back"
    x = float(np.median(xs)) if motion == "stands" else xs[-1]
    return Phase(
        motion=motion,
        start_ms=stretch[0].at_ms,
        end_ms=stretch[-1].at_ms,
        place=place_of(x),
        towards=towards,
    )


def _speeds(part: Sequence[Observation], aspect: float) -> list[float]:
    """Body heights a second at each observation, over about a second and a half around it.

    Across the picture the head leads: it stays in view when a shelf or the edge hides the legs.
    Towards the camera a body grows: at a picture angle of about 55 degrees somebody ``h`` picture
    heights tall stands 1 / h body heights away, so growing from h1 to h2 is 1/h1 - 1/h2.
    """
    heights = _whole_heights(part)
    x = np.array([(o.box.left + o.box.width / 2) * aspect for o in part])
    y = np.array([o.box.top for o in part])
    at = np.array([o.at_ms for o in part]) / 1_000
    cut = np.array([bool(o.cut) for o in part])
    speeds: list[float] = []
    for index, now in enumerate(at):
        near = np.flatnonzero(np.abs(at - now) <= 0.76)
        if len(near) < 2:
            near = np.arange(max(index - 1, 0), min(index + 2, len(part)))
        seconds = at[near[-1]] - at[near[0]]
        if seconds <= 0:
            speeds.append(0.0)
            continue
        local = float(np.percentile(heights[np.abs(at - now) <= 2.5], 75))
        across = float(np.hypot(_slope(at[near], x[near]), _slope(at[near], y[near]))) / local
        deep = 0.0 if cut[near].any() else abs(_slope(at[near], 1 / heights[near]))
        speeds.append(float(np.hypot(across, np.clip(deep - DEPTH_NOISE, 0, DEPTH_FASTEST))))
    return speeds


def _whole_heights(part: Sequence[Observation]) -> NDArray[np.float64]:
    """Box heights; where an edge cuts the body, at least what it is soon after or before."""
    heights = np.array([o.box.height for o in part])
    whole = np.array([not o.cut for o in part])
    if whole.any():
        at = np.arange(len(part))
        heights = np.where(
            whole, heights, np.maximum(heights, np.interp(at, at[whole], heights[whole]))
        )
    return np.asarray(heights)


def _slope(at: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    """Least-squares change of ``values`` per second."""
    centred = at - at.mean()
    return float((centred * (values - values.mean())).sum() / (centred**2).sum())


def gate_of(first: Sequence[Observation], aspect: float) -> Gate | None:
    """The side somebody comes in by, from their first observations (leaving: the last ones,
    backwards)."""
    boxes = [o.box for o in first]
    for box in boxes[:2]:
        if box.left <= EDGE:
            return "left"
        if box.left + box.width >= 1 - EDGE:
            return "right"
    if "bottom" in first[0].cut or boxes[0].top + boxes[0].height >= 0.985:
        return "front"
    if len(boxes) < 2:
        return None
    # Not at the edge yet in the first frame looked at, but one step away from it, moving inwards.
    step = (boxes[-1].left + boxes[-1].width / 2) - (boxes[0].left + boxes[0].width / 2)
    slack = 0.45 * boxes[0].height / aspect
    if step > 0.02 and boxes[0].left <= slack:
        return "left"
    if step < -0.02 and boxes[0].left + boxes[0].width >= 1 - slack:
        return "right"
    return None


def main_motion(phases: Sequence[Phase]) -> Motion:
    """Running is worth telling however short; otherwise what takes most of the time."""
    spent = {"stands": 0, "walks": 0, "runs": 0}
    for phase in phases:
        spent[phase.motion] += phase.end_ms - phase.start_ms
    if spent["runs"]:
        return "runs"
    return "walks" if spent["walks"] > spent["stands"] else "stands"


def main_place(phases: Sequence[Phase]) -> Place:
    """Where they stand longest, else where they are at the middle of their way."""
    standing = [phase for phase in phases if phase.motion == "stands"]
    if standing:
        return max(standing, key=lambda phase: phase.end_ms - phase.start_ms).place
    return phases[len(phases) // 2].place


def place_of(x: float) -> Place:
    """Third of the picture for a fraction of its width."""
    return "left" if x < 0.36 else "right" if x > 0.64 else "centre"
