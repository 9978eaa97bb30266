"""Whoever is slower never waits for the other more than once."""

from __future__ import annotations

import threading
import time

import pytest

from pipeline.reading_ahead import Waiting, read_ahead


def readers() -> int:
    return sum(thread.name == "read-ahead" for thread in threading.enumerate())


def test_items_come_in_their_order():
    waiting = Waiting()
    assert list(read_ahead(range(100), waiting=waiting)) == list(range(100))
    assert waiting.items == 100
    assert list(read_ahead([])) == []


def test_reading_goes_on_while_the_consumer_works():
    read: list[int] = []

    def slow():
        for number in range(10):
            read.append(number)
            yield number

    ahead = read_ahead(slow(), depth=4)
    assert next(ahead) == 0
    deadline = time.monotonic() + 5
    while len(read) < 6 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(read) == 6  # one taken, four held, one in hand
    ahead.close()


def test_an_error_is_raised_at_its_place():
    def broken():
        yield 1
        yield 2
        raise ValueError("third")

    ahead = read_ahead(broken())
    assert [next(ahead), next(ahead)] == [1, 2]
    with pytest.raises(ValueError, match="third"):
        next(ahead)
    assert readers() == 0


def test_stopping_early_ends_the_reader():
    closed = threading.Event()

    def endless():
        try:
            while True:
                yield 1
        finally:
            closed.set()

    source = endless()
    ahead = read_ahead(source)
    next(ahead)
    ahead.close()
    source.close()
    assert readers() == 0
    assert closed.is_set()


def test_it_tells_who_waited():
    waiting = Waiting()
    for _ in read_ahead(range(20), depth=2, waiting=waiting):
        time.sleep(0.005)
    assert waiting.reader_s > waiting.consumer_s
