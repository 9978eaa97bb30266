"""The faces that strangers seen together were founded on, while they are told apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


class Founders:
    """The faces strangers were founded on; ``ids`` are the people, by the number of the face."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self._faces = np.empty((0, 0), np.float64)
        self._count = 0

    def join(self, embedding: Sequence[float], least: float) -> tuple[int, float | None]:
        """The number of the nearest face with a cosine of at least ``least`` and that cosine; else
        this becomes the next face."""
        face = np.asarray(embedding, np.float64)
        face /= max(float(np.linalg.norm(face)), 1e-12)
        if self._count:
            cosines = self._faces[: self._count] @ face
            nearest = int(np.argmax(cosines))
            if cosines[nearest] >= least:
                return nearest, float(cosines[nearest])
        if self._count == len(self._faces):
            larger = np.zeros((max(64, 2 * self._count), len(face)), np.float64)
            larger[: self._count] = self._faces[: self._count] if self._count else 0
            self._faces = larger
        self._faces[self._count] = face
        self._count += 1
        return self._count - 1, None
