"""A course over the floor: a polyline with rounded corners, measured by the distance walked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Course:
    """``points`` float (n, 2) metres, ``travelled`` (n,) metres from the start."""

    points: np.ndarray
    travelled: np.ndarray

    @classmethod
    def through(cls, corners: tuple[Point, ...]) -> Course:
        """Cut the corners three times (Chaikin 1974); the ends stay where they are."""
        line = np.array(corners, float)
        for _ in range(3):
            if len(line) < 3:
                break
            near = 0.75 * line[:-1] + 0.25 * line[1:]
            far = 0.25 * line[:-1] + 0.75 * line[1:]
            cut = np.stack([near, far], 1).reshape(-1, 2)
            line = np.concatenate([line[:1], cut[1:-1], line[-1:]])
        steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
        return cls(line, np.concatenate([[0.0], np.cumsum(steps)]))

    @property
    def length(self) -> float:
        return float(self.travelled[-1])

    def at(self, distance: float) -> np.ndarray:
        """Where one is (2,) after ``distance`` metres, clamped to the ends."""
        return np.array(
            [np.interp(distance, self.travelled, self.points[:, axis]) for axis in (0, 1)]
        )

    def heading(self, distance: float) -> float:
        """Direction of travel in radians, 0 towards +y, growing to the right."""
        reach = min(0.25, self.length / 4)
        middle = min(max(distance, reach), self.length - reach)
        across, away = self.at(middle + reach) - self.at(middle - reach)
        return float(np.arctan2(across, away))


def forward(heading: float) -> np.ndarray:
    """Unit vector (2,) of a heading."""
    return np.array([np.sin(heading), np.cos(heading)])


def rightward(heading: float) -> np.ndarray:
    """Unit vector (2,) to the right of a heading."""
    return np.array([np.cos(heading), -np.sin(heading)])


def smoothstep(value: float) -> float:
    """0 below 0, 1 above 1, smooth between."""
    part = min(max(value, 0.0), 1.0)
    return part * part * (3.0 - 2.0 * part)


def turned(start: float, end: float, share: float) -> float:
    """The heading ``share`` of the way from ``start`` to ``end``, the short way round."""
    return start + ((end - start + np.pi) % (2 * np.pi) - np.pi) * share
