"""Frames, and the choice of which packets to decode to get them.

Decoding is what sampling costs, so the packets are listed first (demuxing runs hundreds of times
faster than real time) and only those needed are given to the decoder. No codec library here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Progress = Callable[[float], None]
"""Called with the share done, 0..1."""

KEYFRAME_SLACK = 1.1
"""Keyframes this much further apart than asked still count as dense enough."""

CHEAPER_WITHIN = 0.25
"""A cheaper frame is taken instead when it lies within this share of the sampling interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture. ``image`` is uint8 (height, width, 3) in BGR order, upright (rotation applied);
    ``at_ms`` counts from the first frame of the video."""

    at_ms: int
    image: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketTable:
    """The video packets of a file in decoding order, one array element each.

    ``at_ms`` int64, display time counted from the first frame; ``size`` int64 bytes;
    ``keyframe`` bool; ``disposable`` bool, no other frame needs it; ``shown`` bool, False for
    packets an edit list hides. ``exact`` is False where the container does not say when each
    packet is shown (AVI, MPEG program streams, raw streams); ``at_ms`` is a guess then.
    """

    at_ms: npt.NDArray[np.int64]
    size: npt.NDArray[np.int64]
    keyframe: npt.NDArray[np.bool_]
    disposable: npt.NDArray[np.bool_]
    shown: npt.NDArray[np.bool_]
    exact: bool = True

    def __len__(self) -> int:
        return len(self.at_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingPlan:
    """``decode`` bool per packet: give it to the decoder. ``wanted_ms`` int64 ascending: show the
    first decoded frame at or after each of these. ``keyframes_only``: nothing else is decoded."""

    decode: npt.NDArray[np.bool_]
    wanted_ms: npt.NDArray[np.int64]
    keyframes_only: bool


def plan_sampling(table: PacketTable, *, fps: float, start_ms: int, end_ms: int) -> SamplingPlan:
    """Choose the fewest packets that give about ``fps`` frames a second in [start_ms, end_ms).

    Where keyframes are dense enough only keyframes are decoded. Elsewhere each group of pictures
    is decoded up to the last frame wanted from it, without frames nobody refers to. Without exact
    times everything is decoded. ``fps`` above the video's own rate gives every frame.
    """
    interval_ms = 1_000 / fps
    if not table.exact:
        return SamplingPlan(
            decode=np.ones(len(table), dtype=bool),
            wanted_ms=_targets(interval_ms, start_ms, end_ms).astype(np.int64),
            keyframes_only=False,
        )
    candidates = _candidates(table, start_ms, end_ms)
    keys = candidates[table.keyframe[candidates]]
    keyframes_only = _dense_enough(table.at_ms[keys], interval_ms, start_ms, end_ms)
    if keyframes_only:
        chosen = keys[_nearest(table.at_ms[keys], _targets(interval_ms, start_ms, end_ms))]
        decode = np.zeros(len(table), dtype=bool)
        decode[chosen] = True
    else:
        chosen = _choose(table, candidates, _targets(interval_ms, start_ms, end_ms), interval_ms)
        decode = _needed_heads(table, chosen)
    return SamplingPlan(
        decode=decode,
        wanted_ms=np.unique(table.at_ms[chosen]),
        keyframes_only=keyframes_only,
    )


def _targets(interval_ms: float, start_ms: int, end_ms: int) -> npt.NDArray[np.float64]:
    return np.arange(start_ms, max(end_ms, start_ms + 1), interval_ms, dtype=np.float64)


def _groups(table: PacketTable) -> npt.NDArray[np.int64]:
    """For each packet which group of pictures it is in; packets before the first keyframe are in
    the first."""
    return np.maximum(np.cumsum(table.keyframe) - 1, 0)


def _leading(table: PacketTable) -> npt.NDArray[np.bool_]:
    """Frames of an open group that are shown before its keyframe: they need the group before."""
    key_ms = table.at_ms[table.keyframe]
    if not len(key_ms):
        return np.zeros(len(table), dtype=bool)
    return np.asarray(table.at_ms < key_ms[_groups(table)], dtype=bool)


def _candidates(table: PacketTable, start_ms: int, end_ms: int) -> npt.NDArray[np.int64]:
    """Indices, by display time, of the packets shown inside the range that can be decoded."""
    undecodable = _leading(table) & (_groups(table) == 0)
    usable = table.shown & ~undecodable & (table.at_ms >= start_ms) & (table.at_ms < end_ms)
    found = np.flatnonzero(usable)
    return found[np.argsort(table.at_ms[found], kind="stable")]


def _dense_enough(
    key_ms: npt.NDArray[np.int64], interval_ms: float, start_ms: int, end_ms: int
) -> bool:
    if len(key_ms) == 0:
        return False
    gaps = np.diff(np.concatenate(([start_ms], key_ms, [end_ms])))
    return bool(gaps.max() <= interval_ms * KEYFRAME_SLACK + 1)


def _nearest(
    values: npt.NDArray[np.int64], targets: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Index of the value nearest to each target; each index once. ``values`` ascend."""
    if len(values) == 0:
        return np.zeros(0, dtype=np.int64)
    after = np.clip(np.searchsorted(values, targets), 0, len(values) - 1)
    before = np.maximum(after - 1, 0)
    nearer_before = np.abs(values[before] - targets) <= np.abs(values[after] - targets)
    return np.unique(np.where(nearer_before, before, after))


def _choose(
    table: PacketTable,
    candidates: npt.NDArray[np.int64],
    targets: npt.NDArray[np.float64],
    interval_ms: float,
) -> npt.NDArray[np.int64]:
    """For each target the nearest frame, or one close by that costs less: one that does not need
    the group before, a reference frame (decoded anyway), best a keyframe."""
    nearest = candidates[_nearest(table.at_ms[candidates], targets)]
    own_group = ~_leading(table)
    for cheaper in (own_group, own_group & ~table.disposable, table.keyframe):
        pool = candidates[cheaper[candidates]]
        if len(pool) == 0:
            continue
        near = pool[_nearest_each(table.at_ms[pool], table.at_ms[nearest])]
        close = np.abs(table.at_ms[near] - table.at_ms[nearest]) <= interval_ms * CHEAPER_WITHIN
        nearest = np.where(close, near, nearest)
    return np.unique(nearest)


def _nearest_each(
    values: npt.NDArray[np.int64], targets: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Like ``_nearest`` with one answer per target, repeats included."""
    after = np.clip(np.searchsorted(values, targets), 0, len(values) - 1)
    before = np.maximum(after - 1, 0)
    nearer_before = np.abs(values[before] - targets) <= np.abs(values[after] - targets)
    return np.where(nearer_before, before, after)


def _needed_heads(table: PacketTable, chosen: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Every group from its keyframe up to its last chosen packet, the whole group before a chosen
    leading frame too; disposable frames only where chosen."""
    group = _groups(table)
    last = np.full(int(group.max(initial=0)) + 1, -1, dtype=np.int64)
    np.maximum.at(last, group[chosen], chosen)
    before = group[chosen[_leading(table)[chosen]]] - 1
    last[before[before >= 0]] = len(table)
    decode: npt.NDArray[np.bool_] = (np.arange(len(table)) <= last[group]) & ~table.disposable
    decode[chosen] = True
    return decode
