"""The pool refuses a flood and says what a stop left undone; an answer goes out once."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handoff import Handoff
from bot.work import WorkPool
from core.errors import Busy


def _ignore(_: BaseException) -> None:
    """For jobs that do not fail."""


def test_a_full_pool_refuses_at_once() -> None:
    pool, gate = WorkPool(workers=1, waiting=1), threading.Event()
    pool.submit(gate.wait, on_error=_ignore)  # type: ignore[arg-type]
    pool.submit(gate.wait, on_error=_ignore)  # type: ignore[arg-type]
    with pytest.raises(Busy):
        pool.submit(gate.wait, on_error=_ignore)  # type: ignore[arg-type]
    assert pool.waiting == 1
    gate.set()
    assert pool.drain(5) == 0


def test_an_error_reaches_whoever_asked() -> None:
    pool, told = WorkPool(), threading.Event()
    errors: list[BaseException] = []

    def tell(error: BaseException) -> None:
        errors.append(error)
        told.set()

    def fail() -> None:
        raise KeyError("gone")

    pool.submit(fail, on_error=tell)
    assert told.wait(5)
    assert isinstance(errors[0], KeyError)
    assert pool.drain(5) == 0


def test_draining_waits_then_tells_the_unfinished_and_takes_nothing_new() -> None:
    pool, gate, told = WorkPool(workers=1), threading.Event(), threading.Event()
    pool.submit(gate.wait, on_error=_ignore, on_interrupt=told.set)  # type: ignore[arg-type]
    assert pool.drain(0.1) == 1
    assert told.is_set()
    with pytest.raises(Busy):
        pool.submit(gate.wait, on_error=_ignore)  # type: ignore[arg-type]
    gate.set()


def test_an_answer_in_time_goes_into_the_acknowledgement() -> None:
    handoff = Handoff()
    assert handoff.offer({"text": "found"})
    outcome = handoff.wait(0)
    assert (outcome.late, outcome.message) == (False, {"text": "found"})


def test_an_answer_after_the_acknowledgement_is_for_later() -> None:
    handoff = Handoff()
    assert handoff.wait(0.01).late
    assert not handoff.offer({"text": "found"})


def test_a_worker_that_will_be_late_frees_the_acknowledgement() -> None:
    handoff = Handoff()
    handoff.give_up()
    assert handoff.wait(60).late
    assert not handoff.offer({"text": "found"})


@given(st.floats(0, 0.003), st.floats(0, 0.003))
def test_whoever_is_first_there_is_exactly_one_answer(wait_s: float, work_s: float) -> None:
    handoff = Handoff()
    sent_later: list[bool] = []
    worker = threading.Timer(work_s, lambda: sent_later.append(not handoff.offer({"text": "x"})))
    worker.start()
    in_ack = not handoff.wait(wait_s).late
    worker.join()
    assert in_ack is not sent_later[0]
