"""From measured activity to stretches of time: pure arithmetic over samples of a fixed camera."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]

Stretch = tuple[int, int, bool]
"""(start_ms, end_ms, active)"""

BLIP_AREA = 0.006
"""A single sample with less of the picture changed than this is noise."""

MARGIN_MS = 250
"""Added at both ends: somebody half outside the picture is too little to be measured."""

ELSEWHERE = 0.2
"""Share of the picture's width between where somebody left and somebody appears after a short
empty moment, from which on it is another visit and not one seen with a gap."""

MISSED_SAMPLES = 1
"""So many empty samples in a row may be a visitor overlooked, wherever seen again."""

CALM_WITHIN = 0.6
"""A long activity is cut at the calmest moment of this middle share."""


def activity_segments(
    at_ms: Times,
    *,
    area: Shares,
    movement: Shares,
    centre: Shares,
    duration_ms: int,
    merge_gap_ms: int,
    min_ms: int,
    max_ms: int,
) -> list[Stretch]:
    """Stretches that cover [0, duration_ms), active ones where ``area`` is not 0.

    ``area`` and ``movement`` are shares of the picture per sample, ``centre`` (n, 2) where the
    activity is. Empty moments shorter than ``merge_gap_ms`` do not end an activity; when it goes
    on elsewhere in the picture they part it into two. An activity begins just before
    the last empty sample before it and ends just after the first behind it, so it holds the whole
    visit.
    """
    visits = _merged(_runs(area), at_ms, centre, merge_gap_ms)
    spans = [_span(first, last, at_ms, duration_ms) for first, last in visits]
    spans = _with_margin(_apart(_widened(spans, min_ms, duration_ms), merge_gap_ms), duration_ms)
    stretches: list[Stretch] = []
    position = 0
    for start, end in spans:
        start = position if start - position < min_ms else start
        end = duration_ms if duration_ms - end < min_ms else end
        if end <= start:
            continue
        if start > position:
            stretches.append((position, start, False))
        stretches += [
            (a, b, True) for a, b in _parts(start, end, at_ms, movement + area, min_ms, max_ms)
        ]
        position = end
    if position < duration_ms:
        stretches.append((position, duration_ms, False))
    return stretches


def _runs(area: Shares) -> list[tuple[int, int]]:
    """(first, last) sample indices of each run in which something is there."""
    active = np.concatenate(([False], area > 0, [False]))
    changes = np.flatnonzero(active[1:] != active[:-1])
    runs = [(int(first), int(after) - 1) for first, after in changes.reshape(-1, 2)]
    return [(a, b) for a, b in runs if b > a or area[a] >= BLIP_AREA]


def _merged(
    runs: list[tuple[int, int]], at_ms: Times, centre: Shares, merge_gap_ms: int
) -> list[tuple[int, int]]:
    visits: list[tuple[int, int]] = []
    for first, last in runs:
        if visits:
            before = visits[-1][1]
            short = at_ms[first] - at_ms[before] < merge_gap_ms
            away = float(np.hypot(*(centre[first] - centre[before])))
            if short and (away < ELSEWHERE or first - before <= MISSED_SAMPLES + 1):
                visits[-1] = visits[-1][0], last
                continue
        visits.append((first, last))
    return visits


def _span(first: int, last: int, at_ms: Times, duration_ms: int) -> tuple[int, int]:
    start = int(at_ms[first - 1]) if first > 0 else 0
    end = int(at_ms[last + 1]) if last + 1 < len(at_ms) else duration_ms
    return start, end


def _widened(spans: list[tuple[int, int]], min_ms: int, duration_ms: int) -> list[tuple[int, int]]:
    """Each at least ``min_ms`` long, inside the video."""
    wide = []
    for start, end in spans:
        missing = max(0, min_ms - (end - start))
        start = max(0, start - missing // 2)
        end = min(duration_ms, max(end, start + min_ms))
        wide.append((start, end))
    return wide


def _apart(spans: list[tuple[int, int]], merge_gap_ms: int) -> list[tuple[int, int]]:
    """Visits with only a short empty moment between them meet in its middle."""
    apart: list[tuple[int, int]] = []
    for start, end in spans:
        if apart and start - apart[-1][1] < merge_gap_ms:
            before_start, before_end = apart[-1]
            start = max((before_end + start) // 2, before_start + 1)
            apart[-1] = before_start, start
        apart.append((start, end))
    return apart


def _with_margin(spans: list[tuple[int, int]], duration_ms: int) -> list[tuple[int, int]]:
    """Each MARGIN_MS longer at both ends where it borders on nothing."""
    borders = [0, *(side for span in spans for side in span), duration_ms]
    gaps = [after - before for before, after in zip(borders[::2], borders[1::2], strict=True)]
    grown = [min(MARGIN_MS, gap // 2) for gap in gaps]
    return [
        (start - grown[index], end + grown[index + 1]) for index, (start, end) in enumerate(spans)
    ]


def _parts(
    start: int, end: int, at_ms: Times, business: Shares, min_ms: int, max_ms: int
) -> list[tuple[int, int]]:
    """[start, end) in pieces of at most ``max_ms``, cut where the least happens."""
    if end - start <= max_ms:
        return [(start, end)]
    margin = max((end - start) * (1 - CALM_WITHIN) / 2, min_ms)
    inner = np.flatnonzero((at_ms > start + margin) & (at_ms < end - margin))
    middle = (start + end) // 2
    if len(inner):
        smooth = np.convolve(business, np.ones(3) / 3, mode="same")[inner]
        calmest = inner[smooth <= smooth.min() + 1e-9]
        middle = int(at_ms[calmest[np.argmin(np.abs(at_ms[calmest] - middle))]])
    left = _parts(start, middle, at_ms, business, min_ms, max_ms)
    return left + _parts(middle, end, at_ms, business, min_ms, max_ms)
