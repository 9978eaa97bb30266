from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.frames import PacketTable, plan_sampling


def table(groups: list[int], *, step_ms: int = 40, disposable_every: int = 0) -> PacketTable:
    """Groups of pictures of these lengths, in display order; every n-th frame disposable."""
    count = sum(groups)
    keyframe = np.zeros(count, dtype=bool)
    keyframe[np.cumsum([0, *groups])[:-1]] = True
    index = np.arange(count)
    disposable = (
        (index % disposable_every == 1) & ~keyframe
        if disposable_every
        else np.zeros(count, dtype=bool)
    )
    return PacketTable(
        at_ms=index * step_ms,
        size=np.full(count, 1_000),
        keyframe=keyframe,
        disposable=disposable,
        shown=np.ones(count, dtype=bool),
    )


def test_close_keyframes_are_all_that_is_decoded() -> None:
    packets = table([25] * 20)
    plan = plan_sampling(packets, fps=1, start_ms=0, end_ms=20_000)
    assert plan.keyframes_only
    assert (plan.decode == packets.keyframe).all()


def test_of_many_keyframes_only_the_needed_are_decoded() -> None:
    plan = plan_sampling(table([1] * 500), fps=1, start_ms=0, end_ms=20_000)
    assert plan.keyframes_only
    assert plan.decode.sum() == 20


def test_a_group_is_decoded_up_to_the_last_frame_wanted() -> None:
    plan = plan_sampling(table([100] * 5), fps=0.3, start_ms=0, end_ms=20_000)
    assert not plan.keyframes_only
    assert plan.decode.sum() < 450
    for first in range(0, 500, 100):
        group = plan.decode[first : first + 100]
        assert not np.diff(group.astype(int)).max(initial=0) > 0, "decoding never resumes"


def test_disposable_frames_are_left_out_unless_asked_for() -> None:
    packets = table([250] * 2, disposable_every=2)
    sparse = plan_sampling(packets, fps=2, start_ms=0, end_ms=20_000)
    assert not (sparse.decode & packets.disposable).any()
    assert plan_sampling(packets, fps=25, start_ms=0, end_ms=20_000).decode.all()


def test_an_empty_file_asks_for_nothing() -> None:
    plan = plan_sampling(table([]), fps=1, start_ms=0, end_ms=1)
    assert len(plan.decode) == len(plan.wanted_ms) == 0


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=12),
    st.floats(0.2, 30),
    st.sampled_from([20, 33, 40, 100]),
    st.integers(0, 4),
)
def test_samples_are_about_as_far_apart_as_asked(
    groups: list[int], fps: float, step_ms: int, disposable_every: int
) -> None:
    packets = table(groups, step_ms=step_ms, disposable_every=disposable_every)
    end_ms = len(packets) * step_ms
    plan = plan_sampling(packets, fps=fps, start_ms=0, end_ms=end_ms)
    interval_ms = 1_000 / fps
    assert plan.wanted_ms[0] <= interval_ms
    assert set(plan.wanted_ms) <= set(packets.at_ms)
    gaps = np.diff([*plan.wanted_ms, end_ms])
    assert gaps.max(initial=0) <= 2 * max(interval_ms, step_ms) + step_ms
    decoded = packets.at_ms[plan.decode]
    assert set(plan.wanted_ms) <= set(decoded)
    references = np.flatnonzero(~packets.disposable)
    for index in np.flatnonzero(plan.decode):
        start = int(np.flatnonzero(packets.keyframe[: index + 1])[-1])
        needed = references[(references >= start) & (references < index)]
        assert plan.decode[needed].all(), "a decoded frame has its references decoded"
