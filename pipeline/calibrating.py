"""Calibrates a space: how near its searches bring what the library does not show at all.

Distances are made comparable per query by a cohort (pipeline.cohort), and the line is drawn per
space by queries for what is not there: two deviations above the median of their best hits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from db import calibrations
from db.calibrations import Calibration
from db.spaces import Distance, Space, distance_of, similarity
from pipeline.cohort import COHORT, NOT_THERE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from db.rows import Connection
    from pipeline.ports import TextEncoder, VideoEncoder

    Array = NDArray[np.float32]

METHOD = "cohort@1"
# A cut below the first lets strangers in; in a library of everything, where the queries for what
# is not there do find something, one above the second would keep its answers out.
LEAST_CUT, MOST_CUT = 2.0, 4.0
# The normal distribution's standard deviation in median absolute deviations.
DEVIATIONS = 2 * 1.4826
# Fewer pictures of the library are no cohort for it.
LEAST_PICTURES = 50
# A library that grew by this share is calibrated anew.
GROWN = 1.25
LIBRARY_COHORT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """A calibration at hand: ``cohort`` (n, dim) float32, ``spread`` the least deviation that
    counts (a query like nothing at all is near everything by little)."""

    cohort: Array
    cut: float
    spread: float
    distance: Distance

    def farthest(self, vector: Sequence[float]) -> float:
        """The distance, of the space's kind, beyond which nothing answers this query. ``vector``
        (dim,)."""
        similarities = self.cohort @ np.asarray(vector, np.float32)
        deviation = max(float(similarities.std()), self.spread)
        return distance_of(float(similarities.mean()) + self.cut * deviation, self.distance)


def yardstick(made: Calibration, distance: Distance) -> Yardstick:
    """From what is stored, for a space with that distance."""
    cohort = np.asarray(made.cohort, np.float32)
    return Yardstick(cohort=cohort, cut=made.cut, spread=made.spread, distance=distance)


def calibrate(
    conn: Connection, space: Space, encoder: TextEncoder | VideoEncoder
) -> Calibration | None:
    """Calibrate a space where that was not done yet, or the library has grown since. None where
    nothing was to be done."""
    vectors = calibrations.count(conn, space)
    known = calibrations.summary(conn, space)
    least = LEAST_PICTURES if space.kind == "video" else 1
    if vectors < least or (known and known[1] == METHOD and vectors < known[0] * GROWN + 50):
        return None
    strangers = encode_texts(encoder, NOT_THERE)
    cohort = _cohort(conn, space, encoder)
    found = calibrations.nearest_distances(conn, space, strangers.tolist())
    near = [similarity(distance, space.distance) for distance in found if distance is not None]
    best = np.asarray(near, np.float32)
    cut, spread = _line(strangers @ cohort.T, best)
    made = Calibration(
        space_id=space.id,
        cohort=cohort.tolist(),
        cut=cut,
        spread=spread,
        vectors=vectors,
        method=METHOD,
    )
    calibrations.save(conn, made)
    return made


def encode_texts(encoder: TextEncoder | VideoEncoder, texts: Sequence[str]) -> Array:
    """(texts, dim) in the space of an encoder of words or of pictures."""
    encode = getattr(encoder, "encode_texts", None) or encoder.encode  # type: ignore[union-attr]
    vectors: Array = encode(list(texts))
    return vectors


def _cohort(conn: Connection, space: Space, encoder: TextEncoder | VideoEncoder) -> Array:
    """General descriptions; in a space of pictures, where texts lie apart from what they describe,
    pictures of the library."""
    if space.kind == "video":
        drawn = calibrations.sample(conn, space, most=LIBRARY_COHORT)
        return np.asarray(drawn, np.float32)
    return encode_texts(encoder, COHORT)


def _line(similarities: Array, best: Array) -> tuple[float, float]:
    """The cut and the least deviation, from queries for what is not there: their similarities
    (queries, cohort) and that of the best hit of each (queries,)."""
    deviations = similarities.std(axis=1)
    spread = float(deviations.mean())
    out = (best - similarities.mean(axis=1)) / np.maximum(deviations, spread)
    middle = float(np.median(out))
    cut = middle + DEVIATIONS * float(np.median(np.abs(out - middle)))
    return float(np.clip(cut, LEAST_CUT, MOST_CUT)), spread
